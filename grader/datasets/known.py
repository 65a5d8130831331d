"""The data sets that can be added: who reads each, and what to give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from grader.datasets.cifar10 import CLASSES, read_cifar10
from grader.datasets.cinic10 import read_cinic10
from grader.datasets.imagenette import read_imagenette
from grader.datasets.magic import read_magic
from grader.datasets.model import DataSet

SYNTHETIC = "synthetic"  # needs nothing to be added

# The assignment that asks for six classes does not name them; its template takes these.
SIX = CLASSES[:6]


@dataclass(frozen=True, slots=True)
class Known:
    """A data set that can be added.

    Attributes:
        read: turns a path into arrays.
        wanted: what the path is to hold, in words.
    """

    read: Callable[[Path], DataSet]
    wanted: str


_CIFAR = "cifar-10-batches-py or cifar-10-python.tar.gz"
_CINIC = "CINIC-10 or CINIC-10.tar.gz"

KNOWN: Mapping[str, Known] = MappingProxyType(
    {
        "cifar10": Known(read_cifar10, _CIFAR),
        "cifar10_six": Known(
            partial(
                read_cifar10, classes=SIX, name="cifar10_six", title="CIFAR-10, six of ten classes"
            ),
            _CIFAR,
        ),
        "cinic10": Known(read_cinic10, _CINIC),
        "cinic10_six": Known(
            partial(
                read_cinic10, classes=SIX, name="cinic10_six", title="CINIC-10, six of ten classes"
            ),
            _CINIC,
        ),
        "imagenette": Known(read_imagenette, "imagenette2-64, or another size, folder or archive"),
        "magic": Known(read_magic, "magic04.data"),
    }
)
