"""Arrays of one number where a number is taken."""

import ast
import math
import textwrap

import numpy as np
import pytest

from grader.worker.inside.one_number import make_functions, open_statement


@pytest.fixture
def notes():
    return []


@pytest.fixture
def run(notes):
    """Runs a source as a hand-in's, and returns its names."""

    def run_(source):
        tree = ast.parse(textwrap.dedent(source))
        for statement in tree.body:
            open_statement(statement)
        namespace = {"np": np, "math": math, **make_functions(notes)}
        exec(compile(tree, "<handin>/layers.py", "exec"), namespace)  # noqa: S102  # as a worker does
        return namespace

    return run_


@pytest.mark.parametrize(
    "source",
    [
        "a[0, 1] = np.full((1, 1), 7.0)",
        "i = (0, 1)\na[i] = np.full(1, 7.0)",
        "a[0, 1] = 3.0\na[0, 1] += np.full((1, 1), 4.0)",
        "a[0, 1], b = np.full((1, 1), 7.0), 0",
        "for a[0, 1] in [np.full(1, 7.0)]: pass",
        "a[0][1] = np.full(1, 7.0)",
        "a[0, 1] = np.full((1, 1), 7)",
        "class Net:\n    a[0, 1] = np.full(1, 7.0)",
    ],
)
def test_an_element_takes_an_array_of_one_number(run, notes, source):
    names = run(f"a = np.zeros((2, 2))\n{source}")
    assert names["a"].tolist() == [[0.0, 7.0], [0.0, 0.0]]
    assert [(note.module, note.kind) for note in notes] == [("layers", "old_numpy_name")]
    assert "`.item()`" in notes[0].message


def test_it_is_noted_once_and_with_its_line(run, notes):
    run("a = np.zeros(2)\na[0] = 1.0\nfor i in (0, 1):\n    a[i] = np.ones(1)\n")
    assert [note.line for note in notes] == [4]


def test_other_targets_keep_what_they_are_given(run, notes):
    names = run(
        """
        one = np.ones((1, 1))
        d, l, o = {}, [0], np.empty(1, dtype=object)
        d["b"] = d[0] = l[0] = o[0] = one
        d["b"] += 0
        rows = np.zeros((2, 1))
        rows[0] = one
        rows[1:] = one
        """
    )
    one = names["one"]
    assert names["d"]["b"] is one
    assert names["d"][0] is one
    assert names["l"][0] is one
    assert names["o"][0] is one
    assert names["rows"].tolist() == [[1.0], [1.0]]
    assert notes == []


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a[0] = np.ones(2)", ValueError),
        ("a[5] = np.ones(1)", IndexError),
        ("a[0] = [1.0, 2.0]", ValueError),
        ("a[0] = 'x'", ValueError),
        ("a[:] = np.ones(3)", ValueError),
    ],
)
def test_what_numpy_never_took_is_refused(run, notes, source, error):
    with pytest.raises(error):
        run(f"a = np.zeros(2)\n{source}")
    assert notes == []


def test_a_part_of_an_array_is_changed_in_place(run):
    names = run("a = np.zeros((2, 2))\nrow = a[0]\na[0] += np.ones(2)\n")
    assert names["row"].tolist() == [1.0, 1.0]


def test_a_sum_of_many_terms_is_no_trouble(run):
    names = run("a = np.zeros(1)\na[0] = " + "+".join(["1"] * 500))
    assert names["a"][0] == 500


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("float(np.full((1, 1), 7.5))", 7.5),
        ("int(np.argwhere(np.array([0, 0, 1])))", 2),
        ("complex(np.ones(1))", 1 + 0j),
        ("math.pow(np.full(1, 2.0), 3)", 8.0),
        ("float('1.5') + int(2.7) + math.sqrt(4) + int('11', base=2)", 8.5),
        ("math.hypot(*[3.0, 4.0])", 5.0),
    ],
)
def test_a_number_is_made_of_an_array_of_one(run, source, value):
    result = run(f"x = {source}")["x"]
    assert (result, type(result)) == (value, type(value))


def test_that_is_noted_once_and_only_where_it_was_needed(run, notes):
    run("x = float(np.ones(()))\ny = float(3)\nz = [int(np.ones(1)) for _ in range(3)]")
    assert [(note.kind, note.line) for note in notes] == [("old_numpy_name", 3)]


@pytest.mark.parametrize("value", ["np.ones(2)", "np.ones(0)", "[1]", "None"])
def test_what_is_no_single_number_is_refused_as_always(run, notes, value):
    with pytest.raises(TypeError):
        run(f"float({value})")
    assert notes == []


def test_classes_that_derive_from_numbers_and_names_like_them_stay(run):
    names = run("class Mine(float): pass\nx = isinstance(Mine(2), float), list(map(int, '12'))")
    assert names["x"] == (True, [1, 2])
