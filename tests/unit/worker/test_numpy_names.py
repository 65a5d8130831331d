"""Names that NumPy had once."""

import subprocess
import sys
import textwrap
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from grader.worker.inside import numpy_names
from grader.worker.inside.numpy_names import _REMOVED, OldNames, missing_names

GONE_FROM_2_4 = pytest.mark.skipif(not hasattr(np, "trapezoid"), reason="needs NumPy 2")


@pytest.fixture
def notes():
    return []


@pytest.fixture
def installed(notes):
    made = numpy_names.install(notes)
    yield made
    made.remove()


def test_every_name_exists_and_nothing_warns(installed):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in _REMOVED:
            assert getattr(np, name) is not None


@GONE_FROM_2_4
@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (lambda: np.int(3.7), 3),
        (lambda: np.zeros(2, dtype=np.float).dtype, np.float64),
        (lambda: np.array(["a"], dtype=np.object).dtype, object),
        (lambda: np.product([2, 3]), 6),
        (lambda: np.cumproduct([2, 3])[1], 6),
        (lambda: (np.alltrue([1, 0]), np.sometrue([1, 0])), (False, True)),
        (lambda: (np.Inf, np.infty, np.PINF, -np.NINF), (np.inf,) * 4),
        (lambda: np.isnan([np.NaN, np.NAN]).all(), True),
        (lambda: (np.float_, np.complex_), (np.float64, np.complex128)),
        (lambda: (np.unicode_, np.string_), (np.str_, np.bytes_)),
        (lambda: (np.int0, np.bool8), (np.intp, np.bool_)),
        (lambda: np.in1d([[1], [5]], [5]).tolist(), [False, True]),
        (lambda: np.trapz([1, 1, 1]), 2.0),
        (lambda: np.round_(2.567, 1), 2.6),
        (lambda: np.asscalar(np.array([4])), 4),
        (lambda: np.msort([[2, 1], [1, 2]]).tolist(), [[1, 1], [2, 2]]),
        (lambda: np.cast["int64"]([1.5]).tolist(), [1]),
        (lambda: np.find_common_type([np.float32], [np.float64]), np.float64),
        (lambda: np.asfarray([1]).dtype, np.float64),
        (lambda: np.asfarray([1], dtype=np.int32).dtype, np.float64),
        (lambda: np.asfarray([1], dtype=np.float32).dtype, np.float32),
    ],
)
def test_old_names_mean_what_they_meant(installed, use, expected):
    assert use() == expected


def test_each_name_is_noted_once_with_advice_and_place(installed, notes):
    code = compile("import numpy as np\n\nx = np.int(1) + np.int(2)\ny = np.float(1)\n", *_FILE)
    exec(code, {})  # noqa: S102  # as the worker runs a hand-in
    assert [(note.module, note.line, note.kind, note.message) for note in notes] == [
        (
            "classifiers.net",
            3,
            "old_numpy_name",
            "`np.int` was removed in NumPy 1.24; write `int`.",
        ),
        (
            "classifiers.net",
            4,
            "old_numpy_name",
            "`np.float` was removed in NumPy 1.24; write `float`.",
        ),
    ]


_FILE = ("<handin>/classifiers/net.py", "exec")


def test_from_imports_work(installed, notes):
    namespace = {}
    exec("from numpy import int, product as p", namespace)  # noqa: S102  # a static import would stay
    assert namespace["int"] is int
    assert notes[0].module == ""
    assert notes[0].line == 0


def test_names_that_numpy_has_are_its_own(installed, notes):
    assert np.bool is np.bool_ or np.bool is bool
    assert np.inf > 0
    assert "zeros" not in _REMOVED
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = np.no_such_name
    assert [note for note in notes if "np.inf`;" in note.message] == []


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.reshape(a, newshape=(3, 2)),
        lambda a: np.reshape(a, newshape=(3, 2), order="C"),
        lambda a: np.reshape(a=a, newshape=(3, 2)),
        lambda a: np.reshape(a, (3, 2)),
        lambda a: np.reshape(a, (3, -1), "C"),
    ],
)
def test_reshape_takes_its_old_keyword(installed, call):
    assert call(np.arange(6)).tolist() == [[0, 1], [2, 3], [4, 5]]


def test_the_old_keyword_is_noted_once(installed, notes):
    np.reshape([1], newshape=(1, 1))
    np.reshape([1], newshape=(1, 1))
    np.reshape([1], (1, 1))
    (note,) = notes
    assert note.message == (
        "`np.reshape(a, newshape=...)` was removed in NumPy 2.4; write `np.reshape(a, ...)`."
    )


def test_sum_adds_up_a_generator(installed, notes):
    assert np.sum(np.full(2, n) for n in (1, 2)).tolist() == [3, 3]
    assert np.sum(n for n in (1, 2)) == 3
    assert np.sum([[1, 2], [3, 4]], axis=0).tolist() == [4, 6]
    assert np.sum(a=np.ones(2), keepdims=True).tolist() == [2.0]
    (note,) = notes
    assert note.message == (
        "`np.sum` of a generator was removed in NumPy 2.4; write Python's own `sum`, or a list."
    )


def test_an_array_is_copied_only_where_it_has_to_be(installed, notes):
    whole, half = np.arange(3), np.ones(2)
    assert np.array(whole, dtype=float, copy=False).tolist() == [0.0, 1.0, 2.0]
    assert np.array(half, copy=False) is half
    assert np.array(half) is not half
    assert np.array(half, copy=True) is not half
    (note,) = notes
    assert note.message == (
        "`np.array(a, copy=False)` refuses to copy since NumPy 2.0; write `np.asarray(a)`."
    )


def test_what_parts_of_numpy_have_lost_is_there(installed, notes):
    assert np.lib.pad(np.ones(1), 1, "constant").tolist() == [0.0, 1.0, 0.0]
    assert np.linalg.linalg.norm([3.0, 4.0]) == 5.0
    assert [note.message for note in notes] == [
        "`np.lib.pad` was removed in NumPy 2.0; write `np.pad`.",
        "`np.linalg.linalg` was removed in NumPy 2.0; write `np.linalg`.",
    ]
    for part, name in ((np.lib, "exp"), (np.linalg, "dot"), (np.linalg, "pad")):
        with pytest.raises(AttributeError, match=name):
            getattr(part, name)


def test_removing_puts_numpy_back(notes):
    reshape, total, look_up = np.reshape, np.sum, vars(np)["__getattr__"]
    array, parts = np.array, [vars(part).get("__getattr__") for part in (np.lib, np.linalg)]
    made = numpy_names.install(notes)
    assert np.reshape is not reshape
    made.remove()
    assert np.array is array
    assert [vars(part).get("__getattr__") for part in (np.lib, np.linalg)] == parts
    assert np.reshape is reshape
    assert np.sum is total
    assert vars(np)["__getattr__"] is look_up
    assert not hasattr(np, "product") or np.product([2, 3]) == 6


def test_a_name_that_only_warns_counts_as_missing(notes, monkeypatch):
    def look_up(name):
        if name == "int":
            warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
            return int
        if name == "float":
            return float
        raise AttributeError(name)

    monkeypatch.setitem(vars(np), "__getattr__", look_up)
    made = OldNames(notes, missing_names(look_up))
    made.install()
    try:
        assert np.int is int
        assert np.float is float
    finally:
        made.remove()
    assert ["np.int" in note.message for note in notes] == [True]


def test_an_older_reshape_keeps_its_keyword(notes, monkeypatch):
    def reshape(a, newshape, order="C"):
        return SimpleNamespace(a=a, newshape=newshape)

    monkeypatch.setattr(np, "reshape", reshape)
    made = OldNames(notes)
    made.install()
    try:
        assert np.reshape([1], newshape=3).newshape == 3
    finally:
        made.remove()


def test_a_fresh_process_is_served_without_warnings():
    program = """
        import numpy as np
        from grader.worker.inside import numpy_names
        notes = []
        numpy_names.install(notes)
        print(np.int(3.5), np.reshape([1, 2], newshape=(2, 1)).shape, len(notes))
        """
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "3 (2, 1) 2\n", result.stderr
