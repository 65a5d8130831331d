"""Libraries that course code leans on, with the few names it uses made to work.

They bridge Python 2 and 3, draw progress bars, count what is right or make a network that is known
by its name; none of them is worth an installation.
"""

from __future__ import annotations

import builtins
import functools
import io
import itertools
import numbers
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final

import numpy as np

from .hollow import StandIn

# Imports that mean a module of today's standard library.
RENAMED: Final[Mapping[str, str]] = {
    "ConfigParser": "configparser",
    "Queue": "queue",
    "StringIO": "io",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "cStringIO": "io",
    "future.builtins": "builtins",
    "future.moves.pickle": "pickle",
    "future.moves.urllib": "urllib",
    "future.moves.urllib.request": "urllib.request",
    "six.moves.builtins": "builtins",
    "six.moves.cPickle": "pickle",
    "six.moves.configparser": "configparser",
    "six.moves.queue": "queue",
    "six.moves.urllib": "urllib",
    "six.moves.urllib.error": "urllib.error",
    "six.moves.urllib.parse": "urllib.parse",
    "six.moves.urllib.request": "urllib.request",
    "urllib2": "urllib.request",
}


class ProgressBar:
    """Iterates over what it is given and draws nothing."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_args: Any, **_kwargs: Any) -> None:
        self.iterable: Any = () if iterable is None else iterable
        self.n = 0

    def __call__(self, iterable: Iterable[Any], *_args: Any, **_kwargs: Any) -> Iterable[Any]:
        """Gives back what is iterated over, as one of `progressbar` is called with it."""
        return iterable

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    @staticmethod
    def write(*texts: Any, **_kwargs: Any) -> None:
        """Prints, as the real one does between two states of the bar."""
        print(*texts)  # noqa: T201  # this is what the hand-in asks for

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_args, **_kwargs: None


def old_div(left: Any, right: Any) -> Any:
    """Divides as Python 2 did: whole numbers give a whole number."""
    if isinstance(left, numbers.Integral) and isinstance(right, numbers.Integral):
        return left // right
    return left / right


def accuracy_score(
    y_true: Any, y_pred: Any, *, normalize: bool = True, sample_weight: Any = None
) -> float:
    """Tells how many samples are classified rightly; of several labels all have to agree."""
    agree = np.asarray(y_true) == np.asarray(y_pred)
    right = agree.reshape(len(agree), -1).all(axis=1)
    weights = np.ones(len(right)) if sample_weight is None else np.asarray(sample_weight)
    total = float(np.dot(right, weights))
    return total / float(weights.sum()) if normalize else total


def _network(name: str) -> Callable[..., Any]:
    """Returns what makes one of `residual_networks`, and nothing where PyTorch is not there."""

    def make(*args: Any, **kwargs: Any) -> Any:
        # Loaded with PyTorch: an import below a hand-in's frame would be answered by a stand-in.
        networks = sys.modules.get(f"{__package__}.drivers.residual_networks")
        if networks is None:
            return StandIn(f"torchvision.models.{name}", True)
        return getattr(networks, name)(*args, **kwargs)

    return make


def _with_metaclass(meta: type, *bases: type) -> type:
    made: type = meta("WithMetaclass", bases or (object,), {})
    return made


def _same(value: Any) -> Any:
    return value


def _progress() -> dict[str, Any]:
    return {
        "tqdm": ProgressBar,
        "tqdm_notebook": ProgressBar,
        "tnrange": lambda *args, **_kwargs: ProgressBar(range(*args)),
        "trange": lambda *args, **_kwargs: ProgressBar(range(*args)),
    }


_OLD_ITERATION: Final[Mapping[str, Any]] = {
    "PY2": False,
    "PY3": True,
    "iteritems": lambda mapping: iter(mapping.items()),
    "iterkeys": lambda mapping: iter(mapping.keys()),
    "itervalues": lambda mapping: iter(mapping.values()),
    "viewitems": lambda mapping: mapping.items(),
    "viewkeys": lambda mapping: mapping.keys(),
    "viewvalues": lambda mapping: mapping.values(),
    "with_metaclass": _with_metaclass,
}
_OLD_TYPES: Final[Mapping[str, Any]] = {
    "basestring": str,
    "long": int,
    "raw_input": lambda *prompt: builtins.input(*prompt),
    "reduce": functools.reduce,
    "unichr": chr,
    "unicode": str,
    "xrange": range,
}


def _list_of(function: Callable[..., Iterable[Any]]) -> Callable[..., list[Any]]:
    return lambda *args: list(function(*args))


CONTENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "past": {},
    "past.builtins": {
        **_OLD_TYPES,
        "dict": dict,
        "filter": _list_of(filter),
        "list": list,
        "map": _list_of(map),
        "range": _list_of(range),
        "str": str,
        "zip": _list_of(zip),
    },
    "past.utils": {"old_div": old_div, "PY2": False, "PY3": True},
    "future": {},
    "future.standard_library": {
        "install_aliases": lambda: None,
        "install_hooks": lambda: None,
        "remove_hooks": lambda: None,
    },
    "future.utils": {
        **_OLD_ITERATION,
        "lfilter": _list_of(filter),
        "lmap": _list_of(map),
        "lrange": _list_of(range),
        "lzip": _list_of(zip),
        "native": _same,
        "python_2_unicode_compatible": _same,
    },
    "six": {
        **_OLD_ITERATION,
        "BytesIO": io.BytesIO,
        "StringIO": io.StringIO,
        "b": lambda text: text.encode("latin-1"),
        "binary_type": bytes,
        "integer_types": (int,),
        "print_": print,
        "string_types": (str,),
        "text_type": str,
        "u": _same,
    },
    "six.moves": {
        **_OLD_TYPES,
        "filter": filter,
        "input": lambda *prompt: builtins.input(*prompt),
        "map": map,
        "range": range,
        "zip": zip,
        "zip_longest": itertools.zip_longest,
    },
    "numba": {"prange": range},
    "progressbar": {"ProgressBar": ProgressBar, "progressbar": ProgressBar},
    "rich.progress": {"track": ProgressBar},
    # The rest of the library is not there.
    "sklearn.metrics": {"accuracy_score": accuracy_score},
    "torchvision.models": {name: _network(name) for name in ("resnet18", "resnet34")},
    "tqdm": _progress(),
    "tqdm.auto": _progress(),
    "tqdm.autonotebook": _progress(),
    "tqdm.notebook": _progress(),
    "tqdm.std": _progress(),
    "typing_extensions": {
        name: value for name, value in vars(typing).items() if not name.startswith("_")
    },
}


def has_part(library: str, name: str) -> bool:
    """Says whether a lookalike has a submodule of this name."""
    return f"{library}.{name}" in CONTENTS or f"{library}.{name}" in RENAMED


def is_there(library: str) -> bool:
    """Says whether some names of a library, or of a part of it, work."""
    return any(f"{name}.".startswith(f"{library}.") for name in CONTENTS)


def fill(module: ModuleType) -> None:
    """Puts a lookalike's names into a module that stands in for it."""
    module.__dict__.update(CONTENTS.get(module.__name__, {}))
