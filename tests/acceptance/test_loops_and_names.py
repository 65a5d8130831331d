"""Rubrics that forbid loops over samples, or names of others, in the workers that grade."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.records import CheckSpec, Criterion, Outcome, Rubric
from grader.report import Report
from tests.acceptance.handins import BASE, PACKAGE, compose, grade, one_service, rubric

AFFINE = {
    "vectorised": True,
    "sizes": {"N": 4},
    "inputs": {
        "x": {"normal": {"shape": ["N", 3]}},
        "w": {"normal": {"shape": [3, 5]}},
        "b": {"normal": {"shape": [5]}},
    },
    "cases": [{}, {"sizes": {"N": 64}}],
}
BACKWARD = {**AFFINE, "forward": "layers.affine_forward", "wrt": ["x", "w", "b"]}
NAMES = {"bans_names": ["erf", "expit"], "within": ["layers.py"]}


def criterion(name: str, subject: str, **data: object) -> Criterion:
    params = CHECK_KINDS["structure"].parse({"subject": subject, **data})
    return Criterion(
        name, name, subject, Decimal(1), (CheckSpec(f"{name}/s", "structure", params),)
    )


def rules() -> Rubric:
    criteria = (
        criterion("forward", "layers.affine_forward", **AFFINE),
        criterion("backward", "layers.affine_backward", **BACKWARD),
        criterion("names", "layers", **NAMES),
    )
    return replace(rubric(), criteria=criteria)


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


def graded(folder: Path, source: str) -> Report:
    path = compose(folder / "no-case", folder / "handin")
    with (path / PACKAGE / "layers.py").open("a", encoding="utf-8") as file:
        file.write(source)
    report = grade(path, rules=rules())
    assert not report.score.needs_review
    return report


def said(report: Report) -> dict[str, str]:
    return {one.id: one.checks[0].message for one in report.criteria}


def test_a_vectorised_hand_in_gets_every_point(tmp_path: Path) -> None:
    report = graded(tmp_path, "")
    assert {one.outcome for one in report.criteria} == {Outcome.PASSED}


def test_a_loop_and_a_name_are_told_with_their_places(tmp_path: Path) -> None:
    lines = len((BASE / PACKAGE / "layers.py").read_text(encoding="utf-8").splitlines())
    report = graded(
        tmp_path,
        "\nfrom scipy.special import erf\n"
        "def affine_forward(x, w, b):\n"
        "    return np.array([row.reshape(-1) @ w + b for row in x]), (x, w, b)\n",
    )
    words = said(report)
    assert f"The loop in layers.py, line {lines + 4} (affine_forward) repeats" in words["forward"]
    assert words["backward"] == ""
    assert f"layers.py, line {lines + 2}, uses erf." in words["names"]
    assert report.score.awarded == 1


def test_a_loop_in_backward_costs_backward_alone(tmp_path: Path) -> None:
    report = graded(
        tmp_path,
        "\ndef affine_backward(dout, cache):\n"
        "    x, w, b = cache\n"
        "    flat = x.reshape(len(x), -1)\n"
        "    dw = np.zeros_like(w)\n"
        "    for i in range(len(x)):\n"
        "        dw += np.outer(flat[i], dout[i])\n"
        "    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)\n",
    )
    assert {name for name, words in said(report).items() if words} == {"backward"}


def test_a_stub_earns_nothing_for_not_looping(tmp_path: Path) -> None:
    report = graded(tmp_path, "\ndef affine_forward(x, w, b):\n    return None, None\n")
    awarded = {one.id: one.awarded for one in report.criteria}
    assert awarded == {"forward": 0, "backward": 0, "names": 1}
