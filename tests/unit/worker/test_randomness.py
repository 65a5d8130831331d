"""One seed decides every number that is drawn, those of generators without a seed too."""

import random

import numpy as np
import pytest
from numpy.random import bit_generator

from grader.worker.inside import operations as ops
from grader.worker.inside import randomness
from grader.worker.inside.executor import Executor
from grader.worker.inside.values import Slot


@pytest.fixture(autouse=True)
def _as_it_was():
    """Gives the tests' own process its randomness back."""
    kept = np.random.get_state(), random.getstate(), vars(bit_generator)["randbits"]
    yield
    np.random.set_state(kept[0])
    random.setstate(kept[1])
    vars(bit_generator)["randbits"] = kept[2]


def seeded_anew():
    np.random.seed()
    return np.random.rand()


DRAWS = {
    "random": random.random,
    "np.random": np.random.rand,
    "np.random.seed()": seeded_anew,
    "default_rng()": lambda: np.random.default_rng().normal(),
    "RandomState()": lambda: np.random.RandomState().rand(),
    "Generator(PCG64())": lambda: np.random.Generator(np.random.PCG64()).random(),
    "SeedSequence()": lambda: np.random.SeedSequence().entropy,
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_what_is_drawn_repeats_under_its_seed_and_never_within_it(draw):
    drawn = []
    for value in (5, 5, 2**63 + 6):
        randomness.seed(value)
        drawn += [draw(), draw()]
    assert drawn[:2] == drawn[2:4]
    assert len(set(drawn)) == 4


def test_a_program_seeds_before_it_calls():
    class Names:
        def resolve(self, dotted):
            return {"draw": lambda: [draw() for draw in DRAWS.values()]}[dotted]

    program = [
        (ops.RESOLVE, "draw"),
        *[(ops.SEED, 5), (ops.CALL, Slot(0), (), {}), (ops.EXPORT, Slot(2))],
        *[(ops.SEED, 5), (ops.CALL, Slot(0), (), {}), (ops.EXPORT, Slot(5))],
        *[(ops.CALL, Slot(0), (), {}), (ops.EXPORT, Slot(7))],
    ]
    results = Executor(Names(), lambda: None).run(program)
    assert results[3] == results[6] != results[8]
