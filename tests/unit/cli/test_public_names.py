"""The package's public names are the ones it lists, and all can be imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

import grader


def test_every_listed_name_can_be_imported() -> None:
    assert len(set(grader.__all__)) == len(grader.__all__)
    for name in grader.__all__:
        assert getattr(grader, name) is not None
    assert dir(grader) == sorted(grader.__all__)


def test_classes_and_functions_are_called_as_they_are_listed() -> None:
    for name in grader.__all__:
        found = getattr(grader, name)
        assert name == "__version__" or found.__name__ == name


def test_a_name_that_is_not_listed_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="module 'grader' has no attribute 'utils'"):
        _ = grader.utils


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    program = "import sys, grader; print([one for one in sys.modules if 'grader.' in one])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
