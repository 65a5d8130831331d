"""The rules by which a rubric is looked over, as one table.

They are about what is valid and still seldom meant. None runs anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Final

from grader.checks.cases import Case, Cases
from grader.checks.training_settings import TrainingParams
from grader.closeness import TABLE
from grader.records import CheckSpec, Criterion, Visibility
from grader.report.model import OF_PAPERS
from grader.report.wording import points_text
from grader.rubric.lint import Found, Linted, Path, Rule
from grader.rubric.sameness import same_value

# Ten times the table's for the coarsest numbers, those of float16.
WIDEST: Final = 10 * max(one.rtol for one in TABLE.values())
# Rounding of a right float64 solution was seen up to this.
NARROWEST: Final = 1e-11
HALF: Final = Decimal("0.5")


def _checks(linted: Linted) -> Iterator[tuple[Path, Criterion, CheckSpec]]:
    """Yields the checks with their places."""
    for at, criterion in enumerate(linted.rubric.criteria):
        for number, check in enumerate(criterion.checks):
            yield ("criteria", at, "checks", number), criterion, check


def _points_total(linted: Linted) -> Iterator[Found]:
    possible = linted.rubric.possible
    if possible != possible.to_integral_value():
        yield (
            ("criteria",),
            f"The points add up to {points_text(possible)}, which is no whole number.",
        )


def _hidden_share(linted: Linted) -> Iterator[Found]:
    rubric = linted.rubric
    hidden = Decimal(0)
    for one in rubric.criteria:
        weights = sum((check.weight for check in one.checks), Decimal(0))
        unseen = sum(
            (check.weight for check in one.checks if check.visibility is Visibility.HIDDEN),
            Decimal(0),
        )
        if not one.bonus:
            hidden += one.points * unseen / weights
    if hidden > HALF * rubric.possible:
        yield (
            ("criteria",),
            f"Hidden checks decide {points_text(hidden)} of {points_text(rubric.possible)} points.",
        )


def _subject_missing(linted: Linted) -> Iterator[Found]:
    if linted.template is None:
        return
    for at, one in enumerate(linted.rubric.criteria):
        if one.free_name or one.optional or all(check.kind in OF_PAPERS for check in one.checks):
            continue
        if not _is_given(linted, one.subject):
            yield ("criteria", at, "subject"), f"The template has no {one.subject}."
    for path, _, check in _checks(linted):
        forward = getattr(check.params, "forward", "")
        if forward and not _is_given(linted, forward):
            yield (*path, "forward"), f"The template has no {forward}."
    for name, members in linted.rubric.families.items():
        for at, member in enumerate(members):
            lent = linted.reference is None or linted.reference.has(member)
            if not lent and not _is_given(linted, member):
                yield ("families", name, at), f"Neither template nor reference has {member}."


def _is_given(linted: Linted, path: str) -> bool:
    """Whether the template has a name; what a notebook stands for cannot be told."""
    template, notebooks = linted.template, linted.rubric.handin.notebooks
    module = f"{path.partition('.')[0]}.py"
    return template is None or module in notebooks or template.has(path)


def _provided_missing(linted: Linted) -> Iterator[Found]:
    if linted.template is None:
        return
    for at, path in enumerate(linted.rubric.handin.provided):
        module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if module not in linted.template.modules:
            yield ("handin", "provided", at), f"The template has no {path}."


def _unreachable(linted: Linted) -> Iterator[Found]:
    if linted.template is None or linted.reference is None:
        return
    for at, one in enumerate(linted.rubric.criteria):
        if not one.optional or all(check.kind in OF_PAPERS for check in one.checks):
            continue
        if not linted.reference.has(one.subject) and not _is_given(linted, one.subject):
            yield (
                ("criteria", at, "subject"),
                f"{one.subject} is optional, and neither the template nor the reference has it.",
            )


def _also_missing(linted: Linted) -> Iterator[Found]:
    if linted.reference is None:
        return
    for path, _, check in _checks(linted):
        common = getattr(check.params, "common", None)
        for at, name in enumerate(common.also if isinstance(common, Cases) else ()):
            if not linted.reference.has(name):
                yield (*path, "also", at), f"The reference hand-in has no {name}."


def _no_hint(linted: Linted) -> Iterator[Found]:
    for path, criterion, check in _checks(linted):
        shown = check.visibility is Visibility.VISIBLE and criterion.points
        if check.kind == "gradient" and shown and not check.hint:
            yield path, f"The gradient check {check.id} has no hint."


def _uncalibrated(linted: Linted) -> Iterator[Found]:
    for path, criterion, check in _checks(linted):
        if not isinstance(check.params, TrainingParams) or not criterion.points:
            continue
        for number, setting in enumerate(check.params.settings):
            if setting.calibrated is None:
                yield (
                    (*path, "settings", number),
                    f"{check.id} asks for {setting.curve.full_from:g} on {setting.data}, and it is "
                    "not written down what the reference reaches.",
                )


def _odd_tolerance(linted: Linted) -> Iterator[Found]:
    for path, _, check in _checks(linted):
        common = getattr(check.params, "common", None)
        found = common.tolerance if isinstance(common, Cases) else None
        if found is None:
            continue
        if max(found.rtol, found.atol) > WIDEST:
            yield (
                (*path, "tolerance"),
                f"{check.id} allows rtol {found.rtol:g} and atol {found.atol:g}; the "
                f"table has {WIDEST / 10:g} for the coarsest numbers.",
            )
        elif max(found.rtol, found.atol) < NARROWEST:
            yield (
                (*path, "tolerance"),
                f"{check.id} allows rtol {found.rtol:g} and atol {found.atol:g}, which is less "
                f"than the {NARROWEST:g} that sums in another order were seen to differ by.",
            )


def _check_repeated(linted: Linted) -> Iterator[Found]:
    for at, criterion in enumerate(linted.rubric.criteria):
        for (_, one), (number, other) in combinations(enumerate(criterion.checks), 2):
            if one.kind == other.kind != "withheld" and same_value(one.params, other.params):
                yield (
                    ("criteria", at, "checks", number),
                    f"{other.id} asks the same as {one.id}.",
                )


def _case_repeated(linted: Linted) -> Iterator[Found]:
    for path, _, check in _checks(linted):
        common = getattr(check.params, "common", None)
        cases = common.cases if isinstance(common, Cases) else ()
        for (_, one), (number, other) in combinations(enumerate(cases), 2):
            if same_value(_asked(one), _asked(other)):
                yield (
                    (*path, "cases", number),
                    f"The case {other.name!r} has the same inputs and options as {one.name!r}.",
                )


def _asked(case: Case) -> tuple[object, ...]:
    return dict(case.inputs), dict(case.sizes), dict(case.options)


RULES: Final = (
    Rule(
        "points_total",
        "Who reads a grade expects a round total.",
        "Change the points, or say by `maximum` what counts.",
        _points_total,
    ),
    Rule(
        "hidden_share",
        "Students cannot tell from `grader check` how they stand.",
        "Show more of the checks, or give the hidden ones less weight.",
        _hidden_share,
    ),
    Rule(
        "subject_missing",
        "A hand-in that keeps to the template would be told that it lacks the name.",
        "Correct the name, add it to the template, or say `free_name` where the text gives none.",
        _subject_missing,
    ),
    Rule(
        "provided_missing",
        "Nothing stands in for it where a hand-in lacks the file.",
        "Correct the name, or add the file to the template.",
        _provided_missing,
    ),
    Rule(
        "unreachable",
        "Nobody is told of the name, so nobody can earn the points.",
        "Correct the name, or take the criterion out.",
        _unreachable,
    ),
    Rule(
        "also_missing",
        "The check will fail by a fault of the course when it is asked.",
        "Correct the name, or write the function into the reference hand-in.",
        _also_missing,
    ),
    Rule(
        "no_hint",
        "A wrong gradient alone does not show students where to look.",
        "Say in `hint` which part of the formula is often forgotten.",
        _no_hint,
    ),
    Rule(
        "uncalibrated",
        "A right solution may miss the threshold.",
        "Run `grader rubric audit --calibrate --write`.",
        _uncalibrated,
    ),
    Rule(
        "odd_tolerance",
        "Wrong solutions may pass by a wide tolerance, and right ones fail by a narrow one.",
        "Look at `because` once more, or leave the tolerance to the table.",
        _odd_tolerance,
    ),
    Rule(
        "check_repeated",
        "One mistake costs twice, and nothing more is found out.",
        "Delete one of the two, and give the other its weight.",
        _check_repeated,
    ),
    Rule(
        "case_repeated",
        "It takes time and finds out nothing more, unless the numbers drawn matter.",
        "Delete one of the two, or vary it.",
        _case_repeated,
    ),
)
