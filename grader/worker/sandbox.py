"""Judges how far a worker was isolated, from the layers that were confirmed to hold.

| tier | holds | good for |
|---|---|---|
| A | what tier B holds, inside bubblewrap | scores |
| B | limits, no capabilities, Landlock, seccomp; another user where that can be | scores |
| C | a separate process with less than that | practice |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    "parser_confined",
)
LAYERS_A: Final = (*LAYERS_B, "bubblewrap")
EXTRA: Final = ("other_user",)  # where the grader runs as root

# What each layer does, and what a machine needs for it.
MEANINGS: Final[Mapping[str, tuple[str, str]]] = {
    "separate_process": ("the hand-in runs in a process of its own", ""),
    "empty_environment": ("no environment variable reaches it", ""),
    "closed_descriptors": ("it has no open file but its channel to the grader", ""),
    "resource_limits": (
        "memory, CPU time, file size, open files and threads are limited",
        "a system with setrlimit",
    ),
    "no_new_privileges": ("no program can give it more rights", "Linux"),
    "not_dumpable": ("its memory and its process files are closed to others", "Linux"),
    "no_capabilities": (
        "it has no privilege of root, but to read what Landlock allows",
        "Linux on x86-64 or aarch64",
    ),
    "landlock": (
        "it reads the interpreter and NumPy, writes to one folder, and reaches no network",
        "Linux 5.13 or newer with Landlock among the names in /sys/kernel/security/lsm",
    ),
    "seccomp": (
        "it can make no process, no socket, and no system call that it does not need",
        "Linux on x86-64 or aarch64 with CONFIG_SECCOMP_FILTER",
    ),
    "parser_confined": ("what parses its files is confined too", "what Landlock and seccomp need"),
    "bubblewrap": (
        "files, processes and network outside of it do not exist for it",
        "the package bubblewrap, and user namespaces, which most containers refuse",
    ),
    "other_user": ("it runs as a user that nobody else is", "the grader started as root"),
}


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


def weakest(trusts: Iterable[Trust]) -> Trust:
    """Says how far workers of several kinds are isolated: as far as the least isolated of them."""
    return max(trusts, key=lambda each: (each.tier, len(each.missing), len(each.allowed)))


def missing_for_scores(trust: Trust) -> tuple[str, ...]:
    """Returns the layers without which no score can be relied on, and which do not hold."""
    return tuple(layer for layer in LAYERS_B if layer not in trust.held)
