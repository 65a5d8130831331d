"""Runs a classifier of the student's own design in all the ways that tell what it is made of.

Its initial values are moved a little first: a last layer that begins at zero is a fair choice, and
hides what lies below it.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from . import torch_conduct
from .torch_tensors import tensor

MOVED: Final = 0.02  # standard deviation; initial weights are mostly of that size or larger
NODES: Final = 4  # of a graph, from the output back


def conduct(module: Any, x: Any, mixed: Any, others: list[Any], seed: int) -> dict[str, Any]:
    """Runs a network; its parameters are changed.

    Args:
        module: takes one batch.
        x: inputs (N, ...).
        mixed: the first of them, and N - 1 others.
        others: further batches, of other sizes.
        seed: of what is drawn.

    Returns:
        What `torch_conduct.conduct` does of evaluation and activations; `first` and `mixed`, the
        outputs of `x` and `mixed` in training mode with the same random numbers; `operations`,
        the names of those that the output came from, the last one first; `batch_norms`, the names
        of the parts that are batch normalizations.
    """
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(MOVED * torch.randn_like(parameter))
    found = torch_conduct.conduct(module, x, others, ["activations", "evaluation"])
    module.train()
    with torch.no_grad():
        for name, batch in (("first", x), ("mixed", mixed)):
            torch.manual_seed(seed)  # so that dropout drops the same
            found[name] = module(tensor(batch))
    found["operations"] = _operations(module(tensor(x)))
    parts = module.named_modules()
    found["batch_norms"] = [name for name, part in parts if isinstance(part, _BatchNorm)]
    return found


def _operations(out: Any) -> list[str]:
    node = getattr(out, "grad_fn", None)
    names: list[str] = []
    while node is not None and len(names) < NODES:
        names.append(str(node.name()))
        node = next((before for before, _ in node.next_functions if before is not None), None)
    return names
