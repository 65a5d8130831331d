"""Layers and networks as classes with dictionaries `params` and `grads`.

The style of the UvA assignment: `out = module.forward(x)`, then `dx = module.backward(dout)`, which
leaves the gradients of the parameters in `module.grads`. Every call constructs fresh objects. All
inputs but x are a module's parameters. They go by shape: biases (n,), weights (out, in), which the
module may keep as (in, out).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.conventions.construction import ASK, CONSTRUCT, RENAME, WARM, construct, renames
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.functions_with_cache import PROPERTIES as WITH_CACHE
from grader.conventions.reading import first_fault, mutated
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

METHODS = ("forward", "backward")
X = "x"  # the input that is data; all others are parameters
STAND_INS = "stand_ins"  # the reference hand-in's module whose functions can be lent

PROPERTIES: Mapping[str, Any] = {
    "construct": CONSTRUCT,
    "rename": RENAME,
    "ask": ASK,
    # Here the one input that is forward's right output, which modules keep for their backward.
    "cache": WITH_CACHE["cache"],
    "parts": {
        "description": "Dotted paths of the classes that the subject is made of. Where one of them "
        "is lent, through its family, it is put into its module before the subject is imported.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "warm": WARM,
    "beside": {
        "description": "How many other objects of the class are made before forward, and get a "
        "batch of their own after it, as in a network with several such layers: what one keeps is "
        "not the others'.",
        "type": "integer",
        "minimum": 0,
    },
}


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the operations of one call ended up; `ready` is what had to work before `result`."""

    ready: tuple[Slot, ...]
    method: Slot
    result: Slot
    out: Slot
    module: Slot
    parameters: Slot
    after: Mapping[str, Slot]


def class_path(path: str) -> str:
    """Returns the path of the class that a subject, perhaps one of its methods, belongs to.

    >>> class_path("modules.ELUModule.backward")
    'modules.ELUModule'
    """
    owner, _, last = path.rpartition(".")
    return owner if last in METHODS else path


def missing_method(path: str, name: str, replies: Replies, slot: Slot) -> Fault | None:
    """Returns a fault where taking a method from an object of a class did not work.

    Args:
        path: of the class.
        name: of the method.
        replies: to the program.
        slot: of the method.
    """
    fault = replies.fault(slot)
    if fault is None or fault.exception != "AttributeError" or fault.place:
        return None
    return Fault(
        FaultKind.MISSING,
        f"`{path}` has no method `{name}`.",
        f"Write the method as the template has it: `def {name}(self, ...)`.",
    )


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, sets the parameters and runs forward, on every call."""
    names = renames(session, replace(subject, path=class_path(subject.path)), calls)
    program = Program()
    owner = _class(program, subject, calls)
    runs = [_run(program, owner, call, names) for call in calls]
    replies = session.run(program)
    missing = replies.fault(owner)
    return [
        missing or _read(replies, class_path(subject.path), call, run)
        for call, run in zip(calls, runs, strict=True)
    ]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs forward, then backward on the same object, and reads `grads`.

    What backward returns is the gradient by x, where that is asked for.
    """
    names = renames(session, replace(subject, path=class_path(subject.path)), calls)
    program = Program()
    owner = _class(program, subject, calls)
    runs = []
    for call in calls:
        run = _run(program, owner, call, names, call.upstream)
        method = program.attribute(run.module, "backward")
        result = program.call(method, (program.new(call.upstream),))
        grads = program.call(program.driver("dict_modules.gradients"), (run.parameters,))
        runs.append((run, method, result, program.export(result), program.export(grads)))
    replies = session.run(program)
    missing = replies.fault(owner)
    answers: list[Answer] = []
    path = class_path(subject.path)
    for call, (run, method, result, returned, grads) in zip(calls, runs, strict=True):
        ahead = missing or _read(replies, path, call, run)
        fault = missing_method(path, "backward", replies, method) or first_fault(
            replies, result, grads
        )
        if missing is not None:
            answers.append(missing)
        elif isinstance(ahead, Fault):
            answers.append(replace(ahead, about=f"{path}.forward"))
        elif fault is not None:
            answers.append(replace(fault, about=subject.path))
        else:
            answers.append(_gradients(call, ahead, replies.value(returned), replies.value(grads)))
    return answers


def backward_alone(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs backward with the right output of forward in place of its own, where it keeps that."""
    program = Program()
    owner = _class(program, subject, calls)
    runs = []
    for call in calls:
        run = _run(program, owner, call, {})
        (right,) = (call.inputs[name] for name in call.options["cache"])
        swap = program.call(program.driver("dict_modules.swap"), (run.module, run.result, right))
        result = program.call(program.attribute(run.module, "backward"), (call.upstream,))
        runs.append((swap, result, program.export(result)))
    replies = session.run(program)
    return [
        first_fault(replies, swap, result) or Computed({}, {X: replies.value(exported)})
        for swap, result, exported in runs
    ]


def _class(program: Program, subject: Subject, calls: Sequence[Call]) -> Slot:
    """Resolves the class, after what is lent of its parts has been put in its place."""
    for path in dict.fromkeys(part for call in calls for part in call.options.get("parts", ())):
        module, _, name = path.rpartition(".")
        # Where nothing is lent the first of these does not work, and so the others do nothing.
        lent = [program.resolve(f"{STAND_INS}.{each}") for each in ("construct", *METHODS)]
        place = program.resolve(module)
        held = program.attribute(place, name)
        made = program.call(program.driver("lent_modules.as_class"), (held, name, *lent))
        program.set_attribute(place, name, made)
    return program.resolve(class_path(subject.path))


def _run(
    program: Program, owner: Slot, call: Call, names: Mapping[str, str], upstream: Any = None
) -> _Run:
    data = (X, *call.options.get("cache", ()))
    drawn = {name: value for name, value in call.inputs.items() if name not in data}
    shapes = {name: np.shape(value) for name, value in drawn.items()}
    module = construct(program, owner, call, names)
    found = program.call(program.driver("dict_modules.find"), (module, shapes))
    if call.options.get("ask") == "params":
        read = program.call(program.driver("dict_modules.values"), (found,))
        return _Run((module, found), module, read, program.export(read), module, found, {})
    put = program.call(program.driver("dict_modules.put"), (found, drawn, module))
    method = program.attribute(module, "forward")
    for _ in range(int(call.options.get("warm", 0))):
        program.call(method, (program.new(0.5 - 2 * call.inputs[X]),))
        if upstream is not None:
            # No gradient, so that nothing is added to what a module may sum up over its calls.
            reverse = program.attribute(module, "backward")
            program.call(reverse, (program.new(np.zeros_like(upstream)),))
    beside = range(int(call.options.get("beside", 0)))
    others = [construct(program, owner, call, names) for _ in beside]
    x = program.new(call.inputs[X])
    result = program.call(method, (x,))
    for other in others:
        batch = program.new(0.5 - 2 * call.inputs[X])
        program.call(program.attribute(other, "forward"), (batch,))
    out, after = program.export(result), {X: program.export(x)}
    return _Run((module, found, put), method, result, out, module, found, after)


def _read(replies: Replies, path: str, call: Call, run: _Run) -> Answer:
    fault = first_fault(replies, *run.ready)
    if fault is not None:
        return _constructed(path, fault)
    fault = missing_method(path, "forward", replies, run.method) or first_fault(replies, run.result)
    value = replies.value(run.out)
    if fault is not None:
        return fault
    if call.options.get("ask") == "params":
        values = value if isinstance(value, dict) else {}
        return Computed({name: values.get(name) for name in call.inputs if name != X})
    return Computed({"out": value}, mutated=mutated(replies, call.inputs, run.after))


def _gradients(call: Call, ahead: Computed, returned: Any, grads: Any) -> Computed:
    kept = grads if isinstance(grads, dict) else {}
    gradients = {name: returned if name == X else kept.get(name) for name in call.wrt}
    return replace(ahead, gradients=gradients)


def _constructed(path: str, fault: Fault) -> Fault:
    if fault.kind is not FaultKind.MISSING or not fault.message.startswith("No "):
        return fault
    return replace(
        fault,
        message=f"{path}: {fault.message}",
        hint="Make one linear module for each layer that is asked for, and keep its parameters in "
        "its dictionary `self.params`, under 'weight' and 'bias'.",
    )


MODULE_WITH_DICTS = Convention(
    name="module_with_dicts",
    summary="out = module.forward(x); dx = module.backward(dout); module.params, module.grads",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    backward_alone=backward_alone,
    names_gradient=lambda name: "dx" if name == X else f"grads[{name!r}]",
)
