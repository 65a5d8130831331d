"""Imports the parts of SciPy that a hand-in names, before it runs and once for all its workers.

Each worker is a new process, and `scipy.signal` alone takes longer to import than most checks take.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from .sources import CompiledPackage
from .survey import parsed_tree

# SciPy's own table of its parts. Nothing else is imported on a hand-in's word.
PARTS: Final = frozenset(
    "cluster constants differentiate fft fftpack integrate interpolate io linalg ndimage odr "
    "optimize signal sparse spatial special stats".split()
)


def import_parts(package: CompiledPackage) -> list[str]:
    """Imports what the hand-in's own files name, and says what that was.

    What cannot be imported is left to the hand-in's import, where it is told.
    """
    imported = []
    for module in package.modules.values():
        own = module.origin == "handin" and module.error is None
        if own and any(top == "scipy" for top, _ in module.imports):
            for part in sorted(set(named(parsed_tree(module)))):
                with suppress(Exception):  # of a broken installation
                    importlib.import_module(f"scipy.{part}")
                    imported.append(f"scipy.{part}")
    return imported


def named(tree: ast.Module) -> Iterator[str]:
    """Finds the parts in `import scipy.x`, `from scipy import x` and `from scipy.x.y import z`."""
    for node in ast.walk(tree):
        paths: list[str] = []
        if isinstance(node, ast.Import):
            paths = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            paths = [f"{node.module}.{each.name}" for each in node.names]
        for path in paths:
            top, _, rest = path.partition(".")
            part = rest.partition(".")[0]
            if top == "scipy" and part in PARTS:
                yield part
