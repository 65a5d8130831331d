"""How a network is trained: optimizer, learning rates over time, precision, augmentation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import torch

OPTIMIZERS: Final = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES: Final = ("constant", "cosine", "one_cycle")
PRECISIONS: Final = ("bfloat16", "float32", "tf32")
RISING: Final = 0.25  # of the steps of one cycle
_CHOICES: Final = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "precision": PRECISIONS}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        steps: how many are planned; the schedule goes by it.
        schedule: `constant`; `cosine`, half a period down to 0 (Loshchilov & Hutter 2017);
            `one_cycle`, straight up to the learning rate and straight down to 0 (Smith 2018).
        mean: see `Batches`, as `std`, `flip` and `crop`.
        precision: the coarsest that may be used. It is where the device has instructions for it and
            the network takes it; float32 is used otherwise, and `tf32` is a GPU's alone.
        channels_last: where the network takes it; images only.
        compile: has PyTorch compile the network, with CUDA graphs; on a GPU only.
        seed: of orders, augmentation and dropout; the network is there already.
    """

    learning_rate: float
    optimizer: str = "sgd"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    batch: int = 64
    steps: int = 0
    schedule: str = "constant"
    mean: Any = (0.0,)
    std: Any = (1.0,)
    flip: bool = False
    crop: int = 0
    label_smoothing: float = 0.0
    precision: str = "float32"
    channels_last: bool = True
    compile: bool = False
    device: str = "cpu"
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{getattr(self, name)!r} is no {name}; known are {', '.join(known)}. "
                    "Choose one of them."
                )
        if self.schedule != "constant" and self.steps < 1:
            raise ValueError(
                f"The schedule {self.schedule} goes by the number of steps, which is "
                f"{self.steps}. Give the number of planned steps, or the schedule constant."
            )

    def rate(self, step: int) -> float:
        """Returns the learning rate of a step, from 0; after the plan, that of its last step."""
        step, total = min(step, self.steps - 1), self.steps
        match self.schedule:
            case "cosine":
                return self.learning_rate * (1 + math.cos(math.pi * step / total)) / 2
            case "one_cycle":
                top = RISING * total
                return self.learning_rate * min((step + 1) / top, (total - step) / (total - top), 1)
        return self.learning_rate

    def new_optimizer(self, learned: list[Any]) -> Any:
        """Makes the optimizer of some parameters; fused, where PyTorch has it so."""
        rate, decay, momentum = self.learning_rate, self.weight_decay, self.momentum
        match self.optimizer:
            case "adam":
                return torch.optim.Adam(learned, rate, weight_decay=decay, fused=True)
            case "adamw":
                return torch.optim.AdamW(learned, rate, weight_decay=decay, fused=True)
            case "rmsprop":
                return torch.optim.RMSprop(learned, rate, weight_decay=decay, momentum=momentum)
        return torch.optim.SGD(
            learned, rate, momentum, weight_decay=decay, nesterov=self.nesterov, fused=True
        )
