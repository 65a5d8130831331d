"""Puts every misconception to every rubric that its file reaches, and prints which are killed.

`python -m tests.benchmarks.misconceptions_killed [--family NAME]... [--assignment ID]...
[--name NAME]... [--json FILE]`. A variant is killed where it loses points.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.assignments import assignment_ids, rubrics_dir
from grader.checks import CHECK_KINDS
from grader.rubric import load_rubric
from grader.variant_trials import Trial, TrialStand, trial_stand
from grader.variants.catalogue import Misconception, read_catalogue
from grader.variants.overlay import variant_of

Found = dict[str, dict[str, Any]]


def main(argv: Sequence[str] | None = None) -> int:
    asked = _arguments(argv)
    catalogue = [
        each
        for each in read_catalogue(families=asked.family)
        if each.name in (asked.name or (each.name,))
    ]
    found: Found = {each.name: {} for each in catalogue}
    for assignment in asked.assignment or assignment_ids():
        rubric = load_rubric(rubrics_dir() / assignment / "rubric.yaml", CHECK_KINDS)
        with trial_stand(rubric) as stand:
            for each in catalogue:
                _try_out(stand, each, found, asked.once, asked.whole)
        if asked.json:
            asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return _conclude(catalogue, found)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", action="append", default=[])
    parser.add_argument("--assignment", action="append", default=[])
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--once", action="store_true", help="leave out what another rubric has killed"
    )
    parser.add_argument(
        "--whole", action="store_true", help="ask all that is reached, not only to the first loss"
    )
    return parser.parse_args(argv)


def _try_out(stand: TrialStand, each: Misconception, found: Found, once: bool, whole: bool) -> None:
    rubric = stand.rubric
    if once and any(one["lost"] for one in found[each.name].values()):
        return
    variant = variant_of(stand.reference, each, rubric.assignment, rubric.handin.roots)
    if variant is None or not stand.reached(variant):
        return
    begun_s = time.monotonic()
    trial = stand.try_out(variant, until_lost=not whole)
    found[each.name][rubric.assignment] = _plain(trial)
    print(_row(each, rubric.assignment, trial, time.monotonic() - begun_s), flush=True)


def _plain(trial: Trial) -> dict[str, Any]:
    return {
        "asked": list(trial.asked),
        "lost": {name: float(points) for name, points in trial.lost.items()},
        "failed": list(trial.failed),
        "remarked": list(trial.remarked),
        "open": list(trial.open),
        "said": trial.said,
    }


def _row(each: Misconception, assignment: str, trial: Trial, took_s: float) -> str:
    lost = sum(trial.lost.values(), Decimal(0))
    by = ", ".join(trial.lost) or f"nothing lost; failed: {', '.join(trial.failed) or 'none'}"
    return f"{each.family:<18} {each.name:<56} {assignment:<28} -{lost:<6} {took_s:5.1f} s  {by}"


def _conclude(catalogue: Sequence[Misconception], found: Found) -> int:
    alive = [
        each for each in catalogue if not any(one["lost"] for one in found[each.name].values())
    ]
    print(f"\n{len(catalogue) - len(alive)} of {len(catalogue)} lose points in some rubric.")
    for each in alive:
        tried = found[each.name] or {"no rubric reaches it": {"failed": [], "remarked": []}}
        for assignment, one in tried.items():
            print(f"  {each.name}: {assignment}; failed {one['failed']}, said {one['remarked']}")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main())
