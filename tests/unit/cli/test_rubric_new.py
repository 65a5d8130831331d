"""`grader rubric new` writes a rubric that loads, asks nothing and overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from grader.assignments import HOME
from grader.checks import CHECK_KINDS
from grader.cli import rubric_new
from grader.rubric import load_rubric

Run = Callable[..., Result]


@pytest.mark.parametrize(
    "package", sorted(one for one in HOME.glob("student_template/*/*") if one.is_dir())
)
def test_every_template_gives_a_rubric_that_loads(
    grader: Run, tmp_path: Path, package: Path
) -> None:
    result = grader("rubric", "new", package, "--out", tmp_path / "r.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    rubric = load_rubric(tmp_path / "r.yaml", CHECK_KINDS)
    assert rubric.possible == 100
    assert result.stdout == (
        f"✓ wrote '{tmp_path}/r.yaml': {len(rubric.criteria)} criteria to look through; the "
        "comments say what to look at.\n"
    )


def test_one_module_is_enough(grader: Run, tmp_path: Path) -> None:
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "layers.py").write_text("def f(x): ...\n", "utf-8")
    (tmp_path / "hw" / "other.py").write_text("def g(x): ...\n", "utf-8")
    grader("rubric", "new", tmp_path / "hw" / "layers.py", "--out", tmp_path / "r.yaml")
    rubric = load_rubric(tmp_path / "r.yaml", CHECK_KINDS)
    assert [one.subject for one in rubric.criteria] == ["layers.f"]
    assert rubric.handin.roots == ("hw",)


def test_a_file_that_is_there_stays(grader: Run, tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("def f(x): ...\n", "utf-8")
    (tmp_path / "r.yaml").write_text("mine", "utf-8")
    result = grader("rubric", "new", tmp_path / "layers.py", "--out", tmp_path / "r.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        f"grader: '{tmp_path}/r.yaml' is there already, and is left as it is. Name another file "
        "with --out.\n"
    )
    assert (tmp_path / "r.yaml").read_text("utf-8") == "mine"


def test_what_cannot_be_read_is_named(grader: Run, tmp_path: Path) -> None:
    result = grader("rubric", "new", tmp_path / "none.py", "--out", tmp_path / "r.yaml")
    assert result.exit_code == 2
    assert result.stderr == (
        f"grader: '{tmp_path}/none.py' cannot be read: No such file or directory. Check the path.\n"
    )


def test_too_many_files_are_refused(
    grader: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rubric_new, "FILES_AT_MOST", 1)
    for name in ("a.py", "b.py", "test_a.py"):
        (tmp_path / name).write_text("def f(x): ...\n", "utf-8")
    result = grader("rubric", "new", tmp_path, "--out", tmp_path / "r.yaml")
    assert result.exit_code == 2
    assert (
        "holds 2 Python files; a rubric is made of at most 1. Name the folder of the modules"
        in (result.stderr)
    )
    assert not (tmp_path / "r.yaml").exists()
