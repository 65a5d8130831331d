"""Writes what an audit found as JSON, for a course that keeps it or compares two of them."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from grader.audit.findings import Findings
from grader.audit.trying import Verdict

VERSION: Final = 1


def findings_json(findings: Findings) -> str:
    """Makes the text of the file."""
    return json.dumps(_plain(findings), indent=1, ensure_ascii=False, default=str) + "\n"


def _plain(findings: Findings) -> dict[str, Any]:
    return {
        "schema_version": VERSION,
        "assignment": findings.rubric.assignment,
        "rubric_digest": findings.rubric.digest,
        "clean": findings.is_clean,
        "whole": findings.whole,
        "sampled": findings.sampled,
        "wall_s": round(findings.wall_s, 3),
        "counts": [
            {"sort": sort, "fate": fate, "count": count}
            for (sort, fate), count in sorted(findings.counts().items())
        ],
        "reference_loses": {name: float(points) for name, points in findings.unfair.items()},
        "seconds": {name: round(s, 3) for name, s in findings.seconds.items()},
        "matrix": {name: dict(row) for name, row in findings.matrix().items()},
        "survivors": [each.wrong.key for each in findings.survivors],
        "listed": {each.wrong.key: findings.reasons[each.wrong.key] for each in findings.listed},
        "outdated": list(findings.outdated),
        "idle_criteria": list(findings.idle_criteria()),
        "unreached_criteria": list(findings.unreached_criteria()),
        "idle_cases": [{"check": check, "case": case} for check, case in findings.idle_cases()],
        "narrow": [
            {"check": each.check, "ratio": each.ratio, "wrong": each.wrong.wrong.key}
            for each in findings.narrow()
        ],
        "too_strict": [each.wrong.key for each in findings.too_strict()],
        "wrong": [_verdict(each) for each in (*findings.verdicts, *findings.single)],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    wrong, found = verdict.wrong, verdict.likeness
    return {
        "sort": wrong.sort,
        "family": wrong.family,
        "name": wrong.key,
        "what": wrong.told,
        "fate": verdict.fate,
        "asked": list(verdict.asked),
        "lost": {name: float(points) for name, points in verdict.lost.items()},
        "earned": float(verdict.earned),
        "caught": [
            {
                "check": each.check,
                "cases": list(each.cases),
                "ratio": each.ratio if math.isfinite(each.ratio) else None,
            }
            for each in verdict.caught
        ],
        "open": list(verdict.open),
        "compared": None
        if found is None
        else {
            "draws": found.draws,
            "differs": found.differs,
            "check": found.check,
            "proposal": dict(found.proposal),
        },
        "wall_s": round(verdict.wall_s, 3),
    }
