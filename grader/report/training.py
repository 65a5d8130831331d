"""Says in a line how a training went: the accuracy that counts, its range, and the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.report.model import ReportedCheck

KIND: Final = "training"
BARS: Final = "▁▂▃▄▅▆▇█"


def training_text(check: ReportedCheck) -> str:
    """Words a check of the kind `training`; empty for others, and where nothing was measured."""
    found = _measured(check)
    if found is None:
        return ""
    (low, high), (learned, held_out) = found["interval"], found["examples"]
    last = found["trainings"][-1]
    on = "training" if found["on"] == "train" else "held-out"
    runs = len(found["trainings"])
    times = f", mean of {runs} trainings" if runs > 1 else ""
    text = (
        f"accuracy {found['metric']:.3f} ({low:.3f} to {high:.3f}{times}) on {held_out:,} {on} "
        f"examples of {found['data']}, full credit from {found['full_from']:g}; "
        f"{learned:,} examples, {last['training_wall_s']:.1f} s on {found['device']}"
    )
    seen = [look[3] for look in last["looks"] if look[3] is not None]
    if len(seen) > 1:
        text += f"; {seen[0]:.2f} {sparkline(seen)} {seen[-1]:.2f} on validation"
    return text


def sparkline(values: Sequence[float]) -> str:
    """Draws numbers as bars, the least as the lowest one.

    >>> sparkline([0.1, 0.3, 0.5])
    '▁▄█'
    """
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return "".join(BARS[int((value - low) / span * (len(BARS) - 1))] for value in values)


def _measured(check: ReportedCheck) -> Mapping[str, Any] | None:
    if check.kind != KIND:
        return None
    found = check.evidence.get("cases", [check.evidence])[0]
    return found if "trainings" in found else None
