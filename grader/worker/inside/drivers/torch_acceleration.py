"""What has a network train faster on its device and leaves alone what it computes.

On the CPU, memory that one step has freed serves the next: given back to the system, each page of
it would be cleared and mapped anew, which took up to a quarter of the time of a training. With a
GPU, its kernels are chosen by measurement. On either, the coarser products are used that are
allowed and that it has instructions for.
"""

from __future__ import annotations

import copy
import ctypes
import sys
from collections import deque
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import torch

Tensor = Any
AHEAD: Final = 8  # steps that a GPU may lag behind the clock
BFLOAT16_INSTRUCTIONS: Final = ("amx_bf16", "avx512_bf16")
_M_TRIM_THRESHOLD: Final = -1  # of mallopt(3)
_M_MMAP_MAX: Final = -4
# Looked up here, where no hand-in has run yet; mallopt is glibc's.
_CAPABILITIES: Final = dict(getattr(torch.cpu, "get_capabilities", dict)())
_mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None


def prepare(device: Any, precision: str) -> None:
    """Sets what holds for the whole process.

    Args:
        device: where the network will be.
        precision: see `Recipe`.
    """
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        coarse = "ieee" if precision == "float32" else "tf32"
        torch.backends.cuda.matmul.fp32_precision = coarse
        convolutions: Any = torch.backends.cudnn
        convolutions.conv.fp32_precision = coarse
    elif _mallopt is not None:
        _mallopt(_M_MMAP_MAX, 0)
        _mallopt(_M_TRIM_THRESHOLD, -1)


def computes_bfloat16(device: Any) -> bool:
    """Tells whether a device multiplies in bfloat16 by itself.

    A GPU does. On a processor without instructions for it every network that was tried took longer
    than in float32; on one that has them, they took 0.5 to 0.6 times as long.
    """
    return device.type == "cuda" or any(_CAPABILITIES.get(each) for each in BFLOAT16_INSTRUCTIONS)


def autocast(device: Any, precision: str) -> AbstractContextManager[Any]:
    """Has the network compute in bfloat16, where that is the precision; weights stay float32."""
    if precision == "bfloat16":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


def takes_bfloat16(module: Any, inputs: Tensor) -> bool:
    """Tells whether a network can be run, and learns, where layers compute in bfloat16.

    Args:
        module: is copied; the module itself is not run.
        inputs: a few (B, ...).
    """
    # One that takes its numbers to NumPy, or mixes them in place with its own, cannot. A copy is
    # asked, so that no running statistics move.
    try:
        with torch.enable_grad(), autocast(inputs.device, "bfloat16"):
            twin = copy.deepcopy(module).eval()
            twin(inputs)
            scores = twin.train()(inputs)
        scores.float().sum().backward()
    except Exception:  # raised again, where the precision is not the reason
        return False
    return True


def takes_channels_last(module: Any, images: Tensor) -> bool:
    """Tells whether a network computes the same when a pixel's channels lie side by side.

    Args:
        module: is copied; the module itself is not run.
        images: a few (B, C, H, W), in that layout.
    """
    # `view` refuses such a layout, `as_strided` mistakes it. A copy is asked, so that no running
    # statistics move. Values are compared in evaluation mode, where dropout does not differ.
    try:
        with torch.enable_grad():
            twin = copy.deepcopy(module).eval()
            plain = twin(images.contiguous())
            last = twin.to(memory_format=torch.channels_last)(images)
            (last.sum() + twin.train()(images).sum()).backward()
        return torch.allclose(plain, last, rtol=0, atol=1e-2 * float(plain.detach().abs().max()))
    except Exception:  # raised again, where the layout is not the reason
        return False


class Lag:
    """Waits for a GPU that has fallen some steps behind, so that the time is kept."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._ends: deque[Any] = deque()

    def limit(self) -> None:
        """Notes the end of a step; waits for the one that is `AHEAD` steps back."""
        if self._device.type == "cuda":
            self._ends.append(torch.cuda.Event())  # type: ignore[no-untyped-call]
            self._ends[-1].record(torch.cuda.current_stream(self._device))
            if len(self._ends) > AHEAD:
                self._ends.popleft().synchronize()
