"""What an edit of a rubric changed, criterion by criterion, in words and as facts for a re-scoring.

With the rubric of before at hand everything is compared. Without it only what reports hold is
known: points, bonus, visibility, and which checks there were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from grader.checks.gradient_case import GradientParams
from grader.checks.manual import ManualParams
from grader.checks.output import OutputParams
from grader.checks.training_settings import Setting, TrainingParams
from grader.closeness import Tolerance
from grader.preview.stored import StoredReport
from grader.records import CheckSpec, Criterion, Rubric
from grader.report.model import MARKED_BY_PEOPLE
from grader.report.wording import points_text
from grader.rubric.sameness import same_value

WHOLE: Final = ""  # stands for the rubric as a whole, among the ids of criteria


@dataclass(frozen=True, slots=True)
class Edits:
    """What was edited.

    Attributes:
        said: sentences without a full stop, by criterion; `WHOLE` for what concerns all.
        asked_anew: ids of checks that ask something else now, which no report can tell.
        added: ids of checks that no report holds.
    """

    said: Mapping[str, tuple[str, ...]]
    asked_anew: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()


def edits_between(before: Rubric, after: Rubric) -> Edits:
    """Compares two rubrics of one assignment."""
    said: dict[str, list[str]] = {}
    asked_anew, added = set(), set()
    old = {one.id: one for one in before.criteria}
    if before.maximum != after.maximum:
        said[WHOLE] = [f"maximum {_maximum(before.maximum)} → {_maximum(after.maximum)}"]
    if before.families != after.families:
        said.setdefault(WHOLE, []).append("families changed")
    for one in after.criteria:
        was = old.get(one.id)
        if was is None:
            said[one.id] = ["new criterion"]
            added |= {check.id for check in one.checks}
            continue
        said[one.id] = list(_of_criterion(was, one))
        checks = {check.id: check for check in was.checks}
        for check in one.checks:
            name = check.id.rpartition("/")[2]
            earlier = checks.get(check.id)
            if earlier is None or earlier.kind != check.kind:
                said[one.id].append(f"new check {name}")
                added.add(check.id)
                continue
            said[one.id] += _of_check(earlier, check, name)
            if _asks_anew(earlier, check) or was.subject != one.subject:
                asked_anew.add(check.id)
                said[one.id].append(f"{name} asks something else")
        gone = [check.id for check in was.checks if check.id not in {c.id for c in one.checks}]
        said[one.id] += [f"check {name.rpartition('/')[2]} removed" for name in gone]
    ids = {one.id for one in after.criteria}
    said.update({name: ["criterion removed"] for name in old if name not in ids})
    return Edits(_frozen(said), frozenset(asked_anew), frozenset(added))


def edits_from(report: StoredReport, after: Rubric) -> Edits:
    """Compares a rubric with what a report holds of the one that it was made with."""
    said: dict[str, list[str]] = {}
    added = set()
    old = {one.id: one for one in report.criteria}
    if report.maximum != after.maximum:
        said[WHOLE] = [f"maximum {_maximum(report.maximum)} → {_maximum(after.maximum)}"]
    for one in after.criteria:
        was = old.get(one.id)
        if was is None:
            said[one.id] = ["new criterion"]
            added |= {check.id for check in one.checks}
            continue
        said[one.id] = list(_of_points(was.points, was.bonus, one))
        if was.visibility is not one.visibility:
            said[one.id].append(f"visibility {was.visibility.value} → {one.visibility.value}")
        checks = {check.result.id: check.result.kind for check in was.checks}
        for check in one.checks:
            if checks.get(check.id) != check.kind:
                said[one.id].append(f"new check {check.id.rpartition('/')[2]}")
                added.add(check.id)
        gone = [name for name in checks if name not in {check.id for check in one.checks}]
        said[one.id] += [f"check {name.rpartition('/')[2]} removed" for name in gone]
    ids = {one.id for one in after.criteria}
    said.update({name: ["criterion removed"] for name in old if name not in ids})
    return Edits(_frozen(said), added=frozenset(added))


def _frozen(said: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(words) for name, words in said.items() if words})


def _maximum(points: Decimal | None) -> str:
    return "none" if points is None else points_text(points)


def _of_points(points: Decimal, bonus: bool, after: Criterion) -> Iterator[str]:
    if points != after.points:
        yield f"points {points_text(points)} → {points_text(after.points)}"
    if bonus != after.bonus:
        yield "bonus now" if after.bonus else "no bonus any more"


def _of_criterion(before: Criterion, after: Criterion) -> Iterator[str]:
    yield from _of_points(before.points, before.bonus, after)
    if before.visibility is not after.visibility:
        yield f"visibility {before.visibility.value} → {after.visibility.value}"
    if before.subject != after.subject:
        yield f"subject {before.subject} → {after.subject}"
    if added := [name for name in after.needs if name not in before.needs]:
        yield f"needs {', '.join(added)} now"
    if gone := [name for name in before.needs if name not in after.needs]:
        yield f"needs {', '.join(gone)} no more"
    if before.optional != after.optional:
        yield "optional now" if after.optional else "not optional any more"
    if (before.free_name, before.network) != (after.free_name, after.network):
        yield "free_name changed"


def _of_check(before: CheckSpec, after: CheckSpec, name: str) -> Iterator[str]:
    if before.weight != after.weight:
        yield f"weight of {name} {before.weight} → {after.weight}"
    if before.visibility is not after.visibility:
        yield f"visibility of {name} {before.visibility.value} → {after.visibility.value}"
    if before.limits != after.limits:
        yield f"limits of {name} changed"
    old, new = before.params, after.params
    pair = (_tolerance(old), _tolerance(new))
    if pair[0] != pair[1]:
        yield f"tolerance of {name} {_tolerance_text(pair[0])} → {_tolerance_text(pair[1])}"
    if isinstance(old, GradientParams) and isinstance(new, GradientParams):
        if dict(old.credit) != dict(new.credit):
            yield f"credit of {name} {_shares(old.credit)} → {_shares(new.credit)}"
    if isinstance(old, TrainingParams) and isinstance(new, TrainingParams):
        for was, now in zip(old.settings, new.settings, strict=False):
            if was.curve != now.curve:
                yield f"curve of {name} on {now.data} {_points(was)} → {_points(now)}"
            if was.ceiling != now.ceiling:
                yield f"ceiling of {name} on {now.data} {was.ceiling:g} → {now.ceiling:g}"
    if after.kind == MARKED_BY_PEOPLE and not same_value(old, new):
        yield f"question or levels of {name} changed; marks that were given stay"


def _tolerance(params: Any) -> Tolerance | None:
    common = getattr(params, "common", None)
    found = getattr(common, "tolerance", None)
    return found if isinstance(found, Tolerance) else None


def _tolerance_text(one: Tolerance | None) -> str:
    return "the table's" if one is None else f"rtol {one.rtol:g} atol {one.atol:g}"


def _shares(credit: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:g}" for name, share in credit.items()) or "all or nothing"


def _points(setting: Setting) -> str:
    return " ".join(f"({at:g}, {credit:g})" for at, credit in setting.curve.points)


def _asks_anew(before: CheckSpec, after: CheckSpec) -> bool:
    if isinstance(after.params, ManualParams):
        return False  # a mark is of the work, not of the words
    return not same_value(_question(before.params), _question(after.params))


def _question(params: Any) -> Any:
    """Takes away what a report can be scored again by."""
    if isinstance(params, OutputParams | GradientParams):
        params = replace(params, common=replace(params.common, tolerance=None))
    if isinstance(params, GradientParams):
        params = replace(params, credit={})
    if isinstance(params, TrainingParams):
        curve = params.settings[0].curve
        settings = tuple(
            replace(one, curve=curve, calibrated=None, ceiling=1.0, parameters=0)
            for one in params.settings
        )
        params = replace(params, settings=settings)
    return params
