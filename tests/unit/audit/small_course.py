"""A course of one function, in a folder of its own, for the tests of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.checks import CHECK_KINDS
from grader.records import Rubric
from grader.rubric import load_rubric

LIBRARY = """
import numpy as np


def ramp(x, b):
    return 2.0 * np.maximum(x, 0.0) + b
"""
HANDIN = """
from reference.ramps import ramp


def ramp_forward(x, b):
    return ramp(x, b), None
"""
TEMPLATE = """
def ramp_forward(x, b):
    out = None
    return out, None
"""
RUBRIC = """
schema_version: 1
assignment: ramps
title: Ramps
handin: {{roots: [hw]}}
criteria:
  - id: ramp
    title: Ramp
    subject: layers.ramp_forward
    points: 2
    checks:
      - kind: output
        sizes: {{N: 4, D: 3}}
        inputs:
          x: {{normal: {{shape: [N, D]}}}}
          b: {bias}
"""
ZEROS = "{linspace: {shape: [D], low: 0, high: 0}}"  # the hole: what is added is never seen
NORMAL = "{normal: {shape: [D]}}"


def make_course(
    folder: Path,
    bias: str = NORMAL,
    library: str = LIBRARY,
    handin: str = HANDIN,
    survivors: str = "",
) -> Rubric:
    """Writes the course, and reads its rubric."""
    files: Mapping[str, str] = {
        "rubric.yaml": RUBRIC.format(bias=bias),
        "template/hw/layers.py": TEMPLATE,
        "reference/library/__init__.py": "",
        "reference/library/ramps.py": library,
        "reference/handin/hw/layers.py": handin,
        **({"survivors.yaml": survivors} if survivors else {}),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rubric(folder / "rubric.yaml", CHECK_KINDS)
