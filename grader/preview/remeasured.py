"""The credit of one check by an edited rubric, from what the check measured.

What was measured does not always tell. A tolerance whose two parts are changed by different
factors, or a reading of the assignment that was not compared to its end, leave a range; so every
answer is one, and says why where it is wide. Whether a forward is right is not asked again when a
gradient's tolerance is tightened: a report does not hold how close it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.cases import Cases
from grader.checks.gradient_case import GradientParams
from grader.checks.output import OutputParams
from grader.checks.training_settings import TrainingParams
from grader.preview.tolerance import has_same_tolerances, tolerance_change
from grader.records import CheckResult, CheckSpec

NOT_MEASURED: Final = "its report does not hold how close its values came"
OTHER_CASES: Final = "its cases are others than in the report"
IN_BETWEEN: Final = "how close its values came does not tell for this tolerance"
OTHER_READING: Final = "another reading of the assignment may fit at this tolerance"
OWN_FORWARD: Final = "whether it still follows from a wrong forward was not measured"
OTHER_SETTING: Final = "it was not trained in a setting of this rubric"
BY_A_PERSON: Final = "its metric is above the ceiling, so a person looks at it"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which credits the result lies, and why it cannot be told where they differ."""

    lower: float
    upper: float
    why: str = ""


def remeasured(result: CheckResult, spec: CheckSpec) -> Bounds:
    """Gives a check's credit by its new parameters.

    Args:
        result: as a report holds it; one that was judged.
        spec: the check in the edited rubric, of the same id and kind.
    """
    kept = Bounds(result.credit, result.credit)
    cases = _mappings(result.evidence.get("cases"))
    if not cases:
        return kept
    params = spec.params
    if isinstance(params, TrainingParams):
        return _by_curve(cases[0], params, kept) if len(cases) == 1 else kept
    common = getattr(params, "common", None)
    if result.credit == 1 and isinstance(common, Cases) and has_same_tolerances(cases, common):
        return kept
    if isinstance(params, OutputParams):
        if params.raises:
            return kept
        if params.any_case:
            return _of_best_case(cases, params, kept)
        return _worst(cases, params.common, lambda case, at: _output(case, params, at))
    if isinstance(params, GradientParams):
        return _worst(cases, params.common, lambda case, at: _gradient(case, params, at))
    return kept


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    """Gives the cases of a check's evidence; none where it has none."""
    found: list[Any] = value if isinstance(value, list) else []
    for one in found:
        if not isinstance(one, dict):
            return []
    return found


def _worst(
    cases: Sequence[Mapping[str, Any]],
    common: Cases,
    of: Callable[[Mapping[str, Any], int], Bounds],
) -> Bounds:
    """The credit of a check is that of the worst case that the text promises."""
    if len(cases) != len(common.cases) or any(
        case.get("case") not in ("", asked.name)
        for case, asked in zip(cases, common.cases, strict=True)
    ):
        return Bounds(0.0, 1.0, OTHER_CASES)
    counted = [of(case, at) for at, case in enumerate(cases) if not common.cases[at].beyond_text]
    if not counted:
        return Bounds(1.0, 1.0)
    lower, upper = min(one.lower for one in counted), min(one.upper for one in counted)
    why = next((one.why for one in counted if one.why), "") if lower < upper else ""
    return Bounds(lower, upper, why)


def _of_best_case(cases: Sequence[Mapping[str, Any]], params: OutputParams, kept: Bounds) -> Bounds:
    """Of cases among which the student may choose, the report holds one."""
    found = _output(cases[0], params, 0)
    if found == kept or found.lower == 1:
        return found
    return Bounds(0.0, 1.0, OTHER_READING)


def _output(case: Mapping[str, Any], params: OutputParams, at: int) -> Bounds:
    credit = _credit(case)
    change = tolerance_change(case, params.common, at)
    if change is None:
        return _unmeasured(case, credit, params.common)
    if change.same:
        return Bounds(credit, credit)
    errors = case.get("relative_error")
    # No tolerance mends a shape or a type.
    unfit = isinstance(errors, dict) and -1 in errors.values()
    right = False if unfit else change.all_right()
    if right:
        return Bounds(1.0, 1.0)
    if right is False and not params.common.also:
        return Bounds(0.0, 0.0)
    lower = credit if change.looser else 0.0
    upper = credit if change.tighter else 1.0
    why = OTHER_READING if params.common.also else IN_BETWEEN
    return Bounds(lower, upper, why if lower < upper else "")


def _gradient(case: Mapping[str, Any], params: GradientParams, at: int) -> Bounds:
    credit = _credit(case)
    change = tolerance_change(case, params.common, at)
    wrong = case.get("reference_relative_error")
    if not isinstance(wrong, dict) or not change:
        if not isinstance(wrong, dict):  # it raised, or is not there
            return Bounds(credit, credit)
        return _unmeasured(case, credit, params.common)
    names = params.wrt or tuple(dict.fromkeys((*change.names, *wrong)))
    known = dict(zip(change.names, change.shares, strict=True))
    states: dict[str, bool | None] = {}
    why = IN_BETWEEN
    for name in names:
        excused = name not in wrong and known.get(name, 0.0) > 1
        if name not in known:
            states[name] = name not in wrong
        elif excused:
            states[name] = True if change.same or params.own_forward else None
            why = OWN_FORWARD
        else:
            states[name] = name not in wrong if change.same else change.right(name)
    shares = params.credit or dict.fromkeys(names, 1.0)
    lower = _share(shares, [name for name in names if states[name]], whole=not params.credit)
    upper = _share(
        shares, [name for name in names if states[name] is not False], whole=not params.credit
    )
    if params.common.also and change.looser and not change.same and upper < 1:
        return Bounds(max(lower, credit), 1.0, OTHER_READING)
    return Bounds(lower, upper, why if lower < upper else "")


def _share(shares: Mapping[str, float], right: Sequence[str], *, whole: bool) -> float:
    if whole:
        return float(len(right) == len(shares))
    return float(sum(shares.get(name, 0.0) for name in right) / sum(shares.values()))


def _unmeasured(case: Mapping[str, Any], credit: float, common: Cases) -> Bounds:
    """What an older report holds tells of the tolerance of then only."""
    compared = any(
        isinstance(case.get(key), dict) for key in ("relative_error", "reference_relative_error")
    )
    if not compared or common.tolerance is None:
        return Bounds(credit, credit)
    return Bounds(0.0, 1.0, NOT_MEASURED)


def _credit(case: Mapping[str, Any]) -> float:
    credit = case.get("credit", 0.0)
    return float(credit) if isinstance(credit, int | float) else 0.0


def _by_curve(case: Mapping[str, Any], params: TrainingParams, kept: Bounds) -> Bounds:
    metric, data, on = case.get("metric"), case.get("data"), case.get("on")
    if not isinstance(metric, int | float):
        return kept
    fitting = [one for one in params.settings if (one.data, one.on) == (data, on)]
    device = "cpu" if str(case.get("device", "")).startswith("cpu") else "cuda"
    fitting = [one for one in fitting if one.device in ("any", device)] or fitting
    if not fitting:
        return Bounds(0.0, 1.0, OTHER_SETTING)
    setting = fitting[0]
    trainings = case.get("trainings")
    learned = [
        one.get("parameters", 0)
        for one in (trainings if isinstance(trainings, list) else [])
        if isinstance(one, dict)
    ]
    if setting.parameters and max(learned, default=0) > setting.parameters:
        return Bounds(0.0, 0.0)
    if metric > setting.ceiling:
        return Bounds(0.0, 1.0, BY_A_PERSON)
    credit = setting.curve.credit(float(metric))
    return Bounds(credit, credit)
