"""Functions that prune: the networks that are drawn for them, and what is read off the result."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Subject
from grader.worker.inside import operations as ops
from grader.worker.program import Fault, Replies

PRUNE = CONVENTIONS["network_pruning"]
NETWORK = {"network": [[4, 3, 3, 3], [6, 4, 3, 3], [5, 12], [2, 5]], "amount": 0.5}


def drawn(**options):
    call = Call({}, None, (), {**NETWORK, **options})
    return PRUNE.complete(None, Subject("f"), call, np.random.default_rng(1))


@pytest.fixture
def ask(torch, in_process):
    def run(function, **options):
        options = {**NETWORK, **options}
        call = Call(drawn(**options), None, (), options)
        (answer,) = PRUNE.forward(in_process({"f": function}), Subject("f"), [call])
        return answer

    return run


class TestDrawnNetworks:
    def test_every_layer_has_a_weight_and_a_bias_but_the_unbiased(self):
        shapes = {name: each.shape for name, each in drawn(unbiased=["conv2", "fc1"]).items()}
        assert shapes == {
            "conv1.weight": (4, 3, 3, 3),
            "conv1.bias": (4,),
            "conv2.weight": (6, 4, 3, 3),
            "fc1.weight": (5, 12),
            "fc2.weight": (2, 5),
            "fc2.bias": (2,),
        }

    def test_no_two_magnitudes_are_the_same(self):
        magnitudes = np.abs(np.concatenate([each.ravel() for each in drawn().values()]))
        assert magnitudes.min() > 0
        assert np.unique(magnitudes).size == magnitudes.size

    def test_layers_have_sizes_of_their_own_so_that_global_is_not_layer_by_layer(self):
        weights = [each for name, each in drawn().items() if name.endswith("weight")]
        threshold = np.median(np.abs(np.concatenate([each.ravel() for each in weights])))
        shares = [np.mean(np.abs(each) < threshold) for each in weights]
        assert max(shares) - min(shares) > 0.1

    def test_filters_come_in_one_order_by_every_norm_and_not_by_their_sum(self):
        network = drawn(by_filters=True, network=[[20, 3, 3, 3], [10, 20, 3, 3]])
        for name in ("conv1.weight", "conv2.weight"):
            each = network[name]
            rows = each.reshape(len(each), -1).astype(np.float64)
            orders = [np.argsort(np.linalg.norm(rows, p, axis=1)) for p in (1, 2, 3, np.inf)]
            assert all(np.array_equal(order, orders[0]) for order in orders)
            norms = np.sort(np.abs(rows).sum(axis=1))
            assert np.all(norms[1:] / norms[:-1] > 1.2)
            assert not np.array_equal(np.argsort(rows.sum(axis=1)), orders[0])

    def test_draws_are_in_single_precision_and_the_same_for_the_same_generator(self):
        first, again = drawn(), drawn()
        assert all(np.array_equal(first[name], again[name]) for name in first)
        assert {each.dtype for each in first.values()} == {np.dtype(np.float32)}


class TestAsking:
    @pytest.mark.parametrize("nested", [False, True])
    def test_the_network_has_the_drawn_weights_and_runs(self, ask, torch, nested):
        def look(model, amount):
            assert amount == 0.5
            # 6 channels and 12 inputs of the first linear layer: images of 2 by 1.
            assert model(torch.zeros(7, 3, 2, 1)).shape == (7, 2)
            leaves = [each for each in model.children() if not list(each.children())]
            assert bool(leaves) is not nested
            return model

        answer = ask(look, nested=nested, unbiased=["conv1"])
        expected = drawn(unbiased=["conv1"])
        assert list(answer.outputs) == list(expected)
        for name, value in expected.items():
            assert np.array_equal(answer.outputs[name], value)

    def test_a_mask_of_pytorchs_own_pruning_counts(self, ask, torch):
        from torch.nn.utils import prune

        def mask(model, amount):
            prune.ln_structured(model[0], "weight", amount, n=1, dim=0)
            return model

        weight = ask(mask).outputs["conv1.weight"]
        assert int((np.abs(weight).sum(axis=(1, 2, 3)) == 0).sum()) == 2

    def test_what_is_no_network_is_a_fault(self, ask):
        for returned in (None, 3, "text"):
            answer = ask(lambda model, amount, value=returned: value)
            assert answer.message == (
                "f did not return a network; expected the pruned torch.nn.Module."
            )
            assert answer.hint == "End the function with `return` and the network that was pruned."

    def test_a_network_with_other_layers_is_a_fault(self, ask):
        answer = ask(lambda model, amount: model[0])
        assert answer.message == (
            "The network that f returned has 1 convolutions and linear layers; the one that it "
            "was given has 4."
        )
        assert answer.hint == "Set weights to zero and keep the layers; do not take any out."


@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
@pytest.mark.parametrize(
    "payload",
    [None, 7, "text", (), [], {}, {"module": 1, "layers": 2}, {"module": 1, "layers": [1, {}]}],
)
def test_a_reply_of_any_form_is_a_fault(status, payload):
    class Answering:
        def run(self, program):
            return Replies(program, [(status, payload)] * len(program.operations))

    call = Call({"conv1.weight": np.zeros((1, 1, 1, 1))}, None, (), NETWORK)
    (answer,) = PRUNE.forward(Answering(), Subject("f"), [call])
    assert isinstance(answer, Fault)
    if payload is None and status == ops.VALUE:
        assert answer.message == "The hand-in's process described one value and sent another."
