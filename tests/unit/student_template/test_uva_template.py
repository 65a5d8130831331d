"""The NumPy half of the UvA template: its gaps, its signatures, and what it provides."""

import ast
import importlib
import inspect
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
CODE = Path("uva_dl1_2020_p1") / "code"
GRADED = ("modules", "mlp_numpy", "train_mlp_numpy", "answers")
PROVIDED = ("cifar10_utils", "gradient_check")


def importer(folder):
    """Imports from a folder whose modules import one another by bare names."""

    def load(name):
        sys.path.insert(0, str(folder))
        kept = {each: sys.modules.pop(each, None) for each in (*GRADED, *PROVIDED)}
        try:
            return importlib.import_module(name)
        finally:
            sys.path.remove(str(folder))
            for each, before in kept.items():
                sys.modules.pop(each, None)
                if before is not None:
                    sys.modules[each] = before

    return load


@pytest.fixture
def blank():
    """Imports a module of the template as it is."""
    return importer(ROOT / "student_template" / CODE)


@pytest.fixture
def filled(tmp_path):
    """Imports a module of the template with the solution laid over it."""
    shutil.copytree(ROOT / "student_template" / CODE, tmp_path / "code")
    shutil.copytree(ROOT / "reference" / "handins" / CODE, tmp_path / "code", dirs_exist_ok=True)
    return importer(tmp_path / "code")


@pytest.mark.parametrize("name", [*GRADED, *PROVIDED])
def test_a_module_imports_numpy_the_standard_library_and_what_lies_beside(name):
    tree = ast.parse((ROOT / "student_template" / CODE / f"{name}.py").read_text())
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for root in names:
            known = {"numpy", *GRADED, *PROVIDED} | sys.stdlib_module_names
            assert root in known, f"{name}: {root}"


@pytest.mark.parametrize("module", GRADED)
def test_the_solution_has_the_names_and_arguments_of_the_template(blank, filled, module):
    asked = {
        name: value
        for name, value in vars(blank(module)).items()
        if getattr(value, "__module__", "") == module
    }
    given = vars(filled(module))
    assert asked
    for name, value in asked.items():
        pairs = [(value, given[name])]
        if inspect.isclass(value):
            methods = [each for each in ("forward", "backward") if hasattr(value, each)]
            pairs += [(getattr(value, each), getattr(given[name], each)) for each in methods]
        for ours, theirs in pairs:
            assert list(inspect.signature(ours).parameters) == list(
                inspect.signature(theirs).parameters
            )


def test_what_is_not_written_yet_returns_placeholders(blank):
    modules, x = blank("modules"), np.ones((2, 3))
    layer = modules.LinearModule(3, 4)
    assert layer.params == layer.grads == {"weight": None, "bias": None}
    assert layer.forward(x) is layer.backward(x) is None
    for module in (modules.SoftMaxModule(), modules.ELUModule()):
        assert module.forward(x) is module.backward(x) is None
    loss = modules.CrossEntropyModule()
    assert loss.forward(x, x) is loss.backward(x, x) is None
    net = blank("mlp_numpy").MLP(3, [4], 2)
    assert net.forward(x) is net.backward(x) is None
    assert blank("train_mlp_numpy").accuracy(x, x) is None
    answers = blank("answers")
    assert answers.linear_grad_W(x, x, x, x) is answers.cross_entropy_grad_X(x, x) is None


def test_the_flags_have_the_defaults_of_the_text(blank):
    script = blank("train_mlp_numpy")
    defaults = {name: value for name, value in vars(script).items() if name.endswith("_DEFAULT")}
    assert defaults == {
        "DNN_HIDDEN_UNITS_DEFAULT": "100",
        "LEARNING_RATE_DEFAULT": 1e-3,
        "MAX_STEPS_DEFAULT": 1400,
        "BATCH_SIZE_DEFAULT": 200,
        "EVAL_FREQ_DEFAULT": 100,
        "DATA_DIR_DEFAULT": "./cifar10/cifar-10-batches-py",
    }
    assert script.FLAGS is None


@pytest.fixture
def data(tmp_path):
    """Files in the published form, with two images each; the first pixel counts the images."""
    for number, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]):
        images = np.zeros((2, 3072), np.uint8)
        images[:, 0] = (2 * number, 2 * number + 1)
        images[:, 1024] = 90  # the first pixel of the green plane
        batch = {"data": images, "labels": [number, 9]}
        (tmp_path / name).write_bytes(pickle.dumps(batch))
    return tmp_path


def test_cifar_is_read_in_its_published_layout(blank, data):
    cifar10 = blank("cifar10_utils").get_cifar10(str(data), validation_size=4)
    assert {name: part.num_examples for name, part in cifar10.items()} == {
        **{"train": 6, "validation": 4, "test": 2}
    }
    train = cifar10["train"]
    assert train.images.shape == (6, 3, 32, 32)
    assert train.images.dtype == np.float32
    # The mean training image is subtracted everywhere.
    np.testing.assert_allclose(train.images.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(cifar10["validation"].images[:, 0, 0, 0], np.arange(4) - 6.5)
    assert cifar10["test"].images[0, 1, 0, 0] == 0
    assert train.labels.shape == (6, 10)
    assert train.labels.argmax(axis=1).tolist() == [2, 9, 3, 9, 4, 9]
    dense = blank("cifar10_utils").get_cifar10(str(data), one_hot=False)
    assert dense["test"].labels.tolist() == [5, 9]


def test_batches_go_round_and_are_shuffled_after_every_epoch(blank):
    module = blank("cifar10_utils")
    images = np.arange(7.0)
    drawn = module.DataSet(images, images * 10)
    assert drawn.next_batch(3)[0].tolist() == [0, 1, 2]
    assert drawn.next_batch(3)[1].tolist() == [30, 40, 50]
    assert drawn.epochs_completed == 0
    x, y = drawn.next_batch(7)
    assert drawn.epochs_completed == 1
    assert sorted(x) == images.tolist()
    assert (10 * x).tolist() == y.tolist()


def test_what_cannot_be_read_or_drawn_is_refused_by_name(blank, data):
    module = blank("cifar10_utils")
    with pytest.raises(FileNotFoundError, match=r"data_batch_1 is not there.*--data_dir"):
        module.get_cifar10("nowhere")
    with pytest.raises(ValueError, match="validation_size is 10; choose a number from 0 to 9"):
        module.get_cifar10(str(data), validation_size=10)
    with pytest.raises(ValueError, match=r"There are 2 images and 1 labels. Pass one label for"):
        module.DataSet(np.ones(2), np.ones(1))
    with pytest.raises(ValueError, match=r"A batch of 3 cannot be drawn from 2 images. Choose a"):
        module.DataSet(np.ones(2), np.ones(2)).next_batch(3)


def test_numerical_gradients_are_those_of_the_function(blank, capsys):
    module = blank("gradient_check")
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(
        module.eval_numerical_gradient(lambda x: np.sum(x**2), x), 2 * x, rtol=1e-9
    )
    assert len(capsys.readouterr().out.splitlines()) == 4
    df = np.array([[1.0, -1.0], [0.5, 0.0]])
    np.testing.assert_allclose(
        module.eval_numerical_gradient_array(np.exp, x, df), df * np.exp(x), rtol=1e-8
    )
    assert x.tolist() == [[1, 2], [3, 4]]
