"""A course's `Solver` trains a network that has `params` and `loss(X, y)`."""

import numpy as np
import pytest

from grader.worker.inside.drivers import solver_training

CLASSES, SHAPE = 3, (3, 4, 4)
MARKS = np.random.default_rng(7).integers(40, 216, size=(CLASSES, *SHAPE))


def images(count, seed):
    """Images that are their class's mark and some noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    return (MARKS[labels] + rng.integers(-30, 31, size=(count, *SHAPE))).astype(np.uint8), labels


class Net:
    """A linear classifier."""

    def __init__(self, input_dim=48, num_classes=CLASSES, weight_scale=1e-3, dtype=np.float64):
        rng = np.random.default_rng(0)
        W = rng.normal(0, weight_scale, (input_dim, num_classes)).astype(dtype)
        self.params = {"W": W, "b": np.zeros(num_classes, dtype)}
        self.asked = []

    def loss(self, X, y=None):
        self.asked.append(len(X))
        flat = X.reshape(len(X), -1)
        scores = flat @ self.params["W"] + self.params["b"]
        if y is None:
            return scores
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        p[np.arange(len(y)), y] -= 1
        return loss, {"W": flat.T @ p / len(y), "b": p.mean(axis=0)}


class Solver:
    """Takes a step with each batch; keeps what it was given."""

    def __init__(self, model, data, **settings):
        self.model, self.data, self.settings = model, data, settings
        self.loss_history = []

    def train(self):
        X, y = self.data["X_train"], self.data["y_train"]
        rate, size = self.settings["optim_config"]["learning_rate"], self.settings["batch_size"]
        for at in range(self.settings["num_epochs"] * len(X) // size):
            rows = np.arange(at * size, (at + 1) * size) % len(X)
            loss, grads = self.model.loss(X[rows], y[rows])
            self.loss_history.append(loss)
            for name, grad in grads.items():
                self.model.params[name] -= rate * grad


@pytest.fixture
def begun():
    """Begins a run with some data and options."""

    def make(network=Net, solver=Solver, on="test", watched=40, construct=None, **options):
        inputs, labels = images(200, 0)
        watched_inputs, watched_labels = images(watched, 1)
        data = {
            "inputs": inputs,
            "labels": labels,
            "validation_inputs": watched_inputs,
            "validation_labels": watched_labels,
            "classes": CLASSES,
            "epochs": options.pop("epochs", 5),
            "on": on,
        }
        options = {"optim_config": {"learning_rate": 1e-4}, "construct": construct or {}, **options}
        staged = solver_training.stage(data, options, {"solver": solver})
        return solver_training.begin(staged, network)

    return make


def accuracy(run, seed=2):
    inputs, labels = images(700, seed)
    scores = run.predict(inputs)
    assert (scores.shape, scores.dtype) == ((700, CLASSES), np.float64)
    return (scores.argmax(axis=1) == labels).mean()


def test_the_solver_trains_and_other_images_are_named_rightly(begun):
    run = begun()
    before = accuracy(run)
    report = run.advance(0.1, 60.0)
    assert report["share"] == 1.0
    assert type(report["loss"]) is float
    assert report["loss"] == run._solver.loss_history[-1]
    assert before < 0.7 < 0.95 < accuracy(run)


def test_images_are_centred_by_the_mean_of_those_that_are_trained_on(begun):
    run = begun()
    given, inputs = run._solver.data, images(200, 0)[0]
    np.testing.assert_allclose(given["X_train"], inputs - inputs.mean(axis=0))
    np.testing.assert_allclose(given["X_val"], images(40, 1)[0] - inputs.mean(axis=0))
    others = images(9, 3)[0]
    centred = (others - inputs.mean(axis=0)).reshape(9, -1)
    net = run._network
    np.testing.assert_allclose(run.predict(others), centred @ net.params["W"])


def test_the_settings_of_the_rubric_reach_the_solver(begun):
    run = begun(
        epochs=2.6,
        batch=50,
        update_rule="adam",
        learning_rate_decay=0.9,
        optim_config={"beta1": 0.8},
    )
    assert run._solver.settings == {
        "update_rule": "adam",
        "optim_config": {"beta1": 0.8},
        "lr_decay": 0.9,
        "batch_size": 50,
        "num_epochs": 3,
        "num_train_samples": 100,
        "verbose": False,
    }
    assert begun(epochs=0.2)._solver.settings["num_epochs"] == 1
    assert begun(batch=1000)._solver.settings["batch_size"] == 200


def test_the_rubric_s_own_settings_are_not_changed_by_a_solver(begun):
    given = {"learning_rate": 1e-4}

    class Greedy(Solver):
        def __init__(self, model, data, **settings):
            super().__init__(model, data, **settings)
            settings["optim_config"]["velocity"] = 1.0

    begun(solver=Greedy, optim_config=given)
    assert given == {"learning_rate": 1e-4}


def test_without_validation_the_training_examples_are_watched(begun):
    data = begun(watched=0)._solver.data
    np.testing.assert_array_equal(data["X_val"], data["X_train"])
    np.testing.assert_array_equal(data["y_val"], data["y_train"])


def test_what_is_learned_by_heart_is_watched_on_the_same_examples(begun):
    data = begun(on="train")._solver.data
    np.testing.assert_array_equal(data["X_val"], data["X_train"])
    np.testing.assert_array_equal(data["y_val"], data["y_train"])


def test_predictions_are_asked_in_parts(begun):
    run = begun()
    run.predict(images(1100, 5)[0])
    assert run._network.asked == [500, 500, 100]


def test_parameters_are_all_numbers_that_are_learned(begun):
    assert begun().parameters() == 48 * 3 + 3


def test_a_network_that_the_solver_has_put_in_the_place_is_the_one_that_counts(begun):
    class Best(Solver):
        def train(self):
            super().train()
            self.model, old = Net(), self.model
            self.model.params = {name: 2 * value for name, value in old.params.items()}

    run = begun(solver=Best)
    assert accuracy(run) < 0.7
    run.advance(1.0, 60.0)
    assert accuracy(run) > 0.95


def test_a_solver_that_keeps_no_losses_and_no_model_is_no_mistake(begun):
    class Quiet(Solver):
        def train(self):
            super().train()
            del self.loss_history, self.model

    run = begun(solver=Quiet)
    assert run.advance(1.0, 60.0) == {"share": 1.0, "loss": 0.0}
    assert accuracy(run) > 0.95


def test_what_the_solver_raises_is_passed_on(begun):
    class Broken(Solver):
        def train(self):
            raise KeyError("W3")

    with pytest.raises(KeyError, match="W3"):
        begun(solver=Broken).advance(1.0, 60.0)


class TestConstruction:
    def test_arguments_are_given_by_name_and_types_by_theirs(self, begun):
        run = begun(construct={"weight_scale": 0.5, "dtype": {"numpy": "float32"}})
        assert run._network.params["W"].dtype == np.float32
        assert run._network.params["W"].std() > 0.3

    def test_an_argument_of_another_name_gets_its_value(self, begun):
        class Named(Net):
            def __init__(self, n_in=48, scale=1e-3):
                super().__init__(n_in, weight_scale=scale)

        run = begun(
            Named,
            construct={"weight_scale": 0.5, "input_dim": 48},
            rename={"weight_scale": ["std", "scale"], "input_dim": ["n_in"]},
        )
        assert run._network.params["W"].std() > 0.3

    def test_a_name_that_is_known_is_not_renamed(self, begun):
        run = begun(construct={"weight_scale": 0.5}, rename={"weight_scale": ["input_dim"]})
        assert run._network.params["W"].shape == (48, 3)

    def test_one_that_nothing_is_known_of_is_left_to_python_s_own_words(self, begun):
        with pytest.raises(TypeError, match="unexpected keyword argument 'width'"):
            begun(construct={"width": 9}, rename={"width": ["units"]})
