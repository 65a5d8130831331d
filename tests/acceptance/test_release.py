"""A student's copy answers as the course's grader does, works alone, and gives nothing away."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from grader.assignments import COURSE_FOLDER, RECORDING
from grader.course import Course, RecordedCourse, find_course
from grader.intake import read_for
from grader.plan import make_plan
from grader.recording import read_recording, write_recording
from grader.records import CheckResult, Outcome, Rubric
from grader.release.recorder import record_reference
from grader.release.student_copy import student_copy
from grader.staging import examine, start_service
from tests.acceptance.handins import ROOT, UMASS

SAMPLE = 6  # of each kind


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    """What is asked; trainings and papers need no reference."""
    return UMASS.rubric()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, rubric: Rubric) -> Path:
    """The folder of a student's copy."""
    folder = tmp_path_factory.mktemp("release") / "assignment"
    for path, content in student_copy(rubric, write_recording(record_reference(rubric))).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def alone(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the grader of the copy's wheel, and no reference beside it."""
    home = tmp_path_factory.mktemp("alone")
    (wheel,) = (copy / COURSE_FOLDER).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home)
    return home


def run(alone: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the wheel's `grader check` in a folder."""
    # Where the grader is installed from a source tree, that comes after PYTHONPATH.
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GRADER")},
        "PYTHONPATH": str(alone),
        "XDG_CACHE_HOME": str(alone / "cache"),
    }
    command = [sys.executable, "-m", "grader", "check", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def filled(copy: Path, into: Path) -> Path:
    """Copies the student's copy, with the work of the example hand-in in it."""
    shutil.copytree(copy, into)
    shutil.copytree(UMASS.base / UMASS.package, into / UMASS.package, dirs_exist_ok=True)
    return into


def test_it_answers_in_its_folder_without_a_reference(
    copy: Path, alone: Path, tmp_path: Path
) -> None:
    assert not (alone / "reference").exists()
    folder = filled(copy, tmp_path / "work")
    done = run(alone, folder, "--json", "report.json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_text())
    asked = [check for one in report["criteria"] for check in one["checks"]]
    assert {check["outcome"] for check in asked if check["visibility"] == "visible"} <= {
        "passed",
        "not_run_here",
    }
    assert sum(check["outcome"] == "passed" for check in asked) > 60
    hidden = [check for check in asked if check["visibility"] != "visible"]
    assert {check["outcome"] for check in hidden} == {"not_run_here"}
    assert 0 < report["score"]["lower"] < report["score"]["upper"] == report["score"]["possible"]
    assert "judged by hidden checks when graded" in " ".join(done.stdout.split())


def test_it_says_what_is_wrong(copy: Path, alone: Path, tmp_path: Path) -> None:
    folder = filled(copy, tmp_path / "work")
    layers = folder / UMASS.package / "layers.py"
    broken = UMASS.folder / "wrong" / "affine_forward_no_bias" / "layers.py"
    layers.write_text(layers.read_text() + "\n\n" + broken.read_text())
    done = run(alone, folder, "--only", "affine_forward")
    assert done.returncode == 1
    assert "layers.affine_forward gave a wrong value" in done.stdout


def test_the_untouched_copy_is_not_filled_in_yet(copy: Path, alone: Path) -> None:
    done = run(alone, copy, "--only", "affine_forward")
    assert done.returncode == 1
    assert "is not filled in yet" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def contents(copy: Path) -> Iterator[tuple[str, str]]:
    """Yields the name and the text of every file of a copy, the wheel's own included."""
    for path in sorted(path for path in copy.rglob("*") if path.is_file()):
        name = path.relative_to(copy).as_posix()
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{name}:{member}", archive.read(member).decode("utf-8", "replace")
        elif path.name == RECORDING:
            with np.load(io.BytesIO(path.read_bytes())) as arrays:
                yield name, arrays["index"].tobytes().decode()
        else:
            yield name, path.read_text(encoding="utf-8", errors="replace")


def lines(folder: Path) -> set[str]:
    """Gives the lines of a folder's Python files that are long enough to be told from others."""
    return {
        line.strip()
        for path in folder.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if len(line.strip()) >= 30
    }


def texts(data: Any) -> Iterator[str]:
    """Yields all texts and lists of numbers in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def test_nothing_of_the_reference_is_in_it(copy: Path) -> None:
    known = lines(UMASS.template) | lines(ROOT / "grader")
    ours = lines(ROOT / "reference") - known
    assert len(ours) > 1000
    for name, text in contents(copy):
        found = ours & {line.strip() for line in text.splitlines()}
        assert not found, name
        assert "reference/handins" not in name


def test_nothing_that_is_hidden_is_in_it(copy: Path, rubric: Rubric) -> None:
    data = YAML(typ="safe", pure=True).load(Path(rubric.path).read_text(encoding="utf-8"))
    hidden: set[str] = set()
    shown: set[str] = set()
    for criterion in data["criteria"]:
        whole = criterion.get("visibility", "visible")
        for check in criterion["checks"]:
            visible = check.get("visibility", whole) == "visible"
            (shown if visible else hidden).update(texts(check))
        shown.update(texts({**criterion, "checks": []}))
    secrets = {text for text in hidden - shown if len(text) >= 12}
    assert len(secrets) > 10
    # The grader itself is the same for all courses: see the test of the wheel.
    for name, text in ((name, text) for name, text in contents(copy) if ".whl:" not in name):
        assert not [secret for secret in secrets if secret in text], name


def test_it_has_what_editors_and_readers_need(copy: Path) -> None:
    settings = json.loads((copy / ".vscode" / "settings.json").read_text())
    for schema, rubric_file in settings["yaml.schemas"].items():
        assert (copy / schema).is_file()
        assert (copy / rubric_file).is_file()
    readme = (copy / "README.md").read_text()
    (wheel,) = (copy / COURSE_FOLDER).glob("*.whl")
    assert f"pip install {COURSE_FOLDER}/{wheel.name}" in readme
    assert ".venv/bin/grader check" in readme
    workflow = YAML(typ="safe").load((copy / ".github" / "workflows" / "grade.yml").read_text())
    assert "jobs" in workflow


def results(rubric: Rubric, folder: Path, course: Course, service: Any) -> list[CheckResult]:
    """Asks a hand-in all visible checks."""
    plan = make_plan(rubric, read_for(rubric, folder, None, service), "check")
    with examine(plan, service, course=course) as examined:
        return [examined.examination.judge(planned) for planned in plan.checks]


@pytest.mark.parametrize("kind", ["wrong", "correct", "broken"])
def test_its_verdicts_are_those_of_the_live_reference(
    copy: Path, rubric: Rubric, kind: str, tmp_path: Path
) -> None:
    cases = UMASS.cases(kind)
    recorded = RecordedCourse(read_recording(copy / COURSE_FOLDER / RECORDING))
    live = find_course(rubric)
    try:
        with start_service(rubric) as service:
            for case in random.Random(7).sample(cases, SAMPLE):  # noqa: S311 - not cryptography
                folder = UMASS.compose(case, tmp_path / case.name)
                pairs = zip(
                    results(rubric, folder, live, service),
                    results(rubric, folder, recorded, service),
                    strict=True,
                )
                for one, other in pairs:
                    verdicts = [(each.outcome, each.credit, each.message) for each in (one, other)]
                    assert verdicts[0] == verdicts[1], f"{case.name}: {one.id}"
                    assert other.outcome is not Outcome.UNJUDGED
    finally:
        live.close()
