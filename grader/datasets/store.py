"""Data sets in a folder, opened as memory maps that all processes of the machine share.

    DATA/<name>/train_inputs.npy, train_labels.npy, test_…, perhaps validation_…, facts.json

Opening looks at the files' sizes and forms and reads the labels; `verification` reads all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.format import open_memmap

from grader.datasets.facts import FILE, Facts, FileFacts, file_name, read_facts
from grader.datasets.faults import DataSetError, DataSetMissing
from grader.datasets.known import KNOWN, SYNTHETIC
from grader.datasets.model import DataSet, Split, split_of
from grader.datasets.synthetic import make_synthetic
from grader.plain_text import quote


def names(folder: Path) -> tuple[str, ...]:
    """Names the data sets that can be opened: those in the folder, and the synthetic one."""
    there = [name for name in KNOWN if (folder / name / FILE).is_file()]
    return (*there, SYNTHETIC)


def open_dataset(name: str, folder: Path) -> DataSet:
    """Opens a data set, without reading its inputs.

    Args:
        name: as `grader data list` shows it.
        folder: the data folder, which holds one folder for each data set.

    Raises:
        DataSetMissing: it is not there.
        DataSetError: its files are truncated, or not what was added.
    """
    if name == SYNTHETIC:
        return make_synthetic()
    facts = facts_of(name, folder)
    opened = {part: open_part(facts, part, folder) for part in facts.parts}
    return DataSet(
        facts.name,
        facts.title,
        facts.classes,
        opened["train"],
        opened["test"],
        opened.get("validation"),
        facts.notes,
    )


def facts_of(name: str, folder: Path) -> Facts:
    """Reads what is written down about a data set.

    Raises:
        DataSetMissing: it is not there.
        DataSetError: the facts are damaged.
    """
    if name not in KNOWN:
        known = ", ".join((*KNOWN, SYNTHETIC))
        raise DataSetMissing(f"There is no data set {quote(name)}. There are: {known}.")
    if not (folder / name / FILE).exists():
        raise DataSetMissing(
            f"The data set {quote(name)} is not in {quote(str(folder), 300)}. Add it: "
            f"`grader data add {name} SOURCE`, where SOURCE is {KNOWN[name].wanted}."
        )
    return read_facts(folder / name, name)


def open_part(facts: Facts, part: str, folder: Path) -> Split:
    """Opens one part of a data set.

    Raises:
        DataSetError: one of its two files is missing, truncated, or of another form.
    """
    found = facts.parts[part]
    inputs_path = folder / facts.name / file_name(part, "inputs")
    inputs = _mapped(facts.name, inputs_path, found.inputs)
    label_map = _mapped(facts.name, folder / facts.name / file_name(part, "labels"), found.labels)
    labels = np.array(label_map)
    wrong = _misfit(inputs, labels, facts, found.count)
    if wrong:
        raise _unusable(facts.name, f"in its {part} part {wrong}")
    return split_of(inputs, labels, inputs_path)


def _mapped(name: str, path: Path, expected: FileFacts) -> npt.NDArray[Any]:
    try:
        size = path.stat().st_size
        if size != expected.size:
            raise _unusable(
                name, f"{quote(path.name)} has {size:,} bytes, not the {expected.size:,} it had"
            )
        mapped = open_memmap(path, mode="r")
    except (OSError, ValueError, EOFError) as error:
        why = getattr(error, "strerror", None) or "it is no file of arrays"
        raise _unusable(name, f"{quote(path.name)} cannot be read: {why}") from error
    # A header can be changed to describe less than the file holds.
    if mapped.offset + mapped.nbytes != size:
        raise _unusable(name, f"the header of {quote(path.name)} does not fit its size")
    return mapped


def _misfit(inputs: npt.NDArray[Any], labels: npt.NDArray[Any], facts: Facts, count: int) -> str:
    """Says what does not fit the facts; empty where all does."""
    if labels.dtype != np.int64 or labels.shape != (count,) or not count:
        return f"the labels have type {labels.dtype} and shape {labels.shape}"
    kind = np.uint8 if facts.holds_images else np.float64
    if inputs.dtype != kind or inputs.shape != (count, *facts.shape):
        return f"the inputs have type {inputs.dtype} and shape {inputs.shape}"
    if labels.min() < 0 or labels.max() >= len(facts.classes):
        wrong = labels.min() if labels.min() < 0 else labels.max()
        return f"a label is {wrong}, but the {len(facts.classes)} classes are numbered from 0"
    return ""


def _unusable(name: str, why: str) -> DataSetError:
    return DataSetError(
        f"The data set {quote(name)} cannot be used: {why}. Run `grader data verify {name}` to see "
        f"all that is wrong, or add it again: `grader data add {name} SOURCE --replace`."
    )
