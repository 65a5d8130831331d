"""Lets code that was written for a GPU, or for several processes, run where there is neither.

A hand-in that says `.to("cuda")` without asking is right on the machine that it was written on, and
a loader with four processes gives the batches that one gives. So `cuda` means `cpu` where PyTorch
has no GPU, and loaders read in the worker's own process, which may not start others.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import torch
from torch.nn.parameter import UninitializedParameter

_MOVES: Final = ("to", "cuda")
_MAKERS: Final = (
    *("arange", "as_tensor", "empty", "empty_like", "eye", "full", "full_like", "linspace"),
    *("ones", "ones_like", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"),
    *("tensor", "zeros", "zeros_like"),
)
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
        setattr(torch, name, _made(getattr(torch, name)))


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
    """Replaces a GPU among the arguments by the CPU."""
    if isinstance(value, torch.device) and value.type == "cuda":
        return torch.device("cpu")
    if type(value) is str and value.partition(":")[0] == "cuda":
        return "cpu"
    return value
