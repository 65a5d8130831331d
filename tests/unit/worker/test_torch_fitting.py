import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402  # as above

from grader.records import Limits  # noqa: E402
from grader.worker.inside.drivers import torch_acceleration, torch_fitting  # noqa: E402
from grader.worker.inside.drivers.torch_recipes import Recipe  # noqa: E402
from grader.worker.program import Program  # noqa: E402
from grader.worker.service import WorkerService  # noqa: E402
from grader.worker.session import Setup, WorkerSession  # noqa: E402

pytestmark = pytest.mark.torch

FOREVER_S = 1e9
RATES = {"sgd": 0.05, "adam": 0.01, "adamw": 0.01, "rmsprop": 0.003}


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def toy():
    """Images of 8 by 8 of three classes, each brighter in a channel of its own."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 300)
    images = random.integers(0, 120, (300, 3, 8, 8))
    images[np.arange(300), labels] += 60
    images = images.astype(np.uint8)
    images.setflags(write=False)
    return images, labels


def convnet(seed=0, *, last=None):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        last or nn.Linear(32, 3),
    )


def begin(toy, network=None, **settings):
    settings = {"learning_rate": 0.05, "batch": 32, "mean": [0.3] * 3, "std": [0.2] * 3, **settings}
    return torch_fitting.begin(network or convnet(), *toy, settings)


def accuracy(fitting, toy):
    return float(np.mean(fitting.predict(toy[0]).argmax(axis=1) == toy[1]))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle"])
@pytest.mark.parametrize("optimizer", sorted(RATES))
def test_a_separable_problem_is_learned(toy, optimizer, schedule):
    how = {"optimizer": optimizer, "learning_rate": RATES[optimizer], "schedule": schedule}
    fitting = begin(toy, steps=60, momentum=0.9, label_smoothing=0.05, crop=1, flip=True, **how)
    first, last = fitting.advance(30, FOREVER_S), fitting.advance(30, FOREVER_S)
    assert accuracy(fitting, toy) > 0.9
    assert last["loss"] < first["loss"]
    assert (first["steps"], first["examples"]) == (30, 960)
    assert (last["steps"], last["examples"]) == (60, 1920)


def test_features_are_learned_too():
    random = np.random.default_rng(0)
    x = random.normal(100, 3, (400, 5)).astype(np.float32)
    data = x, (x[:, 0] > 100).astype(np.int64)
    network = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 2))
    fitting = begin(data, network, mean=[100.0] * 5, std=[3.0] * 5, learning_rate=0.3)
    fitting.advance(200, FOREVER_S)
    assert accuracy(fitting, data) > 0.9


def test_a_step_is_that_of_the_ordinary_loop(toy):
    rows = slice(0, 20)
    data = toy[0][rows], toy[1][rows]
    ours, plain = convnet(), convnet()
    for each in (ours, plain):
        each[3].p = 0.0
    fitting = begin(data, ours, momentum=0.9, nesterov=True, weight_decay=0.01, batch=20)
    loss = fitting.advance(1, FOREVER_S)["loss"]

    how = {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}
    optimizer = torch.optim.SGD(plain.parameters(), lr=0.05, **how)
    x = torch.from_numpy((data[0] / 255 - 0.3) / 0.2).float()
    wanted = nn.functional.cross_entropy(plain(x), torch.from_numpy(data[1]))
    wanted.backward()
    optimizer.step()
    assert loss == pytest.approx(wanted.item(), rel=1e-4)
    for mine, other in zip(ours.state_dict().values(), plain.state_dict().values(), strict=True):
        np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-3, atol=1e-5)


def test_the_seed_decides_about_all_that_is_random(toy):
    trained = {}
    for name, seed in (("first", 3), ("again", 3), ("other", 4)):
        network = convnet()
        torch.manual_seed(len(trained))  # what was drawn before does not count
        begin(toy, network, seed=seed, flip=True, crop=2).advance(12, FOREVER_S)
        trained[name] = torch.cat([each.flatten() for each in network.parameters()])
    assert torch.equal(trained["first"], trained["again"])
    assert not torch.equal(trained["first"], trained["other"])


def test_looking_in_between_changes_nothing(toy):
    alone, looked_at = convnet(), convnet()
    begin(toy, alone).advance(10, FOREVER_S)
    fitting = begin(toy, looked_at)
    for _ in range(5):
        fitting.predict(toy[0][:7])
        fitting.advance(2, FOREVER_S)
    for one, other in zip(alone.parameters(), looked_at.parameters(), strict=True):
        assert torch.equal(one, other)


def test_it_stops_when_the_seconds_are_over(toy, monkeypatch):
    now_s = iter(range(1000))
    monkeypatch.setattr(torch_fitting, "perf_counter", lambda: float(next(now_s)))
    fitting = begin(toy)
    assert fitting.advance(100, 4.5)["steps"] == 4
    assert fitting.advance(3, 4.5)["steps"] == 7
    nothing = fitting.advance(100, 0.0)
    assert nothing["steps"] == 7
    assert math.isnan(nothing["loss"])


def test_a_loss_that_diverged_is_told_as_it_is(toy):
    assert not math.isfinite(begin(toy, learning_rate=1e30).advance(20, FOREVER_S)["loss"])


@pytest.mark.parametrize("batch", [0, 7, 1000])
def test_predictions_are_the_network_s_own_in_evaluation_mode(toy, batch):
    network = convnet()
    fitting = begin(toy, network)
    fitting.advance(5, FOREVER_S)
    found = fitting.predict(toy[0], batch)
    with torch.no_grad():
        wanted = network.eval()(torch.from_numpy((toy[0] / 255 - 0.3) / 0.2).float())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-3, atol=1e-4)


def test_of_no_inputs_there_are_no_predictions(toy):
    assert begin(toy).predict(toy[0][:0]).shape == (0, 3)


def test_training_mode_comes_back_after_a_prediction(toy):
    network = convnet()
    fitting = begin(toy, network)
    fitting.predict(toy[0][:4])
    assert not network.training
    fitting.advance(1, FOREVER_S)
    assert network.training


def test_what_is_frozen_stays_and_is_not_counted(toy):
    network = convnet()
    network[0].requires_grad_(False)
    before = network[0].weight.clone()
    fitting = begin(toy, network, weight_decay=0.1)
    fitting.advance(3, FOREVER_S)
    assert torch.equal(network[0].weight, before)
    assert fitting.parameters() == 2 * 8 + 32 * 3 + 3


def test_lazy_layers_get_their_shapes_before_they_are_counted(toy):
    fitting = begin(toy, convnet(last=nn.LazyLinear(3)))
    assert fitting.parameters() == 3 * 8 * 9 + 8 + 2 * 8 + 32 * 3 + 3
    fitting.advance(40, FOREVER_S)
    assert accuracy(fitting, toy) > 0.9


class Viewed(nn.Module):
    """Flattens by `view`, which refuses channels that lie side by side; where, is told."""

    def __init__(self, *, in_training_only=False):
        super().__init__()
        self.convolution, self.linear = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(256, 3)
        self.in_training_only = in_training_only

    def forward(self, x):
        x = self.convolution(x)
        viewed = self.training or not self.in_training_only
        return self.linear(x.view(len(x), -1) if viewed else x.flatten(1))


class Strided(nn.Module):
    """Reads memory in an order of its own."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(192, 3)

    def forward(self, x):
        return self.linear(torch.as_strided(x, (len(x), 192), (192, 1)))


@pytest.mark.parametrize(
    "make", [Viewed, lambda: Viewed(in_training_only=True), Strided, lambda: convnet()]
)
def test_a_network_computes_the_same_whatever_layout_it_takes(toy, make):
    network = make()
    found = begin(toy, network)
    x = torch.from_numpy((toy[0] / 255 - 0.3) / 0.2).float()
    with torch.no_grad():
        wanted = network.eval()(x).numpy()
    np.testing.assert_allclose(found.predict(toy[0]), wanted, rtol=1e-3, atol=1e-4)
    assert found.advance(2, FOREVER_S)["steps"] == 2


def test_the_layout_is_found_without_running_the_network_itself(toy):
    network = convnet()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    begin(toy, network)
    assert network[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(each.grad is None for each in network.parameters())


class Borrowing(nn.Module):
    """Takes its features through NumPy, which knows no bfloat16; in which mode, is told."""

    def __init__(self, *, training):
        super().__init__()
        self.seen, self.borrows_in_training = [], training
        self.convolution, self.linear = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(4, 3)

    def forward(self, x):
        x = self.convolution(x).mean((2, 3))
        self.seen.append(x.dtype)
        if self.training is self.borrows_in_training:
            x = x + torch.from_numpy(x.detach().numpy())
        return self.linear(x)


@pytest.fixture(params=[True, False], ids=["with the instructions", "without"])
def instructions(request, monkeypatch):
    capabilities = {"avx512_bf16": request.param, "avx2": True}
    monkeypatch.setattr(torch_acceleration, "_CAPABILITIES", capabilities)
    return request.param


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_bfloat16_is_used_where_it_is_allowed_and_there_are_instructions(
    toy, instructions, precision
):
    network = convnet()
    seen = []
    network[0].register_forward_hook(lambda _module, _inputs, out: seen.append(out.dtype))
    fitting = begin(toy, network, precision=precision)
    seen.clear()
    fitting.advance(40, FOREVER_S)
    scores = fitting.predict(toy[0])
    coarse = precision == "bfloat16" and instructions
    assert set(seen) == {torch.bfloat16 if coarse else torch.float32}
    assert scores.dtype == np.float32
    assert all(each.dtype == torch.float32 for each in network.parameters())
    assert accuracy(fitting, toy) > 0.9


@pytest.mark.parametrize("training", [True, False])
def test_a_network_that_cannot_compute_in_bfloat16_is_left_in_float32(toy, training, monkeypatch):
    monkeypatch.setattr(torch_acceleration, "_CAPABILITIES", {"amx_bf16": True})
    network = Borrowing(training=training)
    fitting = begin(toy, network, precision="bfloat16")
    fitting.advance(3, FOREVER_S)
    fitting.predict(toy[0])
    assert network.seen
    assert set(network.seen) == {torch.float32}


def test_gradients_that_a_hand_in_turned_off_are_recorded(toy):
    with torch.no_grad():
        fitting = begin(toy)
        fitting.advance(40, FOREVER_S)
    assert accuracy(fitting, toy) > 0.9


class Answering(nn.Module):
    """Answers with whatever a function makes of the scores."""

    def __init__(self, change):
        super().__init__()
        self.linear, self.change = nn.Linear(192, 3), change

    def forward(self, x):
        return self.change(self.linear(x.flatten(1)))


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        (
            lambda scores: (scores, scores),
            TypeError,
            "Answering returned a value of type tuple for inputs of shape (32, 3, 8, 8); "
            "expected one tensor of scores, shape (32, 3).",
        ),
        (
            lambda scores: scores.argmax(1),
            ValueError,
            "Answering returned shape (32,) for inputs of shape (32, 3, 8, 8); expected (32, 3): "
            "a row for each example and a column for each class.",
        ),
        (lambda scores: scores[:, :2], ValueError, "Answering returned shape (32, 2) for inputs"),
        (lambda scores: scores[:5], ValueError, "Answering returned shape (5, 3) for inputs"),
        (
            lambda scores: scores.detach(),
            ValueError,
            "The scores of Answering, shape (32, 3), hold no gradients, so nothing can be learned "
            "from their loss. Leave out detach(), no_grad(), .data and the way through NumPy.",
        ),
    ],
)
def test_scores_that_cannot_be_learned_from_are_named(toy, change, kind, says):
    fitting = begin(toy, Answering(change))
    with pytest.raises(kind) as caught:
        fitting.advance(1, FOREVER_S)
    assert says in str(caught.value)


def test_scores_of_another_shape_are_named_in_predictions_too(toy):
    fitting = begin(toy, Answering(lambda scores: scores[None]))
    with pytest.raises(ValueError, match=r"returned shape \(1, 4, 3\) .* expected \(4, 3\)"):
        fitting.predict(toy[0][:4])


def test_a_network_that_learns_nothing_is_named(toy):
    with pytest.raises(ValueError, match=r"^Flatten has no parameters that learn, .*ModuleList"):
        begin(toy, nn.Flatten())


def test_what_is_no_module_is_named(toy):
    with pytest.raises(TypeError, match=r"is of type function; expected a torch\.nn\.Module"):
        begin(toy, lambda x: x)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("optimizer", "adam, adamw, rmsprop, sgd"),
        ("schedule", "constant, cosine, one_cycle"),
        ("precision", "bfloat16, float32, tf32"),
    ],
)
def test_a_setting_that_is_unknown_is_named_beside_those_there_are(name, known):
    with pytest.raises(ValueError, match=f"^'adams' is no {name}; known are {known}"):
        Recipe(0.1, **{name: "adams"})


def test_a_schedule_needs_a_number_of_steps():
    with pytest.raises(ValueError, match=r"^The schedule cosine goes by .* is 0\. Give the number"):
        Recipe(0.1, schedule="cosine")


def test_rates_rise_and_fall_as_planned():
    constant = Recipe(0.1)
    assert [constant.rate(step) for step in (0, 10)] == [0.1, 0.1]
    cycle = Recipe(1.0, schedule="one_cycle", steps=8)
    rates = [cycle.rate(step) for step in range(10)]
    assert rates == pytest.approx([0.5, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 1 / 6, 1 / 6])
    cosine = Recipe(1.0, schedule="cosine", steps=4)
    assert [cosine.rate(step) for step in (0, 2)] == pytest.approx([1, 0.5])
    assert cosine.rate(3) == cosine.rate(9) == pytest.approx(0.5 - 0.5**1.5)


def test_a_confined_worker_trains_on_several_threads(toy):
    source = b"""
from torch import nn

def make():
    layers = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 3)
    return nn.Sequential(*layers)
"""
    settings = {"learning_rate": 0.01, "optimizer": "adam", "batch": 32, "threads": 2}
    program = Program()
    network = program.call(program.resolve("net.make"))
    begun = program.call(program.driver("torch_fitting.begin"), (network, *toy, settings))
    advanced = program.call(program.attribute(begun, "advance"), (40, FOREVER_S))
    said = program.export(advanced)
    predicted = program.export(program.call(program.attribute(begun, "predict"), (toy[0],)))
    with WorkerService(wrapped=False) as plain:
        host = plain.for_library("torch").host()
        host.load("handin", {"net.py": source}, {})()
        session = WorkerSession(host, Setup("handin", ("hw",)))
        session.begin_group(Limits(60, 4096))
        replies = session.run(program)
        session.close()
        host.close()
    assert replies.fault(advanced) is None
    assert replies.value(said)["examples"] == 40 * 32
    assert np.mean(replies.value(predicted).argmax(axis=1) == toy[1]) > 0.9
