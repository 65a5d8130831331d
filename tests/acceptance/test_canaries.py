"""A canary in the place of a criterion's subject earns nothing, in a hand-in that is right else.

The canaries are made from the rubric: whatever a criterion asks for, nothing, a constant, NaN, an
echo and the like are returned in the form that its convention expects. Where a criterion pays for
something that a canary has by rights, `EARNED` says what and why.
"""

from pathlib import Path
from typing import Any

import pytest

from grader.checks import CHECK_KINDS
from grader.records import Criterion, Rubric
from grader.rubric import load_rubric
from grader.worker.service import WorkerService
from tests.acceptance.handins import PACKAGE, ROOT, compose, grade

# What stands for a right value `v` of a function whose first input is `a`.
CANARIES = {
    "nothing": "np.zeros(0)",
    "constant": "np.ones(np.shape(v))",
    "nan": "np.full(np.shape(v), np.nan)",
    "wrong_shape": "np.ones((2, *np.shape(v)))",
    "echo": "a",
    "zeros": "np.zeros(np.shape(v))",
}

IDENTITY = "at test time dropout is the identity, so the echo is right"
SHAPES = "names and shapes of parameters are paid for by themselves, whatever the values"
BIASES = "names and shapes are paid for by themselves, and biases do begin at zero"
EARNED: dict[tuple[str, str], tuple[float, str]] = {
    ("dropout_test_mode", "echo"): (1.0, IDENTITY),
    ("two_layer_net_init", "constant"): (0.67, SHAPES),
    ("two_layer_net_init", "nan"): (0.67, SHAPES),
    ("two_layer_net_init", "zeros"): (1.33, BIASES),
    ("fc_net_init", "constant"): (0.67, SHAPES),
    ("fc_net_init", "nan"): (0.67, SHAPES),
    ("fc_net_init", "zeros"): (1.33, BIASES),
    ("fc_net_batchnorm", "constant"): (0.5, SHAPES),
    ("fc_net_batchnorm", "nan"): (0.5, SHAPES),
    ("fc_net_batchnorm", "zeros"): (0.5, SHAPES),
    ("cnn_init", "constant"): (0.33, SHAPES),
    ("cnn_init", "nan"): (0.33, SHAPES),
    ("cnn_init", "zeros"): (0.67, BIASES),
}

RUBRICS = [
    load_rubric(path, CHECK_KINDS) for path in sorted((ROOT / "rubrics").glob("*/rubric.yaml"))
]


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


def groups(rubric: Rubric) -> list[list[Criterion]]:
    """Shares out the criteria so that no canary of a group is what another one stands on."""
    made: list[list[Criterion]] = []
    for criterion in paid(rubric):
        below = touched(rubric, criterion)
        for group in made:
            above = set().union(*(touched(rubric, one) for one in group))
            if criterion.subject not in above and below.isdisjoint(one.subject for one in group):
                group.append(criterion)
                break
        else:
            made.append([criterion])
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


@pytest.mark.slow
@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric.assignment)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_earns_nothing(canary: str, rubric: Rubric, tmp_path: Path) -> None:
    earned = {}
    with WorkerService(without=rubric.handin.forbidden) as service:
        for number, group in enumerate(groups(rubric)):
            folder = compose(tmp_path / "no-case", tmp_path / str(number))
            for criterion in group:
                module = criterion.subject.rpartition(".")[0].replace(".", "/")
                with (folder / PACKAGE / f"{module}.py").open("a", encoding="utf-8") as file:
                    file.write(canary_source(criterion, CANARIES[canary]))
            only = tuple(criterion.id for criterion in group)
            report = grade(folder, only=only, rules=rubric, service=service)
            assert not report.score.needs_review
            judged = [one for one in report.criteria if one.id in only]
            assert len(judged) == len(group)
            for one in judged:
                assert one.lower == one.upper
                if one.awarded:
                    earned[one.id] = float(one.awarded)
    assert earned == {id_: points for (id_, name), (points, _) in EARNED.items() if name == canary}


def test_every_exception_names_a_criterion_and_a_canary() -> None:
    known = {criterion.id for rubric in RUBRICS for criterion in paid(rubric)}
    for criterion_id, canary in EARNED:
        assert criterion_id in known
        assert canary in CANARIES
