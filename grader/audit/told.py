"""Says what an audit found, for a terminal: the matrix, the survivors, what adds nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from grader.audit.findings import Findings
from grader.audit.trying import Verdict
from grader.plain_text import clean_text
from grader.report.wording import plural, points_text

NAME_CHARS: Final = 34
TOLD_CHARS: Final = 300
SLOWEST: Final = 5
FATES: Final = {
    "killed": "lost points",
    "same": "did the same as the reference",
    "given": "failed only what students are given, for 0 points",
    "open": "went to a person",
    "survived": "lost nothing",
}


def told(findings: Findings) -> Iterator[str]:
    """Yields the lines of a report on an audit."""
    yield from _counts(findings)
    yield from _matrix(findings)
    yield from _alive(findings)
    yield from _remarks(findings)
    yield conclusion(findings)


def conclusion(findings: Findings) -> str:
    """Says in one line what came of it."""
    alive, listed = len(findings.survivors), len(findings.listed)
    tried = len(findings.verdicts)
    known = f", {listed} more for a reason that is listed" if listed else ""
    return (
        f"{alive or 'None'} of {plural(tried, 'wrong solution')} "
        f"{'loses' if alive == 1 else 'lose' if alive else 'loses'} nothing{known} · "
        f"{findings.wall_s:.0f} s"
    )


def _counts(findings: Findings) -> Iterator[str]:
    counts = findings.counts()
    for sort, plural_name in (
        ("mutant", "mutants"),
        ("misconception", "misconceptions"),
        ("canary", "canaries"),
    ):
        found = {fate: count for (each, fate), count in counts.items() if each == sort}
        if found:
            parts = (f"{found[fate]} {said}" for fate, said in FATES.items() if fate in found)
            yield f"{sum(found.values())} {plural_name}: {', '.join(parts)}"
    for name, points in findings.unfair.items():
        yield f"The right reference itself loses {points_text(points)} in {_name(name)}."


def _matrix(findings: Findings) -> Iterator[str]:
    families = findings.families()
    if not families:
        return
    yield ""
    yield "Where they lose points:" if findings.whole else "Where they lose points first:"
    for number, family in enumerate(families, start=1):
        yield f"  {_column(number)} {family}"
    yield f"{'criterion':<{NAME_CHARS}}{'s':>7}" + "".join(
        f"{_column(number):>5}" for number in range(1, len(families) + 1)
    )
    for name, row in findings.matrix().items():
        cells = "".join(f"{row.get(family, 0) or '·':>5}" for family in families)
        yield f"{_name(name):<{NAME_CHARS}}{findings.seconds.get(name, 0.0):>7.2f}{cells}"


def _column(number: int) -> str:
    """Names a column by letters: a, b and so on to z, then aa, ab and so on."""
    number -= 1
    last = chr(ord("a") + number % 26)
    return last if number < 26 else _column(number // 26) + last


def _alive(findings: Findings) -> Iterator[str]:
    for verdict in findings.survivors:
        yield ""
        yield from survivor(verdict)
    for verdict in findings.listed:
        yield f"listed: {verdict.wrong.key}: {clean_text(verdict.wrong.told, TOLD_CHARS)}"
    for name in findings.outdated:
        yield (
            f"{clean_text(name, TOLD_CHARS)} is listed as a survivor and is none any more. Remove "
            "it from survivors.yaml."
        )


def survivor(verdict: Verdict) -> Iterator[str]:
    """Yields what there is to say of a wrong solution that loses nothing."""
    wrong = verdict.wrong
    earned = points_text(verdict.earned)
    yield f"✗ {wrong.sort} {wrong.key} ({wrong.family}) can earn {earned} of {earned}"
    yield f"  {clean_text(wrong.told, TOLD_CHARS)}"
    if verdict.open:
        yield f"  A person has to look at {', '.join(map(_name, verdict.open))}."
    found = verdict.likeness
    if found is None:
        return
    if found.differs:
        yield f"  On draw {found.draws} {clean_text(found.differs, TOLD_CHARS)}"
        if found.proposal:
            case = clean_text(json.dumps(dict(found.proposal), default=str), 2 * TOLD_CHARS)
            yield f"  A case for {found.check}: {case}"
    elif not found.draws:
        yield "  No array of it could be compared with the reference's."


def _remarks(findings: Findings) -> Iterator[str]:
    yield ""
    if earning := [each for each in findings.verdicts if _still_earns(each)]:
        yield "Canaries that still earn something:"
        for each in earning:
            yield f"  {each.wrong.told}: {points_text(each.earned)}"
    if idle := findings.idle_criteria():
        said = "no slip fails alone" if findings.whole else "no slip fails before another"
        yield f"Criteria that {said}: {', '.join(map(_name, idle))}"
    if unreached := findings.unreached_criteria():
        yield f"Criteria that no slip was put to: {', '.join(map(_name, unreached))}"
    for near in findings.narrow():
        yield (
            f"{near.check} caught {near.wrong.wrong.key} by {near.ratio:.3g} times what it allows."
        )
    for each in findings.too_strict():
        lost = points_text(sum(each.lost.values(), Decimal(0)))
        yield f"{each.wrong.told.partition(' ')[0]} in single precision loses {lost}: {each.said}"
    if cases := findings.idle_cases():
        yield f"{plural(len(cases), 'case')} without which every slip still loses points there:"
        yield from (f"  {check}: {case}" if case else f"  {check}" for check, case in cases)
    slow = sorted(findings.seconds.items(), key=lambda one: -one[1])[:SLOWEST]
    yield "Slowest criteria: " + ", ".join(f"{_name(name)} {s:.1f} s" for name, s in slow)


def _still_earns(verdict: Verdict) -> bool:
    return verdict.wrong.sort == "canary" and verdict.fate == "killed" and verdict.earned > 0


def _name(name: str) -> str:
    return clean_text(name, NAME_CHARS)
