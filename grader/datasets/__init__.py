"""Data sets for training: read as published, kept as memory maps, and made where none is there.

>>> from grader.datasets import open_dataset, names
"""

from grader.datasets.adding import add
from grader.datasets.facts import Facts
from grader.datasets.faults import DataSetError, DataSetMissing
from grader.datasets.known import KNOWN, SYNTHETIC
from grader.datasets.model import DataSet, Split
from grader.datasets.store import facts_of, names, open_dataset
from grader.datasets.synthetic import make_synthetic
from grader.datasets.verification import verify

__all__ = [
    "KNOWN",
    "SYNTHETIC",
    "DataSet",
    "DataSetError",
    "DataSetMissing",
    "Facts",
    "Split",
    "add",
    "facts_of",
    "make_synthetic",
    "names",
    "open_dataset",
    "verify",
]
