"""The places where bytes come in from outside, one function for each; `TARGETS` lists them.

A target feeds some bytes to one boundary of the grader. It lets nothing through but what the
boundary's own documentation says it raises, and asserts what the boundary promises of its answer.

To add one, write a function `bytes -> None` in `file_targets` or `worker_targets`, and list it in
`TARGETS` with inputs to begin from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.fuzz import file_targets as files
from tests.fuzz import worker_targets as worker
from tests.fuzz.promises import random_inputs


@dataclass(frozen=True, slots=True)
class Target:
    """One boundary.

    Attributes:
        run: feeds one input; whatever it raises is a finding.
        begin: gives inputs to begin from.
    """

    run: Callable[[bytes], None]
    begin: Callable[[], list[bytes]]


TARGETS: Final[Mapping[str, Target]] = {
    "value": Target(worker.value, worker.begin_values),
    "frame": Target(worker.frame, worker.begin_frames),
    "archive_bytes": Target(files.archive_bytes, files.begin_archives),
    "archive": Target(files.archive, random_inputs),
    "packed": Target(files.packed, random_inputs),
    "rubric_bytes": Target(files.rubric_bytes, files.begin_rubrics),
    "rubric": Target(files.rubric, random_inputs),
    "report_bytes": Target(files.report_bytes, files.begin_reports),
    "report": Target(files.report, random_inputs),
    "source": Target(files.source, files.begin_sources),
    "program": Target(files.program, random_inputs),
    "text": Target(files.text, files.begin_texts),
    "reply": Target(worker.reply, random_inputs),
    "check": Target(worker.check, random_inputs),
    "examination": Target(worker.examination, random_inputs),
    "loan": Target(worker.loan, random_inputs),
}
