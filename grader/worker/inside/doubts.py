"""Which results of a hand-in may hang on what this machine does not have or has not run.

A library that is not installed is answered by stand-ins, which have no values: `len(data.classes)`
is 0 here, and 10 where the hand-in was written. Such statements are remembered, and what names what
they bind can be told from what a student got wrong. It is no proof of either, so a person decides.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import Final, Literal

from .compiled import CompiledModule
from .hollow import StandIn, has_torch, values_taken
from .name_sources import Sources

Why = Literal["library", "file", "training", "cut"]

# What courses use and the grader has not. A name that is none of these is a file that was not
# handed in, or a slip of the pen, and both are the hand-in's own.
LIBRARIES: Final = frozenset(
    "IPython PIL albumentations bokeh cv2 datasets einops fvcore google h5py imageio imgaug "
    "kornia lightning lightning_fabric livelossplot matplotlib medmnist mlxtend numba opacus "
    "optuna pandas plotly polars prettytable psutil pytorch_lightning ray seaborn skimage sklearn "
    "skorch statsmodels sympy tensorboard tensorboardX tensorboard_logger thop timm torchaudio "
    "torchinfo torchmetrics torchsummary torchtext torchvision torchviz tqdm transformers wandb "
    "xgboost".split()
)
_OF_TORCH: Final = frozenset(
    "kornia lightning lightning_fabric opacus pytorch_lightning skorch thop timm torchaudio "
    "torchinfo torchmetrics torchsummary torchtext torchvision torchviz".split()
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a result may be another one elsewhere.

    Attributes:
        why: a library or a file that is not here, or a statement that trains or was cut short.
        what: such as `torchvision.datasets.Imagenette`; empty where it has no name.
        module: dotted, of the statement at fault; empty where the judged code asked itself.
        line: of the module; 0 where it is not known.
    """

    why: Why
    what: str
    module: str = ""
    line: int = 0


@dataclass
class Doubts:
    """The statements of all modules that were run without what they need."""

    _roots: dict[str, dict[int, Doubt]] = field(default_factory=dict)  # by module and statement
    _read: dict[str, Sources] = field(default_factory=dict)

    def passed_over(self, module: CompiledModule, index: int, why: Why) -> None:
        """Notes that a statement of a notebook was not run, or not to its end."""
        if module.interactive:
            self._add(module, index, Doubt(why, "", module.name, module.lines[index]))

    def ran(self, module: CompiledModule, index: int, error: BaseException | None) -> None:
        """Notes after each statement what it asked of stand-ins, and what it did not find."""
        asked = _missed() or (_at_fault(error) if error is not None else "")
        values_taken.clear()
        line = module.lines[index]
        if asked:
            self._add(module, index, Doubt("library", asked, module.name, line))
        elif module.interactive and isinstance(error, FileNotFoundError):
            name = error.filename if isinstance(error.filename, str) else ""
            self._add(module, index, Doubt("file", name[:200], module.name, line))

    def about(self, module: CompiledModule, name: str) -> Doubt | None:
        """Finds what a name of a module that has run hangs on, through whatever it names."""
        roots = self._roots.get(module.name)
        if not roots:
            return None
        read = self._read.setdefault(module.name, Sources.of(module))
        return next((roots[index] for index in read.behind(name) if index in roots), None)

    def _add(self, module: CompiledModule, index: int, doubt: Doubt) -> None:
        self._roots.setdefault(module.name, {})[index] = doubt


def asked_meanwhile() -> Doubt | None:
    """Says what the code that is judged has asked of stand-ins since a module last ran."""
    path = _missed()
    return Doubt("library", path) if path else None


def note_fault(error: BaseException) -> None:
    """Remembers that something was raised because it was given a stand-in."""
    if path := _at_fault(error):
        values_taken.append(path)


def note_value(value: object) -> None:
    """Remembers that what was returned is a stand-in."""
    if type(value) is StandIn:
        values_taken.append(value._standin_path)


def _missed() -> str:
    """Returns the first stand-in that was asked for a value and is one of `LIBRARIES`."""
    return next((path for path in values_taken if _is_excused(path)), "")


def _at_fault(error: BaseException) -> str:
    """Returns the stand-in that a library of ours refused, as `conv2d` does by its type's name."""
    # Not by `str`, which may be the hand-in's own.
    words: tuple[object, ...] = BaseException.__dict__["args"].__get__(error)
    if not any(type(each) is str and StandIn.__name__ in each for each in words):
        return ""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        names = frame.f_code.co_names if frame.f_locals is frame.f_globals else frame.f_locals
        held = [frame.f_locals[name] for name in names if name in frame.f_locals]
        parts = [part for each in held if type(each) in (list, tuple) for part in each]
        paths = [str(each._standin_path) for each in (*held, *parts) if type(each) is StandIn]
        if excused := [path for path in paths if _is_excused(path)]:
            return excused[0]
    return ""


def _is_excused(path: str) -> bool:
    top = path.partition(".")[0]
    return top in LIBRARIES and (top not in _OF_TORCH or has_torch())
