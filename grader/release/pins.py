"""The versions that this machine grades with, so that another one grades with the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT: Final = "grader"


def installed_pins(
    extras: Collection[str] = (), find: Callable[[str], Distribution] = distribution
) -> tuple[str, ...]:
    """Lists what the grader needs, with the versions installed here, as `name==version`.

    What is not installed is left out: pip finds a version of it. The local part of a version, as
    in `2.13.0+cpu`, is left out too: it names a build that only some machines can use, and each
    of the builds satisfies the version without it.

    Args:
        extras: of the grader, such as `torch`.
        find: finds an installed package by its name.
    """
    versions: dict[str, str] = {}
    ahead: list[tuple[str, frozenset[str]]] = [(ROOT, frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while ahead:
        name, wanted = ahead.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            found = find(name)
        except PackageNotFoundError:
            continue
        versions[name] = Version(found.version).public
        for line in found.requires or ():
            needed = Requirement(line)
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": one}) for one in (*wanted, "")):
                ahead.append((canonicalize_name(needed.name), frozenset(needed.extras)))
    versions.pop(ROOT, None)
    return tuple(f"{name}=={version}" for name, version in sorted(versions.items()))
