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


PERSON = "by a person"
# What the texts number, in their own words or numbers.
QUESTIONS = {
    "umass_ece697ls_a1": (
        *("Q1 inline questions 1 to 4", "Q1 the best network", "Q2 inline questions 1 to 4"),
        *("Q2 batch", "Q2 layer", "Q3 dropout", "Q3 inline questions 1 to 3", "Q4 convolution"),
        *("Q4 max pooling", "Q4 `ThreeLayerConvNet`", "Q4 spatial batch and group normalization"),
    ),
    "umass_ece697ls_a1_torch": (
        *("Q5 part II,", "Q5 part III,", "Q5 part IV,", "Q5 part V,"),
        *("Q6 unstructured and structured", "Q6 inline questions 1 and 2"),
    ),
    "umass_ece697ls_a1_tensorflow": ("Q5 part II,", "Q5 part III,", "Q5 part IV,", "Q5 part V,"),
    "uva_dl1_2020_p1": (
        *("1.1 a", "1.1 b", "1.1 c", "1.1 d", "1.2", "2.1", "2.2", "3.1", "3.2 a", "3.2 b"),
        *("3.2 c", "3.2 d", "4 a", "4 b"),
    ),
    "mila_ift6135_hw1": (
        *(f"1.{n} " for n in range(1, 7)),
        *(f"2.{n} " for n in range(1, 5)),
        *(f"3.{n} " for n in range(1, 9)),
    ),
    "ntnu_tdt4265_a3": (
        *(f"1{letter} " for letter in "abcdefg"),
        *("2a ", "2b "),
        *(f"3{letter} " for letter in "abcdef"),
        *(f"4{letter} " for letter in "abc"),
    ),
    "technion_046211_hw2": (
        *(f"Question {n}" for n in range(1, 7)),
        *(f"Task 1.{n} " for n in range(1, 7)),
        *(f"Task 2.{n} " for n in range(1, 8)),
        *(f"Task 3.{n} " for n in range(1, 6)),
    ),
}


def test_its_table_names_every_criterion_with_points_under_its_assignment() -> None:
    table = README.partition("## What is judged")[2].partition("\n## ")[0]
    told: dict[str, dict[str, tuple[set[str], str]]] = {}
    assignment = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and "`" in line:
            assignment = cells[0].strip("`") or assignment
            row = (set(re.findall(r"`(\w+)`", cells[2])), cells[3])
            told.setdefault(assignment, {})[cells[1]] = row
    for path in (PROJECT / "rubrics").glob("*/rubric.yaml"):
        rubric = load_rubric(path, CHECK_KINDS)
        rows = told[rubric.assignment]
        with_points = {one.id for one in rubric.criteria if one.points}
        assert set().union(*(names for names, _ in rows.values())) == with_points
        of_people = {one.id for one in rubric.criteria if one.checks[0].kind == "manual"}
        for names, how in rows.values():
            marked = names & of_people
            assert how == ("automatically" if not marked else "both" if names - marked else PERSON)
        for question in QUESTIONS[rubric.assignment]:
            assert any(row.startswith(question) for row in rows), question
    assert told.keys() == QUESTIONS.keys()


def test_the_files_that_the_papers_name_exist() -> None:
    texts = [README]
    if GITHUB.is_dir():
        texts.append((GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    roots = r"grader|reference|rubrics|tests" + (r"|\.github|\.ci" if GITHUB.is_dir() else "")
    named = {name for text in texts for name in re.findall(rf"`((?:{roots})/[\w./-]+)`", text)}
    assert len(named) >= 3
    for name in named:
        assert (PROJECT / name).exists(), name
