"""A student's copy of an assignment: the template, and what `grader check` needs to answer offline.

Beside the template it holds the public rubric, the recorded answers of the reference, the grader's
own wheel, settings for an editor and a workflow for GitHub. Nothing hidden is in it, no code of the
reference, and no key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from grader import assignments
from grader.assignments import COURSE_FOLDER
from grader.checks.cases import library_needed
from grader.records import Rubric
from grader.release.course_folder import students_files
from grader.release.wheel import wheel_bytes, wheel_name

README: Final = "README.md"
_SET_UP_BEFORE: Final = "## Check your work"
_LEFT_OUT: Final = ("__pycache__", ".ipynb_checkpoints")
_ANY_WHEEL: Final = f"{COURSE_FOLDER}/*.whl"  # as the workflow has it
_EXTRAS: Final = ("torch", "tensorflow")  # of the grader, that checks of a rubric may need


def student_copy(rubric: Rubric, recording: bytes) -> Mapping[str, bytes]:
    """Gives the files of a student's copy, by path below its folder.

    Args:
        rubric: the course's.
        recording: what the reference answers to the visible checks.

    Raises:
        UsageError: there is no template, or the grader is not installed as a package.
    """
    wheel = f"{COURSE_FOLDER}/{wheel_name()}"
    template = _template(assignments.template_folder(rubric))
    known = f"{COURSE_FOLDER}/rubric.schema.json", f"{COURSE_FOLDER}/rubric.yaml"
    installed = _installed(rubric, wheel)
    readme = _readme(template.get(README, b"").decode(), rubric, installed)
    workflow = files("grader.release").joinpath("workflow.yml").read_text(encoding="utf-8")
    course = students_files(rubric, recording)
    return {
        **template,
        README: readme.encode(),
        **{f"{COURSE_FOLDER}/{path}": content for path, content in course.items()},
        wheel: wheel_bytes(),
        ".vscode/settings.json": _json({"yaml.schemas": {known[0]: known[1]}}),
        ".github/workflows/grade.yml": workflow.replace(_ANY_WHEEL, installed).encode(),
    }


def _template(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part in _LEFT_OUT for part in path.parts)
    }


def _installed(rubric: Rubric, wheel: str) -> str:
    """Says what pip is to install: the wheel, and the libraries that the checks need."""
    extras = libraries_needed(rubric)
    return f"'{wheel}[{','.join(extras)}]'" if extras else wheel


def _readme(text: str, rubric: Rubric, installed: str) -> str:
    """Puts two commands into the template's README, before it says how work is checked."""
    set_up = (
        "## Set up\n\n"
        "In this folder, with Python 3.11 or newer:\n\n"
        f"    python3 -m venv .venv && .venv/bin/pip install {installed}\n"
        "    .venv/bin/grader check\n\n"
        "The first line is needed once. The second says what is right, what is wrong and what to "
        "do; with\n`--watch` it answers again whenever you save a file. Neither sends your work "
        "anywhere. `.grader/`\nholds the public checks and the answers that they expect, and is "
        "not yours to change.\n\n"
    )
    if libraries_needed(rubric):
        set_up += (
            "If you have PyTorch or TensorFlow already, or want a build for your own GPU, leave "
            "out the\nbrackets at the end of the first line and install it beside.\n\n"
        )
    before, marker, after = text.partition(_SET_UP_BEFORE)
    return (before or f"# {rubric.title}\n\n") + set_up + marker + after


def libraries_needed(rubric: Rubric) -> tuple[str, ...]:
    """Names the grader's extras that the checks of a rubric need."""
    specs = (spec for criterion in rubric.criteria for spec in criterion.checks)
    needed: Collection[str] = {library_needed(spec.params) for spec in specs}
    return tuple(extra for extra in _EXTRAS if extra in needed)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
