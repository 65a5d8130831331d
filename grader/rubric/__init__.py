"""Reads rubrics: what an assignment asks for, what it is worth, and how it is judged."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.rubric.load import find_rubric, load_rubric
    from grader.rubric.schema import rubric_schema

__all__ = ["find_rubric", "load_rubric", "rubric_schema"]

_HOMES = {"find_rubric": "load", "load_rubric": "load", "rubric_schema": "schema"}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
