"""Finds what a schema cannot say: names given twice, needs that lead nowhere, sums, visibility.

It reads plain data that may still break the schema, passes over what is not of the expected
form, and reports the rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from grader.records import Visibility
from grader.report.model import MARKED_BY_PEOPLE
from grader.rubric.problems import Problems, did_you_mean

_RESTRICTION = {visibility.value: rank for rank, visibility in enumerate(Visibility)}
_HIGHEST = len(_RESTRICTION)


def check_names(checks: Sequence[Any]) -> list[str]:
    """Names the checks of one criterion: as written, else by kind and a running number.

    >>> check_names([{"kind": "output"}, {"kind": "output", "name": "hard"}, {"kind": "output"}])
    ['output', 'hard', 'output_2']
    """
    unnamed: Counter[str] = Counter()
    names = []
    for check in checks:
        if not isinstance(check, dict):
            names.append("")
        elif "name" in check:
            names.append(str(check["name"]))
        else:
            kind = str(check.get("kind", ""))
            unnamed[kind] += 1
            names.append(kind if unnamed[kind] == 1 else f"{kind}_{unnamed[kind]}")
    return names


def check_meaning(data: Mapping[str, Any], problems: Problems) -> None:
    """Adds every mistake of meaning to the problems."""
    criteria = [(at, item) for at, item in _items(data, "criteria") if isinstance(item, dict)]
    declared: dict[str, int] = {}
    for at, criterion in criteria:
        name = criterion.get("id")
        if isinstance(name, str) and declared.setdefault(name, at) != at:
            line = problems.line(("criteria", declared[name], "id"))
            problems.add(
                ("criteria", at, "id"),
                f"{name!r} is already the id of the criterion in line {line}.",
            )
    needs = {
        name: [need for _, need in _items(criteria_of, "needs") if isinstance(need, str)]
        for name, criteria_of in ((name, data["criteria"][at]) for name, at in declared.items())
    }
    for at, criterion in criteria:
        _check_names(at, criterion, problems)
        _check_people(at, criterion, problems)
        _check_visibility(at, criterion, problems)
        _check_needs(at, criterion, declared, needs, problems)
    _check_sums(data, [criterion for _, criterion in criteria], problems)


def _items(data: Mapping[str, Any], key: str) -> Iterator[tuple[int, Any]]:
    found = data.get(key)
    return enumerate(found if isinstance(found, list) else ())


def _check_names(at: int, criterion: Mapping[str, Any], problems: Problems) -> None:
    checks = [check for _, check in _items(criterion, "checks")]
    first: dict[str, int] = {}
    for number, name in enumerate(check_names(checks)):
        if name and first.setdefault(name, number) != number:
            line = problems.line(("criteria", at, "checks", first[name]))
            problems.add(
                ("criteria", at, "checks", number, "name"),
                f"{name!r} is already the name of the check in line {line}. Give one of the two "
                "another `name`.",
            )


def _check_people(at: int, criterion: Mapping[str, Any], problems: Problems) -> None:
    """A mark is a share of the criterion's points, so nothing else may have a share in them."""
    kinds = [
        check.get("kind") if isinstance(check, dict) else None
        for _, check in _items(criterion, "checks")
    ]
    if MARKED_BY_PEOPLE not in kinds:
        return
    number = kinds.index(MARKED_BY_PEOPLE)
    if len(kinds) > 1:
        problems.add(
            ("criteria", at, "checks", number),
            f"A person marks the whole criterion, so that its check of kind '{MARKED_BY_PEOPLE}' "
            "stands alone. Move the other checks into a criterion of their own.",
        )
    if criterion.get("optional") is True:
        problems.add(
            ("criteria", at, "optional"),
            f"A person marks this criterion in any case, by the kind '{MARKED_BY_PEOPLE}'. "
            "Delete `optional`.",
        )


def _check_sums(
    data: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]], problems: Problems
) -> None:
    if criteria and all(criterion.get("bonus") is True for criterion in criteria):
        problems.add(
            ("criteria",),
            "All criteria are bonus, so that nothing is possible which they could come on top of. "
            "Delete `bonus` where the points count in full.",
        )
    points = [_amount(one.get("points")) for one in criteria if one.get("bonus") is not True]
    possible = sum(points, Decimal(0))
    maximum = _amount(data.get("maximum"))
    if 0 < maximum < possible:
        problems.add(
            ("maximum",),
            f"The criteria that are not bonus are worth {possible} points, and only {maximum} of "
            "them could be earned. Raise `maximum`, or give `bonus: true` to the criteria whose "
            "points come on top.",
        )


def _amount(value: Any) -> Decimal:
    """Reads a number of points as it is written; what is none counts nothing here."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Decimal(0)
    return max(Decimal(str(value)), Decimal(0))


def _check_visibility(at: int, criterion: Mapping[str, Any], problems: Problems) -> None:
    whole = criterion.get("visibility", Visibility.VISIBLE.value)
    for number, check in _items(criterion, "checks"):
        own = check.get("visibility", whole) if isinstance(check, dict) else whole
        if not (isinstance(own, str) and isinstance(whole, str)):
            continue
        if _RESTRICTION.get(own, _HIGHEST) < _RESTRICTION.get(whole, 0):
            problems.add(
                ("criteria", at, "checks", number, "visibility"),
                f"{own!r} is less restricted than the criterion, which is {whole!r}. "
                "Restrict the check at least as much, or open the criterion.",
            )


def _check_needs(
    at: int,
    criterion: Mapping[str, Any],
    declared: Mapping[str, int],
    needs: Mapping[str, Sequence[str]],
    problems: Problems,
) -> None:
    name = criterion.get("id")
    for number, need in _items(criterion, "needs"):
        if not isinstance(need, str):
            continue
        if need == name:
            sentence = f"{need!r} needs itself. Delete this entry."
        elif need not in declared:
            guess = did_you_mean(need, [other for other in declared if other != name])
            sentence = f"{need!r} is not the id of a criterion.{guess}"
        elif declared[need] < at:
            continue
        elif isinstance(name, str) and (way := _way(need, name, needs)):
            circle = " → ".join((name, *way))
            sentence = f"Criteria need one another in a circle: {circle}. Delete one of the needs."
        else:
            line = problems.line(("criteria", declared[need], "id"))
            sentence = (
                f"{need!r} is declared later, in line {line}. A criterion needs only criteria "
                f"above it: move {need!r} up."
            )
        problems.add(("criteria", at, "needs", number), sentence)


def _way(start: str, end: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Gives a shortest chain of needs between two criteria, both included; or nothing."""
    before: dict[str, str] = {start: ""}
    queue = [start]
    for name in queue:
        if name == end:
            way = [name]
            while before[way[0]]:
                way.insert(0, before[way[0]])
            return way
        for need in needs.get(name, ()):
            if need not in before:
                before[need] = name
                queue.append(need)
    return []
