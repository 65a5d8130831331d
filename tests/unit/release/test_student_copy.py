"""A student's copy tells in its README and its workflow what to install and what to run."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.release.student_copy import README, libraries_needed, student_copy
from grader.release.wheel import wheel_name
from grader.rubric import load_rubric

ROOT = Path(__file__).parents[3]
WHEEL = f".grader/{wheel_name()}"


def copy_of(assignment):
    rubric = load_rubric(ROOT / "rubrics" / assignment / "rubric.yaml", CHECK_KINDS)
    return {path: content for path, content in student_copy(rubric, b"recorded").items()}


@pytest.mark.parametrize(
    ("assignment", "installed"),
    [
        ("umass_ece697ls_a1", WHEEL),
        ("ntnu_tdt4265_a3", f"'{WHEEL}[torch]'"),
        ("umass_ece697ls_a1_tensorflow", f"'{WHEEL}[tensorflow]'"),
    ],
)
def test_it_names_the_libraries_that_the_checks_need(assignment, installed):
    files = copy_of(assignment)
    readme = files[README].decode()
    assert readme.count("## Set up") == 1
    assert f"python3 -m venv .venv && .venv/bin/pip install {installed}\n" in readme
    assert readme.index("## Set up") < readme.index("## Check your work")
    workflow = files[".github/workflows/grade.yml"].decode()
    assert f"run: python -m pip install {installed}\n" in workflow
    assert ("leave out the\nbrackets" in readme) == ("[" in installed)


def test_the_template_is_in_it_unchanged_but_for_the_readme():
    template = ROOT / "student_template" / "mila_ift6135_hw1"
    files = copy_of("mila_ift6135_hw1")
    for path in template.rglob("*.py"):
        name = path.relative_to(template).as_posix()
        assert files[name] == path.read_bytes()
        assert files[f".grader/template/{name}"] == path.read_bytes()
    assert files[".grader/recording.npz"] == b"recorded"
    assert not [name for name in files if "__pycache__" in name or "reference" in name]


def test_a_template_without_a_readme_gets_one(tmp_path):
    rubric = load_rubric(ROOT / "rubrics" / "umass_ece697ls_a1" / "rubric.yaml", CHECK_KINDS)
    (tmp_path / "template" / "ece662").mkdir(parents=True)
    (tmp_path / "rubric.yaml").write_bytes(Path(rubric.path).read_bytes())
    beside = replace(rubric, path=str(tmp_path / "rubric.yaml"))
    readme = student_copy(beside, b"")[README].decode()
    assert readme.startswith(f"# {rubric.title}\n\n## Set up\n\n")
    assert libraries_needed(beside) == ()
