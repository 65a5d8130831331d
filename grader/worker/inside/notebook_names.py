"""Names that a notebook has without importing them, and that do nothing here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .hollow import StandIn


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """Shows nothing, and ends nothing: nobody is looking, and the later cells have their turn."""


def _get_ipython() -> StandIn:
    return StandIn("IPython.get_ipython", True)


NOTEBOOK_NAMES: Final[Mapping[str, Any]] = {
    "display": _nothing,
    "exit": _nothing,
    "get_ipython": _get_ipython,
    "quit": _nothing,
}
