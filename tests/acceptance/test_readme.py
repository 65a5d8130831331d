"""What the README shows is there and works: its command lines, its options, its rubric."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import click

from grader.checks import CHECK_KINDS
from grader.cli import cli
from grader.closeness import TABLE
from grader.conventions import CONVENTIONS
from grader.rubric import load_rubric

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
GITHUB = PROJECT / ".github"  # not in the sdist, and neither is .ci


def blocks(language: str, text: str = README) -> list[str]:
    """Gives the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(program: str) -> list[list[str]]:
    """Gives the arguments with which the README's command lines call a program."""
    lines = [line for block in blocks("console") for line in block.splitlines()]
    parts = [shlex.split(part) for line in lines for part in line.split("&&")]
    return [part[1:] for part in parts if Path(part[0]).name == program]


def test_it_opens_with_a_title_two_sentences_and_two_command_lines() -> None:
    assert README.startswith("# grader\n\n")
    opening = README.split("\n\n")[1]
    assert len(re.findall(r"[.?!](?:\s|$)", opening)) == 2
    check, tests = (block.strip() for block in blocks("console")[:2])
    for line in (check, tests):
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        assert "\n" not in line
    assert check.endswith(".venv/bin/grader check tests/handins/base")
    assert tests.endswith(".venv/bin/python -m pytest")


def test_the_example_hand_in_is_there() -> None:
    assert (PROJECT / "tests" / "handins" / "base" / "ece662" / "layers.py").is_file()


def test_the_extras_that_it_installs_exist() -> None:
    data = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {extra for line in blocks("console") for extra in re.findall(r"\.\[(\w+)\]", line)}
    assert wanted <= data["project"]["optional-dependencies"].keys()
    assert data["project"]["readme"] == "README.md"


def test_the_commands_and_options_that_it_names_exist() -> None:
    named = commands("grader")
    assert {arguments[0] for arguments in named} == {"check", "export", "grade"}
    context = click.Context(cli)
    for name, *arguments in named:
        command = cli.get_command(context, name)
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {part for part in arguments if part.startswith("--")} <= known
    for name in re.findall(r"`grader rubric (\w+)", README):
        group = cli.get_command(context, "rubric")
        assert isinstance(group, click.Group)
        assert name in group.commands


def test_the_pytest_options_that_it_names_exist() -> None:
    plugin = (PROJECT / "grader" / "pytest_plugin.py").read_text(encoding="utf-8")
    known = set(re.findall(r"addoption\(\s*\"(--[\w-]+)", plugin))
    (line,) = commands("pytest")
    assert {part for part in line if part.startswith("--")} <= known
    assert set(re.findall(r"`(--handin-\w+)", README)) <= known


def test_its_rubric_is_valid_and_shows_what_the_text_explains(tmp_path: Path) -> None:
    sample, training = blocks("yaml")
    path = tmp_path / "rubric.yaml"
    path.write_text(sample, encoding="utf-8")
    rubric = load_rubric(path, CHECK_KINDS)
    assert rubric.possible == 6
    head = (
        "  - id: trained\n    title: Training\n    subject: train_mlp_numpy.train\n    points: 1\n"
    )
    path.write_text(f"{sample}{head}    checks:\n{training}", encoding="utf-8")
    assert load_rubric(path, CHECK_KINDS).possible == 7
    for key in ("needs", "credit", "weight", "beyond_text", "visibility", "families", "forbidden"):
        assert key in sample


def test_it_names_every_kind_convention_and_tolerance() -> None:
    for name in (*CHECK_KINDS, *CONVENTIONS):
        assert f"`{name}`" in README
    for dtype, tolerance in TABLE.items():
        row = next(line for line in README.splitlines() if line.strip().startswith(f"| {dtype} "))
        values = [float(cell) for cell in row.strip().strip("|").split("|")[1:]]
        assert values == [tolerance.rtol, tolerance.atol]


def test_its_table_names_every_criterion_with_points_under_its_assignment() -> None:
    table = README.partition("## What is judged")[2].partition("\n## ")[0]
    told: dict[str, set[str]] = {}
    assignment = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and "`" in line:
            assignment = cells[0].strip("`") or assignment
            told.setdefault(assignment, set()).update(re.findall(r"`(\w+)`", cells[2]))
    for path in (PROJECT / "rubrics").glob("*/rubric.yaml"):
        rubric = load_rubric(path, CHECK_KINDS)
        assert told[rubric.assignment] == {one.id for one in rubric.criteria if one.points}
    assert len(told) == 7


def test_the_files_that_the_papers_name_exist() -> None:
    texts = [README]
    if GITHUB.is_dir():
        texts.append((GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    roots = r"grader|reference|rubrics|tests" + (r"|\.github|\.ci" if GITHUB.is_dir() else "")
    named = {name for text in texts for name in re.findall(rf"`((?:{roots})/[\w./-]+)`", text)}
    assert len(named) >= 3
    for name in named:
        assert (PROJECT / name).exists(), name
