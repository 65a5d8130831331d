"""Lets code that was written for a GPU, or for several processes, run where there is neither.

A hand-in that says `.to("cuda")` without asking is right on the machine that it was written on, and
a loader with four processes gives the batches that one gives. So `cuda` means `cpu` where PyTorch
has no GPU, and loaders read in the worker's own process, which may not start others.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

import torch
from torch.jit import _builtins
from torch.nn.parameter import UninitializedParameter

_MOVES: Final = ("to", "cuda")
_MAKERS: Final = (
    *("arange", "as_tensor", "empty", "empty_like", "eye", "full", "full_like", "linspace"),
    *("ones", "ones_like", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"),
    *("asarray", "logspace", "normal", "tensor", "zeros", "zeros_like"),
)
_METHODS: Final = ("new_empty", "new_full", "new_ones", "new_tensor", "new_zeros")
# Of PyTorch 0.4 and before: `x.type(torch.cuda.FloatTensor)`.
_TYPES: Final = ("ByteTensor", "DoubleTensor", "FloatTensor", "IntTensor", "LongTensor")
_GPUS: Final = ("cuda", "mps")
_OF_SEVERAL: Final = ("multiprocessing_context", "persistent_workers", "prefetch_factor", "timeout")


def use_one_process() -> None:
    """Has every `DataLoader` read in the process that iterates over it."""
    begin = torch.utils.data.DataLoader.__init__

    @functools.wraps(begin)
    def alone(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        # Set afterwards: it refuses to change, and options for several processes need several.
        for name in _OF_SEVERAL:
            self.__dict__[name] = None if name != "timeout" else 0
        self.__dict__.update(num_workers=0, persistent_workers=False)

    torch.utils.data.DataLoader.__init__ = alone  # type: ignore[method-assign]


def use_the_cpu() -> None:
    """Has `cuda` mean `cpu`."""
    for owner in (torch.Tensor, torch.nn.Module):
        for name in _MOVES:
            setattr(owner, name, _moved(getattr(owner, name), name))
    # A parameter of a lazy layer takes no other methods than those that it knows by themselves.
    known = getattr(UninitializedParameter, "_allowed_methods", [])
    known.extend(getattr(torch.Tensor, name) for name in _MOVES)
    for name in _MAKERS:
        _replace_maker(name)
    for name in _METHODS:
        setattr(torch.Tensor, name, _made(getattr(torch.Tensor, name)))
    setattr(torch.Tensor, "pin_memory", _itself)  # noqa: B010  # PyTorch's types allow no other
    for name in _TYPES:
        setattr(torch.cuda, name, getattr(torch, name))
    # Nothing computes elsewhere, so there is nothing to wait for and nothing to choose.
    torch.cuda.__dict__.update(
        synchronize=_nothing,
        set_device=_nothing,
        reset_peak_memory_stats=_nothing,
        device=nullcontext,
        Event=Event,
    )


def _replace_maker(name: str) -> None:
    maker = getattr(torch, name)
    made = _made(maker)
    setattr(torch, name, made)
    # Scripts know PyTorch's functions by their identity, and forward derivatives are scripts.
    known = _builtins._find_builtin(maker)  # type: ignore[no-untyped-call]
    if known is not None:
        _builtins._register_builtin(made, known)


class Event:
    """A moment on the clock, in place of one of a GPU's own."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._moment_s = 0.0

    def record(self, stream: Any = None) -> None:
        """Takes the moment."""
        self._moment_s = time.perf_counter()

    def elapsed_time(self, end_event: Event) -> float:
        """Returns the milliseconds until another moment."""
        return 1000 * (end_event._moment_s - self._moment_s)

    def synchronize(self) -> None:
        """Waits for nothing."""

    def query(self) -> bool:
        """Says that all is done."""
        return True


def _itself(tensor: Any, *_: Any, **__: Any) -> Any:
    return tensor


def _nothing(*_: Any, **__: Any) -> None:
    pass


def _moved(move: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(move)
    def moved(self: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "cuda":
            return self
        return move(self, *map(_there, args), **{key: _there(each) for key, each in kwargs.items()})

    return moved


def _made(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def made(*args: Any, **kwargs: Any) -> Any:
        if "device" in kwargs:
            kwargs["device"] = _there(kwargs["device"])
        return make(*args, **kwargs)

    return made


def _there(value: Any) -> Any:
    """Replaces a GPU among the arguments by the CPU; a number alone is that of a GPU."""
    if isinstance(value, torch.device) and value.type in _GPUS:
        return torch.device("cpu")
    if type(value) is int or (type(value) is str and value.partition(":")[0] in _GPUS):
        return "cpu"
    return value
