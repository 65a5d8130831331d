"""Finds the network of a hand-in that takes and gives what is asked for, whatever it is called.

Where a text leaves a name free, a class has the student's own, or arguments that only the line has
in which an instance is made. So classes are tried first, then instances of the hand-in's classes,
then those of the library's; the latest of each first.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import torch
from torch import nn

ROWS: Final = 2  # of the batch that is tried
REMEMBERED: Final = 64  # instances; a notebook has a few
_ITS_OWN: Final = (Exception, SystemExit)  # what a candidate may raise


class NetworkFinder:
    """Looks for one network among the names of one module.

    Args:
        inputs: shape of one example.
        outputs: how many scores an example may get; a single one may be without an axis of its own.
    """

    def __init__(self, inputs: list[int], outputs: list[int]) -> None:
        self._inputs = inputs
        self._outputs = outputs
        self._made: dict[int, tuple[str, nn.Module]] = {}  # by id

    def watch(self, namespace: Mapping[str, Any]) -> None:
        """Remembers instances while a module runs: notebooks call one after the other `model`."""
        for name, value in list(namespace.items()):
            if _is_made(value) and type(name) is str and id(value) not in self._made:
                self._made[id(value)] = (name, value)
                if len(self._made) > REMEMBERED:
                    del self._made[next(iter(self._made))]

    def find(
        self,
        namespace: Mapping[str, Any],
        name: str,
        own: Collection[str],
        lines: Mapping[str, int],
        used: bool = False,
    ) -> Callable[[], Any] | None:
        """Returns what makes the network; `None` where nothing fits, or the name is taken.

        A class or function of that name stays, but for a class that asks for arguments: then an
        instance of it is looked for. An instance of that name is taken, whether it fits or not.

        Args:
            namespace: of the module, which has run.
            name: what the network is to be called.
            own: names of the modules whose classes are the hand-in's own.
            lines: where the module defines its classes.
            used: whether other statements of the module name what has the name. Then a class that
                asks for arguments is given some where it could not be seen, such as in terms of
                data that are not here, and what is returned has no name.
        """
        self.watch(namespace)
        given = namespace.get(name)
        if _is_made(given):
            return _copies(given, name)
        if given is not None and not (_is_network(given) and _asks_for_arguments(given)):
            return None
        with torch.random.fork_rng(devices=()):
            candidates = self._candidates(namespace, own, lines, given)
            found = next((each for each in candidates if self._fits(each)), None)
        made = any(type(each) is given for _, each in self._made.values())
        return _nameless(given) if given is not None and used and not made else found

    def _candidates(
        self,
        namespace: Mapping[str, Any],
        own: Collection[str],
        lines: Mapping[str, int],
        given: Any,
    ) -> Iterator[Callable[[], Any]]:
        if given is None:
            classes = [
                value
                for value in namespace.values()
                if _is_network(value) and value.__module__ in own
            ]
            # A stable sort: what was imported is earlier than what is defined here.
            classes.sort(key=lambda each: lines.get(each.__name__, 0))
            yield from reversed(classes)
        made = [
            (type(each).__module__ in own, _is_single(each), variable, each)
            for variable, each in reversed(list(self._made.values()))
            if given is None or type(each) is given
        ]
        # A single layer, made to compare with, may take and give the same, so it comes last. A
        # stable sort: the latest of each stays first.
        for is_own, _, variable, each in sorted(made, key=lambda one: (not one[0], one[1])):
            yield _copies(each, type(each).__name__ if is_own else variable)

    def _fits(self, build: Callable[[], Any]) -> bool:
        """Builds a network and runs it on zeros."""
        try:
            network = build()
            network.eval()
            with torch.no_grad():
                out = network(torch.zeros(ROWS, *self._inputs))
            shapes = [(ROWS, count) for count in self._outputs]
            if 1 in self._outputs:
                shapes.append((ROWS,))  # type: ignore[arg-type]  # one axis less
            learned = any(True for _ in network.parameters())
            return learned and isinstance(out, torch.Tensor) and tuple(out.shape) in shapes
        except _ITS_OWN:
            return False


# By the type, because what an object of the hand-in says of itself may raise.
def _is_made(value: Any) -> bool:
    return issubclass(type(value), nn.Module)


def _is_network(value: Any) -> bool:
    return issubclass(type(value), type) and issubclass(value, nn.Module)


def _is_single(module: nn.Module) -> bool:
    return next(module.children(), None) is None


def _asks_for_arguments(constructor: Any) -> bool:
    try:
        inspect.signature(constructor).bind()
    except TypeError:
        return True
    except ValueError:  # no signature
        return False
    return False


def _nameless(constructor: Callable[[], Any]) -> Callable[[], Any]:
    def build() -> Any:
        return constructor()

    build.__name__ = build.__qualname__ = ""
    return build


def _copies(instance: Any, name: str) -> Callable[[], Any]:
    """Makes a constructor of an instance: each call gives a copy that nothing was learned by."""

    def build() -> Any:
        made = copy.deepcopy(instance).to(device="cpu", dtype=torch.get_default_dtype())
        for part in made.modules():
            reset = getattr(part, "reset_parameters", None)
            if callable(reset):
                reset()
        made.zero_grad(set_to_none=True)
        return made.train()

    build.__name__ = build.__qualname__ = name
    return build
