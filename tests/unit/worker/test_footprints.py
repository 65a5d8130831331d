"""What a host reads off sources so that two states of them can be compared."""

import textwrap

import pytest

from grader.worker.footprint import EVERYTHING, footprint_of
from grader.worker.inside import footprints as inside
from grader.worker.inside.footprints import footprints
from grader.worker.inside.sources import compile_package

SOURCE = """
import numpy as np
from .helpers import half as halve
from .more import *

SCALE = 2


def double(x):
    '''Twice.'''
    return SCALE * x


class Net:
    def forward(self, x):
        return double(halve(x))
"""


def read(source, filename="layers.py"):
    package = compile_package({filename: textwrap.dedent(source).encode()}, {})
    (module,) = footprints(package, ["handin"])["handin"]
    return footprint_of(module)


def parts(source):
    return {part.name: part for part in read(source).parts if part.content}


def contents(source):
    return {name: part.content for name, part in parts(source).items()}


def changed(old, new, source=SOURCE):
    """Names the parts that differ once a source is edited."""
    assert old in source
    before, after = contents(source), contents(source.replace(old, new))
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_both_sides_call_what_reaches_everything_by_the_same_name():
    assert inside.EVERYTHING == EVERYTHING


def test_definitions_name_what_they_may_refer_to():
    found = parts(SOURCE)
    assert found.keys() == {"", "double", "Net"}
    assert found["double"].names == {"SCALE", "x"}
    assert {"double", "halve"} <= found["Net"].names
    assert EVERYTHING not in found["Net"].names


def test_what_is_imported_under_another_name_is_found_by_both():
    (alias,) = [part for part in read(SOURCE).parts if part.name == "halve"]
    assert (alias.names, alias.content) == ({"half"}, "")


def test_the_other_statements_are_one_part_that_says_what_it_binds_and_imports():
    module = read(SOURCE)
    assert module.binds == {"SCALE"}
    assert {"numpy", "helpers", "more"} <= module.parts[0].imports


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("SCALE * x", "SCALE * x + 0", {"double"}),
        ("double(halve(x))", "halve(x)", {"Net"}),
        ("SCALE = 2", "SCALE = 3", {""}),
        ("import numpy as np", "import numpy", {""}),
        ("class Net:", "class Network:", {"Net", "Network"}),
        ("SCALE * x", "SCALE * x  # twice", set()),
        ("SCALE = 2", "SCALE = 2\n\n", set()),
    ],
)
def test_an_edit_changes_the_part_that_it_is_made_in(old, new, names):
    assert changed(old, new) == names


def test_lines_that_move_change_the_wording_alone():
    before, after = parts(SOURCE), parts(SOURCE.replace("SCALE = 2", "SCALE = 2\n"))
    moved = {name for name in before if before[name].wording != after[name].wording}
    assert moved == {"double", "Net"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def f(x=g): pass", "g = 1"),
        ("def f(): pass", "f = decorate(f)"),
        ("def f(): pass", "from other import *"),
        ("def f(): pass", "from other import f"),
    ],
)
def test_the_order_counts_where_a_statement_names_what_stands_above_it(first, second):
    assert contents(f"{first}\n{second}\n") != contents(f"{second}\n{first}\n")


@pytest.mark.parametrize(
    "body",
    [
        "return globals()[name](x)",
        "return getattr(layers, name)(x)",
        "return eval(name)(x)",
        "return importlib.import_module(name)",
        "return sys.modules['layers']",
        "return layers.__dict__[name]",
    ],
)
def test_who_looks_names_up_by_texts_reaches_everything(body):
    assert EVERYTHING in parts(f"def f(layers, name, x):\n    {body}\n")["f"].names


@pytest.mark.parametrize("body", ["return getattr(self, name)", "return getattr(x, 'shape')"])
def test_who_looks_its_own_attributes_up_does_not(body):
    assert EVERYTHING not in parts(f"def f(self, name, x):\n    {body}\n")["f"].names


def test_texts_that_could_be_names_are_taken_for_names():
    found = parts("def f(rules):\n    return rules['optim.sgd'], 'not a name'\n")
    assert found["f"].names == {"rules", "optim", "sgd"}


def test_a_module_that_answers_for_any_name_reaches_everything():
    assert EVERYTHING in read("def __getattr__(name):\n    return name\n").parts[0].names
    assert EVERYTHING not in read("def f(name):\n    return name\n").parts[0].names


def test_a_file_that_cannot_be_parsed_is_one_piece_with_its_fault():
    module = read("def f(:\n    pass\n")
    assert module.opaque
    assert module.fault == ("invalid syntax", 1)
    (part,) = module.parts
    assert part.names == {EVERYTHING}


def test_a_notebook_is_one_piece():
    module = read("# %% [notebook]\n# In[1]:\nx = 1\n# In[2]:\ndef f():\n    return x\n")
    assert module.opaque
    assert module.fault is None


def test_sources_nested_too_deeply_do_not_end_the_reader():
    module = read("x = " + "-" * 2_000 + "1\n")
    assert module.opaque


def test_what_the_course_provides_is_told_apart():
    package = compile_package({"a.py": b"def f(): pass"}, {"b.py": b"def g(): pass"})
    told = footprints(package, ["handin", "provided"])
    assert [each["file"] for each in told["handin"]] == ["a.py"]
    assert [each["file"] for each in told["provided"]] == ["b.py"]
