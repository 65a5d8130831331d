"""Equivalence by execution, in real workers: what is the same, and what only seems so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.audit.probing import TRIES, Likeness, Prober
from grader.errors import WorkerStarved
from grader.variant_trials import TrialStand, trial_stand
from grader.variants.overlay import Sources
from tests.unit.audit.small_course import make_course

RIGHT = "2.0 * np.maximum(x, 0.0) + b"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialStand]:
    with trial_stand(make_course(tmp_path_factory.mktemp("course"))) as stand:
        yield stand


@pytest.fixture(scope="module")
def prober(stand: TrialStand) -> Prober:
    return Prober(stand)


def variant(stand: TrialStand, put: str) -> Sources:
    source = stand.reference.library["ramps.py"]
    assert source.count(RIGHT.encode()) == 1
    wrong = source.replace(RIGHT.encode(), put.encode())
    return replace(stand.reference, library={**stand.reference.library, "ramps.py": wrong})


def liken(stand: TrialStand, prober: Prober, put: str) -> Likeness:
    return prober.liken(variant(stand, put), ("ramp",))


@pytest.mark.parametrize(
    "put",
    [
        "b + np.maximum(x, 0.0) * 2.0",
        "np.maximum(2.0 * x, 0.0) + b",
        "x + np.abs(x) + b",
    ],
)
def test_another_way_to_the_same_values_is_the_same(
    put: str, stand: TrialStand, prober: Prober
) -> None:
    found = liken(stand, prober, put)
    assert found.is_same
    assert found.draws >= 4


def test_what_differs_on_odd_shapes_only_is_not_the_same(stand: TrialStand, prober: Prober) -> None:
    put = f"{RIGHT} + (len(x) % 2) * (x.shape[1] > 3)"
    assert stand.try_out(variant(stand, put), ("ramp",)).lost == {}  # the rubric has N 4 and D 3
    found = liken(stand, prober, put)
    assert not found.is_same
    assert found.differs == "out differs by 1"
    assert found.check == "ramp/output"
    assert found.proposal.keys() & {"sizes", "inputs"}


def test_what_raises_where_the_reference_does_not_is_not_the_same(
    stand: TrialStand, prober: Prober
) -> None:
    found = liken(stand, prober, f"{RIGHT} if x.shape[1] < 4 else 1 / 0")
    assert "ZeroDivisionError" in found.differs


def test_what_ends_its_process_is_not_the_same(stand: TrialStand, prober: Prober) -> None:
    found = liken(stand, prober, "__import__('os')._exit(0)")
    assert "ended" in found.differs


def test_a_wrong_value_is_told_with_the_first_draw(stand: TrialStand, prober: Prober) -> None:
    found = liken(stand, prober, "2.0 * np.maximum(x, 0.0) - b")
    assert found.proposal["seed"] == 0
    assert not found.is_same


def disturbed(prober: Prober, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets another process take the machine, so many times."""
    ask, left = Prober._ask_once, [times]

    def starved(*args: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise WorkerStarved("The machine was too busy to judge this.")
        return ask(*args)

    monkeypatch.setattr(Prober, "_ask_once", starved)


def test_a_busy_machine_is_asked_again(
    stand: TrialStand, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    disturbed(prober, TRIES - 1, monkeypatch)
    assert liken(stand, prober, "b + np.maximum(x, 0.0) * 2.0").is_same


def test_a_machine_that_stays_busy_ends_the_audit(
    stand: TrialStand, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    disturbed(prober, 10 * TRIES, monkeypatch)
    with pytest.raises(WorkerStarved, match="too busy to judge this"):
        liken(stand, prober, "b + np.maximum(x, 0.0) * 2.0")


def test_what_was_never_compared_is_not_the_same() -> None:
    assert not Likeness(0).is_same


RANDOM = """
import random

import numpy as np


def ramp(x, b):
    return 2.0 * np.maximum(x, 0.0) + b + random.SystemRandom().random()
"""


def test_what_no_seed_decides_tells_nothing(tmp_path: Path) -> None:
    with trial_stand(make_course(tmp_path, library=RANDOM)) as stand:
        source = stand.reference.library["ramps.py"].replace(b"2.0", b"3.0")
        wrong = replace(stand.reference, library={**stand.reference.library, "ramps.py": source})
        assert Prober(stand).liken(wrong, ("ramp",)) == Likeness(0)
