"""Judges how far a worker was isolated, from the layers that were confirmed to hold.

| tier | holds | good for |
|---|---|---|
| A | bubblewrap, and inside it what tier B asks | scores |
| B | another user, Landlock, seccomp, resource limits | scores |
| C | a separate process with resource limits | practice |

Today's workers put the layers of tier C in place; the report says so and does not claim more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from grader.records import Trust

LAYERS_C: Final = (
    "separate_process",
    "empty_environment",
    "closed_descriptors",
    "resource_limits",
    "no_new_privileges",
    "not_dumpable",
)
LAYERS_B: Final = (*LAYERS_C, "other_user", "landlock", "seccomp")
LAYERS_A: Final = (*LAYERS_B, "bubblewrap")


def trust(held: Collection[str]) -> Trust:
    """Says which tier the confirmed layers make up, and what the tiers above it lack."""
    known = tuple(layer for layer in LAYERS_A if layer in held)
    missing = tuple(layer for layer in LAYERS_A if layer not in held)
    tier = "C"
    if not missing:
        tier = "A"
    elif all(layer in known for layer in LAYERS_B):
        tier = "B"
    return Trust(tier=tier, isolated=tier != "C", held=known, missing=missing)
