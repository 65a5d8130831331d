"""Batches of images or features out of arrays that stay where they are, without a `DataLoader`.

Images are kept as bytes. Gathering, normalizing and augmenting are done for a whole batch at once,
on the device; nothing is done for one example at a time, and no other process takes part.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch

Tensor = Any


class Batches:
    """Shuffled batches without end, of inputs that are normalized by channel or by feature.

    Every epoch has an order of its own, in which each example comes once. What is left over at its
    end and fills no batch is dropped; data that fills no batch at all is one batch.

    Args:
        inputs: uint8 images (N, C, H, W), or floats (N, D); read only.
        labels: (N,) classes.
        size: examples of a batch.
        device: where the batches are made; on the CPU the inputs are not copied.
        seed: of orders and augmentation.
        mean: of the channels after division by 255, or of the features; one stands for all.
        std: as `mean`.
        flip: mirrors each image with probability 1/2.
        crop: moves each image by up to so many pixels, up or down and to either side. What comes in
            from outside is zero after normalization, so it has the channel's mean.
        channels_last: keeps the channels of a pixel side by side in memory.
    """

    def __init__(
        self,
        inputs: Any,
        labels: Any,
        size: int,
        device: Any,
        seed: int,
        *,
        mean: Any = (0.0,),
        std: Any = (1.0,),
        flip: bool = False,
        crop: int = 0,
        channels_last: bool = True,
    ) -> None:
        self._inputs = resident(inputs, device)
        self._labels = resident(np.asarray(labels, dtype=np.int64), device)
        self._size = min(size, len(inputs))
        self._random = torch.Generator(device=device).manual_seed(seed)
        axes = (-1, *(1 for _ in inputs.shape[2:]))
        largest = 255.0 if inputs.dtype == np.uint8 else 1.0
        like = {"dtype": torch.float32, "device": device}
        self._mean = largest * torch.tensor(mean, **like).reshape(axes)
        self._scale = 1 / (largest * torch.tensor(std, **like).reshape(axes))
        self._flip, self._crop = flip, crop
        self._order, self._taken = self._labels[:0], 0
        self.layout = torch.contiguous_format
        if channels_last and inputs.ndim == 4:
            self.layout = torch.channels_last

    def next(self) -> tuple[Tensor, Tensor]:
        """Gives the next batch: float32 inputs (B, ...), and classes (B,)."""
        if self._taken + self._size > len(self._order):
            device = self._labels.device
            self._order = torch.randperm(len(self._labels), generator=self._random, device=device)
            self._taken = 0
        chosen = self._order[self._taken : self._taken + self._size]
        self._taken += self._size
        augments = (self._flip or self._crop) and self._inputs.ndim == 4
        made = self._augmented(chosen) if augments else self.normalized(self._inputs[chosen])
        return made, self._labels[chosen]

    def normalized(self, some: Tensor) -> Tensor:
        """Makes float32 inputs of bytes or floats (B, ...) on the device, in the layout."""
        # Not x * scale + shift: that cancels where a mean is large beside its deviation. The layout
        # comes last: bytes become numbers in their own order in half of the time.
        made = some.to(torch.float32, copy=True).sub_(self._mean).mul_(self._scale)
        return made.contiguous(memory_format=self.layout)

    def _augmented(self, chosen: Tensor) -> Tensor:
        height, width = self._inputs.shape[2:]
        rows, columns = self._moved(len(chosen), height), self._moved(len(chosen), width)
        if self._flip:
            mirrored = self._drawn(2, len(chosen)) == 1
            columns = torch.where(mirrored, columns.flip(1), columns)
        # (B, 1, 1), (B, H, 1) and (B, 1, W) choose pixels: moved and mirrored in one gathering.
        pixels = self._inputs[
            chosen[:, None, None],
            :,
            rows.clamp(0, height - 1)[:, :, None],
            columns.clamp(0, width - 1)[:, None, :],
        ]
        made = self.normalized(pixels.permute(0, 3, 1, 2))
        if self._crop:
            inside = ((rows >= 0) & (rows < height))[:, :, None]
            inside = inside & ((columns >= 0) & (columns < width))[:, None, :]
            made.mul_(inside[:, None])
        return made

    def _moved(self, count: int, side: int) -> Tensor:
        """Lists for each image the pixels (count, side) that stand in its places 0, 1, ..."""
        places = torch.arange(side, device=self._labels.device)
        moves = self._drawn(2 * self._crop + 1, count) - self._crop
        return places + moves

    def _drawn(self, limit: int, count: int) -> Tensor:
        """Draws integers (count, 1) below a limit."""
        device = self._labels.device
        return torch.randint(limit, (count, 1), generator=self._random, device=device)


def resident(array: Any, device: Any) -> Tensor:
    """Puts an array on a device; on the CPU, the tensor shares the array's memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is read only: nothing here writes to it
        return torch.from_numpy(np.ascontiguousarray(array)).to(device)
