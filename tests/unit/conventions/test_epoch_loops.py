"""Loops of an epoch: in any order of arguments, returning whatever, on a small model."""

import numpy as np
import pytest

from grader.conventions.convention import Call, Subject
from grader.conventions.epoch_loops import EPOCH_LOOPS
from grader.worker.program import Fault

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(33)
INPUTS = {
    "x": RNG.normal(size=(12, 2, 3)).astype(np.float32),
    "labels": RNG.integers(3, size=12),
    "weight": RNG.normal(size=(3, 6)).astype(np.float32),
    "bias": np.zeros(3, np.float32),
}


@pytest.fixture
def ask(torch, in_process):
    def run(subject, loop, inputs=INPUTS, **options):
        call = Call(inputs, options={"loop": loop, **options})
        session = in_process({"m.subject": subject})
        default = torch.get_default_dtype()
        try:
            (answer,) = EPOCH_LOOPS.forward(session, Subject("m.subject"), [call])
        finally:
            torch.set_default_dtype(default)
        return answer

    return run


def train_loop(model, dataloader, criterion, optimizer, device):
    model.train()
    total, right, count = 0.0, 0, 0
    for x, y in dataloader:
        optimizer.zero_grad()
        scores = model(x.to(device))
        loss = criterion(scores, y)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(y), count + len(y)
        right += (scores.argmax(1) == y).sum().item()
    return total / count, right / count


def test_other_orders_and_forms_give_the_same_numbers(ask):
    def other(device, optim, net, train_loader, loss_fn):
        loss, accuracy = train_loop(net, train_loader, loss_fn, optim, device)
        return [100 * accuracy], [loss, loss]

    def named(epoch, model, loader, optimizer, criterion, device="cpu"):
        loss, accuracy = train_loop(model, loader, criterion, optimizer, device)
        return {"accuracy": accuracy, "loss": np.float32(loss)}

    expected = ask(train_loop, "train").outputs
    assert expected["mode"] == 1
    assert expected["loss"] > 0
    for loop in (other, named):
        given = ask(loop, "train").outputs
        for name, value in expected.items():
            np.testing.assert_allclose(given[name], value, rtol=1e-5)


@pytest.mark.parametrize("functional", [True, False])
def test_a_loop_may_have_a_criterion_of_its_own(ask, torch, functional):
    cross_entropy = torch.nn.functional.cross_entropy
    own = torch.nn.CrossEntropyLoss()

    def loop(model, train_loader, optimizer, device):
        criterion = torch.nn.functional.cross_entropy if functional else own
        return train_loop(model, train_loader, criterion, optimizer, device)

    given, expected = ask(loop, "train").outputs, ask(train_loop, "train").outputs
    for name, value in expected.items():
        np.testing.assert_allclose(given[name], value, rtol=1e-5)
    assert torch.nn.functional.cross_entropy is cross_entropy


def test_arguments_of_names_that_say_nothing_keep_their_order(ask):
    def loop(a, b, c, d, e):
        return train_loop(a, b, c, d, e)

    given, expected = ask(loop, "train").outputs, ask(train_loop, "train").outputs
    assert given["loss"] == expected["loss"]


def test_a_wrong_loss_is_not_taken_for_the_accuracy(ask, torch):
    def loop(model, loader, criterion, optimizer, device):
        return 7.5, train_loop(model, loader, criterion, optimizer, device)[1]

    outputs = ask(loop, "train").outputs
    assert outputs["loss"] is None
    assert outputs["accuracy"] == ask(train_loop, "train").outputs["accuracy"]


def test_what_a_loop_does_is_seen(ask):
    def forgets_the_mode(model, loader, criterion, optimizer, device):
        model.eval()
        for x, y in loader:
            criterion(model(x), y).backward()

    outputs = ask(forgets_the_mode, "train").outputs
    assert outputs["mode"] == 0
    assert outputs["grads"] == 1
    assert (outputs["loss"], outputs["accuracy"]) == (None, None)
    assert np.array_equal(outputs["weight"], INPUTS["weight"])


def test_a_validation_is_called_without_an_optimizer_and_measured(ask, torch):
    def valid_loop(model, criterion, dataloader, device):
        model.eval()
        with torch.no_grad():
            losses = [criterion(model(x), y) for x, y in dataloader]
        return torch.stack(losses).mean()

    outputs = ask(valid_loop, "valid").outputs
    assert (outputs["mode"], outputs["grads"], outputs["graphs"]) == (0, 0, 0)
    scores = INPUTS["x"].reshape(12, 6) @ INPUTS["weight"].T
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    assert float(outputs["loss"]) == pytest.approx(-logs[np.arange(12), INPUTS["labels"]].mean())
    assert outputs["accuracy"] is None


def test_a_model_is_counted_on_images_or_flat(ask, torch):
    class Flat(torch.nn.Module):
        def __init__(self, classes):
            super().__init__()
            self.linear = torch.nn.Linear(6, classes)

        def forward(self, x):
            return self.linear(x)

    x = {"x": INPUTS["x"]}
    outputs = ask(Flat, "model", inputs=x, construct=[4]).outputs
    assert outputs == {
        **{"parameters": 28, "convolutions": 0},
        **{"rows": 12, "columns": 4, "nonlinear": 0},
    }
    one = torch.nn.Conv1d(2, 1, 3)
    outputs = ask(lambda: one, "model", inputs=x).outputs
    assert outputs == {
        **{"parameters": 7, "convolutions": 1},
        **{"rows": -1, "columns": -1, "nonlinear": 0},
    }


@pytest.mark.parametrize("name", ["ReLU", "Tanh", "GELU", "Sigmoid", "LeakyReLU", "Softsign"])
def test_a_stack_of_linear_layers_is_told_from_one_with_activations(ask, torch, name):
    """Small weights without biases keep a tanh nearly straight, and a ReLU homogeneous."""

    def model(between):
        torch.manual_seed(7)
        layers = [torch.nn.Linear(6, 8, bias=False), between, torch.nn.Linear(8, 4, bias=False)]
        torch.nn.init.normal_(layers[0].weight, std=0.01)
        return torch.nn.Sequential(torch.nn.Flatten(), *layers)

    x = {"x": INPUTS["x"]}
    straight = model(torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(8)))
    assert ask(lambda: straight, "model", inputs=x).outputs["nonlinear"] == 0
    bent = model(getattr(torch.nn, name)())
    assert ask(lambda: bent, "model", inputs=x).outputs["nonlinear"] == 1


def test_a_model_that_takes_its_own_number_of_images_alone_is_not_called_linear(ask, torch):
    class Fixed(torch.nn.Linear):
        def forward(self, x):
            return super().forward(x.view(12, 6))

    model = Fixed(6, 4)
    outputs = ask(lambda: model, "model", inputs={"x": INPUTS["x"]}).outputs
    assert (outputs["rows"], outputs["nonlinear"]) == (12, 1)


def test_an_argument_that_nobody_knows_is_named(ask):
    def loop(model, loader, criterion, optimizer, device, epochs, scheduler, fold):
        return None

    fault = ask(loop, "train")
    assert isinstance(fault, Fault)
    assert "needs an argument `scheduler`, which the assignment does not name" in fault.message
