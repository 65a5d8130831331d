"""Functions that prune a network: `pruned = f(model, amount)`.

The network is ours. Its weights are drawn so that right answers agree: no two magnitudes are the
same, and where filters are pruned, all norms of them come in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

Array = npt.NDArray[Any]

STEP: Final = 1.3  # between the norms of two filters
PROPERTIES: Mapping[str, Any] = {
    "amount": {
        "description": "Fraction that is pruned.",
        "type": "number",
        "minimum": 0,
        "maximum": 1,
    },
    "network": {
        "description": "Shapes of the weights, layer by layer: four axes make a convolution, two "
        "(outputs, inputs) a linear layer.",
        "type": "array",
        "items": {"type": "array", "items": {"type": "integer", "minimum": 1}},
        "minItems": 1,
    },
    "unbiased": {
        "description": "Layers without a bias, such as conv1.",
        "type": "array",
        "items": {"type": "string"},
    },
    "by_filters": {
        "description": "Draw the filters of each convolution with norms that lie apart.",
        "type": "boolean",
    },
    "nested": {
        "description": "Whether the layers lie in modules inside of modules.",
        "type": "boolean",
    },
}


def complete(
    _session: Session, _subject: Subject, call: Call, rng: np.random.Generator
) -> Mapping[str, Any]:
    """Draws the weights and biases of the network."""
    shapes = _shapes(call.options)
    if call.options.get("by_filters"):
        drawn = {name: _apart(shape, rng) for name, shape in shapes.items()}
    else:
        drawn = _distinct(shapes, rng)
    return {**call.inputs, **{name: value.astype("float32") for name, value in drawn.items()}}


def _shapes(options: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    counts = {"conv": 0, "fc": 0}
    for shape in options.get("network", ()):
        kind = "conv" if len(shape) == 4 else "fc"
        counts[kind] += 1
        layer = f"{kind}{counts[kind]}"
        found[f"{layer}.weight"] = tuple(shape)
        if layer not in options.get("unbiased", ()):
            found[f"{layer}.bias"] = (shape[0],)
    return found


def _distinct(shapes: Mapping[str, tuple[int, ...]], rng: np.random.Generator) -> dict[str, Array]:
    """Draws numbers whose magnitudes all differ, of another size in each layer."""
    sizes = rng.permutation(np.geomspace(0.5, 2.0, len(shapes)))
    normal = [
        rng.normal(0.0, size, shape) for size, shape in zip(sizes, shapes.values(), strict=True)
    ]
    flat = np.concatenate([each.reshape(-1) for each in normal])
    ranks = np.argsort(np.argsort(np.abs(flat))) + 1
    # Neither the amount nor that part of the largest is a magnitude below which the amount lies.
    values = np.sign(flat) * (0.02 + 1.7 * (ranks / flat.size) ** 2)
    ends = np.cumsum([each.size for each in normal])[:-1]
    parts = np.split(values, ends)
    return {
        name: part.reshape(shape) for part, (name, shape) in zip(parts, shapes.items(), strict=True)
    }


def _apart(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Draws filters that are permutations of one another but for signs and a factor each."""
    if len(shape) != 4:
        return rng.normal(0.0, 0.5, shape)
    size = math.prod(shape[1:])
    magnitudes = rng.uniform(0.5, 1.5, size)
    factors = rng.permutation(STEP ** -np.arange(shape[0], dtype=np.float64))
    rows = [rng.permutation(magnitudes) * rng.choice((-1.0, 1.0), size) for _ in factors]
    filters: Array = np.stack(rows) * factors[:, None]
    return filters.reshape(shape)


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Has a network pruned on every call; outputs are its weights and biases by name."""
    answers = []
    for call in calls:
        program = Program()
        function = program.resolve(subject.path)
        weights, nested = dict(call.inputs), bool(call.options.get("nested"))
        amount = float(call.options.get("amount", 0.0))
        pruned = program.call(
            program.driver("torch_pruning.prune"), (function, weights, nested, amount)
        )
        exported = program.export(pruned)
        replies = session.run(program)
        fault = first_fault(replies, pruned)
        answers.append(fault or _read(subject, call, replies.value(exported)))
    return answers


def _read(subject: Subject, call: Call, found: Any) -> Answer:
    if not isinstance(found, dict) or not isinstance(found.get("layers"), list):
        return malformed()
    if not found.get("module"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} did not return a network; expected the pruned torch.nn.Module.",
            "End the function with `return` and the network that was pruned.",
        )
    names = list(dict.fromkeys(name.partition(".")[0] for name in call.inputs))
    if len(found["layers"]) != len(names):
        return Fault(
            FaultKind.MALFORMED,
            f"The network that {subject.path} returned has {len(found['layers'])} convolutions and "
            f"linear layers; the one that it was given has {len(names)}.",
            "Set weights to zero and keep the layers; do not take any out.",
        )
    outputs = {
        f"{name}.{leaf}": value
        for name, layer in zip(names, found["layers"], strict=True)
        if isinstance(layer, dict)
        for leaf, value in layer.items()
    }
    return Computed({name: outputs.get(name) for name in call.inputs})


NETWORK_PRUNING: Final = Convention(
    name="network_pruning",
    summary="pruned = f(model, amount); weights that matter little become zero",
    properties=PROPERTIES,
    forward=forward,
    complete=complete,
    library="torch",
)
