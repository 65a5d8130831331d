"""Runs a hand-in's training script, and keeps the network that it has trained.

The script reads its data through the course's module, which gives it ours: the images that a
training gets, and as its test set images of the training set, whose labels are no secret. What the
script does to a batch before its network sees it, such as dividing by 255, is found by comparing
the two, and done to the held-out images as well.
"""

from __future__ import annotations

import argparse
import copy
import functools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import numpy as np

from .served_images import Rule, ServedSet, find_rule

ROWS: Final = 200  # of one prediction
Named = dict[str, Any]


@dataclass
class Stage:
    """What a script gets, and what is seen of its network.

    Attributes:
        served: the sets that the script was given last.
        made: networks that it made, in order.
        examples: how many rows each network was given, by its id.
        shapes: of one row as the network gets it, with an empty batch of its type, by the
            network's id.
        rules: what the script does to an image before that.
        first: copies of the networks as they were when they were first run.
    """

    data: Named
    options: Named
    mean: Any
    served: dict[str, ServedSet] = field(default_factory=dict)
    made: list[Any] = field(default_factory=list)
    examples: dict[int, int] = field(default_factory=dict)
    shapes: dict[int, Any] = field(default_factory=dict)
    rules: dict[int, Rule] = field(default_factory=dict)
    first: dict[int, Any] = field(default_factory=dict)

    def get_cifar10(
        self, data_dir: str = "", one_hot: bool = True, validation_size: int = 0
    ) -> dict[str, ServedSet]:
        """Stands in for the course's function of this name."""
        data, cut = self.data, int(validation_size)
        parts = {
            "train": (data["inputs"][cut:], data["labels"][cut:]),
            "validation": (data["inputs"][:cut], data["labels"][:cut]),
            "test": (data["validation_inputs"], data["validation_labels"]),
        }
        encode = np.eye(data["classes"]).__getitem__ if one_hot else np.asarray
        self.served = {
            name: ServedSet(pixels, encode(labels), self.mean)
            for name, (pixels, labels) in parts.items()
        }
        return self.served

    def saw(self, network: Any, x: Any) -> None:
        """Takes note of what a network is given."""
        shape = tuple(getattr(x, "shape", ()))
        if len(shape) < 2:
            return
        key = id(network)
        if key not in self.examples:
            self.first[key] = _copied(network)
        self.examples[key] = self.examples.get(key, 0) + shape[0]
        if key not in self.rules:
            rules = (find_rule(x, each.last) for each in self.served.values())
            rule = next(filter(None, rules), None)
            if rule is not None:
                self.rules[key] = rule
        empty = x[:0]
        self.shapes[key] = (shape[1:], empty.detach().clone() if hasattr(x, "detach") else empty)


def _copied(network: Any) -> Any:
    """Copies a network; returns None for one that holds what cannot be copied, such as a file."""
    try:
        return copy.deepcopy(network)
    except Exception:
        return None


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def stage(data: Named, options: Named, parts: Named) -> Stage:
    """Has the course's module give the data, and watches the class of the network.

    Args:
        data: inputs (N, 3, H, W) uint8, labels (N,), and the same for validation.
        options: see the loop `script`.
        parts: `data_module`, and `network`, a class.
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(data["threads"])
    mean = np.zeros(data["inputs"].shape[1:])
    for begin in range(0, len(data["inputs"]), 4096):
        mean += data["inputs"][begin : begin + 4096].sum(axis=0, dtype=np.float64)
    made = Stage(data, options, (mean / len(data["inputs"])).astype(np.float32))
    for name in ("get_cifar10", "read_data_sets"):
        if name == "get_cifar10" or hasattr(parts["data_module"], name):
            setattr(parts["data_module"], name, made.get_cifar10)
    _watch(parts["network"], made)
    return made


def _watch(network: Any, seen: Stage) -> None:
    # Of a class that was watched in an earlier training: as it was before.
    begin, forward = (getattr(each, "plain", each) for each in (network.__init__, network.forward))

    @functools.wraps(begin)
    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        seen.made.append(self)

    @functools.wraps(forward)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.saw(self, next(iter((*args, *kwargs.values())), None))
        return forward(self, *args, **kwargs)

    noted.plain, watched.plain = begin, forward  # type: ignore[attr-defined]
    network.__init__, network.forward = noted, watched


def begin(seen: Stage, subject: Callable[..., Any]) -> ScriptRun:
    """Makes a run of the script that a function of its own is in."""
    return ScriptRun(seen, subject)


class ScriptRun:
    """One run of a script: there is nothing to see before it ends."""

    def __init__(self, seen: Stage, subject: Callable[..., Any]) -> None:
        self._seen = seen
        self._subject = subject

    def advance(self, share: float, seconds: float) -> Named:
        """Runs the whole script.

        Returns:
            `share`, 1; `examples`, how many training images it has drawn; `unclear`, where it
            could not be told what it does to images before its network gets them.

        Raises:
            LookupError: it trained no network of the class that is looked for.
        """
        _run_as_main(sys.modules[self._subject.__module__], self._seen, self._subject)
        self._network()
        served = self._seen.served.get("train")
        return {
            "share": 1.0,
            "examples": served.drawn if served else 0,
            "unclear": self.is_unclear(),
        }

    def is_unclear(self) -> bool:
        """Says whether it could not be told what the script does to its images."""
        return id(self._network()) not in self._seen.rules

    def sources(self) -> Named:
        """Tells where the script looks for its data.

        Returns:
            `asked`, whether it has asked the course's module; `library`, whether it names the class
            by which libraries of data sets give the same images.
        """
        script = sys.modules[self._subject.__module__]
        names = {name for code in _statements(script) for name in _names_in(code)}
        return {"asked": bool(self._seen.served), "library": "CIFAR10" in names}

    def parameters(self) -> int:
        """Counts the numbers that the network learns."""
        network = self._network()
        if hasattr(network, "parameters"):
            return sum(each.numel() for each in network.parameters() if each.requires_grad)
        layers = [each for value in vars(network).values() for each in _several(value)]
        params = [getattr(each, "params", None) for each in layers]
        return sum(
            np.size(each) for one in params if isinstance(one, dict) for each in one.values()
        )

    def predict(self, pixels: Any) -> Any:
        """Returns the scores of images (N, 3, H, W); None while nothing is trained."""
        if not self._seen.examples:
            return None
        network = self._network()
        return self._scores(network, network, pixels)

    def initial(self, pixels: Any) -> Any:
        """Returns the scores that the network gave before its first step; None where unknown."""
        network = self._network()
        first = self._seen.first[id(network)]
        return None if first is None else self._scores(first, network, pixels)

    def _scores(self, network: Any, known_as: Any, pixels: Any) -> Any:
        shape, like = self._seen.shapes[id(known_as)]
        images = pixels.astype(np.float32) - self._seen.mean
        rule = self._seen.rules.get(id(known_as))
        rows = rule.rows(images) if rule is not None else images.reshape(len(images), -1)
        rows = rows.reshape(len(rows), *shape)
        parts = [_scores(network, rows[at : at + ROWS], like) for at in range(0, len(rows), ROWS)]
        return np.concatenate(parts).astype(np.float64)

    def _network(self) -> Any:
        """Returns the network that was given the most images."""
        seen = self._seen
        used = [each for each in seen.made if seen.examples.get(id(each))]
        if not used:
            kind = "made" if not seen.made else "ran"
            raise LookupError(
                f"the script {kind} no network of the class that the assignment names, so there "
                "is none to measure"
            )
        return max(used, key=lambda each: seen.examples[id(each)])


def _scores(network: Any, rows: Any, like: Any) -> Any:
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(like, torch.Tensor):
        return np.asarray(network.forward(rows.astype(np.asarray(like).dtype)))
    was_training = network.training
    network.eval()
    with torch.no_grad():
        out = network(torch.from_numpy(rows).to(device=like.device, dtype=like.dtype))
    network.train(was_training)
    return out.float().cpu().numpy()


def _run_as_main(module: Any, seen: Stage, subject: Callable[..., Any]) -> None:
    """Runs what a script does when it is started from the command line."""
    flags = seen.options.get("flags", {})
    arguments = [part for name, value in flags.items() for part in (f"--{name}", str(value))]
    before, sys.argv = sys.argv, [f"{module.__name__}.py", *arguments]
    guards = [
        code
        for code in _statements(module)
        if "__name__" in code.co_names and "__main__" in code.co_consts
    ]
    name = module.__dict__["__name__"]
    refuse = argparse.ArgumentParser.error
    argparse.ArgumentParser.error = _refused  # type: ignore[method-assign, assignment]
    try:
        module.__dict__["__name__"] = "__main__"
        for code in guards:
            exec(code, module.__dict__)  # noqa: S102  # running the hand-in is what this is for
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    finally:
        module.__dict__["__name__"] = name
        argparse.ArgumentParser.error = refuse  # type: ignore[method-assign]
        sys.argv = before
    if not guards:
        (getattr(module, "main", None) or subject)()


def _refused(_parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """Says what a command line lacks; the parser's own way prints it and ends the program."""
    raise ValueError(
        f"the script cannot be started by `python {' '.join(sys.argv)}`: {message}. The names of "
        "its flags are given"
    )


def _statements(module: Any) -> tuple[Any, ...]:
    loader: Any = getattr(module, "__loader__", None)
    owner = getattr(loader, "owner", None)
    dotted = module.__name__.rpartition(".")[2]
    compiled = owner.source_in_use(dotted) if owner is not None else None
    return compiled.statements if compiled is not None else ()


def _names_in(code: Any) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if hasattr(inner, "co_names"):
            yield from _names_in(inner)
