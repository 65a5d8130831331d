"""A course whose ramp is given, for 0 points, and two functions with points that build on it."""

from __future__ import annotations

from pathlib import Path

from grader.checks import CHECK_KINDS
from grader.records import Rubric
from grader.rubric import load_rubric

LIBRARY = """
import numpy as np


def ramp(x):
    return 2.0 * np.maximum(x, 0.0)


def slope(x):
    return 3.0 * x


def tilted_slope(x):
    return 3.0 * x + 1.0
"""
HANDIN = """
from reference.ramps import ramp, slope


def ramp_forward(x):
    return ramp(x), None


def hill_forward(x):
    return ramp_forward(x)[0] + 1.0, None


def slope_forward(x):
    return slope(x), None
"""
ALTERNATIVES = """
from reference.ramps import tilted_slope


def slope_forward(x):
    return tilted_slope(x), None
"""
RUBRIC = """
schema_version: 1
assignment: hills
title: Hills
handin: {roots: [hw]}
families: {ramp: [layers.ramp_forward]}
criteria:
  - id: ramp
    title: Ramp (given)
    subject: layers.ramp_forward
    points: 0
    checks:
      - {kind: output, inputs: {x: {normal: {shape: [4, 3]}}}}
  - id: hill
    title: Hill
    subject: layers.hill_forward
    points: 2
    needs: [ramp]
    checks:
      - {kind: output, inputs: {x: {normal: {shape: [4, 3]}}}}
  - id: slope
    title: Slope
    subject: layers.slope_forward
    points: 1
    checks:
      - kind: output
        also: [alternatives.slope_forward]
        inputs: {x: {normal: {shape: [4, 3]}}}
"""


def make_given_course(folder: Path) -> Rubric:
    """Writes the course, and reads its rubric."""
    for name, text in {
        "rubric.yaml": RUBRIC,
        "template/hw/layers.py": HANDIN.replace("reference.ramps", "ramps"),
        "reference/library/__init__.py": "",
        "reference/library/ramps.py": LIBRARY,
        "reference/handin/hw/layers.py": HANDIN,
        "reference/handin/hw/alternatives.py": ALTERNATIVES,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rubric(folder / "rubric.yaml", CHECK_KINDS)
