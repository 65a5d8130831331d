"""Networks as classes: `net.params`; `net.loss(X, y) -> loss, grads`; `net.loss(X) -> scores`.

The style of the UMass assignment. Every call constructs a fresh network and sets its parameters, so
nothing is left of another call. Inputs `X` and `y` are data; all other inputs are parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.conventions.construction import ASK, CONSTRUCT, RENAME, WARM, construct, renames
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, tuple_fault
from grader.plain_text import quote
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

DATA = ("X", "y")

PROPERTIES: Mapping[str, Any] = {
    "construct": CONSTRUCT,
    "rename": RENAME,
    "attributes": {
        "description": "Attributes that are set after construction, such as reg.",
        "type": "object",
    },
    "ask": ASK,
    "params_std": {
        "description": "Standard deviation of the drawn parameters; their names and shapes are "
        "those of the reference. 0 leaves the parameters as constructed.",
        "type": "number",
        "minimum": 0,
    },
    "warm": WARM,
    "second": {
        "description": "Name of a parameter that is changed in a second network, of the same "
        "arguments, before the first one is asked for its params: these must not change.",
        "type": "string",
    },
    "only": {
        "description": "Outputs that are asked for; others are not looked at.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
}


def complete(session: Session, subject: Subject, call: Call, rng: Any) -> Mapping[str, Any]:
    """Adds a drawn value for each parameter that the network has."""
    std = call.options.get("params_std", 0)
    if not std:
        return call.inputs
    (computed,) = run(session, subject, [Call({}, options={**call.options, "ask": "params"})])
    if isinstance(computed, Fault):
        raise ValueError(f"{subject.path} could not be constructed: it {computed.message}")
    drawn = {
        name: rng.normal(1.0 if name.startswith("gamma") else 0.0, std, np.shape(value))
        for name, value in sorted(computed.outputs.items())
    }
    return {**call.inputs, **drawn}


def _construct(
    program: Program, constructor: Slot, call: Call, names: Mapping[str, str]
) -> tuple[Slot, list[Slot]]:
    network = construct(program, constructor, call, names)
    acts = [network]
    for name, value in call.options.get("attributes", {}).items():
        acts.append(program.set_attribute(network, name, value))
    parameters = program.attribute(network, "params")
    for name, value in call.inputs.items():
        if name not in DATA:
            # Asked first: setting a key that is not there would hide that it is missing.
            acts.append(program.item(parameters, name))
            acts.append(program.set_item(parameters, name, value))
    return network, [*acts, parameters]


def _second(
    program: Program, constructor: Slot, call: Call, names: Mapping[str, str], network: Slot
) -> tuple[list[Slot], Slot, Slot]:
    """Changes a parameter of a second network.

    Returns what was done, and the first one's parameter before and after.
    """
    name = call.options["second"]
    before = program.export(program.item(program.attribute(network, "params"), name))
    other = construct(program, constructor, call, names)
    parameters = program.attribute(other, "params")
    value = program.item(parameters, name)
    # Whatever checks what is stored there takes an array of the same shape and type.
    negative = program.call(program.attribute(value, "__neg__"))
    done = [other, parameters, value, negative, program.set_item(parameters, name, negative)]
    own = program.attribute(network, "params")
    return [*done, own], before, program.export(program.item(own, name))


def run(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, sets parameters and asks, on every call."""
    names = renames(session, subject, calls)
    program = Program()
    constructor = program.resolve(subject.path)
    runs = []
    for call in calls:
        network, acts = _construct(program, constructor, call, names)
        warm = []
        ask = call.options.get("ask", "loss")
        pair: tuple[Slot, ...] = ()
        if "second" in call.options:
            done, *pair_of = _second(program, constructor, call, names, network)
            acts, pair = [*acts, *done], tuple(pair_of)
        if ask == "params":
            result = acts[-1]
        else:
            loss = program.attribute(network, "loss")
            for _ in range(int(call.options.get("warm", 0))):
                warm.append(program.call(loss, (call.inputs["X"], call.inputs["y"])))
            data = [call.inputs[name] for name in DATA if name in call.inputs]
            result = program.call(loss, data if ask == "loss" else data[:1])
        read = program.describe(result), program.export(result)
        runs.append((ask, acts, (*warm, result), *read, pair))
    replies = session.run(program)
    return [_read(replies, subject, call, entry) for call, entry in zip(calls, runs, strict=True)]


def _read(replies: Replies, subject: Subject, call: Call, entry: Any) -> Answer:
    ask, (network, *acts), calls, described, exported, pair = entry
    fault = first_fault(replies, network)
    if fault is not None:
        return fault
    fault = first_fault(replies, *acts)
    if fault is not None:
        return _as_parameter_fault(subject, fault)
    fault = first_fault(replies, *calls)
    if fault is not None:
        return fault
    kind, value = replies.value(described), replies.value(exported)
    if isinstance(value, Fault):
        return value
    if ask == "scores":
        return Computed({"scores": value})
    if ask == "params":
        if not isinstance(value, dict):
            return _no_mapping(f"{subject.path}.params")
        if pair and not _alike(*map(replies.value, pair)):
            return _shared(subject)
        only = call.options.get("only", value)
        return Computed({name: value.get(name) for name in only})
    fault = tuple_fault(f"{subject.path}.loss(X, y)", kind, ("loss", "grads"))
    if fault is not None:
        return fault
    loss, grads = value if isinstance(value, (tuple, list)) and len(value) == 2 else (None, None)
    if not isinstance(grads, dict):
        return _no_mapping("The second value that " + subject.path + ".loss(X, y) returned")
    return Computed({"loss": loss}, {name: grads.get(name) for name in call.wrt or grads})


def _no_mapping(what: str) -> Fault:
    return Fault(
        FaultKind.MALFORMED,
        f"{what} is not a dictionary; expected one from parameter names to arrays.",
    )


def _alike(before: Any, after: Any) -> bool:
    arrays = isinstance(before, np.ndarray) and isinstance(after, np.ndarray)
    return not arrays or np.array_equal(before, after, equal_nan=True)


def _shared(subject: Subject) -> Fault:
    name = subject.path.rpartition(".")[2]
    return Fault(
        FaultKind.MALFORMED,
        f"All networks of the class {name} have one and the same `params`, so that constructing or "
        "training a second network overwrites the parameters of the first.",
        "Begin __init__ with self.params = {}. A dictionary in the class body, at the top of the "
        "file or as a default argument is made once, for all networks.",
    )


def _as_parameter_fault(subject: Subject, fault: Fault) -> Fault:
    # The worker was asked for params[name] by us, so an error without a place is about that.
    if fault.exception == "TypeError" and not fault.place:
        return _no_mapping(f"{subject.path}.params")
    if fault.exception == "KeyError" and not fault.place:
        name = quote(fault.said.strip("'"))
        return Fault(
            FaultKind.MISSING,
            f"{subject.path} has no parameter {name} in `params` after construction.",
            "Name the parameters as the class's docstring does: W1, b1, W2, b2 and so on.",
        )
    return fault


NETWORK_WITH_LOSS = Convention(
    name="network_with_loss",
    summary="net.params; loss, grads = net.loss(X, y); scores = net.loss(X)",
    properties=PROPERTIES,
    forward=run,
    backward=run,
    complete=complete,
    scalar=True,
    differentiated="the loss",
    names_gradient=lambda name: f"grads[{name!r}]",
)
