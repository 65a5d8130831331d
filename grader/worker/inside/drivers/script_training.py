"""Runs a hand-in's training script, and keeps the network that it has trained.

The script reads its data through the course's module, which gives it ours: the images that a
training gets, and as its test set images of the training set, whose labels are no secret. What the
script does to a batch before its network sees it, such as dividing by 255, is found by comparing
the two, and done to the held-out images as well.
"""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

# Images as they are, with the channels last, and with the width first.
ORDERS: Final = ((0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 2, 1))
ROWS: Final = 200  # of one prediction
CLOSE: Final = 1e-3  # of single precision, through a few operations
LEAST_ROWS: Final = 3  # that tell a rule: through two of them there is always a line
Named = dict[str, Any]


class ServedSet:
    """Images with labels as the course's `DataSet` has them: float32, the mean image subtracted.

    Pixels become floats when they are drawn, so a large set takes little memory.
    """

    def __init__(self, pixels: Any, labels: Any, mean: Any) -> None:
        self._pixels = pixels
        self._mean = mean
        self._order = np.arange(len(pixels))
        self._next = 0
        self._labels = labels
        self.num_examples = len(pixels)
        self.epochs_completed = 0
        self.drawn = 0  # images in all batches
        self.last: Any = None  # images of the last batch

    @property
    def images(self) -> Any:
        """All images (N, 3, 32, 32)."""
        self.last = self._floats(self._order)
        return self.last

    @property
    def labels(self) -> Any:
        """Their labels, one-hot (N, K) or (N,)."""
        return self._labels[self._order]

    def next_batch(self, batch_size: int) -> tuple[Any, Any]:
        """Draws the next images and labels; the order is shuffled when all have been drawn."""
        if self._next + batch_size > self.num_examples:
            self.epochs_completed += 1
            self._order = np.random.permutation(self.num_examples)
            self._next = 0
        rows = self._order[self._next : self._next + batch_size]
        self._next += batch_size
        self.drawn += len(rows)
        self.last = self._floats(rows)
        return self.last.copy(), self._labels[rows]

    def _floats(self, rows: Any) -> Any:
        return self._pixels[rows].astype(np.float32) - self._mean


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


@dataclass(frozen=True)
class Rule:
    """What a script does to images (N, 3, H, W): the order of axes, a factor and a summand.

    Attributes:
        axes: the order in which they are flattened.
        factor: of each pixel in that order.
        summand: likewise.
    """

    axes: tuple[int, ...]
    factor: Any
    summand: Any

    def rows(self, images: Any) -> Any:
        """Returns what a network is given, flat (N, D), float32."""
        flat = images.transpose(self.axes).reshape(len(images), -1)
        return (flat * self.factor + self.summand).astype(np.float32)


def find_rule(x: Any, drawn: Any) -> Rule | None:
    """Finds the rule by which what a network got was made of what was drawn, or of its beginning.

    Returns None where there is none, such as for other images.
    """
    if drawn is None or not LEAST_ROWS <= len(x) <= len(drawn):
        return None
    given = _array(x).reshape(len(x), -1).astype(np.float64)
    for axes in ORDERS:
        raw = drawn[: len(x)].transpose(axes).reshape(len(x), -1).astype(np.float64)
        found = _affine(given, raw) if given.shape == raw.shape else None
        if found is not None:
            return Rule(axes, *found)
    return None


def _affine(given: Any, raw: Any) -> tuple[Any, Any] | None:
    """Fits a factor and a summand for each pixel.

    A pixel that is the same in all of these images has the factor of most others.
    """
    centred = raw - raw.mean(axis=0)
    spread = (centred**2).sum(axis=0)
    known = spread > 0
    if not known.any():
        return None
    factor = np.empty(raw.shape[1])
    factor[known] = (centred * given).sum(axis=0)[known] / spread[known]
    factor[~known] = np.median(factor[known])
    summand = (given - factor * raw).mean(axis=0)
    off = np.abs(factor * raw + summand - given).max(initial=0.0)
    return (factor, summand) if off <= CLOSE * (1 + np.abs(given).max(initial=0.0)) else None


def _copied(network: Any) -> Any:
    """Copies a network; returns None for one that holds what cannot be copied, such as a file."""
    try:
        return copy.deepcopy(network)
    except Exception:
        return None


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _array(value: Any) -> Any:
    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)


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
        network = self._network()
        served = self._seen.served.get("train")
        return {
            "share": 1.0,
            "examples": served.drawn if served else 0,
            "unclear": id(network) not in self._seen.rules,
        }

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
    try:
        module.__dict__["__name__"] = "__main__"
        for code in guards:
            exec(code, module.__dict__)  # noqa: S102  # running the hand-in is what this is for
    except SystemExit as error:
        if error.code not in (None, 0):
            raise
    finally:
        module.__dict__["__name__"] = name
        sys.argv = before
    if not guards:
        (getattr(module, "main", None) or subject)()


def _statements(module: Any) -> tuple[Any, ...]:
    loader: Any = getattr(module, "__loader__", None)
    owner = getattr(loader, "owner", None)
    dotted = module.__name__.rpartition(".")[2]
    compiled = owner.source_in_use(dotted) if owner is not None else None
    return compiled.statements if compiled is not None else ()
