"""The course's folder of an assignment, as `grader.assignments` finds it beside a rubric."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader import assignments
from grader.checks import CHECK_KINDS
from grader.feedback.book import FILE as MISTAKES
from grader.records import Rubric
from grader.release.public_rubric import public_rubric
from grader.rubric.schema import schema_text


def students_files(rubric: Rubric, recording: bytes) -> Mapping[str, bytes]:
    """Gives the files of a student's copy, by path: nothing that is hidden, and no code of ours.

    Args:
        rubric: the course's.
        recording: what the reference answers to the visible checks.
    """
    return {
        "rubric.yaml": public_rubric(Path(rubric.path)).encode(),
        "rubric.schema.json": schema_text(tuple(CHECK_KINDS.values())).encode(),
        assignments.RECORDING: recording,
        **_template(rubric),
    }


def staff_files(rubric: Rubric) -> Mapping[str, bytes]:
    """Gives the files that a machine of the course grades with, the reference included."""
    library, handin = assignments.reference_library(rubric), assignments.reference_sources(rubric)
    root = _root(rubric, assignments.reference_folder(rubric))
    book = Path(rubric.path).parent / MISTAKES
    return {
        "rubric.yaml": Path(rubric.path).read_bytes(),
        **({MISTAKES: book.read_bytes()} if book.is_file() else {}),
        **_template(rubric),
        **_below(assignments.REFERENCE_LIBRARY, library),
        **_below(f"{assignments.REFERENCE_HANDIN}/{root}", handin),
    }


def _template(rubric: Rubric) -> Mapping[str, bytes]:
    root = _root(rubric, assignments.template_folder(rubric))
    return _below(f"{assignments.TEMPLATE}/{root}", assignments.template_sources(rubric))


def _root(rubric: Rubric, folder: Path) -> str:
    return next(root for root in rubric.handin.roots if (folder / root).is_dir())


def _below(folder: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {f"{folder}/{path}": content for path, content in files.items()}
