"""Guesses what to ask of functions and classes from their signatures: criteria without points.

Names decide: `f_forward` and `f_backward` are a pair, `w, dw, config` is an optimizer's step, an
argument called `y` holds labels. What cannot be guessed is named, so that nobody takes a rubric
for complete that is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from grader.records import EMPTY
from grader.rubric.new_signatures import ClassSignature, Module, Signature

SIZES: Final = {"N": 4, "D": 5, "M": 3, "C": 3}
_ARRAYS: Final = {
    **dict.fromkeys(("x", "X", "input", "inputs", "out", "h"), ("N", "D")),
    **dict.fromkeys(("w", "W", "weight", "weights", "theta"), ("D", "M")),
    **dict.fromkeys(("b", "bias", "biases"), ("M",)),
    **dict.fromkeys(("gamma", "beta", "scale", "shift"), ("D",)),
}
_LABELS: Final = ("y", "t", "labels", "label", "targets", "target")
_MAPPINGS: Final = ("config", "cfg", "param", "params", "options")
_COUNTS: Final = ("n", "k", "G", "groups", "size", "stride", "pad", "padding", "kernel_size")
_IMAGES: Final = {"normal": {"shape": [2, 3, 8, 8]}}


@dataclass(frozen=True, slots=True)
class Guess:
    """A criterion that may be meant.

    Attributes:
        note: what has to be looked at, for a comment.
        check: its only check, as a rubric has it.
    """

    id: str
    title: str
    subject: str
    note: str
    check: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    needs: tuple[str, ...] = ()


def guesses(module: Module) -> Iterator[Guess]:
    """Yields criteria for a module's functions and classes; one without a check was not guessed."""
    by_name = {one.name: one for one in module.functions}
    pairs = {name: _backward_of(name, by_name) for name in by_name}
    backwards = {name for name in pairs.values() if name}
    for one in module.functions:
        if one.name in backwards:
            continue
        yield _function(module, one, pairs[one.name])
        backward = pairs[one.name]
        if backward:
            yield _backward(module, one, by_name[backward])
    for each in module.classes:
        yield from _class(module, each)


def _backward_of(name: str, known: Mapping[str, Signature]) -> str:
    if name.endswith("_backward"):
        return ""
    wanted = (name.replace("_forward", "_backward"), f"{name}_backward")
    return next((other for other in wanted if other in known and other != name), "")


def _function(module: Module, one: Signature, backward: str) -> Guess:
    subject = f"{module.path}.{one.name}"
    names = one.arguments
    if names[:2] == ("w", "dw"):
        check = {
            "kind": "output",
            "convention": "update_rule",
            "inputs": {name: {"normal": {"shape": [3, 4]}} for name in names[:2]},
        }
        return Guess(one.name, one.name, subject, "Does it keep a state in config?", check)
    if one.name.endswith("loss") and len(names) == 2 and names[1] in _LABELS:
        inputs = {names[0]: draw(names[0], "N", "C"), names[1]: draw(names[1])}
        check = {
            "kind": "gradient",
            "convention": "loss_with_gradient",
            "wrt": [names[0]],
            **_drawn(inputs),
        }
        return Guess(one.name, one.name, subject, "Does it return the loss and dx?", check)
    inputs = {name: draw(name) for name in names}
    note = "Which shapes and values do the inputs have? Add cases at the edges."
    convention = {} if backward else {"convention": "array_function"}
    check = {"kind": "output", **convention, **_drawn(inputs)}
    return Guess(one.name, _title(one.name), subject, note, check)


def _backward(module: Module, forward: Signature, backward: Signature) -> Guess:
    inputs = {name: draw(name) for name in forward.arguments}
    wrt = [name for name, one in inputs.items() if "normal" in one]
    check = {
        "kind": "gradient",
        "forward": f"{module.path}.{forward.name}",
        "wrt": wrt,
        **_drawn(inputs),
    }
    note = "Does it return the gradients in this order? Say in `hint` what is often forgotten."
    subject = f"{module.path}.{backward.name}"
    return Guess(
        backward.name, _title(backward.name), subject, note, check if wrt else {}, (forward.name,)
    )


def _class(module: Module, one: ClassSignature) -> Iterator[Guess]:
    subject, name = f"{module.path}.{one.name}", _snake(one.name)
    if "Module" in one.bases:
        options = _options({key: _construct(key) for key in one.construct})
        inputs: Mapping[str, Any] = {"inputs": {"x": _IMAGES}}
        note = "Which arguments does it take, and which shape has its input?"
        counted = {"kind": "structure", "parameter_count": True}
        for ending, asked in (("parameters", counted), ("output", {"kind": "output"})):
            check = {**asked, "convention": "torch_module", **options, **inputs}
            yield Guess(f"{name}_{ending}", f"{one.name}, {ending}", subject, note, check)
        return
    if "loss" in one.methods:
        yield from _network(one, subject, name)
        return
    options = _options([_construct(key) for key in one.construct])
    forward, backward = one.methods.get("forward"), one.methods.get("backward")
    if forward is None or backward is None:
        yield Guess(name, one.name, subject, "")
        return
    inputs = {key: draw(key) for key in forward.arguments}
    body = {"convention": "module_with_dicts", **options, **_drawn(inputs)}
    note = "Which parameters does it have? List them under inputs and wrt."
    ids = f"{name}_forward", f"{name}_backward"
    yield Guess(
        ids[0], f"{one.name}, forward", f"{subject}.forward", note, {"kind": "output", **body}
    )
    wrt = [key for key, value in inputs.items() if "normal" in value]
    check = {"kind": "gradient", "forward": f"{subject}.forward", "wrt": wrt, **body}
    title = f"{one.name}, backward"
    yield Guess(ids[1], title, f"{subject}.backward", note, check if wrt else {}, ids[:1])


def _network(one: ClassSignature, subject: str, name: str) -> Iterator[Guess]:
    options = _options({key: _construct(key) for key in one.construct})
    body = {"convention": "network_with_loss", **options}
    note = "Which sizes is it made with? Give them under options, as construct."
    parameters = {"kind": "structure", "parameters": True, **body}
    yield Guess(f"{name}_parameters", f"{one.name}, parameters", subject, note, parameters)
    inputs = _drawn({"X": draw("X"), "y": draw("y")})
    gradient = {"kind": "gradient", **body, **inputs}
    yield Guess(f"{name}_gradients", f"{one.name}, gradients", subject, note, gradient)


def draw(name: str, *shape: str) -> Mapping[str, Any]:
    """Guesses how an argument is made from its name.

    >>> draw("b"), draw("bn_param"), draw("stride"), draw("y")["integers"]["shape"]
    ({'normal': {'shape': ['M']}}, {'value': {}}, {'value': 2}, ['N'])
    """
    if name in _LABELS:
        return {"integers": {"shape": ["N"], "high": "C"}}
    if name.rpartition("_")[2] in _MAPPINGS:
        return {"value": {}}
    if name in _COUNTS:
        return {"value": 2}
    return {"normal": {"shape": list(shape or _ARRAYS.get(name, ("N", "D")))}}


def _construct(name: str) -> Any:
    return 3 if not name.startswith(("p", "rate", "eps")) else 0.5


def _options(construct: Mapping[str, Any] | Sequence[Any]) -> Mapping[str, Any]:
    return {"options": {"construct": construct}} if construct else {}


def _drawn(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    used = [size for size in SIZES if f"'{size}'" in str(inputs)]
    sizes = {"sizes": {size: SIZES[size] for size in used}} if used else {}
    return {**sizes, "inputs": dict(inputs)}


def _title(name: str) -> str:
    for ending in ("_forward", "_backward"):
        if name.endswith(ending):
            return f"{name.removesuffix(ending)}, {ending[1:]}"
    return name


def _snake(name: str) -> str:
    """Writes a class's name as an id.

    >>> _snake("LinearModule"), _snake("ResNet18"), _snake("ELUModule")
    ('linear_module', 'res_net18', 'elu_module')
    """
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return parted.lower().strip("_")
