"""`grader data`: data sets are added, listed and verified, each in a line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from grader.cli.data import counts_text
from grader.datasets.facts import Facts, FileFacts, PartFacts

Run = Callable[..., Result]


@pytest.fixture
def magic(tmp_path: Path) -> Path:
    """A file magic04.data of 30 rows of class g, then 20 of class h."""
    numbers = np.random.RandomState(0).standard_normal((50, 10)).round(4).tolist()
    path = tmp_path / "magic04.data"
    path.write_text(
        "".join(
            ",".join(map(str, row)) + (",g\n" if n < 30 else ",h\n")
            for n, row in enumerate(numbers)
        )
    )
    return path


@pytest.fixture
def data(grader: Run, tmp_path: Path) -> Callable[..., Result]:
    """Runs `grader data`, with its folder in the variable."""

    def run(*arguments: str | Path) -> Result:
        return grader("data", *arguments, env={"GRADER_DATA": str(tmp_path / "sets")})

    return run


NOTES = (
    "  · The publisher gives no test part: 20 % of each class were drawn for it, always the same.\n"
    "  · There are 30 rows of class g and 20 of class h; 12,332 and 6,688 were published.\n"
)


def test_what_is_added_is_counted_and_its_facts_are_told(
    data: Run, magic: Path, tmp_path: Path
) -> None:
    result = data("add", "magic", magic)
    assert result.exit_code == 0
    assert result.stderr == ""
    place = tmp_path / "sets" / "magic"
    assert result.stdout == f"✓ magic: 40 training and 10 test rows in {place} (5 kB)\n" + NOTES


def test_the_option_counts_before_the_variable(data: Run, magic: Path, tmp_path: Path) -> None:
    assert data("add", "magic", magic, "--data", tmp_path / "there").exit_code == 0
    assert os.listdir(tmp_path / "there") == ["magic"]
    assert not (tmp_path / "sets").exists()


def test_what_is_there_needs_to_be_replaced_by_name(data: Run, magic: Path) -> None:
    data("add", "magic", magic)
    result = data("add", "magic", magic)
    assert result.exit_code == 2
    assert "grader: The data set 'magic' is there already: " in result.stderr
    assert data("add", "magic", magic, "--replace").exit_code == 0


def test_a_source_that_is_none_is_refused(data: Run, tmp_path: Path) -> None:
    result = data("add", "cifar10", tmp_path / "\x1b[2Jnone")
    assert result.exit_code == 2
    assert r"\x1b[2Jnone' cannot be read: No such file or directory." in result.stderr
    assert "\x1b" not in result.output
    assert not any((tmp_path / "sets").iterdir())


def test_a_name_that_there_is_not_is_refused(data: Run, magic: Path) -> None:
    result = data("add", "mnist", magic)
    assert result.exit_code == 2
    assert "There is no data set 'mnist'. Those that can be added are: cifar10, " in result.stderr


def test_the_list_names_those_that_are_there_and_those_that_could_be(
    data: Run, magic: Path, tmp_path: Path
) -> None:
    data("add", "magic", magic)
    result = data("list")
    assert result.exit_code == 0
    assert result.stdout == (
        f"In {tmp_path / 'sets'}:\n"
        "○ cifar10: not added; its SOURCE is cifar-10-batches-py or cifar-10-python.tar.gz\n"
        "○ cifar10_six: not added; its SOURCE is cifar-10-batches-py or cifar-10-python.tar.gz\n"
        "○ cinic10: not added; its SOURCE is CINIC-10 or CINIC-10.tar.gz\n"
        "○ cinic10_six: not added; its SOURCE is CINIC-10 or CINIC-10.tar.gz\n"
        "○ imagenette: not added; its SOURCE is imagenette2-64, or another size, folder or "
        "archive\n"
        "✓ magic: 40 training and 10 test rows (5 kB)\n" + NOTES + "✓ synthetic: always there, "
        "made when it is used\n"
    )


def test_a_damaged_one_does_not_stop_the_list(data: Run, magic: Path, tmp_path: Path) -> None:
    data("add", "magic", magic)
    (tmp_path / "sets" / "magic" / "test_labels.npy").write_bytes(b"")
    result = data("list")
    assert result.exit_code == 0
    assert "\n✗ magic: The data set 'magic' cannot be used: 'test_labels.npy' has 0 byt" in (
        result.stdout
    )
    assert "\n✓ synthetic: " in result.stdout


def test_what_is_as_it_was_added_is_told(data: Run, magic: Path) -> None:
    data("add", "magic", magic)
    for arguments in ((), ("magic",)):
        result = data("verify", *arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "✓ magic: 40 training and 10 test rows, all as they were added\n"


def test_every_problem_is_told_and_the_others_are_looked_at(
    data: Run, magic: Path, tmp_path: Path
) -> None:
    data("add", "magic", magic)
    (tmp_path / "sets" / "magic" / "test_labels.npy").unlink()
    (tmp_path / "sets" / "magic" / "train_labels.npy").write_bytes(b"x")
    result = data("verify", "magic", "cifar10", "synthetic")
    assert result.exit_code == 2
    assert result.stdout == "✓ synthetic: made when it is used; there is nothing to verify\n"
    first, second, third = result.stderr.splitlines()
    assert first == "✗ magic: 'train_labels.npy' is truncated: it has 1 of 448 bytes."
    assert second == "✗ magic: 'test_labels.npy' is missing."
    assert third.startswith("✗ cifar10: The data set 'cifar10' is not in ")


def test_a_folder_without_data_sets_is_told(data: Run) -> None:
    result = data("verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("No data set was added to ")
    assert result.stdout.endswith("sets. Add one: `grader data add NAME SOURCE`.\n")


def test_each_command_explains_itself_in_ascii(grader: Run) -> None:
    for name in ("add", "list", "verify"):
        result = grader("data", name, "--help")
        assert result.exit_code == 0
        assert result.output.isascii()
        assert "--data DIR" in result.output


def test_counts_of_three_parts_are_listed() -> None:
    file = FileFacts("", 0)
    parts = {name: PartFacts(1_000, file, file) for name in ("train", "validation", "test")}
    facts = Facts("n", "N", (), (3, 32, 32), parts, (), "")
    assert counts_text(facts) == "1,000 training, 1,000 validation and 1,000 test images"
