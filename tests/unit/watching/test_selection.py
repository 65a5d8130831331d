"""Which results stand after an edit: those that nothing which changed can have made another."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grader.checks.structure import StructureParams
from grader.records import CheckResult, CheckSpec, Criterion, HandInRules, Outcome, Rubric
from grader.watching.footprints import Footprints
from grader.watching.selection import Judged, grounds_of, standing
from grader.worker.footprint import footprint_of
from grader.worker.inside.footprints import footprints
from grader.worker.inside.sources import compile_package

PLACE = ("folder", "hw", "hw")
LAYERS = """
def f(x):
    return x

def f_backward(dy):
    return dy

def g(x):
    return x

def net(x):
    return f(x)

def apart(x):
    return 2 * x
"""


def criterion(name, subject=None, needs=(), kind="output", params=None, **more):
    spec = CheckSpec(f"{name}/a", kind, params)
    return Criterion(name, name, subject or f"layers.{name}", 1, (spec,), needs=needs, **more)


CRITERIA = (
    criterion("f"),
    criterion("f_backward", params={"forward": "layers.f"}),
    criterion("g"),
    criterion("net", needs=("g",)),
    criterion("apart"),
)


def rubric(*criteria, families=None):
    return Rubric(1, "hw", "", HandInRules(("hw",)), criteria or CRITERIA, families or {})


def state(source=LAYERS, **files):
    sources = {"layers.py": source, **{f"{name}.py": text for name, text in files.items()}}
    package = compile_package({name: text.encode() for name, text in sources.items()}, {})
    told = footprints(package, ["handin"])["handin"]
    return Footprints(tuple(map(footprint_of, told)))


def passed(name):
    return CheckResult(name, "output", Outcome.PASSED, 1.0)


def asked(old, new, *, rules=None, results=None, before=None, source=LAYERS, place=PLACE):
    """Names the criteria that are asked again once a source is edited."""
    rules = rules or rubric()
    assert old in source
    known = {f"{each.id}/a": passed(f"{each.id}/a") for each in rules.criteria} | (results or {})
    first = Judged(before or state(source), PLACE, known)
    kept = standing(rules, grounds_of(rules), first, state(source.replace(old, new)), place)
    for name, result in kept.items():
        assert result is known[name]
    return [each.id for each in rules.criteria if f"{each.id}/a" not in kept]


def test_without_an_edit_all_stands():
    assert asked("x", "x") == []


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("return 2 * x", "return 3 * x", ["apart"]),
        ("def f(x):\n    return x", "def f(x):\n    return 1", ["f", "f_backward", "net"]),
        ("return dy", "return 1", ["f_backward"]),
        ("def g(x):\n    return x", "def g(x):\n    return 1", ["g", "net"]),
        ("def f(x)", "import os\n\ndef f(x)", ["f", "f_backward", "g", "net", "apart"]),
    ],
)
def test_what_an_edit_reaches_is_asked_again(old, new, ids):
    assert asked(old, new) == ids


def test_who_may_be_lent_a_familys_functions_rests_on_all_of_it():
    families = {"f": ("layers.f", "layers.f_backward")}
    criteria = (*CRITERIA[:2], criterion("user", "layers.apart", needs=("f",)))
    with_family = rubric(*criteria, families=families)
    assert asked("return dy", "return 1", rules=with_family) == ["f_backward", "user"]
    assert asked("return dy", "return 1", rules=rubric(*criteria)) == ["f_backward"]


def test_what_is_judged_later_decides_nothing():
    criteria = (criterion("user", "layers.apart", needs=("f",)), CRITERIA[0])
    assert asked("def f(x):\n    return x", "def f(x):\n    return 1", rules=rubric(*criteria)) == [
        "f"
    ]


def test_needs_are_followed_to_their_end():
    criteria = (
        CRITERIA[2],
        criterion("middle", "layers.apart", needs=("g",)),
        criterion("top", "layers.f", needs=("middle",)),
    )
    rules = rubric(*criteria)
    assert asked("def g(x):\n    return x", "def g(x):\n    return 1", rules=rules) == [
        "g",
        "middle",
        "top",
    ]


WORDED = {"message": "layers.py, line 17: no."}, {"advice": ("Line 17.",)}, {"notes": ("Line 17.",)}


@pytest.mark.parametrize("words", WORDED)
def test_a_result_that_may_quote_a_line_does_not_stand_when_lines_move(words):
    said = {"apart/a": replace(passed("apart/a"), **words)}
    moved = ("def net", "# a remark\ndef net")
    assert asked(*moved, results=said) == ["apart"]
    assert asked(*moved) == []


def test_a_fault_of_ours_is_asked_again_and_so_is_what_rests_on_it():
    fault = {"g/a": replace(passed("g/a"), outcome=Outcome.UNJUDGED)}
    assert asked("x", "x", results=fault) == ["g", "net"]


def test_a_check_without_a_result_is_asked():
    rules = rubric()
    first = Judged(state(), PLACE, {"f/a": passed("f/a")})
    assert standing(rules, grounds_of(rules), first, state(), PLACE).keys() == {"f/a"}


@pytest.mark.parametrize("kind", ["answer", "files", "manual", "notebook"])
def test_papers_are_always_read_again(kind):
    rules = rubric(*CRITERIA[:2], criterion("paper", "report", kind=kind))
    assert asked("x", "x", rules=rules) == ["paper"]


@pytest.mark.parametrize(
    "around",
    [
        criterion("around", "layers.apart", free_name=True),
        criterion("around", "layers.not_there"),
        criterion(
            "around",
            "layers.apart",
            kind="structure",
            params=StructureParams(None, False, SimpleNamespace(), None),
        ),
        criterion(
            "around",
            "layers.apart",
            params=SimpleNamespace(
                common=SimpleNamespace(convention=SimpleNamespace(name="layer_object"))
            ),
        ),
    ],
)
def test_who_looks_at_all_sources_is_asked_after_any_change(around):
    rules = rubric(*CRITERIA[:1], around)
    assert asked("return dy", "return 1", rules=rules) == ["around"]
    assert asked("x", "x", rules=rules) == []


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("def f(:", "f", "g"),
        ("def f(x): pass", "(x)", "(x"),
        ("# In[1]:\ndef f(x): pass\n# In[2]:\ny = 1\n", "y = 1", "y = 2"),
    ],
)
def test_where_a_file_is_one_piece_any_change_asks_for_all(source, old, new):
    assert len(asked(old, new, source=source)) == len(CRITERIA)


@pytest.mark.parametrize(("before", "after"), [(None, state()), (state(), None)])
def test_where_sources_could_not_be_read_nothing_stands(before, after):
    rules = rubric()
    first = Judged(before, PLACE, {"f/a": passed("f/a")})
    assert standing(rules, grounds_of(rules), first, after, PLACE) == {}


def test_where_files_are_imported_otherwise_nothing_stands():
    assert len(asked("x", "x", place=("folder", "other", "other"))) == len(CRITERIA)
