"""Readers of notebooks and of YAML in a worker: loaded once in the zygote.

No hand-in runs in such a worker. It reads what a hand-in has beside its code, and ends.
"""

from __future__ import annotations

from importlib import metadata

# It asks for its own version, which lies beside its folder, where no worker can look.
_version, metadata.version = metadata.version, lambda distribution_name: "0.0.0"
import nbformat  # noqa: E402  # as the line above says

metadata.version = _version

from ruamel.yaml import YAML  # noqa: E402  # as above

from .foreign import Library  # noqa: E402  # as above

# A notebook of an old format, so that all schemas and conversions are loaded before the fork.
_OLD = {
    "nbformat": 2,
    "metadata": {"name": ""},
    "worksheets": [{"cells": [{"cell_type": "markdown", "source": "", "metadata": {}}]}],
}


def load() -> Library:
    """Has both readers read something small, which loads what they load when they first do."""
    nbformat.convert(nbformat.from_dict(_OLD), 4)  # type: ignore[no-untyped-call]
    YAML(typ="safe", pure=True).compose("a: 1")
    return Library((), _as_it_is, _nothing, "")


def _as_it_is(value: object) -> object:
    return value


def _nothing(_value: int) -> None:
    pass
