"""Two ways to train the courses' convnets to an accuracy, for `training_speed.py`.

Each run is a process of its own, for ours changes how the process keeps its memory. What is timed
begins with the images in memory, as bytes, and the network constructed; it holds all steps and all
looks at the held-out images.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from grader.datasets.cifar10 import read_cifar10
from grader.datasets.synthetic import make_synthetic
from grader.worker.inside.drivers import torch_fitting
from reference.models.preactivation_vgg import PreActivationVgg
from reference.models.residual_network import ResidualNet18
from reference.models.stacked_convnets import PooledConvNet, UnpooledConvNet

LOOKS_IN_AN_EPOCH = 2
LOOKED_AT = 500  # images of one batch in the ordinary evaluation
MEAN, STD = (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)
TIMED_STEPS = 12  # of a trial


def plain_convnet() -> nn.Module:
    """Makes a network for images of 64 by 64 without batch normalization, 504,394 parameters."""
    layers: list[nn.Module] = []
    for inputs, outputs in ((3, 32), (32, 64), (64, 128), (128, 128)):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Flatten(), nn.Linear(128 * 16, 128), nn.ReLU(), nn.Linear(128, 10)]
    return nn.Sequential(*layers)


@dataclass(frozen=True, slots=True)
class Course:
    """A convnet of a text, and how it is trained; rates and batches are the texts' where they say.

    Attributes:
        images: to train on.
        threshold: held-out accuracy to reach on synthetic images.
    """

    make: Callable[[], nn.Module]
    optimizer: str
    learning_rate: float
    momentum: float
    batch: int
    images: int
    threshold: float
    side: int = 32


COURSES = {
    "ntnu": Course(lambda: PooledConvNet(3, 10), "adam", 1e-3, 0.0, 64, 4000, 0.8),
    "umass": Course(lambda: UnpooledConvNet(3, 32, 16, 10), "sgd", 3e-3, 0.9, 64, 4000, 0.5),
    "technion": Course(plain_convnet, "adam", 1e-3, 0.0, 64, 2000, 0.4, side=64),
    "uva": Course(lambda: PreActivationVgg(3, 10), "adam", 1e-4, 0.0, 32, 1000, 0.4),
    "mila": Course(ResidualNet18, "adam", 1e-3, 0.0, 32, 640, 0.2),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run is to do.

    Attributes:
        way: `ordinary` or `ours`.
        workers: of the ordinary loader.
        data: folder of CIFAR-10; none stands for synthetic images.
        steps: to stop after, whatever the accuracy; 0 for none.
    """

    way: str
    model: str
    device: str
    threads: int
    seed: int
    images: int
    held_out: int
    threshold: float
    limit_s: float
    workers: int = 0
    data: str = ""
    steps: int = 0

    def arguments(self) -> dict[str, Any]:
        """Returns what makes the same again."""
        return asdict(self)


class PlainImages(Dataset[Any]):
    """Does for one example at a time what ToTensor and Normalize do."""

    def __init__(self, images: Any, labels: Any) -> None:
        self.images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))  # as torchvision has them
        self.labels = labels.tolist()

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image = torch.from_numpy(self.images[index]).permute(2, 0, 1).contiguous()
        image = image.to(torch.float32).div(255).clone()
        mean, std = torch.as_tensor(MEAN), torch.as_tensor(STD)
        return image.sub_(mean[:, None, None]).div_(std[:, None, None]), self.labels[index]


def perform(run: Run) -> dict[str, Any]:
    """Runs once; returns seconds, steps, and whether the accuracy was reached."""
    course = COURSES[run.model]
    torch.set_num_threads(run.threads)
    torch.manual_seed(run.seed)
    network, data = course.make(), images_of(run, course.side)
    per_look = max(1, run.images // course.batch // LOOKS_IN_AN_EPOCH)
    way = ordinary if run.way == "ordinary" else ours
    begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
    steps, accuracy = 0, 0.0
    training = way(network, course, run, data, per_look)
    steady_s, steady = [], 0
    for steps, accuracy, step_s in training:
        steady_s.append(step_s)
        steady = steps
        taken_s = time.perf_counter() - begun_s
        if accuracy >= run.threshold or taken_s > run.limit_s or 0 < run.steps <= steps:
            break
    return {
        "seconds": time.perf_counter() - begun_s,
        "cpu_s": time.process_time() - begun_cpu_s,
        "steps": steps,
        "accuracy": accuracy,
        "reached": accuracy >= run.threshold,
        "us_per_image": 1e6 * sum(steady_s) / (steady * course.batch),
    }


def images_of(run: Run, side: int) -> tuple[Any, Any, Any, Any]:
    """Returns images and labels to train on and to measure with; pixels are doubled for 64."""
    if run.data:
        found = read_cifar10(Path(run.data))
    else:
        found = make_synthetic(10, run.images, run.held_out, seed=run.seed)
    x, y = found.train.inputs[: run.images], found.train.labels[: run.images]
    test_x, test_y = found.test.inputs[: run.held_out], found.test.labels[: run.held_out]
    if side == 64:
        x, test_x = (each.repeat(2, axis=2).repeat(2, axis=3) for each in (x, test_x))
    return x, y, test_x, test_y


Looks = Iterator[tuple[int, float, float]]  # steps so far, accuracy, seconds of these steps


def ordinary(network: nn.Module, course: Course, run: Run, data: Any, per_look: int) -> Looks:
    """Trains as the courses' notebooks do, with a `DataLoader`."""
    x, y, test_x, test_y = data
    device = torch.device(run.device)
    network.to(device)
    how: dict[str, Any] = {"lr": course.learning_rate}
    if course.optimizer == "sgd":
        how["momentum"] = course.momentum
    kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimizer = kinds[course.optimizer](network.parameters(), **how)
    criterion = nn.CrossEntropyLoss()
    several = {"num_workers": run.workers}
    train = DataLoader(PlainImages(x, y), course.batch, shuffle=True, drop_last=True, **several)
    test = DataLoader(PlainImages(test_x, test_y), LOOKED_AT, **several)
    steps, total, begun_s = 0, 0.0, time.perf_counter()
    while True:
        for images, labels in train:
            network.train()
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = criterion(network(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
            steps += 1
            if steps % per_look == 0:
                step_s = time.perf_counter() - begun_s
                yield steps, _accuracy(network, test, device), step_s
                begun_s = time.perf_counter()


def _accuracy(network: nn.Module, loader: Any, device: Any) -> float:
    network.eval()
    right = seen = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            right += (network(images).argmax(dim=1) == labels).sum().item()
            seen += len(labels)
    return right / seen


def ours(network: nn.Module, course: Course, run: Run, data: Any, per_look: int) -> Looks:
    """Trains the same with our own loop; bfloat16 is allowed."""
    x, y, test_x, test_y = data
    settings = {
        **{key: getattr(course, key) for key in ("optimizer", "learning_rate", "momentum")},
        **{key: getattr(run, key) for key in ("device", "threads", "seed")},
        "batch": course.batch,
        "mean": MEAN,
        "std": STD,
        "precision": "bfloat16",
    }
    fitting = torch_fitting.begin(network, x, y, settings)
    while True:
        begun_s = time.perf_counter()
        said = fitting.advance(per_look, run.limit_s)
        step_s = time.perf_counter() - begun_s
        accuracy = float(np.mean(fitting.predict(test_x).argmax(axis=1) == test_y))
        yield said["steps"], accuracy, step_s
