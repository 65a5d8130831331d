"""Says how often the first diagnosis of a wrong hand-in names its mistake.

`python -m tests.benchmarks.diagnosis_hits [--assignment ID]... [--case NAME]... [--correct]`.
Counted are the cases with `is` in their `expected.json` that fail a visible check; the exit code is
1 below the goals: 85 % named first, and none named wrongly with high confidence.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.staging import start_service
from tests.acceptance.diagnoses import Diagnosed, diagnose
from tests.acceptance.handins import COURSES, UMASS, Course

GOAL = 0.85


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assignment", action="append", default=[])
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--correct", action="store_true", help="those that are right, as well")
    asked = parser.parse_args(argv)
    found: list[Diagnosed] = []
    right: list[Diagnosed] = []
    for course in (UMASS, *COURSES):
        if course.assignment not in (asked.assignment or (course.assignment,)):
            continue
        if course.missing():
            print(f"{course}: left out, needs {', '.join(course.missing())}")
            continue
        found += _judged(course, "wrong", asked.case)
        right += _judged(course, "correct", asked.case) if asked.correct else []
    return _conclude(found, right)


def _judged(course: Course, kind: str, names: Sequence[str]) -> list[Diagnosed]:
    found = []
    cases = [case for case in course.cases(kind) if case.name in (names or (case.name,))]
    with start_service(course.rubric()) as service:
        for case in cases:
            with tempfile.TemporaryDirectory() as folder:
                whole = kind == "correct"
                one = diagnose(course, case, Path(folder) / "handin", service, whole)
            found.append(one)
            print(_row(course, one), flush=True)
    return found


def _row(course: Course, one: Diagnosed) -> str:
    mark = "WRONG" if one.is_surely_wrong else "right" if one.is_right else "-"
    wanted = "|".join(one.named) or "(no name)"
    said = f"{one.kind} {one.confidence} {one.name}" if one.name else f"nothing; {one.failed} fail"
    also = f" also {', '.join(one.also)}" if one.also else ""
    return f"{mark:5} {course} {one.case}: {wanted} <- {said} in {one.check}{also}"


def _conclude(found: Sequence[Diagnosed], right: Sequence[Diagnosed]) -> int:
    counted = [one for one in found if one.named and one.failed]
    hits = sum(one.is_right for one in counted)
    wrongly = [one for one in found if one.is_surely_wrong]
    nameless = [one for one in found if not one.named and one.failed]
    sure = [one for one in nameless if one.kind == "mistake" and one.confidence == "high"]
    related = sum(one.kind == "relation" for one in found)
    said = [one for one in right if one.name]
    share = hits / len(counted) if counted else 1.0
    print(
        f"\n{hits} of {len(counted)} named first ({share:.1%}); {len(wrongly)} wrongly with high "
        f"confidence; {len(found)} cases, {related} relations; {len(nameless)} without a name, of "
        f"which {len(sure)} get one with high confidence: {', '.join(one.case for one in sure)}."
    )
    if right:
        print(f"{len(right)} that are right, {len(said)} with a diagnosis: {said}")
    return int(share < GOAL or bool(wrongly) or bool(said))


if __name__ == "__main__":
    raise SystemExit(main())
