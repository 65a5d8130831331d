"""Functions that train on global loaders: what they find there, and which weights are read."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import operations as ops
from grader.worker.program import Fault, FaultKind, Replies

TRAIN = CONVENTIONS["notebook_training"]
BY_HAND = {
    "arguments": ["model_fn", "params", "learning_rate"],
    "batch_size": 2,
    "learning_rate": 0.5,
    "measures": "check_accuracy",
}
BY_OPTIMIZER = {**BY_HAND, "arguments": ["model", "optimizer", "epochs"], "epochs": 3}
RNG = np.random.default_rng(0)
DATA = {
    "x": RNG.normal(size=(5, 3)).astype(np.float32),
    "y": np.array([0, 1, 1, 0, 1]),
    "w1": RNG.normal(size=(3, 4)).astype(np.float32),
    "w2": RNG.normal(size=(4, 2)).astype(np.float32),
}
loader_train = loader_val = None  # set by the driver in the module where the function is defined


@pytest.fixture
def ask(torch, in_process):
    def run(function, options):
        session = in_process({"f": function})
        (answer,) = TRAIN.forward(session, Subject("f"), [Call(DATA, None, (), options)])
        return answer

    return run


def test_loaders_are_set_where_the_function_was_defined(ask):
    seen = []

    def train(model_fn, params, learning_rate):
        seen.append([len(y) for _, y in loader_train])
        seen.append([len(y) for _, y in loader_val])
        seen.append((learning_rate, globals()["print_every"], model_fn(loader_x(), params).shape))

    def loader_x():
        return next(iter(loader_train))[0]

    answer = ask(train, BY_HAND)
    assert seen == [[2, 2, 1], [2, 2], (0.5, 2, (2, 2))]
    assert np.array_equal(answer.outputs["w1"], DATA["w1"])
    assert np.array_equal(answer.outputs["w2"], DATA["w2"])


def test_the_model_is_none_that_a_hand_in_has_so_it_has_to_be_called(ask, torch):
    def train(model_fn, params, learning_rate):
        x, _ = next(iter(loader_train))
        own = torch.relu(x.flatten(1) @ params[0]) @ params[1]
        assert not torch.allclose(model_fn(x, params), own)
        params[0] = torch.zeros(3, 4)

    assert not ask(train, BY_HAND).outputs["w1"].any()


def test_changes_in_place_and_new_tensors_in_the_list_are_both_read(ask, torch):
    def in_place(model_fn, params, learning_rate):
        with torch.no_grad():
            params[0] += 1

    def in_the_list(model_fn, params, learning_rate):
        params[0] = params[0] + 1

    for train in (in_place, in_the_list):
        outputs = ask(train, BY_HAND).outputs
        assert np.array_equal(outputs["w1"], DATA["w1"] + 1)
        assert np.array_equal(outputs["w2"], DATA["w2"])


def test_there_may_be_other_parameters_than_two_matrices(in_process, torch):
    seen = []

    def train(model_fn, params, learning_rate):
        x, _ = next(iter(loader_train))
        seen.append(model_fn(x, params).detach().numpy())
        for each in params:
            each.data += 1

    biases = {"b1": np.array([1, 2, 3, 4], np.float32), "b2": np.array([5, 6], np.float32)}
    data = {**{name: DATA[name] for name in ("x", "y", "w1")}, "b1": biases["b1"]}
    data |= {"w2": DATA["w2"], "b2": biases["b2"]}
    call = Call(data, None, (), BY_HAND)
    (answer,) = TRAIN.forward(in_process({"f": train}), Subject("f"), [call])
    hidden = np.tanh(DATA["x"][:2] @ DATA["w1"] + biases["b1"])
    np.testing.assert_allclose(seen[0], hidden @ DATA["w2"] + biases["b2"], rtol=1e-5)
    assert list(answer.outputs) == ["w1", "b1", "w2", "b2"]
    np.testing.assert_array_equal(answer.outputs["b2"], biases["b2"] + 1)


def test_a_module_comes_with_an_optimizer_of_its_parameters(ask, torch):
    def train(model, optimizer, epochs):
        assert epochs == 3
        assert optimizer.defaults["nesterov"]
        optimizer.param_groups[0]["params"][0].data.zero_()

    outputs = ask(train, BY_OPTIMIZER).outputs
    assert not outputs["w1"].any()
    assert np.array_equal(outputs["w2"], DATA["w2"])


def check_accuracy(loader, model, params=()):
    """Does damage of every kind."""
    model.eval()
    for each in model.parameters():
        each.data.zero_()
    raise ValueError("nothing works here")


def test_a_measuring_function_that_fails_does_no_harm_but_sets_the_mode(ask):
    modes = []

    def train(model, optimizer, epochs):
        assert check_accuracy(loader_val, model) == 0.0
        modes.append(model.training)

    try:
        outputs = ask(train, BY_OPTIMIZER).outputs
    finally:
        globals()["check_accuracy"] = check_accuracy
    assert modes == [False]
    assert np.array_equal(outputs["w1"], DATA["w1"])


def test_a_training_that_raises_is_a_fault(ask):
    def train(model, optimizer, epochs):
        raise KeyError("loader")

    answer = ask(train, BY_OPTIMIZER)
    assert answer.kind is FaultKind.RAISED
    assert answer.message.startswith("raised KeyError: 'loader'")


@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
@pytest.mark.parametrize("payload", [None, 7, "text", (), [], {}, {"w1": "text"}])
def test_a_reply_of_any_form_is_read(status, payload):
    class Answering:
        def run(self, program):
            return Replies(program, [(status, payload)] * len(program.operations))

    (answer,) = TRAIN.forward(Answering(), Subject("f"), [Call(DATA, None, (), BY_HAND)])
    if status == ops.VALUE and isinstance(payload, dict):
        assert answer == Computed(payload)
    else:
        assert isinstance(answer, Fault)
        if status == ops.VALUE:
            assert answer.message == "The hand-in's process described one value and sent another."
