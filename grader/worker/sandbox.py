"""Judges how far a worker was isolated, from the layers that were confirmed to hold.

| tier | holds | good for |
|---|---|---|
| A | what tier B holds, inside bubblewrap | scores |
| B | resource limits, no capabilities, Landlock, seccomp; another user where that can be | scores |
| C | a separate process with less than that | practice |
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from grader.records import Trust

LAYERS_B: Final = (
    "separate_process",
    "empty_environment",
    "closed_descriptors",
    "resource_limits",
    "no_new_privileges",
    "not_dumpable",
    "no_capabilities",
    "landlock",
    "seccomp",
)
LAYERS_A: Final = (*LAYERS_B, "bubblewrap")
EXTRA: Final = ("other_user",)  # where the grader runs as root and nobody can read its interpreter


def trust(held: Collection[str], refused: Mapping[str, bool]) -> Trust:
    """Says which tier the confirmed layers make up, and what the tiers above it lack.

    Args:
        held: layers that were put in place.
        refused: forbidden acts that were tried, and whether each was refused. One that was not
            leaves the lowest tier, whatever is said to hold.
    """
    known = tuple(layer for layer in (*LAYERS_A, *EXTRA) if layer in held)
    missing = tuple(layer for layer in LAYERS_A if layer not in held)
    tested = bool(refused) and all(refused.values())
    tier = "C"
    if tested and not missing:
        tier = "A"
    elif tested and all(layer in known for layer in LAYERS_B):
        tier = "B"
    return Trust(
        tier=tier,
        isolated=tier != "C",
        held=known,
        missing=missing,
        refused=tuple(name for name, was in refused.items() if was),
        allowed=tuple(name for name, was in refused.items() if not was),
    )
