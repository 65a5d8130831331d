"""Names are read from sources without running them."""

from __future__ import annotations

import pytest

from grader.rubric.lint_names import names_in

SOURCES = {
    "layers.py": b"""
import numpy as np
from .fast import conv as conv_fast
EPS: float = 1e-5
low, (high, _) = 0, (1, 2)
def affine_forward(x): raise SystemExit
try:
    import torch
except ImportError:
    def fallback(): ...
class Linear:
    bias = True
    def forward(self, x): ...
class Relu(Linear):
    pass
""",
    "nets/__init__.py": b"Net = 1",
    "nets/deep.py": b"class Deep: ...",
    "open.py": b"from layers import *",
    "broken.py": b"def f(:",
    "nothing.py": b"\0",
}


@pytest.mark.parametrize(
    "path",
    [
        "layers",
        "layers.affine_forward",
        "layers.np",
        "layers.conv_fast",
        "layers.EPS",
        "layers.high",
        "layers.torch",
        "layers.fallback",
        "layers.Linear.forward",
        "layers.Linear.bias",
        "layers.Relu.anything",  # what it inherits is not looked for
        "nets.Net",
        "nets.deep.Deep",
        "nets.deep.Deep.forward",  # it has no name of its own that could be told from others
        "open.whatever",
        "broken.whatever",
        "nothing.whatever",
    ],
)
def test_what_is_there_is_found(path: str) -> None:
    assert names_in(SOURCES).has(path)


@pytest.mark.parametrize(
    "path",
    ["layers.affine", "layers.Linear.backward", "nets.Deep", "nets.deep.Net", "other.f", "open_"],
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert not names_in(SOURCES).has(path)
