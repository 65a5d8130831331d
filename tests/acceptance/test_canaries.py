"""A canary in the place of a criterion's subject earns nothing, in a hand-in that is right else.

The canaries are made from the rubric: whatever a criterion asks for, nothing, a constant, NaN, an
echo and the like are returned in the form that its convention expects. Where a criterion pays for
something that a canary has by rights, `canary_rights.py` says what and why.
"""

from pathlib import Path
from typing import Any

import pytest

from grader.audit import canaries
from grader.records import Criterion, Rubric
from grader.staging import start_service
from tests.acceptance.canary_rights import EARNED, PASSING
from tests.acceptance.handins import COURSES, UMASS, Course

# What stands for a right value `v` of a function whose first input is `a`.
CANARIES = canaries.CANARIES


def paid(rubric: Rubric) -> list[Criterion]:
    """Lists the criteria that give points."""
    return [criterion for criterion in rubric.criteria if criterion.points]


def touched(rubric: Rubric, criterion: Criterion) -> set[str]:
    """Names all functions that a criterion's verdict can depend on, by the rubric's needs."""
    criteria = {one.id: one for one in rubric.criteria}
    found, ahead = {criterion.subject}, [criterion]
    while ahead:
        one = ahead.pop()
        found |= {one.subject, *(getattr(spec.params, "forward", "") for spec in one.checks)}
        ahead += [criteria[need] for need in one.needs if criteria[need].subject not in found]
    return found - {""}


def groups(course: Course) -> list[list[Criterion]]:
    """Shares out the criteria so that no canary of a group is what another one stands on.

    All criteria of one subject are in one group, because it has one canary; but for the networks
    of the first course, whose canaries are made for a criterion.
    """
    rubric = course.rubric()
    units: dict[str, list[Criterion]] = {}
    for criterion in paid(rubric):
        units.setdefault(criterion.id if course == UMASS else criterion.subject, []).append(
            criterion
        )
    made: list[list[Criterion]] = []
    for criteria in units.values():
        subject = criteria[0].subject
        below = set().union(*(touched(rubric, one) for one in criteria)) - {subject}
        for group in made:
            above = set().union(*(touched(rubric, one) for one in group))
            if subject not in above and below.isdisjoint(one.subject for one in group):
                group += criteria
                break
        else:
            made.append(criteria)
    return made


def params_of(criterion: Criterion, name: str) -> Any:
    """Returns the first value that one of the criterion's checks has under a name."""
    found = (getattr(spec.params, name, None) for spec in criterion.checks)
    return next((value for value in found if value), None)


def canary_source(criterion: Criterion, value: str) -> str:
    """Writes the code that makes a criterion's subject a canary; it goes after the base's own."""
    name = criterion.subject.rpartition(".")[2]
    common = criterion.checks[0].params.common
    forward = (params_of(criterion, "forward") or "").rpartition(".")[2]
    canary = f"\n\nimport numpy as np\n\n\ndef _canary(a, v):\n    return {value}\n\n\n"
    if common.convention.name == "network_with_loss":
        return canary + _network(name, criterion)
    if common.convention.name == "update_rule":
        state = [key for case in common.cases for key in case.options.get("state", ())]
        return canary + _rule(name, sorted(set(state)))
    if forward:
        wrt = params_of(criterion, "wrt") or ("x",)
        return canary + _backward(name, forward, list(common.cases[0].inputs), list(wrt))
    watched = [path for case in common.cases for path in case.options.get("watch", ())]
    entries = sorted({path.partition(".")[2] for path in watched})
    return canary + _forward(name, entries)


def _forward(name: str, entries: list[str]) -> str:
    return f"""
_base_{name} = {name}


def {name}(x, *rest):
    out, cache = _base_{name}(x, *rest)
    for key in {entries}:
        rest[-1][key] = _canary(x, rest[-1][key])
    return _canary(x, out), cache
"""


def _backward(name: str, forward: str, names: list[str], wrt: list[str]) -> str:
    """The forward is the base's own and keeps its inputs, whose shapes the gradients have."""
    return f"""
_base_{name}, _inputs_{name} = {forward}, {{}}


def {forward}(*args):
    _inputs_{name}.update(zip({names}, args))
    return _base_{name}(*args)


def {name}(dout, cache):
    gradients = tuple(_canary(dout, _inputs_{name}[each]) for each in {wrt})
    return gradients if len(gradients) > 1 else gradients[0]
"""


def _rule(name: str, state: list[str]) -> str:
    return f"""
_base_{name} = {name}


def {name}(w, dw, config=None):
    next_w, config = _base_{name}(w, dw, config)
    config.update({{key: _canary(w, config[key]) for key in {state}}})
    return _canary(w, next_w), config
"""


def _network(name: str, criterion: Criterion) -> str:
    asks = {
        case.options.get("ask", "loss")
        for spec in criterion.checks
        for case in spec.params.common.cases
    }
    source = f"""
_init_{name}, _loss_{name} = {name}.__init__, {name}.loss


def _canary_loss_{name}(self, X, y=None):
    if y is None:
        return _canary(X, _loss_{name}(self, X))
    loss, grads = _loss_{name}(self, X, y)
    return _canary(X, loss), {{key: _canary(self.params[key], grad) for key, grad in grads.items()}}


{name}.loss = _canary_loss_{name}
"""
    if "params" in asks:
        source += f"""

def _canary_init_{name}(self, *args, **kwargs):
    _init_{name}(self, *args, **kwargs)
    self.params = {{key: _canary(np.float64(0.5), each) for key, each in self.params.items()}}


{name}.__init__ = _canary_init_{name}
"""
    return source


def source_of(course: Course, criterion: Criterion, value: str) -> str:
    """Writes the code that makes a criterion's subject a canary, for any course."""
    if course == UMASS:
        return canary_source(criterion, value)
    return canaries.canary_source(criterion.subject, module_of(course, criterion), value)


def module_of(course: Course, criterion: Criterion) -> str:
    """Names the module that a criterion's subject is in."""
    parts = criterion.subject.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    package = course.base / course.package
    return next(name for name in names if (package / f"{name.replace('.', '/')}.py").is_file())


@pytest.mark.slow
@pytest.mark.parametrize("course", [UMASS, *COURSES], ids=str)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_earns_nothing(canary: str, course: Course, tmp_path: Path) -> None:
    if course.missing():
        pytest.skip(f"needs {', '.join(course.missing())}")
    points: dict[str, float] = {}
    passing: set[str] = set()
    with start_service(course.rubric()) as service:
        for number, group in enumerate(groups(course)):
            folder = course.compose(tmp_path / "no-case", tmp_path / str(number))
            for criterion in {one.subject: one for one in group}.values():
                module = module_of(course, criterion).replace(".", "/")
                with (folder / course.package / f"{module}.py").open("a", encoding="utf-8") as file:
                    file.write(source_of(course, criterion, CANARIES[canary]))
            only = tuple(criterion.id for criterion in group)
            report = course.grade(folder, only=only, service=service)
            assert not report.score.needs_review
            judged = [one for one in report.criteria if one.id in only]
            assert len(judged) == len(group)
            for one in judged:
                assert one.lower == one.upper
                points |= {one.id: float(one.awarded)} if one.awarded else {}
                passing |= {check.id for check in one.checks if check.credit}
    if course == UMASS:
        assert points == {one: much for (one, name), (much, _) in EARNED.items() if name == canary}
    else:
        assert passing == {
            check
            for check, (names, _) in PASSING.get(course.assignment, {}).items()
            if canary in names
        }


def test_every_exception_names_a_criterion_and_a_canary() -> None:
    for criterion_id, canary in EARNED:
        assert criterion_id in {criterion.id for criterion in paid(UMASS.rubric())}
        assert canary in CANARIES


@pytest.mark.parametrize("course", COURSES, ids=str)
def test_every_check_that_a_canary_passes_is_one_of_the_course(course: Course) -> None:
    known = {check.id for criterion in paid(course.rubric()) for check in criterion.checks}
    for check, (names, _) in PASSING.get(course.assignment, {}).items():
        assert check in known
        assert set(names) <= set(CANARIES)
