"""The relative errors of 1.0 that the assignment's own text prints, as hand-ins.

The text shows a wrong dx beside a right dgamma and dbeta in batch, layer and spatial batch
normalization, and the reverse in group normalization. Each fault is charged at its own layer, and
what is built on that layer keeps its points.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.report import Report
from tests.acceptance.handins import (
    HANDINS,
    assert_costs,
    cases,
    compose,
    expected,
    grade,
    lost,
    one_service,
    told,
)

SYMPTOMS = cases("seed_symptoms")


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


@pytest.fixture(scope="module")
def all_of_them(_service: None, tmp_path_factory: pytest.TempPathFactory) -> Report:
    case = HANDINS / "seed_symptoms" / "all_of_them"
    return grade(compose(case, tmp_path_factory.mktemp("handin")))


@pytest.mark.parametrize("case", SYMPTOMS, ids=lambda case: case.name)
def test_a_symptom_costs_exactly_its_share(case: Path, tmp_path: Path) -> None:
    assert_costs(grade(compose(case, tmp_path / "handin")), expected(case))


@pytest.mark.parametrize("layer", ["batchnorm_backward", "layernorm_backward"])
def test_a_wrong_dx_leaves_the_share_of_scale_and_shift(all_of_them: Report, layer: str) -> None:
    (criterion,) = (one for one in all_of_them.criteria if one.id == layer)
    assert 0 < criterion.awarded < criterion.points
    assert "dx: " in told(all_of_them)[layer]
    assert "Right: dgamma, dbeta" in told(all_of_them)[layer]


def test_a_wrong_scale_and_shift_leave_the_share_of_dx(all_of_them: Report) -> None:
    said = told(all_of_them)["groupnorm_backward"]
    assert "dgamma: " in said
    assert "dbeta: " in said
    assert "Right: dx" in said


@pytest.mark.parametrize(
    "built_on_it",
    ["spatial_batchnorm_backward", "fc_net_batchnorm", "fc_net_layernorm", "conv_bn_relu"],
)
def test_what_is_built_on_a_broken_normalization_loses_nothing(
    all_of_them: Report, built_on_it: str
) -> None:
    assert built_on_it not in lost(all_of_them)
    (criterion,) = (one for one in all_of_them.criteria if one.id == built_on_it)
    assert all(check.credit == 1 for check in criterion.checks)
