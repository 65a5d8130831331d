"""Models as `torch.nn.Module` classes: constructed, given parameters by role and shape, and run.

Names and order of a module's parts are the student's own. All parameters of one role and shape get
the same drawn values (see `grader.worker.inside.drivers.torch_modules`), so two modules agree if
and only if they are wired the same, whatever their parts are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from grader.conventions.construction import ASK, CONSTRUCT, RENAME, construct, renames
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.parameter_groups import (
    data_names,
    differentiable,
    draw_all,
    is_group,
    unbegun_fault,
    unmatched_fault,
    unreached_fault,
)
from grader.conventions.reading import first_fault, malformed, unchanged
from grader.conventions.torch_precision import at_either_precision, in_precision, precision_of
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "construct": CONSTRUCT,
    "rename": RENAME,
    "ask": ASK,
    "mode": {
        "description": "Mode that a module is put in; as constructed unless given.",
        "enum": ["train", "eval"],
    },
    "method": {
        "description": "Method that is called in place of the module itself.",
        "type": "string",
        "minLength": 1,
    },
    "free": {
        "description": "Roles of parameters that the assignment leaves open, such as conv_bias: "
        "they are set to zero and not counted.",
        "type": "array",
        "items": {"enum": ["weight", "bias", "conv_bias", "scale", "shift"]},
        "minItems": 1,
    },
    "dtype": {
        "description": "Precision of inputs and parameters; float64 unless given, and float32 "
        "for a hand-in that insists on it.",
        "enum": ["float64", "float32"],
    },
}


_LOOKED_AT: Final = ("params", "shapes", "idle", "stacked")  # where outputs are not what is asked
UNREACHED: Final = (
    "Use every layer in forward, and look for detach(), .data, item(), torch.no_grad() or a "
    "conversion to NumPy between it and the output, and for requires_grad = False."
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the operations of one call ended up."""

    network: Slot
    filled: Slot
    result: Slot
    unmatched: Slot
    exported: Slot


def complete(session: Session, subject: Subject, call: Call, rng: Any) -> Mapping[str, Any]:
    """Adds drawn values for each role and shape of parameters that the network has."""
    dtype = precision_of(call)
    inputs = {name: in_precision(value, dtype) for name, value in call.inputs.items()}
    if call.options.get("ask") in ("params", "shapes", "stacked"):
        return inputs
    free = call.options.get("free", ())
    asked = replace(call, inputs=inputs, options={**call.options, "ask": "shapes"})
    (found,) = forward(session, subject, [asked])
    if isinstance(found, Fault):
        raise ValueError(f"{subject.path} could not be constructed: it {found.message}")
    groups = [name for name in sorted(found.outputs) if name.partition(" ")[0] not in free]
    drawn = draw_all(groups, rng)
    return {**inputs, **{name: values.astype(dtype) for name, values in drawn.items()}}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, fills and runs on every call; one program for each."""
    return [at_either_precision(_asked(session, subject, False), call) for call in calls]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """The same, and takes gradients by autograd."""
    return [at_either_precision(_asked(session, subject, True), call) for call in calls]


def _asked(session: Session, subject: Subject, backwards: bool) -> Any:
    def ask(call: Call) -> Answer:
        names = renames(session, subject, [call])
        program = Program()
        constructor = program.resolve(subject.path)
        if "made_by" in call.options:  # another convention's, and in no rubric
            maker = program.driver(call.options["made_by"])
            constructor = program.call(maker, (constructor,))
        program.call(program.driver("torch_tensors.precision"), (precision_of(call),))
        network = construct(program, constructor, call, names)
        data = [value for name, value in call.inputs.items() if not is_group(name)]
        network = program.call(program.driver("torch_modules.materialize"), (network, data))
        if call.options.get("ask") in _LOOKED_AT:
            found = _parts(program, network, call, data)
            begun = program.call(program.driver("torch_beginnings.begun"), (network,))
            exported = program.export(found), program.export(begun)
            replies = session.run(program)
            answer = _read_parts(replies, subject, (network, found, exported[0]))
            empty = isinstance(answer, Computed) and not answer.outputs
            if empty and _asks_for_layers(call) and replies.value(exported[1]) is False:
                return unbegun_fault(subject)
            return answer
        run = _run(program, network, call, data, backwards)
        return _read(session.run(program), subject, call, run)

    return ask


def _asks_for_layers(call: Call) -> bool:
    # A module without parameters may be right, if the course's own has none; none may be idle, too.
    if call.options["ask"] == "shapes":
        return any(is_group(name) for name in call.inputs)
    return call.options["ask"] in ("params", "stacked")


def _parts(program: Program, network: Slot, call: Call, data: list[Any]) -> Slot:
    known = [name for name in call.inputs if is_group(name)]
    among = list(call.options.get("among", ()))
    if call.options["ask"] == "params":
        return program.call(program.driver("torch_modules.values"), (network, known + among))
    if call.options["ask"] == "shapes":
        return program.call(program.driver("torch_modules.shapes"), (network, known))
    if call.options["ask"] == "stacked":
        return program.call(program.driver("torch_stacks.stacked"), (network,))
    return program.call(program.driver("torch_modules.idle"), (network, known, data, among))


def _run(program: Program, network: Slot, call: Call, data: list[Any], backwards: bool) -> _Run:
    given = {name: value for name, value in call.inputs.items() if is_group(name)}
    free = list(call.options.get("free", ()))
    filled = program.call(program.driver("torch_modules.fill"), (network, given, free))
    how = {key: call.options[key] for key in ("mode", "method") if key in call.options}
    unmatched = program.call(
        program.driver("torch_modules.unmatched"), (filled, given, free, data, how)
    )
    wrt = differentiable(call)
    upstream = call.upstream if backwards else None
    positions = {name: f"input {at}" for at, name in enumerate(data_names(call))}
    asked = [positions.get(name, name) for name in wrt]
    result = program.call(program.driver("torch_modules.run"), (filled, data, upstream, asked, how))
    return _Run(network, filled, result, program.export(unmatched), program.export(result))


def _read_parts(replies: Replies, subject: Subject, slots: tuple[Slot, ...]) -> Answer:
    fault = first_fault(replies, *slots)
    if fault is not None:
        return _as_module_fault(subject, fault)
    value = replies.value(slots[-1])
    if not isinstance(value, dict):
        return malformed()
    return Computed({str(name): each for name, each in value.items()})


def _read(replies: Replies, subject: Subject, call: Call, run: _Run) -> Answer:
    fault = first_fault(replies, run.network, run.filled)
    if fault is not None:
        return _as_module_fault(subject, fault)
    # Looking for leftovers runs forward, which may raise.
    fault = first_fault(replies, run.unmatched)
    fault = fault or unmatched_fault(subject, replies.value(run.unmatched))
    fault = fault or first_fault(replies, run.result)
    value = replies.value(run.exported)
    if fault is not None:
        return fault
    if not isinstance(value, dict):
        return malformed()
    names = data_names(call)
    after = value.get("inputs")
    changed = after if isinstance(after, list) and len(after) == len(names) else []
    mutated = tuple(
        name
        for name, left in zip(names, changed, strict=False)
        if not unchanged(call.inputs[name], left)
    )
    gradients = value.get("gradients")
    if not isinstance(gradients, dict):
        return Computed({"out": value.get("out")}, mutated=mutated)
    unreached = value.get("unreached")
    if isinstance(unreached, list) and unreached:
        return unreached_fault(subject, unreached, UNREACHED)
    positions = {f"input {at}": name for at, name in enumerate(names)}
    by_name = {positions.get(str(name), str(name)): each for name, each in gradients.items()}
    return Computed({"out": value.get("out")}, by_name, mutated)


def _as_module_fault(subject: Subject, fault: Fault) -> Fault:
    lacks = "has no attribute 'named_" in fault.said or "has no attribute 'param" in fault.said
    if fault.exception == "AttributeError" and not fault.place and lacks:
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} made something that is not a torch.nn.Module.",
            "Derive the class from nn.Module and call super().__init__() first, or return the "
            "network from the function.",
        )
    return fault


TORCH_MODULE: Final = Convention(
    name="torch_module",
    summary="an nn.Module; parameters set by role and shape, gradients by autograd",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    complete=complete,
    by_autograd=True,
    names_gradient=lambda name: f"the gradient of {name}",
    library="torch",
)
