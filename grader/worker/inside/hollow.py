"""Objects that stand in for libraries which are not there: everything exists, nothing computes.

Whatever a file does with a plotting or data library while it is imported goes through: attributes,
calls, subclassing, `with`, loops. Only a number cannot be had; asking for one raises `StandInUsed`.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any, Final, NoReturn

_UNPACK: Final = opcode.opmap["UNPACK_SEQUENCE"]
# The NumPy questions of a course are next to its PyTorch or TensorFlow ones.
_FRAMEWORKS: Final = frozenset({"jax", "keras", "tensorflow", "torch", "torchvision"})
# Called with a function, these return another one; anything else may be a decorator.
_TRANSFORMS: Final = frozenset(
    {"elementwise_grad", "grad", "hessian", "jacobian", "jvp", "value_and_grad", "vjp", "vmap"}
)
_ARITHMETIC: Final = (
    "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor radd rsub rmul "
    "rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand rxor iadd isub imul "
    "imatmul itruediv ifloordiv imod ipow neg pos abs invert lt le gt ge int float complex index "
    "round trunc floor ceil array array_ufunc array_function"
).split()


TAKEN_AT_MOST: Final = 100
# Of which stand-ins a value was had, or asked for, in order; see `doubts`.
values_taken: list[str] = []


class StandInUsed(RuntimeError):  # noqa: N818  # it says what happened, as all of ours do
    """A value was needed from a library that is not available in grading."""


class StandIn:
    """Anything below a library that is not there.

    Args:
        path: dotted, such as `torch.nn.Linear`.
        called: whether this is what calling `path` returned.
    """

    def __init__(self, path: str, called: bool = False) -> None:
        self.__dict__.update(_standin_path=path, _standin_called=called)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_standin")):
            raise AttributeError(f"{self._standin_path} stands in and has no {name}")
        value = self.__dict__[name] = make_attribute(self._standin_path, name)
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Returns a stand-in, but gives a decorated function or class back as it is."""
        name = self._standin_path.rpartition(".")[2]
        if len(args) == 1 and not kwargs and isinstance(args[0], FunctionType | type):
            return StandIn(self._standin_path, True) if name in _TRANSFORMS else args[0]
        result = StandIn(self._standin_path, True)
        return (result, StandIn(self._standin_path, True)) if name == "subplots" else result

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> tuple[type]:
        return (self._standin_class(),)

    def _standin_class(self) -> type:
        known: type | None = self.__dict__.get("_standin_made")
        if known is None:
            path = self._standin_path
            known = type(path.rpartition(".")[2], (HollowBase,), {"_standin_path": path})
            self.__dict__["_standin_made"] = known
        return known

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._standin_class())

    def __subclasscheck__(self, kind: type) -> bool:
        return issubclass(kind, self._standin_class())

    def __getitem__(self, _key: Any) -> StandIn:
        return StandIn(self._standin_path, self._standin_called)

    def __setitem__(self, _key: Any, _value: Any) -> None:
        pass

    def __delitem__(self, _key: Any) -> None:
        pass

    def __iter__(self) -> Iterator[StandIn]:
        # `train, test = split(data)` wants as many parts as there are names; a loop wants none.
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        count = code[at + 1] if at >= 0 and code[at] == _UNPACK else 0
        if not count:
            _take(self)
        return iter([StandIn(self._standin_path, self._standin_called) for _ in range(count)])

    def __len__(self) -> int:
        _take(self)
        return 0

    def __bool__(self) -> bool:
        _take(self)
        return False

    def __contains__(self, _value: object) -> bool:
        _take(self)
        return False

    def __or__(self, _other: Any) -> StandIn:
        return self  # `torch.Tensor | None` in an annotation

    __ror__ = __or__

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __deepcopy__(self, _memo: Any) -> StandIn:
        return self

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return f"<stand-in for {self._standin_path}{'()' if self._standin_called else ''}>"


def _take(asked: StandIn | HollowBase) -> None:
    if len(values_taken) < TAKEN_AT_MOST:
        values_taken.append(asked._standin_path)


def _refuse(self: StandIn, *_args: Any, **_kwargs: Any) -> NoReturn:
    _take(self)
    raise StandInUsed(refusal(self._standin_path, self._standin_called))


for _name in _ARITHMETIC:
    setattr(StandIn, f"__{_name}__", _refuse)


class HollowBase:
    """Base of a class that derives from something which is not there."""

    _standin_path = ""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    def __init_subclass__(cls, **_kwargs: Any) -> None:
        super().__init_subclass__()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls `forward`, as modules of PyTorch and `call`, as layers of Keras do."""
        kind = type(self)
        forward = getattr(kind, "forward", None) or getattr(kind, "call", None)
        if forward is None:
            return StandIn(self._standin_path, True)
        return forward(self, *args, **kwargs)

    def __getattr__(self, name: str) -> NoReturn:
        _take(self)
        raise _MissingAttribute(
            f"`{type(self).__name__}.{name}` does not exist: the class derives from "
            f"{self._standin_path}, which is not available in grading."
        )


class _MissingAttribute(AttributeError, StandInUsed):  # noqa: N818  # as above
    """An attribute that the real base class would have had, perhaps."""


class HollowModule(ModuleType):
    """A library that is not there, or a part of one."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "Stands in for a library that is not available in grading.")
        self.__dict__["__path__"] = []
        self.__dict__["__version__"] = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} stands in and has no {name}")
        value = self.__dict__[name] = make_attribute(self.__name__, name)
        return value

    def __call__(self, *_args: Any, **_kwargs: Any) -> StandIn:
        """Returns a stand-in: some libraries' modules are called by mistake or by trick."""
        return StandIn(self.__name__, True)


def make_attribute(path: str, name: str) -> Any:
    """Makes what `path.name` is: an exception class where the name says so, else a `StandIn`."""
    if name.endswith(("Error", "Exception")):
        return type(name, (Exception,), {"__module__": path})
    return StandIn(f"{path}.{name}")


def has_torch() -> bool:
    """Says whether this worker has PyTorch itself."""
    torch = sys.modules.get("torch")
    return torch is not None and not isinstance(torch, HollowModule)


def refusal(path: str, called: bool) -> str:
    """Says which library's value was asked for, and that there is none."""
    top = path.partition(".")[0]
    why = "is not available in grading"
    if top in _FRAMEWORKS and not (top == "torchvision" and has_torch()):
        why = "is not part of this assignment's NumPy questions"
    return f"`{path}` was {'called' if called else 'used as a value'}, but {top} {why}."
