"""The network of NTNU's Table 2, and averages over a data set."""

import pytest

torch = pytest.importorskip("torch")

from reference.handins.ntnu_tdt4265_a3.assignment3 import alternatives, task2, trainer  # noqa: E402
from reference.models import classifier_evaluation  # noqa: E402
from reference.models.stacked_convnets import PooledConvNet  # noqa: E402

pytestmark = pytest.mark.torch


def batches(sizes, features=3, classes=4):
    generator = torch.Generator().manual_seed(697)
    return [
        (
            torch.randn(size, features, generator=generator),
            torch.randint(classes, (size,), generator=generator),
        )
        for size in sizes
    ]


def test_it_has_as_many_parameters_as_the_assignment_says():
    sizes = [each.numel() for each in task2.ExampleModel(3, 10).parameters()]
    pairs = [sizes[i] + sizes[i + 1] for i in range(0, len(sizes), 2)]
    assert pairs == [2_432, 51_264, 204_928, 131_136, 650]
    assert sum(sizes) == 390_410


@pytest.mark.parametrize(("channels", "classes"), [(3, 10), (1, 7)])
def test_it_is_the_table_layer_by_layer(channels, classes):
    torch.manual_seed(1)
    model = PooledConvNet(channels, classes).double()
    x = torch.randn(2, channels, 32, 32, dtype=torch.float64)
    w = list(model.parameters())
    h = x
    for i in range(0, 6, 2):
        h = torch.relu(torch.nn.functional.conv2d(h, w[i], w[i + 1], padding=2))
        h = torch.nn.functional.max_pool2d(h, 2, stride=2)
    h = torch.relu(h.reshape(2, -1) @ w[6].T + w[7])
    expected = h @ w[8].T + w[9]
    assert model(x).shape == (2, classes)
    torch.testing.assert_close(model(x), expected, rtol=1e-12, atol=1e-12)


def test_its_gradients_agree_with_differences():
    torch.manual_seed(2)
    model = PooledConvNet(1, 3).double()
    x = torch.randn(1, 1, 32, 32, dtype=torch.float64)
    upstream = torch.randn(1, 3, dtype=torch.float64)

    def loss():
        return (model(x) * upstream).sum()

    grads = torch.autograd.grad(loss(), list(model.parameters()))
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        direction = torch.randn_like(parameter)
        direction /= direction.norm()
        with torch.no_grad():
            parameter += 1e-6 * direction
            ahead = loss()
            parameter -= 2e-6 * direction
            behind = loss()
            parameter += 1e-6 * direction
        difference = (ahead - behind) / 2e-6
        assert difference.item() == pytest.approx((grad * direction).sum().item(), rel=1e-5)


def test_averages_worked_by_hand():
    # Scores (x, 0) and class 0 at x = 0: the loss is log 2, and the first of two equals wins.
    data = [
        (torch.tensor([[0.0], [0.0]]), torch.tensor([0, 1])),
        (torch.tensor([[0.0]]), torch.tensor([0])),
    ]

    def scores(x):
        return torch.cat([x, torch.zeros_like(x)], dim=1)

    def loss(out, y):
        return (y + 1.0).mean()  # 1.5 for the first batch, 1 for the second

    by_samples = classifier_evaluation.average_by_samples(data, scores, loss)
    by_batches = classifier_evaluation.average_by_batches(data, scores, loss)
    assert by_samples == pytest.approx((4 / 3, 2 / 3))
    assert by_batches == pytest.approx((1.25, 0.75))
    assert classifier_evaluation.count_correct(data, scores) == (2, 3)


@pytest.mark.parametrize("sizes", [(4, 4), (4, 4, 1), (3,)])
def test_averages_agree_with_pytorch_on_the_whole_data_set(sizes):
    data = batches(sizes)
    model = torch.nn.Linear(3, 4)
    criterion = torch.nn.CrossEntropyLoss()
    x, y = (torch.cat(parts) for parts in zip(*data, strict=True))
    with torch.no_grad():
        whole = criterion(model(x), y).item(), (model(x).argmax(1) == y).float().mean().item()
        each = [(criterion(model(a), b), (model(a).argmax(1) == b).float().mean()) for a, b in data]
    assert trainer.compute_loss_and_accuracy(data, model, criterion) == pytest.approx(whole)
    by_batches = alternatives.compute_loss_and_accuracy_by_batches(data, model, criterion)
    expected = [torch.stack(parts).mean().item() for parts in zip(*each, strict=True)]
    assert by_batches == pytest.approx(tuple(expected))


def test_measuring_builds_no_graph_and_changes_nothing():
    model = torch.nn.Linear(3, 4)
    before = [each.clone() for each in model.parameters()]
    seen = []
    model.register_forward_hook(lambda _model, _inputs, out: seen.append(out.requires_grad))
    loss, accuracy = trainer.compute_loss_and_accuracy(
        batches((4, 2)), model, torch.nn.CrossEntropyLoss()
    )
    assert type(loss) is float
    assert type(accuracy) is float
    assert seen == [False, False]
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    assert all(each.grad is None for each in model.parameters())
