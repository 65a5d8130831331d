"""Runs a `torch.nn.Module` of the student's own design, and says how it conducts itself.

Nothing is compared with numbers of ours: such a network may have any layers.
"""

from __future__ import annotations

from typing import Any, Final

import torch

from .torch_graph import leaves, nodes
from .torch_leftovers import leftovers
from .torch_tensors import tensor

FAR: Final = (30.0, 60.0, 100.0, 300.0, 1e3, 1e4, 1e5)  # times the inputs, and times -1
FAINT: Final = 0.1  # of 1 / sqrt(fan-in); all usual initial values are larger


def conduct(module: Any, x: Any, others: list[Any], asks: list[str]) -> dict[str, Any]:
    """Runs a network in training mode, and in evaluation mode where that is asked for.

    Args:
        module: takes one batch.
        x: inputs (N, D).
        others: further batches, of other sizes.
        asks: `evaluation`, `activations`, `scores`, and what needs training mode alone.

    Returns:
        `parameters`, how many numbers are learned; `train` and `eval`, the outputs of `x` in either
        mode; `unreached`, the parameters that no gradient reaches in training mode; `idle`, how
        many numbers these are if no output depends on any of them, else 0; `unregistered`, how
        many tensors learn without being among the module's parameters. Of evaluation:
        `again`, the outputs of a second call; `alone`, those of the first row by itself; `others`,
        those of the other batches. Of activations: `turned`, `doubled` and `zero`, the outputs of
        -x, 2x and 0. Of scores: `far`, those of x and -x times each of
        `FAR`.
    """
    found: dict[str, Any] = {"parameters": sum(each.numel() for each in module.parameters())}
    given = tensor(x)
    module.train()
    out = module(given.clone())
    unreached = _unreached(module, out)
    found.update(train=out, unreached=unreached, unregistered=_unregistered(module, out))
    module.eval()
    found["idle"] = _idle(module, x, unreached)
    _strengthen(module)
    asked = {"eval": given}
    if "evaluation" in asks:
        asked.update(again=given, alone=given[:1])
    if "activations" in asks:
        asked.update(turned=-given, doubled=2 * given, zero=torch.zeros_like(given))
    if "scores" in asks:
        asked["far"] = torch.cat([sign * factor * given for factor in FAR for sign in (1, -1)])
    with torch.no_grad():
        if len(asked) > 1:
            found.update({name: module(each.clone()) for name, each in asked.items()})
        if "evaluation" in asks:
            found["others"] = [module(tensor(each)) for each in others]
    return found


def _unreached(module: Any, out: Any) -> list[str]:
    named = [(name, each) for name, each in module.named_parameters() if each.requires_grad]
    if not named:
        return []
    if not isinstance(out, torch.Tensor) or not out.requires_grad:
        return [name for name, _ in named]
    # Not a plain sum: of a softmax's outputs that is a constant.
    loss = (out * torch.linspace(-1, 1, out.numel(), dtype=out.dtype).reshape(out.shape)).sum()
    found = torch.autograd.grad(loss, [each for _, each in named], allow_unused=True)
    return [name for (name, _), each in zip(named, found, strict=True) if each is None]


def _idle(module: Any, x: Any, names: list[str]) -> int:
    """Counts the numbers of parameters that take no part in the outputs, such as leftovers."""
    if len(leftovers(module, [x], names)) < len(names):
        return 0
    return sum(each.numel() for name, each in module.named_parameters() if name in names)


def _strengthen(module: Any) -> None:
    """Draws weights anew that begin far smaller than usual, or at zero.

    That is a fair choice, and hides in the rounding what activations and the rest of a batch do.
    """
    with torch.no_grad():
        for weight in module.parameters():
            if weight.ndim > 1 and weight.numel():
                usual = float(weight[0].numel()) ** -0.5
                if float(weight.square().mean().sqrt()) < FAINT * usual:
                    weight.copy_(usual * torch.randn_like(weight))


def _unregistered(module: Any, out: Any) -> int:
    """Counts leaves of the graph that need a gradient and that no optimizer will be told of."""
    return len(leaves(out) - {id(each) for each in module.parameters()})


def applied(module: Any, function: Any, inputs: dict[str, Any], order: list[Any]) -> dict[str, Any]:
    """Runs a module, and the function that it should have called on the same tensors.

    Args:
        module: as `torch_modules.fill` leaves it.
        function: the `torch.autograd.Function` class.
        inputs: arrays by name: the batch, and the parameters by group.
        order: what the function takes: names of inputs, and numbers.

    Returns:
        `called`, whether the function is in the graph of the module's output; `out` and `wanted`,
        the outputs of the module and of the function; `unreached`, parameters that are not in the
        graph. Backward is not run: what is wrong there is the function's affair.
    """
    given = {name: tensor(value) for name, value in inputs.items()}
    own = module.module
    # The batch needs a gradient: else a module that passes detached parameters leaves no graph.
    batch = given[str(order[0])].clone().requires_grad_()
    out = own(batch.clone())
    arguments = [given[each] if isinstance(each, str) else each for each in order]
    with torch.no_grad():
        wanted = function.apply(*arguments)
    reached = leaves(out)
    return {
        "called": any(getattr(node, "_forward_cls", None) is function for node in nodes(out)),
        "out": out,
        "wanted": wanted,
        "unreached": [name for name, each in own.named_parameters() if id(each) not in reached],
    }
