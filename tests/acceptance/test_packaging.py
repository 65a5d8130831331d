"""What is built works without the source tree: the sdist, and the wheel from it in a fresh venv."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
HANDIN = PROJECT / "tests" / "handins" / "base"
ASSIGNMENT = "umass_ece697ls_a1"
DATA = (
    "grader/py.typed",
    "grader/report/report.schema.json",
    "grader/rubric/rubric.schema.json",
    "reference/py.typed",
    f"reference/handins/{ASSIGNMENT}/ece662/layers.py",
    f"rubrics/{ASSIGNMENT}/rubric.yaml",
    f"student_template/{ASSIGNMENT}/README.md",
    f"student_template/{ASSIGNMENT}/ece662/layers.py",
)
NO_INDEX = re.compile(r"No matching distribution|ConnectionError|ConnectTimeout|NewConnectionError")


def _run(command: Iterable[object], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command that may see nothing of this process but the path and pip's own settings."""
    hidden = ("PYTHON", "PYTEST", "COV", "GRADER")
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if not name.startswith(hidden)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _need_index(done: subprocess.CompletedProcess[str]) -> None:
    """Skips where no package index can be reached; `.ci/run` does not allow that."""
    told = done.stdout + done.stderr
    if done.returncode and NO_INDEX.search(told) and "PACKAGE_INDEX" not in os.environ:
        pytest.skip("no package index can be reached from here")
    assert done.returncode == 0, told


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    pytest.importorskip("build", reason="the package `build` is in the extra dev")
    out = tmp_path_factory.mktemp("dist")
    _need_index(_run([sys.executable, "-m", "build", "--outdir", out, PROJECT], out))
    return out


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh virtual environment that holds the wheel."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=True)
    programs = home / "bin"
    (wheel,) = dist.glob("*.whl")
    _need_index(_run([programs / "python", "-m", "pip", "install", "--quiet", wheel], home))
    return programs


def test_the_sdist_holds_the_sources_the_tests_and_nothing_that_was_left_behind(
    dist: Path,
) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert set(DATA) <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"} <= names
    assert "tests/handins/base/ece662/layers.py" in names
    assert "tests/acceptance/test_packaging.py" in names
    left_behind = ("__pycache__", "_cache/", ".hypothesis", ".coverage", ".venv", "results/")
    assert [name for name in names if any(part in name for part in left_behind)] == []


def test_the_wheel_holds_the_packages_with_their_data_and_no_tests(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
        declared = archive.read(entry_points).decode()
    assert set(DATA) <= names
    folders = {name.partition("/")[0] for name in names if not name.startswith("grader-")}
    assert folders == {"grader", "reference", "rubrics", "student_template"}
    assert "grader = grader.__main__:main" in declared
    assert "grader = grader.pytest_plugin" in declared


def test_it_needs_no_torch(installed: Path, tmp_path: Path) -> None:
    done = _run([installed / "python", "-m", "pip", "list", "--format=freeze"], tmp_path)
    assert "numpy==" in done.stdout
    assert "torch==" not in done.stdout


def test_the_command_is_there(installed: Path, tmp_path: Path) -> None:
    done = _run([installed / "grader", "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: grader")


def test_it_brings_its_rubrics_along(installed: Path, tmp_path: Path) -> None:
    done = _run([installed / "grader", "rubric", "show", ASSIGNMENT], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "batchnorm_backward" in done.stdout
    rubric = PROJECT / "rubrics" / ASSIGNMENT / "rubric.yaml"
    done = _run([installed / "grader", "rubric", "validate", rubric], tmp_path)
    assert done.returncode == 0, done.stderr


def test_it_grades_a_hand_in(installed: Path, tmp_path: Path) -> None:
    done = _run([installed / "grader", "check", HANDIN, "--json", "report.json"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "report.json").is_file()


def test_pytest_finds_the_plugin(installed: Path, tmp_path: Path) -> None:
    graded = ("--rubric", ASSIGNMENT, "--handin", HANDIN, "-k", "affine_forward")
    done = _run([installed / "python", "-m", "pytest", *graded], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout
