"""Which tier the layers that hold make up, and that what was tried counts for more than claims."""

import pytest

from grader.worker.sandbox import (
    EXTRA,
    LAYERS_A,
    LAYERS_B,
    MEANINGS,
    missing_for_scores,
    trust,
    weakest,
)

REFUSED = {"read_files": True, "start_process": True}


@pytest.mark.parametrize(
    ("held", "tier", "isolated"),
    [
        ((), "C", False),
        (LAYERS_B[:1], "C", False),
        (("bubblewrap",), "C", False),
        (LAYERS_B, "B", True),
        (LAYERS_A, "A", True),
        (tuple(reversed(LAYERS_A)), "A", True),
    ],
)
def test_the_tier_follows_from_the_layers(held, tier, isolated):
    found = trust(held, REFUSED)
    assert (found.tier, found.isolated) == (tier, isolated)
    assert found.held == tuple(layer for layer in LAYERS_A if layer in held)
    assert found.missing == tuple(layer for layer in LAYERS_A if layer not in held)
    assert (found.refused, found.allowed) == (("read_files", "start_process"), ())


@pytest.mark.parametrize("absent", LAYERS_B)
def test_one_layer_short_of_tier_b_is_not_isolated(absent):
    found = trust([layer for layer in LAYERS_A if layer != absent], REFUSED)
    assert (found.tier, found.isolated) == ("C", False)
    assert found.missing == (absent,)


@pytest.mark.parametrize("held", [LAYERS_A, LAYERS_B])
def test_one_forbidden_act_that_succeeds_leaves_the_lowest_tier(held):
    found = trust(held, {**REFUSED, "connect": False})
    assert (found.tier, found.isolated) == ("C", False)
    assert (found.refused, found.allowed) == (("read_files", "start_process"), ("connect",))


def test_where_nothing_was_tried_nothing_is_believed():
    assert trust(LAYERS_A, {}).tier == "C"


def test_a_layer_that_not_every_machine_can_give_is_told_and_not_asked_for():
    found = trust((*LAYERS_B, *EXTRA), REFUSED)
    assert found.tier == "B"
    assert found.held == (*LAYERS_B, *EXTRA)


def test_a_layer_that_nobody_knows_counts_for_nothing():
    assert trust(("landlock", "magic"), REFUSED).held == ("landlock",)


def test_what_is_missing_for_scores_is_what_tier_b_lacks():
    lacking = trust([layer for layer in LAYERS_B if layer not in ("landlock", "seccomp")], REFUSED)
    assert missing_for_scores(lacking) == ("landlock", "seccomp")
    assert missing_for_scores(trust(LAYERS_B, REFUSED)) == ()


def test_every_layer_says_what_it_does():
    assert list(MEANINGS) == [*LAYERS_A, *EXTRA]
    assert all(meaning for meaning, _ in MEANINGS.values())


def test_of_several_kinds_of_workers_the_least_isolated_counts():
    a, b = trust(LAYERS_A, REFUSED), trust(LAYERS_B, REFUSED)
    c = trust(LAYERS_A, {**REFUSED, "connect": False})
    assert weakest([a, b]) == b
    assert weakest([a, c, b]) == c
    assert weakest(iter([a])) == a
