"""What is looked up in sources on request: loops, and names of others that are used."""

import ast
import textwrap

import pytest

from grader.worker.inside.sources import compile_package
from grader.worker.inside.survey import (
    LOOPS_AT_MOST,
    loops,
    names_by_definition,
    names_used,
    survey,
)

SOURCE = """
import numpy as np

for each in range(3):
    pass


class Linear:
    rows = [n for n in range(2)]

    def forward(self, x):
        while x.any():
            x = {k: v for k, v in x}
        return np.array(list(row for row in x))

    def backward(self, dy):
        def inner():
            return {s for s in dy}
        return inner()


async def stream(source):
    async for item in source:
        print(item)
"""


def test_loops_and_comprehensions_are_found_with_the_function_that_they_stand_in():
    found = sorted(loops(ast.parse(SOURCE)), key=lambda each: each[1])
    assert found == [
        ("", 4),
        ("Linear", 9),
        ("Linear.forward", 12),
        ("Linear.forward", 13),
        ("Linear.forward", 14),
        ("Linear.backward.inner", 18),
        ("stream", 23),
    ]


def used(source, *names):
    found = names_used(ast.parse(textwrap.dedent(source)), names or ("LayerNorm", "layer_norm"))
    return {name: min(line for _, each, line in found if each == name) for _, name, _ in found}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import torch\nnn = torch.nn\nlayer = nn.LayerNorm(3)", 3),
        ("from torch.nn import LayerNorm", 1),
        ("from torch.nn import LayerNorm as Norm", 1),
        ("from torch.nn import *\n\nlayer = LayerNorm(3)", 3),
        ("import torch.nn as nn\nnorm = getattr(nn, 'LayerNorm')", 2),
        ("import torch.nn as nn\nnorm = getattr(nn, 'LayerNorm', None)", 2),
        ("from torch import nn\n\nclass Own(nn.LayerNorm):\n    pass", 3),
        ("a.LayerNorm\nb.LayerNorm", 1),
        ("def f():\n    return g()(nn.LayerNorm)\n\nnn.LayerNorm", 2),
    ],
)
def test_a_use_is_found_with_its_first_line(source, line):
    assert used(source) == {"LayerNorm": line}


@pytest.mark.parametrize(
    "source",
    [
        "class LayerNorm:\n    pass\n\nlayer = LayerNorm()",
        "def layer_norm(x):\n    return x\n\ny = layer_norm(1)",
        "async def layer_norm(x):\n    return x\n\ny = layer_norm(1)",
        "class Net:\n    def __init__(self):\n        self.LayerNorm = 1\n        self.layer_norm",
        "layer_norm = Own()\ny = layer_norm(1)",
        "def f(layer_norm):\n    return layer_norm(1)",
        "net.layer_norm = Own()",
        "# LayerNorm\nx = 'nn.LayerNorm'",
        "from torch.nn import LayerNormals",
    ],
)
def test_the_student_s_own_names_and_mere_words_are_no_use(source):
    assert used(source) == {}


def test_only_the_names_that_are_asked_for_are_told():
    assert used("nn.BatchNorm1d\nnn.LayerNorm", "BatchNorm1d") == {"BatchNorm1d": 1}


WHERE = """
import torch.nn.functional as F
from torch.nn import LayerNorm
from torch.nn.functional import layer_norm as norm


class Own(Base):
    def forward(self, x):
        ref = helper(x)
        return norm(ref)


def helper(x):
    return F.layer_norm(x, x.shape)


if F:
    alias = F.layer_norm
    Own.extra = lambda x: alias(x)
    print(F.layer_norm)
ref = LayerNorm(3)
setattr(Own, "forward", lambda self, x: F.layer_norm(x, ()))
"""


def test_a_use_is_told_with_the_definition_that_it_stands_in():
    found = names_used(ast.parse(WHERE), ("LayerNorm", "layer_norm"))
    assert found == [
        ("", "layer_norm", 20),
        ("LayerNorm", "LayerNorm", 3),
        ("Own", "layer_norm", 22),
        ("alias", "layer_norm", 18),
        ("helper", "layer_norm", 14),
        ("norm", "layer_norm", 4),
        ("ref", "LayerNorm", 21),
    ]


def test_a_definition_names_others_and_not_what_its_functions_bind():
    found = names_by_definition(ast.parse(WHERE))
    assert found["Own"] == ["Base", "F", "Own", "alias", "helper", "layer_norm", "norm", "setattr"]
    assert found["norm"] == ["layer_norm"]
    assert "LayerNorm" not in found  # it is found in the file that it comes from


class TestSurvey:
    def survey(self, handin, provided=None, names=("Norm",)):
        return survey(compile_package(handin, provided or {}), names)

    def test_the_hand_in_s_own_files_are_looked_through(self):
        found = self.survey({"a.py": b"for i in x: nn.Norm", "b.py": b""}, {"c.py": b"nn.Norm"})
        assert found == {
            "a.py": {"loops": [("", 1)], "names": [("", "Norm", 1)], "uses": {}},
            "b.py": {"loops": [], "names": [], "uses": {}},
        }

    def test_files_that_cannot_be_parsed_are_left_out(self):
        assert list(self.survey({"a.py": b"x = = 1", "b.py": b""})) == ["b.py"]

    def test_the_first_loops_of_a_file_are_told(self):
        source = b"for i in x: pass\n" * (LOOPS_AT_MOST + 5)
        (found,) = self.survey({"a.py": source}).values()
        assert found["loops"] == [("", line) for line in range(1, LOOPS_AT_MOST + 1)]


def test_a_host_adds_what_it_finds_to_the_facts(service):
    host = service.host()
    try:
        sources = {"net.py": b"def f(x):\n    for row in x: nn.Norm(row)\n", "bad.py": b"x = ="}
        facts = host.load("handin", sources, {"solver.py": b"nn.Norm"})()
        found = host.survey("handin", facts, ["Norm", "Other"])
    finally:
        host.close()
    assert (facts["net.py"].loops, facts["net.py"].names) == ((), ())
    assert (found["net.py"].loops, found["net.py"].names) == ((("f", 2),), (("f", "Norm", 2),))
    assert found["net.py"].uses == {"f": {"Norm", "nn"}}
    assert found["net.py"].definitions == facts["net.py"].definitions
    assert (found["solver.py"], found["bad.py"]) == (facts["solver.py"], facts["bad.py"])
