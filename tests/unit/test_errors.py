"""The exception tree, its messages and its pickles."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
import re

import pytest

from grader import errors
from grader.errors import (
    GraderError,
    HandInError,
    RubricError,
    RubricSchemaError,
    WorkerDidNotStart,
    WorkerError,
)

ALL = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, GraderError)
]


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    assert errors.__doc__ is not None
    drawn = re.findall(r"^ {4}[│├└─ ]*([A-Z]\w+)", errors.__doc__, re.MULTILINE)
    assert drawn == [error.__name__ for error in ALL]


@pytest.mark.parametrize(
    ("family", "members"),
    [
        (RubricError, "RubricNotFound RubricSyntaxError RubricSchemaError"),
        (
            HandInError,
            "HandInNotFound HandInTooLarge UnsafePath UnsafeArchive PackageRootMissing "
            "PackageRootAmbiguous",
        ),
        (
            WorkerError,
            "WorkerDidNotStart WorkerKilled WorkerStarved WorkerDied WorkerOutOfTime "
            "RunOutOfTime SandboxMissing",
        ),
        (WorkerDidNotStart, "HostLost"),
        (GraderError, "RubricError HandInError WorkerError ReferenceFault VariantError UsageError"),
    ],
)
def test_each_family_can_be_caught_by_its_name(family: type[GraderError], members: str) -> None:
    assert [error.__name__ for error in family.__subclasses__()] == members.split()


@pytest.mark.parametrize("error", [e for e in ALL if e is not RubricSchemaError])
def test_an_error_shows_its_message_and_survives_a_pickle(error: type[GraderError]) -> None:
    raised = error("The file is gone. Put it back.")
    for same in (raised, pickle.loads(pickle.dumps(raised)), copy.copy(raised)):  # noqa: S301 - our own bytes
        assert type(same) is error
        assert same.message == str(same) == "The file is gone. Put it back."


def test_a_schema_error_shows_every_problem_and_survives_a_pickle() -> None:
    raised = RubricSchemaError(["a.yaml:1  Say what.", "a.yaml:7  Say why."])
    for same in (raised, pickle.loads(pickle.dumps(raised)), copy.copy(raised)):  # noqa: S301 - our own bytes
        assert same.problems == ("a.yaml:1  Say what.", "a.yaml:7  Say why.")
        assert same.message == "a.yaml:1  Say what.\na.yaml:7  Say why."


def test_the_module_imports_nothing_of_ours() -> None:
    imported = [
        node.module
        for node in ast.walk(ast.parse(inspect.getsource(errors)))
        if isinstance(node, ast.ImportFrom)
    ]
    assert imported == ["__future__", "collections.abc"]
