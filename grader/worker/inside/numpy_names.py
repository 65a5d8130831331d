"""Gives NumPy back names and habits that newer versions have removed, and notes who uses them.

Hand-ins are judged by what they compute and not by the year they were written in. Only names that
the running version lacks are added.
"""

from __future__ import annotations

import functools
import inspect
import math
import warnings
from collections.abc import Callable, Collection, Mapping
from types import GeneratorType, ModuleType
from typing import Any, Final

import numpy as np

from .origin import ImportNote, make_note, where_used


class _Cast:
    """What `np.cast` was: `np.cast["f"](x)`."""

    def __getitem__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda value: np.asarray(value).astype(dtype)


def _in1d(ar1: Any, ar2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    return np.isin(np.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def _find_common_type(array_types: Any, scalar_types: Any) -> Any:
    return np.result_type(*array_types, *scalar_types)


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(a, dtype=dtype if np.issubdtype(dtype, np.inexact) else np.float64)


_TRAPEZOID: Final = getattr(np, "trapezoid", None) or getattr(np, "trapz", None)

# Name: release that removed it, what to write instead, what it is.
_REMOVED: Final[Mapping[str, tuple[str, str, Any]]] = {
    "Inf": ("2.0", "np.inf", math.inf),
    "Infinity": ("2.0", "np.inf", math.inf),
    "NAN": ("2.0", "np.nan", math.nan),
    "NINF": ("2.0", "-np.inf", -math.inf),
    "NZERO": ("2.0", "-0.0", -0.0),
    "NaN": ("2.0", "np.nan", math.nan),
    "PINF": ("2.0", "np.inf", math.inf),
    "PZERO": ("2.0", "0.0", 0.0),
    "alen": ("1.23", "len", len),
    "alltrue": ("2.0", "np.all", np.all),
    "asfarray": ("2.0", "np.asarray", _asfarray),
    "asscalar": ("1.23", "a.item()", lambda a: a.item()),
    "bool": ("1.24", "bool", bool),
    "bool8": ("2.0", "np.bool_", np.bool_),
    "cast": ("2.0", "np.asarray(a).astype", _Cast()),
    "cfloat": ("2.0", "np.complex128", np.complex128),
    "complex": ("1.24", "complex", complex),
    "complex_": ("2.0", "np.complex128", np.complex128),
    "cumproduct": ("2.0", "np.cumprod", np.cumprod),
    "find_common_type": ("2.0", "np.result_type", _find_common_type),
    "float": ("1.24", "float", float),
    "float_": ("2.0", "np.float64", np.float64),
    "in1d": ("2.4", "np.isin", _in1d),
    "infty": ("2.0", "np.inf", math.inf),
    "int": ("1.24", "int", int),
    "int0": ("2.0", "np.intp", np.intp),
    "long": ("1.24", "int", int),
    "longfloat": ("2.0", "np.longdouble", np.longdouble),
    "mat": ("2.0", "np.asmatrix", np.asmatrix),
    "math": ("1.26", "import math", math),
    "msort": ("2.0", "np.sort(a, axis=0)", lambda a: np.sort(a, axis=0)),
    "object": ("1.24", "object", object),
    "object0": ("2.0", "object", object),
    "product": ("2.0", "np.prod", np.prod),
    "rank": ("1.18", "np.ndim", np.ndim),
    "round_": ("2.0", "np.round", np.round),
    "row_stack": ("2.5", "np.vstack", np.vstack),
    "singlecomplex": ("2.0", "np.complex64", np.complex64),
    "sometrue": ("2.0", "np.any", np.any),
    "str": ("1.24", "str", str),
    "string_": ("2.0", "np.bytes_", np.bytes_),
    "trapz": ("2.4", "np.trapezoid", _TRAPEZOID),
    "uint0": ("2.0", "np.uintp", np.uintp),
    "unicode": ("1.24", "str", str),
    "unicode_": ("2.0", "np.str_", np.str_),
}


# What parts of NumPy have lost in 2.0: what to write instead, what it is.
_REMOVED_FROM: Final[Mapping[ModuleType, Mapping[str, tuple[str, Any]]]] = {
    np.lib: {"pad": ("np.pad", np.pad)},
    np.linalg: {"linalg": ("np.linalg", np.linalg)},
}


def missing_names(look_up: Callable[[str], Any]) -> frozenset[str]:
    """Finds the old names that NumPy's own `__getattr__` refuses or warns about.

    Names that are still in its namespace are its own, though calling some of them warns.
    """

    def is_missing(name: str) -> bool:
        try:
            look_up(name)
        except (AttributeError, Warning):
            return True
        return False

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return frozenset(name for name in _REMOVED if name not in vars(np) and is_missing(name))


# Found out once, in the process that workers are forks of.
MISSING: Final = missing_names(vars(np)["__getattr__"])


class OldNames:
    """The installed names.

    Args:
        notes: where the first use of each name is noted.
        missing: the names to add; those that the running version lacks unless told otherwise.
    """

    def __init__(self, notes: list[ImportNote], missing: Collection[str] | None = None) -> None:
        self._notes = notes
        self._noted: set[str] = set()
        self._getattr: Callable[[str], Any] = np.__dict__["__getattr__"]
        self._of_parts = {part: vars(part).get("__getattr__") for part in _REMOVED_FROM}
        self._reshape = np.reshape
        self._sum = np.sum
        self._array = np.array
        self._missing = MISSING if missing is None else missing

    def install(self) -> None:
        """Puts the names, and what some functions once took, in place."""
        vars(np)["__getattr__"] = self._look_up
        for part, usual in self._of_parts.items():
            vars(part)["__getattr__"] = self._make_look_up(part, usual)
        vars(np)["array"] = self._make_array()
        vars(np)["reshape"] = self._make_reshape()
        vars(np)["sum"] = self._make_sum()

    def remove(self) -> None:
        """Undoes `install`."""
        vars(np)["__getattr__"] = self._getattr
        for part, usual in self._of_parts.items():
            vars(part)["__getattr__"] = usual
            if usual is None:
                del vars(part)["__getattr__"]
        vars(np)["array"] = self._array
        vars(np)["reshape"] = self._reshape
        vars(np)["sum"] = self._sum

    def _look_up(self, name: str) -> Any:
        if name not in self._missing:
            return self._getattr(name)
        release, advice, value = _REMOVED[name]
        self._note(name, f"`np.{name}` was removed in NumPy {release}; write `{advice}`.")
        return value

    def _make_look_up(
        self, part: ModuleType, usual: Callable[[str], Any] | None
    ) -> Callable[[str], Any]:
        def look_up(name: str) -> Any:
            if name in _REMOVED_FROM[part]:
                there, value = _REMOVED_FROM[part][name]
                whole = f"np.{part.__name__.rpartition('.')[2]}.{name}"
                self._note(whole, f"`{whole}` was removed in NumPy 2.0; write `{there}`.")
                return value
            if usual is not None:
                return usual(name)
            raise AttributeError(f"module {part.__name__!r} has no attribute {name!r}")

        return look_up

    def _make_array(self) -> Callable[..., Any]:
        real = self._array

        @functools.wraps(real)
        def array(*args: Any, **kwargs: Any) -> Any:
            if kwargs.get("copy", True) is False:
                self._note("array", _ARRAY_ADVICE)
                kwargs["copy"] = None  # as NumPy did: only where it has to be
            return real(*args, **kwargs)

        return array

    def _make_reshape(self) -> Callable[..., Any]:
        real = self._reshape
        keyword = "shape" if "shape" in inspect.signature(real).parameters else "newshape"

        @functools.wraps(real)
        def reshape(*args: Any, **kwargs: Any) -> Any:
            if "newshape" in kwargs:
                self._note("reshape", _RESHAPE_ADVICE)
                kwargs[keyword] = kwargs.pop("newshape")
                if "a" in kwargs:
                    args = (kwargs.pop("a"), *args)
            return real(*args, **kwargs)

        return reshape

    def _make_sum(self) -> Callable[..., Any]:
        real = self._sum

        @functools.wraps(real)
        def sum_(*args: Any, **kwargs: Any) -> Any:
            if args and isinstance(args[0], GeneratorType):
                self._note("sum", _SUM_ADVICE)
                return sum(args[0])  # as NumPy did; it looked at no axis then
            return real(*args, **kwargs)

        return sum_

    def _note(self, name: str, message: str) -> None:
        if name not in self._noted:
            self._noted.add(name)
            self._notes.append(make_note(*where_used(), "old_numpy_name", message))


_RESHAPE_ADVICE: Final = (
    "`np.reshape(a, newshape=...)` was removed in NumPy 2.4; write `np.reshape(a, ...)`."
)
_ARRAY_ADVICE: Final = (
    "`np.array(a, copy=False)` refuses to copy since NumPy 2.0; write `np.asarray(a)`."
)
_SUM_ADVICE: Final = (
    "`np.sum` of a generator was removed in NumPy 2.4; write Python's own `sum`, or a list."
)


def install(notes: list[ImportNote]) -> OldNames:
    """Installs the old names in this process and returns them; see `OldNames`."""
    names = OldNames(notes)
    names.install()
    return names
