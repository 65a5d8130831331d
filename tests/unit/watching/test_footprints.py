"""Two states of sources: from which names a difference can be reached."""

import textwrap

import pytest

from grader.watching import footprints as compared
from grader.watching.footprints import Footprints, difference
from grader.worker.footprint import footprint_of
from grader.worker.inside.footprints import footprints
from grader.worker.inside.sources import compile_package

LAYERS = """
from .extra import half

SCALE = 2

def double(x):
    return SCALE * x

def fresh(x):
    return half(x)

def lonely(x):
    return x
"""
NET = """
from layers import *
import layers as L

class Net:
    def forward(self, x):
        return double(x)

class Other:
    def forward(self, x):
        return L.fresh(x)

def find(name):
    return globals()[name]
"""
EXTRA = "def half(x):\n    return x / 2\n"
FILES = {"layers.py": LAYERS, "nets/net.py": NET, "extra.py": EXTRA, "nets/__init__.py": ""}
NAMES = ("double", "fresh", "lonely", "Net", "Other", "half", "find")


def state(files, provided=None):
    sources = {name: textwrap.dedent(text).encode() for name, text in files.items()}
    given = {name: text.encode() for name, text in (provided or {}).items()}
    told = footprints(compile_package(sources, given), ["handin", "provided"])
    return Footprints(tuple(map(footprint_of, (*told["handin"], *told["provided"]))))


def reached(files, of=Footprints):
    """Names which of `NAMES` reach something that does another thing once files are replaced."""
    found = difference(state(FILES), state({**FILES, **files}))
    return {name for name in NAMES if found.changes([name])}


def edited(file, old, new):
    assert old in FILES[file]
    return {file: FILES[file].replace(old, new)}


def test_what_itself_does_another_thing_is_named_and_nothing_that_uses_it():
    now = state({**FILES, **edited("layers.py", "SCALE * x", "x")})
    assert compared.edited(state(FILES), now) == {"double"}
    assert compared.edited(None, now) == compared.edited(now, None) == frozenset()


def test_nothing_differs_in_the_same_sources():
    assert not difference(state(FILES), state(FILES))


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (edited("layers.py", "SCALE * x", "x"), {"double", "Net", "find"}),
        (edited("layers.py", "return x\n", "return 2 * x\n"), {"lonely", "find"}),
        (edited("extra.py", "x / 2", "x / 3"), {"half", "fresh", "Other", "find"}),
        (edited("nets/net.py", "double(x)", "x"), {"Net", "find"}),
        # What a module does when it is imported is reached by all that is in it.
        (edited("layers.py", "SCALE = 2", "SCALE = 3"), set(NAMES) - {"half"}),
        ({"nets/__init__.py": "import os"}, {"Net", "Other", "find"}),
        ({"__init__.py": "import os"}, set(NAMES)),
        # A name that appears may be meant wherever it is mentioned.
        ({"new.py": "def half(x):\n    return x\n"}, {"half", "fresh", "Other", "find"}),
        ({"new.py": "def unheard_of(x):\n    return x\n"}, {"find"}),
        ({"x.py": "y = 1\n"}, set(NAMES)),
    ],
)
def test_a_change_is_reached_from_the_names_that_lead_there(files, names):
    assert reached(files) == names


def test_a_file_that_is_gone_is_reached_by_who_imports_it():
    gone = {name: text for name, text in FILES.items() if name != "extra.py"}
    found = difference(state(FILES), state(gone))
    assert found.changes(["fresh"])
    assert found.changes(["double"])  # its module imports what is gone
    assert not found.changes(["unheard_of"])


def test_lines_that_move_are_no_change_but_can_be_quoted():
    moved = {**FILES, "layers.py": LAYERS.replace("SCALE = 2\n", "SCALE = 2\n\n# a remark\n")}
    found = difference(state(FILES), state(moved))
    assert found
    assert not any(found.changes([name]) for name in NAMES)
    assert found.moves(["double"])
    assert found.moves(["Net"])
    assert not found.moves(["half"])


def test_who_reaches_a_module_by_an_import_in_a_function_runs_it():
    lazy = {"a.py": "def f():\n    import b\n    return b\n", "b.py": "X = 1\n"}
    found = difference(state(lazy), state({**lazy, "b.py": "X = 2\n"}))
    assert found.changes(["f"])


def test_a_method_that_is_given_to_a_class_later_is_reached():
    files = {"a.py": "class Net: pass\ndef f(self): pass\nNet.forward = f\n"}
    found = difference(
        state(files), state({"a.py": files["a.py"].replace("f(self): pass", "f(self): 1")})
    )
    assert found.changes(["Net"])


def test_the_courses_own_file_counts_beside_the_hand_ins():
    both = state({"a.py": "def f(): 1"}, {"a.py": "def f(): 2"})
    assert both.defines("f")
    assert len(both.contents["f"]) == 2


def test_faults_are_told_by_file():
    assert state({"a.py": "def f(:"}).faults() == {"a.py": ("invalid syntax", 1)}
    assert state(FILES).faults() == {}


def test_what_is_defined_is_known():
    known = state(FILES)
    assert known.defines("SCALE")
    assert known.defines("Net")
    assert not known.defines("forward")
