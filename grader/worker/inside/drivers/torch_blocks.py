"""Puts stand-ins for a network's blocks, so that the network is judged and not its blocks.

A stand-in has the constructor of the hand-in's own block and keeps the shapes that such a block
has to; what it computes is nothing that anybody would learn with. It notes each call. The class of
the blocks stays where and what it is and only makes other objects, because a network may have kept
it before, and may ask it for an attribute such as `expansion`. What a network reads of a block,
such as a layer that it initialises, is asked of a real one. A network may count its parameters
while it is made, and refuse itself where they are not as many as they should be; see `maker`.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import torch
from torch import nn

from . import binding

_kept: Final[dict[str, Any]] = {}  # what `replace` has changed, until `restore`
# What stand-ins hold while a network is made: nothing, a real block, or as much as a right one.
_SHOWN: Final = ("", "real", "right")


def replace(owner: type, name: str) -> None:
    """Has the class of a network's blocks make stand-ins.

    Args:
        owner: class of the network.
        name: of the block's class in the network's module; where there is none, nothing is done.
    """
    real = getattr(sys.modules[owner.__module__], name, None)
    _kept.update(real=real, calls=[], made=[], shown="")
    if not isinstance(real, type):
        return
    make = real.__new__ if "__new__" in vars(real) else _make_of_the_base(real)
    stand_in = _stand_in(real, make, _kept["calls"])

    def make_stand_in(cls: type, *args: Any, **kwargs: Any) -> Any:
        # What is of another class gets no `__init__` of this one.
        return (stand_in if cls is real else functools.partial(make, cls))(*args, **kwargs)

    _kept["make"] = make
    real.__new__ = make_stand_in  # type: ignore[method-assign, assignment]


def restore() -> Any:
    """Makes real blocks again; returns what was noted of each call, and nothing without calls.

    Returns:
        `blocks`, rows of channels in and out, stride, and height of the output; how many
        `different blocks` were called, for one may stand for two; and `blocks in training mode`,
        because one that the network does not know for a part of it stays so.
    """
    if isinstance(_kept.get("real"), type):
        _kept["real"].__new__ = _kept["make"]
    if not _kept.get("calls"):
        return None
    sizes, blocks, modes = zip(*_kept["calls"], strict=True)
    noted = {
        "blocks": sizes,
        "different blocks": len(set(blocks)),
        "blocks in training mode": sum(modes),
    }
    return {name: torch.tensor(each, dtype=torch.float64) for name, each in noted.items()}


def maker(owner: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a constructor of the network that lets it count parameters while it is made.

    Stand-ins have no parameters. Where the network cannot be made so, they hold a real block until
    it is made. Where that does not help either, its own block may be wrong, which is charged
    elsewhere: then they hold as many numbers as a right one.

    Args:
        owner: class of the network, or what makes it; its blocks are replaced.
    """
    if not isinstance(_kept["real"], type):
        return owner

    def make(*args: Any, **kwargs: Any) -> Any:
        faults: dict[str, Exception] = {}
        for shown in _SHOWN:
            _kept["shown"] = shown
            try:
                network = owner(*args, **kwargs)
                break
            except Exception as error:
                faults[shown] = error
            finally:
                _hide()
        else:
            raise faults["real"]  # which is what its author sees as well
        if isinstance(network, nn.Module):
            # What ran before, such as in the constructor, is not what is asked.
            network.register_forward_pre_hook(lambda *_: _kept["calls"].clear())
        return network

    return make


def _hide() -> None:
    """Takes from the stand-ins what they have shown; those made from here on show nothing."""
    _kept["shown"] = ""
    for stand_in in _kept["made"]:
        stand_in.shown = None
    _kept["made"].clear()


def _make_of_the_base(real: Any) -> Callable[..., Any]:
    """Returns a `__new__` that does what there was without one.

    A class whose `__new__` was taken away again is no more what it was: it refuses all arguments.
    """

    @functools.wraps(real.__init__)  # so that the class keeps its signature
    def make(cls: Any, *args: Any, **kwargs: Any) -> Any:
        base = super(real, cls).__new__
        return base(cls) if base is object.__new__ else base(cls, *args, **kwargs)

    return make


def _stand_in(real: type, make: Callable[..., Any], calls: list[Any]) -> type:
    signature = inspect.signature(real)

    class StandIn(nn.Module):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__()
            self.sizes = _sizes(signature.bind(*args, **kwargs))
            # Made when it is asked for, as one that cannot be made costs nothing here; kept in a
            # function, as its parameters are not the network's.
            self.real = functools.cache(functools.partial(_real, real, make, args, kwargs))
            self.shown = self._shown()
            _kept["made"].append(self)

        def _shown(self) -> nn.Module | None:
            if _kept["shown"] == "real":
                with suppress(Exception):  # charged where the block is judged
                    return self.real()  # type: ignore[no-any-return]
            return _as_large_as_a_right_one(*self.sizes) if _kept["shown"] else None

        @property  # type: ignore[misc]  # not to be set
        def __class__(self) -> type:
            return real  # for isinstance()

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__") or "real" not in self.__dict__:
                return super().__getattr__(name)
            return getattr(self.real(), name)

        def forward(self, x: Any) -> Any:
            inputs, outputs, stride = self.sizes
            if x.shape[1] != inputs:
                raise ValueError(
                    f"a {real.__name__} made for {inputs} channels was given {x.shape[1]}"
                )
            # A neighbour is added, so that it matters at which size a block works.
            some = (x + torch.roll(x, 1, dims=3))[:, :, ::stride, ::stride]
            calls.append(((inputs, outputs, stride, some.shape[2]), self, self.training))
            scale = torch.linspace(0.5, 1.5, outputs).reshape(-1, 1, 1)
            return torch.sin(scale * some[:, torch.arange(outputs) % inputs] + 0.3)

    StandIn.__name__ = StandIn.__qualname__ = real.__name__
    return StandIn


def _as_large_as_a_right_one(inputs: int, outputs: int, stride: int) -> nn.Module:
    """Holds the parameters of two convolutions of 3 by 3 and, where needed, one of 1 by 1.

    None has a bias, and each has a scale and a shift for each of its outputs.
    """
    count = 9 * inputs * outputs + 9 * outputs * outputs + 4 * outputs
    if stride != 1 or inputs != outputs:
        count += inputs * outputs + 2 * outputs
    return nn.ParameterList([nn.Parameter(torch.zeros(count))])


def _real(
    real: type, make: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    block = make(real, *args, **kwargs)
    block.__init__(*args, **kwargs)
    return block


def _sizes(bound: inspect.BoundArguments) -> tuple[int, int, int]:
    bound.apply_defaults()
    named = bound.signature.parameters.values()
    given = {
        role: bound.arguments[each.name]
        for role in ("channels", "filters", "stride", "halving")
        for each in named
        if binding.is_named(each, role)
    }
    numbers = [each for each in bound.arguments.values() if type(each) is int]
    inputs = int(given.get("channels", numbers[0]))
    outputs = int(given.get("filters", numbers[1] if numbers[1:] else inputs))
    stride = given.get("stride", 2 if given.get("halving") else 1)
    stride = stride[0] if isinstance(stride, (tuple, list)) else stride
    return inputs, outputs, int(stride)
