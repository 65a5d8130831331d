"""What a platform says of a submission; nothing in it may keep the submission from being graded.

The file is Gradescope's `submission_metadata.json`. Fields that are missing or odd count as not
given. Of the people in it nothing is read: a grade depends on what was handed in alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from grader.plain_text import clean_text
from grader.records import EMPTY

POINTS_KEY: Final = "points_by_criterion"  # in the `extra_data` of results
BYTES_AT_MOST: Final = 32 << 20
ID_CHARS: Final = 40


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is used of it.

    Attributes:
        submission: its number, for the log.
        points: of the submission before, by criterion's id; those that its results have kept.
    """

    submission: str = ""
    points: Mapping[str, float] = field(default_factory=lambda: EMPTY)


def read_metadata(path: Path) -> Metadata:
    """Reads what there is to be read."""
    try:
        if path.stat().st_size > BYTES_AT_MOST:
            return Metadata()
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Metadata()
    number = _get(data, "id")
    is_number = isinstance(number, str | int) and not isinstance(number, bool)
    return Metadata(
        clean_text(str(number), ID_CHARS) if is_number else "", _points(_latest_results(data))
    )


def _latest_results(data: Any) -> Any:
    """Returns the results of the latest earlier submission that has any."""
    earlier = _get(data, "previous_submissions")
    with_results = [
        one for one in (earlier if isinstance(earlier, list) else ()) if _get(one, "results")
    ]
    # Times are ISO 8601 and of one zone, so that they sort as texts.
    latest = max(with_results, key=lambda one: str(_get(one, "submission_time")), default=None)
    return _get(latest, "results")


def _points(results: Any) -> Mapping[str, float]:
    points = _get(_get(results, "extra_data"), POINTS_KEY)
    if not isinstance(points, dict):
        return EMPTY
    return {
        str(name): float(value)
        for name, value in points.items()
        if type(value) in (int, float) and math.isfinite(value)
    }


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None
