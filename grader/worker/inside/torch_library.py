"""PyTorch in a worker: loaded once in the zygote, on one thread, and read as NumPy's arrays."""

from __future__ import annotations

import importlib
import operator
import sys
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
import torch.fx.experimental
import torch.nested._internal.nested_tensor
import torch.nn.utils.prune
import torch.utils.data  # as above: loaded here, every worker has them for nothing

from . import torch_devices
from .drivers import residual_networks  # noqa: F401  # as above; `lookalikes` looks for it
from .foreign import Library

# Bound now: a hand-in may overwrite PyTorch's own names.
_numpy, _float, _seed = torch.Tensor.numpy, torch.Tensor.float, torch.manual_seed
_bfloat16 = torch.bfloat16


def load() -> Library:
    """Sets PyTorch up for processes that are forked, and says how its tensors are read."""
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    _spare_the_compiler()
    torch_devices.use_one_process()
    torch.ones(1).half()  # reads what the processor can do, which a confined worker cannot
    if not torch.cuda.is_available():
        torch_devices.use_the_cpu()
    return Library(torch.Tensor, to_numpy, seed, str(torch.__version__))


def to_numpy(tensor: Any) -> Any:
    """Returns the numbers of a tensor, wherever it lives and whether or not it has a gradient."""
    return _numpy(_float(tensor) if tensor.dtype == _bfloat16 else tensor, force=True)


def seed(value: int) -> None:
    """Sets the global generator."""
    _seed(value)


def _spare_the_compiler() -> None:
    """Puts small modules into the places of PyTorch's compiler, which no worker could run.

    Optimizers import it at their first step, only to tell it to leave them alone
    (`torch.optim.optimizer`), and `backward` with a gradient imports its arithmetic of symbolic
    shapes (`torch.autograd`). That takes longer than importing PyTorch. A model that a hand-in
    compiles computes what it does without, and of shapes that are plain integers the arithmetic
    is Python's own. `torch.use_deterministic_algorithms` leaves word for the compiler, and
    `torch.func` keeps it out of what it differentiates.
    """
    autograd = _module("torch._dynamo.compiled_autograd", _disable=nullcontext)
    compiler = _module("torch._dynamo", config=_AllOff(), compiled_autograd=autograd)
    compiler.__dict__.update(dict.fromkeys(("graph_break", "reset"), _nothing))
    compiler.__dict__.update(
        dict.fromkeys(("allow_in_graph", "disable", "disallow_in_graph"), _as_it_is)
    )
    settings = _module("torch._inductor.config", deterministic=False, triton=_AllOff())
    inductor = _module("torch._inductor", config=settings)
    torch.__dict__.update(_dynamo=compiler, _inductor=inductor, compile=_as_it_is)
    truths = dict.fromkeys(
        ("expect_true", "guard_or_false", "guard_or_true", "statically_known_true"), bool
    )
    _small_part(
        "torch.fx.experimental.symbolic_shapes",
        sym_eq=operator.eq,
        sym_and=operator.and_,
        sym_or=operator.or_,
        **truths,
    )


class _AllOff(SimpleNamespace):
    """Settings of which none is on."""

    def __getattr__(self, name: str) -> bool:
        if name.startswith("__"):
            raise AttributeError(name)
        return False


def _module(name: str, **contents: Any) -> ModuleType:
    made = sys.modules[name] = ModuleType(name)
    made.__dict__.update(contents)
    return made


def _small_part(name: str, **contents: Any) -> None:
    """Puts a small part of a module into its place, until more is asked of it than that."""
    part = _module(name, **contents)

    def of_the_whole(attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        if sys.modules.get(name) is part:
            del sys.modules[name]
        return getattr(importlib.import_module(name), attribute)

    part.__dict__["__getattr__"] = of_the_whole


def _as_it_is(function: Any = None, *_: Any, **__: Any) -> Any:
    return function if function is not None else _as_it_is


def _nothing() -> None:
    pass
