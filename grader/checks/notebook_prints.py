"""Which of the numbers that are asked for are among what the cells of a notebook printed."""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.notebook_cells import Reading
from grader.checks.notebook_numbers import Item, seen_by
from grader.checks.notebook_seen import SAID_AT_MOST, Chosen, Seen, all_named, listed
from grader.checks.notebook_selection import Selection
from grader.handin.notebook import Cell


def printed(items: Sequence[Item], wanted: Selection, chosen: Chosen) -> Seen:
    """Looks for numbers in what cells printed.

    Args:
        items: what is asked for.
        wanted: by which the cells were picked.
        chosen: the cells, at least one.
    """
    cells = _shown(chosen)
    reading, first = chosen[0]
    before = reading.before(first, wanted)
    missing, evidence, earned, unclear = [], {}, 0.0, False
    for item in items:
        found = seen_by(item, cells, before)
        evidence[item.name] = found.fitting[:SAID_AT_MOST]
        if len(found.fitting) >= item.count:
            earned += item.weight
            continue
        unclear = unclear or found.unclear
        # The last are those that a loop ends with, and most often the result.
        last = ", ".join(f"{value:.6g}" for value in found.seen[-SAID_AT_MOST:])
        of_those = f"the last printed there: {last}" if found.seen else "no number is printed there"
        missing.append(f"{item.name} ({item.wanted}; {of_those})")
    if unclear:
        return Seen(
            0.0,
            f"{all_named(chosen)} printed numbers in lines that tell of a change, or how far a "
            f"training is; a person looks whether {listed([one.name for one in items])} "
            "are among them.",
            {"printed": evidence},
            open=True,
        )
    message = (
        f"Not among what {all_named(chosen)} printed: {'; '.join(missing)}." if missing else ""
    )
    weights = sum(item.weight for item in items)
    return Seen(earned / weights if missing else 1.0, message, {"printed": evidence})


def printing_like(
    items: Sequence[Item], wanted: Selection, readings: Sequence[Reading]
) -> tuple[Reading, Cell] | None:
    """Finds a cell that prints all that is asked for, of those that the code does not rule out."""
    for reading in readings if items else ():
        for cell in reading.may_do(wanted):
            found = (seen_by(item, reading.shown(cell)) for item in items)
            if all(
                len(each.fitting) >= item.count for item, each in zip(items, found, strict=True)
            ):
                return reading, cell
    return None


def _shown(chosen: Chosen) -> list[Cell]:
    """Gives the cells that show what the chosen ones compute, each once."""
    found = {
        (reading.notebook.path, each.number): each
        for reading, cell in chosen
        for each in reading.shown(cell)
    }
    return list(found.values())
