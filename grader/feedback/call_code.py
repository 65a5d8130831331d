"""Writes the lines of Python that call a subject in each calling style, as a check calls it.

Nothing of the grader is used: they run in the folder of a hand-in, after lines that draw inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.checks.cases import Case
from grader.checks.draws import resolve_sizes
from grader.conventions.module_with_dicts import X
from grader.records import Compared


@dataclass(frozen=True, slots=True)
class Asked:
    """One case of a check, as far as its lines need it.

    Attributes:
        name: of the function or class.
        forward: of the function whose gradient it is; empty elsewhere.
        gradients: whether gradients were compared, and not what forward gives.
        seed: of the case, as Python writes it, without the brackets.
        arrays: what was compared.
    """

    name: str
    forward: str
    gradients: bool
    case: Case
    seed: str
    arrays: tuple[Compared, ...]

    @property
    def options(self) -> Mapping[str, Any]:
        """Of the case's calling style."""
        return self.case.options


@dataclass(frozen=True, slots=True)
class Style:
    """How a calling style is written.

    Attributes:
        lines: write the call.
        place: the expression that a compared value is found by.
        can: whether a case can be written.
    """

    lines: Callable[[Asked], Iterator[str]]
    place: Callable[[Asked, str], str]
    can: Callable[[Case], bool] = lambda case: True


LINE_CHARS: Final = 80  # of a constructor's call; a longer one gets a line for each argument
# What `grader.worker.inside.drivers.elementwise` hands to a subject.
FUNCTIONS: Final = {
    "cubic": "lambda x: x**3 / 3 - x",
    "cubic_slope": "lambda x: x**2 - 1",
    "wave": "lambda x: np.sin(2 * x)",
    "wave_slope": "lambda x: 2 * np.cos(2 * x)",
}


def _place(asked: Asked, name: str) -> str:
    """Says where a value is found: `bn_param.running_mean` is an entry of a dictionary."""
    owner, _, key = name.partition(".")
    return f'{owner}["{key}"]' if key else name


def _functions_with_cache(asked: Asked) -> Iterator[str]:
    call = asked.forward or asked.name
    stepped = asked.options.get("stepped", ())
    names = [f"{name}[step]" if name in stepped else name for name in asked.case.inputs]
    line = f"out, cache = {call}({', '.join(names)})"
    if stepped:
        yield f"for step in range(len({stepped[0]})):"
        for name, entries in asked.options.get("before_last", {}).items():
            yield f"    if step == len({stepped[0]}) - 1:"
            yield f"        {name}.update({dict(entries)!r})"
        line = f"    {line}"
    yield line
    if asked.forward:
        upstream = asked.arrays[0].upstream
        yield f"dout = {_upstream(asked, upstream)}"
        returned = ", ".join(each.name for each in asked.arrays)
        yield f"{returned} = {asked.name}(dout, cache)"


def _upstream(asked: Asked, upstream: Any) -> str:
    drawn = f"np.random.default_rng([{asked.seed}, 1]).normal(size={upstream.shape})"
    return drawn if upstream.dtype == np.float64 else f'{drawn}.astype("{upstream.dtype}")'


def _update_rule(asked: Asked) -> Iterator[str]:
    steps = int(asked.options.get("steps", 1))
    if "config" not in asked.case.inputs:
        yield "config = None"
    if steps == 1:
        yield f"w, config = {asked.name}(w, dw, config)"
        return
    if asked.options.get("in_place"):
        yield "handed_in = config"
    yield f"for step in range({steps}):"
    yield f"    w, config = {asked.name}(w, dw[step], config)"
    if asked.options.get("in_place"):
        yield "config = handed_in"


def _torch_function(asked: Asked) -> Iterator[str]:
    for name, value in asked.arrays[0].inputs.items():
        if isinstance(value, np.ndarray):
            real = value.dtype.kind == "f"
            yield f"{name} = torch.tensor({name}{', requires_grad=True' if real else ''})"
    yield f'function = getattr({asked.name}, "apply", {asked.name})'
    yield f"out = function({', '.join(_listed(asked))})"
    upstream = asked.arrays[0].upstream
    if upstream is None:
        yield "out = out.detach().numpy()"
        return
    yield f"out.backward(torch.tensor({_upstream(asked, upstream)}))"
    for each in asked.arrays:
        yield f"{each.name} = {each.name.removeprefix('d')}.grad.numpy()"


def _tensorflow_function(asked: Asked) -> Iterator[str]:
    for name, value in asked.arrays[0].inputs.items():
        if isinstance(value, np.ndarray):
            yield f"{name} = tf.constant({name})"
    yield f"out = {asked.name}({', '.join(_listed(asked))})"


def _is_plain(case: Case) -> bool:
    """Tells whether a function returns one tensor that is looked at as it is."""
    return not {"returns", "spread", "draws_with"} & case.options.keys()


def _array_function(asked: Asked) -> Iterator[str]:
    for name in asked.options.get("callables", ()):
        yield f"{name} = {FUNCTIONS[asked.arrays[0].inputs[name]]}"
    yield f"value = {asked.name}({', '.join(asked.case.inputs)})"


def _loss_with_gradient(asked: Asked) -> Iterator[str]:
    first = next(iter(asked.case.inputs))
    yield f"loss, d{first} = {asked.name}({', '.join(asked.case.inputs)})"


def _loss_module(asked: Asked) -> Iterator[str]:
    given = ", ".join(asked.case.inputs)
    yield f"module = {_constructed(asked)}"
    result = asked.arrays[0].name
    yield f"{result} = module.{'backward' if asked.gradients else 'forward'}({given})"


def _network_with_loss(asked: Asked) -> Iterator[str]:
    yield f"net = {_constructed(asked)}"
    for name, value in asked.options.get("attributes", {}).items():
        yield f"net.{name} = {value!r}"
    if std := asked.options.get("params_std", 0):
        middle = "0.0"
        yield "for name in sorted(net.params):"
        if any(name.startswith("gamma") for name in asked.arrays[0].inputs):
            middle = "middle"
            yield '    middle = 1.0 if name.startswith("gamma") else 0.0'
        yield f"    net.params[name] = rng.normal({middle}, {std}, net.params[name].shape)"
    if warm := int(asked.options.get("warm", 0)):
        yield f"for _ in range({warm}):"
        yield "    net.loss(X, y)"
    ask = asked.options.get("ask", "loss")
    if ask == "scores":
        yield "scores = net.loss(X)"
    elif ask == "loss":
        yield "loss, grads = net.loss(X, y)"


def _of_network(asked: Asked, name: str) -> str:
    return f'net.params["{name}"]' if asked.options.get("ask") == "params" else name


def _is_single_module(case: Case) -> bool:
    """Tells whether a class is a layer, whose parameters lie in its own dictionary."""
    drawn = case.inputs.keys() - {X, *case.options.get("cache", ())}
    asks = {"ask", "parts", "rename"} & case.options.keys()
    return X in case.inputs and drawn <= {"weight", "bias"} and not asks


def _module_with_dicts(asked: Asked) -> Iterator[str]:
    new = _constructed(asked)
    drawn = [name for name in asked.case.inputs if name in ("weight", "bias")]
    yield f"module = {new}"
    yield from _put(drawn)
    for _ in range(int(asked.options.get("warm", 0))):
        yield "module.forward(0.5 - 2 * x)"
    others = [f"other_{number}" for number in range(int(asked.options.get("beside", 0)))]
    yield from (f"{other} = {new}" for other in others)
    yield "out = module.forward(x)"
    yield from (f"{other}.forward(0.5 - 2 * x)" for other in others)
    if asked.forward:
        yield f"dx = module.backward({_upstream(asked, asked.arrays[0].upstream)})"
        if drawn:
            yield "grads = {name: module.grads[key] for name, key in keys.items()}"
            yield "grads = {name: g.T if turned[name] else g for name, g in grads.items()}"


def _constructed(asked: Asked) -> str:
    """Writes the call of a constructor."""
    made = resolve_sizes({"given": asked.options.get("construct", [])}, asked.case.sizes)["given"]
    if isinstance(made, Mapping):
        listed = [f"{name}={_literal(value)}" for name, value in made.items()]
    else:
        listed = [_literal(value) for value in made]
    line = f"{asked.name}({', '.join(listed)})"
    if len(line) <= LINE_CHARS:
        return line
    return "\n".join((f"{asked.name}(", *(f"    {each}," for each in listed), ")"))


def _literal(value: Any) -> str:
    """Writes an argument; `{numpy: float64}` is a type of NumPy's."""
    is_type = isinstance(value, Mapping) and set(value) == {"numpy"}
    return f"np.{value['numpy']}" if is_type else repr(value)


def _put(names: list[str]) -> Iterator[str]:
    """Puts parameters where the module has as many numbers, transposed where it has them so."""
    if not names:
        return
    pairs = ", ".join(f'"{name}": {name}' for name in names)
    yield "keys, turned = {}, {}"
    yield f"for name, value in {{{pairs}}}.items():"
    yield "    keys[name] = next(k for k, v in module.params.items() if np.size(v) == value.size)"
    yield "    shape = np.shape(module.params[keys[name]])"
    yield "    turned[name] = shape != value.shape"
    yield "    module.params[keys[name]] = (value.T if turned[name] else value).reshape(shape)"


def _listed(asked: Asked) -> list[str]:
    """Writes the arguments, with those that make up a list in brackets."""
    lists = asked.options.get("lists", {})
    inside = {name: f"[{', '.join(names)}]" for names in lists.values() for name in names}
    return list(dict.fromkeys(inside.get(name, name) for name in asked.case.inputs))


def _next_weight(asked: Asked, name: str) -> str:
    return "w" if name == "next_w" else _place(asked, name)


STYLES: Final[Mapping[str, Style]] = {
    "functions_with_cache": Style(_functions_with_cache, _place),
    "update_rule": Style(_update_rule, _next_weight),
    "torch_function": Style(_torch_function, _place),
    "tensorflow_function": Style(_tensorflow_function, _place, _is_plain),
    "array_function": Style(_array_function, _place),
    "loss_with_gradient": Style(_loss_with_gradient, _place),
    "loss_module": Style(_loss_module, _place),
    "network_with_loss": Style(_network_with_loss, _of_network),
    "module_with_dicts": Style(_module_with_dicts, _place, _is_single_module),
}
