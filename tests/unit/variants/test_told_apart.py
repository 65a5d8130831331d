"""Misconceptions of the same file compute different things, and none computes what is right.

Each is run on small numbers. What it returns, or the error that it raises, is its answer.
"""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.variants.catalogue import CATALOGUE, Misconception, read_catalogue
from grader.variants.overlay import overlaid

REFERENCE = CATALOGUE.parent
FAMILIES = (
    "optimizers",
    "regularization",
    "networks_numpy",
    "losses_and_metrics",
    "training_loops",
    "networks_torch",
    "pruning",
)
Answer = Callable[[ModuleType], Any]


def optimizers(module: ModuleType) -> Any:
    rng = np.random.default_rng(1)
    w, first, second = rng.normal(size=(3, 4))
    velocity = cache = first**2
    moments: Any = (first, second**2)
    answers: list[Any] = []
    for t in (3, 4):
        dw = rng.normal(size=4)
        answers += (
            module.sgd_momentum(w, dw, velocity, learning_rate=0.3),
            module.rmsprop(w, dw, cache, learning_rate=0.3, epsilon=0.1),
            module.adam(w, dw, moments, t, learning_rate=0.3, epsilon=0.1),
        )
        (_, velocity), (_, cache), (_, moments) = answers[-3:]
    return answers


def chain(module: ModuleType) -> Any:
    from reference.layers import activation, affine, loss

    rng = np.random.default_rng(2)
    affine_stage = (affine.affine_forward, affine.affine_backward)
    stages = [
        module.Stage(*affine_stage, ("W1", "b1")),
        module.Stage(_scaled, _scaled_backward, ("gamma1", "beta1")),
        module.Stage(activation.relu_forward, activation.relu_backward),
        module.Stage(*affine_stage, ("W2", "b2")),
        module.Stage(*affine_stage, ("W3", "b3")),
    ]
    shapes = {"W1": (5, 6), "b1": 6, "gamma1": 6, "beta1": 6, "W2": (6, 4), "b2": 4}
    shapes |= {"W3": (4, 3), "b3": 3}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    x, y = rng.normal(size=(4, 5)), np.array([0, 2, 1, 1])
    run = module.loss_and_gradients
    return [run(stages, params, x, y, loss.softmax_cross_entropy, reg) for reg in (0.0, 0.3)]


def _scaled(x: Any, gamma: Any, beta: Any) -> Any:
    return gamma * x + beta, (x, gamma)


def _scaled_backward(dy: Any, cache: Any) -> Any:
    x, gamma = cache
    return dy * gamma, (dy * x).sum(axis=0), dy.sum(axis=0)


def softmax_perceptron(module: ModuleType) -> Any:
    rng = np.random.default_rng(3)
    sizes = (6, 5, 4, 3)
    weights = module.uniform_weights(sizes, rng)
    weights |= {f"b{i}": rng.normal(size=(1, size)) for i, size in enumerate(sizes[1:], start=1)}
    x, labels = rng.normal(size=(7, 6)), np.eye(3)[rng.integers(3, size=7)]
    cache = module.forward(weights, x, "tanh")
    loss = module.cross_entropy(np.full((7, 3), 0.2) + 0.4 * labels, labels)
    return weights, cache, loss, module.backward(weights, cache, labels, "tanh")


def classifier_evaluation(module: ModuleType) -> Any:
    torch = pytest.importorskip("torch")
    matrix, batches = classes_to_learn(torch)
    recorded = []

    def scores(x: Any) -> Any:
        recorded.append(torch.is_grad_enabled())
        return x @ matrix

    answers = [
        module.average_by_samples(batches, scores, torch.nn.functional.cross_entropy),
        module.count_correct(batches, scores),
        module.count_correct([batches[0], *((x[:1], y[:1]) for x, y in batches)], scores),
    ]
    return answers, recorded, None if matrix.grad is None else matrix.grad.tolist()


def epoch(module: ModuleType) -> Any:
    torch = pytest.importorskip("torch")
    answers: list[Any] = []
    for training in (True, False):
        matrix, batches = classes_to_learn(torch)
        model = torch.nn.Sequential(torch.nn.Linear(5, 3, bias=False, dtype=torch.float64))
        model[0].weight.data = matrix.detach().T.clone()
        model.train(training)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.7)
        answers += module.descend(model, batches, torch.nn.functional.cross_entropy, optimizer)
        gradient = model[0].weight.grad
        left = None if gradient is None else gradient.tolist()
        answers += [model.training, model[0].weight.tolist(), left]
    return answers


def gradient_descent(module: ModuleType) -> Any:
    torch = pytest.importorskip("torch")
    matrix, batches = classes_to_learn(torch)
    model = torch.nn.Linear(5, 3, dtype=torch.float64)
    ones = torch.ones(3, dtype=torch.float64)
    model.weight.data, model.bias.data = matrix.detach().T.clone(), ones.clone()
    params = [matrix, ones.requires_grad_()]
    by_hand = module.descend(lambda x, params: x @ params[0] + params[1], params, batches, 0.7)
    losses, modes = list(by_hand), []
    for loss in module.optimize(model, torch.optim.SGD(model.parameters(), lr=0.4), batches):
        losses.append(loss)
        modes.append(model.training)
        model.eval()  # as the measurement between two steps leaves it
    return losses, modes, [each.tolist() for each in (*params, *model.parameters())]


def classes_to_learn(torch: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """Makes a matrix and 22 samples in batches of 4, of which it gets more than half right."""
    generator = torch.Generator().manual_seed(4)
    matrix = torch.randn((5, 3), generator=generator, dtype=torch.float64)
    x = torch.randn((22, 5), generator=generator, dtype=torch.float64)
    y = (x @ matrix).argmax(dim=1)
    y[[1, 2, 5, 8, 13, 17, 18]] = 2 - y[[1, 2, 5, 8, 13, 17, 18]]
    batches = [(x[part : part + 4], y[part : part + 4]) for part in range(0, 22, 4)]
    return matrix.requires_grad_(), batches


def pruning(module: ModuleType) -> Any:
    torch = pytest.importorskip("torch")
    torch.manual_seed(5)
    inner = torch.nn.Sequential(torch.nn.Conv2d(2, 6, 3), torch.nn.Conv2d(6, 4, 3))
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), inner, torch.nn.Linear(4, 5))
    pruned = [
        prune(model, 0.3, biases=biases)
        for prune in (module.prune_smallest, module.prune_filters)
        for biases in (False, True)
    ]
    return [[each.tolist() for each in one.parameters()] for one in pruned]


ANSWERS: Mapping[str, Answer] = {
    "optimizers.py": optimizers,
    "models/chain.py": chain,
    "models/softmax_perceptron.py": softmax_perceptron,
    "models/classifier_evaluation.py": classifier_evaluation,
    "models/epoch.py": epoch,
    "models/gradient_descent.py": gradient_descent,
    "pruning.py": pruning,
}


@pytest.mark.parametrize("file", ANSWERS)
def test_variants_of_a_file_differ_from_it_and_from_one_another(file, tmp_path):
    right = {file: REFERENCE.joinpath(file).read_bytes()}
    found: defaultdict[str, list[str]] = defaultdict(list)
    found[repr(rounded(ANSWERS[file](loaded("right", right[file], tmp_path))))] = ["right"]
    for one in of_file(file):
        wrong = overlaid(right, file, one.edits)[file]
        found[told(ANSWERS[file], loaded(one.name, wrong, tmp_path))].append(one.name)
    assert [names for names in found.values() if len(names) > 1] == []
    assert len(found) > 5


def of_file(file: str) -> Iterator[Misconception]:
    return (one for one in read_catalogue(families=FAMILIES) if one.file == file)


def loaded(name: str, source: bytes, folder: Path) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_bytes(source)
    spec = importlib.util.spec_from_file_location(f"variant_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(answer: Answer, module: ModuleType) -> str:
    try:
        return repr(rounded(answer(module)))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def rounded(value: Any) -> Any:
    """Cuts numbers to nine digits, so that the order of a sum does not tell variants apart."""
    match value:
        case dict():
            return {name: rounded(each) for name, each in value.items()}
        case list() | tuple():
            return [rounded(each) for each in value]
        case np.ndarray():
            return [rounded(each) for each in value.tolist()]
        case float() | np.floating():
            return float(f"{value:.9g}")
    return value
