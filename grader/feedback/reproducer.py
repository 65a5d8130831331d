"""Writes a few lines of Python that show a failure without the grader, in the hand-in's folder.

The inputs are drawn as the check draws them in a practice run, so that the numbers are the same to
the last digit. Only public draws are written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.checks.cases import Case, Cases
from grader.checks.draws import resolve_sizes
from grader.conventions.module_with_dicts import X, class_path
from grader.feedback.diagnosis import first_case
from grader.feedback.draw_code import draw_lines
from grader.handin import HandIn
from grader.plan import PlannedCheck
from grader.records import CheckResult, Compared

KEY: Final = "reproducer"  # in a check's evidence
SHOWN: Final = 4  # elements that are printed
CHARS_AT_MOST: Final = 2_000
MODULES: Final = "module_with_dicts"
FOLDERS: Final = ("folder", "zip")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One case of a check, as far as its lines need it.

    Attributes:
        name: of the function.
        forward: of the function whose gradient it is; empty elsewhere.
        seed: of the case, as Python writes it, without the brackets.
        arrays: what was compared.
    """

    name: str
    forward: str
    case: Case
    seed: str
    arrays: tuple[Compared, ...]

    @property
    def options(self) -> Mapping[str, Any]:
        return self.case.options


def reproducer(planned: PlannedCheck, result: CheckResult, handin: HandIn) -> str:
    """Writes the lines; nothing where the calling style has none, or they would be too many.

    Args:
        planned: the check, with public draws.
        result: of these draws.
        handin: whose it is.
    """
    common = getattr(planned.spec.params, "common", None)
    arrays, wrong = first_case(result)
    if not isinstance(common, Cases) or not wrong or handin.kind not in FOLDERS:
        return ""
    write = STYLES.get(common.convention.name)
    if write is None:
        return ""
    name = arrays[0].case
    index = next((at for at, each in enumerate(common.cases) if each.name == name), 0)
    style, case = common.convention.name, common.cases[index]
    subject, forward = planned.criterion.subject, str(getattr(planned.spec.params, "forward", ""))
    if style == MODULES:
        if not _is_single_module(case):
            return ""
        subject, forward = class_path(subject), forward and class_path(forward)
    asked = _Asked(_last(subject), _last(forward), case, f"{planned.seed}, {index}", arrays)
    lines = [
        *_imports(handin, subject, forward, common.convention.library),
        "",
        *draw_lines(case.inputs, case.sizes, f"[{asked.seed}]"),
        *write(asked),
        *_shown(wrong[0], _expression(style, wrong[0].name)),
    ]
    text = "\n".join(lines)
    return text if len(text) <= CHARS_AT_MOST else ""


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _imports(handin: HandIn, subject: str, forward: str, library: str) -> Iterator[str]:
    folder = handin.root.rpartition("/")[2]
    # A package called `code` cannot be imported: Python has a module of that name.
    package = "" if folder == "." or folder in sys.stdlib_module_names else f"{folder}."
    inside = "the folder of your files" if folder == "." else f"the folder {folder}"
    where = f"the folder that holds {folder}" if package else inside
    yield f"# Run this in {where}."
    yield "import numpy as np"
    if library:
        yield f"import {library}"
    for module in dict.fromkeys(path.rpartition(".")[0] for path in (forward, subject) if path):
        names = [_last(each) for each in (forward, subject) if each.rpartition(".")[0] == module]
        yield f"from {package}{module} import {', '.join(dict.fromkeys(names))}"


def _shown(one: Compared, expression: str) -> Iterator[str]:
    """Yields the lines that print what came out beside what was expected."""
    expected = np.asarray(one.expected)
    actual = np.asarray(one.actual)
    yield ""
    if actual.shape != expected.shape:
        yield f"print({expression}.shape)  # expected: {expected.shape}"
        return
    with np.errstate(all="ignore"):
        off = np.abs(actual.astype(float) - expected.astype(float)).ravel()
    worst = np.sort(np.argsort(-np.nan_to_num(off, nan=np.inf), kind="stable")[:SHOWN])
    numbers = ", ".join(f"{value:.8g}" for value in expected.ravel()[worst].tolist())
    yield f"print(np.ravel({expression})[{worst.tolist()}])"
    yield f"# expected: [{numbers}]"


def _expression(style: str, name: str) -> str:
    """Says where a compared value is found: `bn_param.running_mean` is an entry of a dictionary."""
    if style == "update_rule" and name == "next_w":
        return "w"
    owner, _, key = name.partition(".")
    return f'{owner}["{key}"]' if key else name


def _functions_with_cache(asked: _Asked) -> Iterator[str]:
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


def _upstream(asked: _Asked, upstream: Any) -> str:
    drawn = f"np.random.default_rng([{asked.seed}, 1]).normal(size={upstream.shape})"
    return drawn if upstream.dtype == np.float64 else f'{drawn}.astype("{upstream.dtype}")'


def _update_rule(asked: _Asked) -> Iterator[str]:
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


def _torch_function(asked: _Asked) -> Iterator[str]:
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


def _is_single_module(case: Case) -> bool:
    """Tells whether a class is a layer, whose parameters lie in its own dictionary."""
    drawn = case.inputs.keys() - {X, *case.options.get("cache", ())}
    asks = {"ask", "parts", "rename"} & case.options.keys()
    return X in case.inputs and drawn <= {"weight", "bias"} and not asks


def _module_with_dicts(asked: _Asked) -> Iterator[str]:
    made = resolve_sizes({"given": asked.options.get("construct", [])}, asked.case.sizes)["given"]
    given = made.items() if isinstance(made, Mapping) else ()
    listed = [f"{name}={value!r}" for name, value in given] or [repr(value) for value in made]
    new = f"{asked.name}({', '.join(listed)})"
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


def _listed(asked: _Asked) -> list[str]:
    """Writes the arguments, with those that make up a list in brackets."""
    lists = asked.options.get("lists", {})
    inside = {name: f"[{', '.join(names)}]" for names in lists.values() for name in names}
    return list(dict.fromkeys(inside.get(name, name) for name in asked.case.inputs))


STYLES: Final[Mapping[str, Callable[[_Asked], Iterator[str]]]] = {
    "functions_with_cache": _functions_with_cache,
    "update_rule": _update_rule,
    "torch_function": _torch_function,
    MODULES: _module_with_dicts,
}
