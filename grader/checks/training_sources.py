"""Does a training script read its images by itself, which are not where it looks for them?

What is trained on here is given by the course's module alone. A script that opens the published
files, or has a library download them, may be right, and cannot be run: a person is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.training_settings import Setting
from grader.worker.program import Fault

FILES: Final = re.compile("data_batch|test_batch|cifar", re.IGNORECASE)  # as published


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person has to look at a training, of which nothing was measured.

    Attributes:
        message: what happened, and what could not be told.
        hint: what would spare the person.
    """

    message: str
    hint: str


def doubt_of(subject: str, setting: Setting, sources: Any, fault: Fault) -> Doubt | None:
    """Says why a person has to look at a script that raised; None where its error is its own.

    Args:
        subject: the script's function.
        setting: with the course's module among its options.
        sources: where the worker says that the script looks for its images.
        fault: what the script raised.
    """
    if not isinstance(sources, dict) or sources.get("asked") is not False:
        return None
    by_file = fault.exception == "FileNotFoundError" and FILES.search(fault.said) is not None
    if not by_file and sources.get("library") is not True:
        return None
    module = str(setting.options["data_module"])
    return Doubt(
        f"A person has to look at this: {subject} {fault.message} It reads its images by itself, "
        f"and here they are given by {module}.get_cifar10 alone.",
        f"Read the images by {module}.get_cifar10(FLAGS.data_dir); then the script can be run.",
    )
