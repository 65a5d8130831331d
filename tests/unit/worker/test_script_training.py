"""A training script is run as from the command line, and its network kept for other images."""

import sys
import textwrap

import numpy as np
import pytest

from grader.worker.inside.drivers import script_training
from grader.worker.inside.drivers.served_images import LEAST_ROWS, ServedSet, find_rule
from grader.worker.inside.loader import PackageLoader, compile_package

CLASSES, SHAPE = 3, (3, 4, 4)
SIZE = 48

DATA_MODULE = """
    def get_cifar10(data_dir="cifar", one_hot=True, validation_size=0):
        raise OSError("there is no such folder")

    def read_data_sets(data_dir, one_hot=True, validation_size=0):
        raise OSError("there is no such folder")
"""
NETWORK = """
    import numpy as np

    class MLP:
        made = []

        def __init__(self, n_inputs, n_classes):
            rng = np.random.default_rng(len(self.made))
            self.W = rng.normal(size=(n_inputs, n_classes))
            self.made.append(self)

        def forward(self, x):
            return x.reshape(len(x), -1) @ self.W
"""
# What a script does to images comes in the place of `PREPARE`.
SCRIPT = """
    import argparse
    import cifar10_utils
    import numpy as np
    from mlp import MLP

    FLAGS = None
    SEEN = []

    def train():
        data = cifar10_utils.get_cifar10(FLAGS.data_dir)
        every = data["train"].images
        net = MLP(every[0].size, data["train"].labels.shape[1])
        for _ in range(FLAGS.max_steps):
            x, y = data["train"].next_batch(FLAGS.batch_size)
            PREPARE
            net.forward(x)
        SEEN.append((FLAGS, data, net))

    if __name__ == "__main__":
        parser = argparse.ArgumentParser()
        parser.add_argument("--max_steps", type=int, default=4)
        parser.add_argument("--batch_size", type=int, default=20)
        parser.add_argument("--data_dir", type=str, default="./cifar10")
        FLAGS, _ = parser.parse_known_args()
        train()
"""


def data(count=60, watched=30, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "inputs": rng.integers(256, size=(count, *SHAPE), dtype=np.uint8),
        "labels": rng.integers(CLASSES, size=count),
        "validation_inputs": rng.integers(256, size=(watched, *SHAPE), dtype=np.uint8),
        "validation_labels": rng.integers(CLASSES, size=watched),
        "classes": CLASSES,
        "threads": 1,
    }


@pytest.fixture
def started():
    """Stages a script of a hand-in; returns its run with what took part."""
    loaders, before = [], set(sys.modules)

    def make(script=SCRIPT, prepare="pass", given=None, subject="train", network=NETWORK, **flags):
        for loader in loaders:
            loader.remove()
        sources = {
            "cifar10_utils.py": DATA_MODULE,
            "mlp.py": network,
            "train_mlp.py": script.replace("PREPARE", prepare),
        }
        package = compile_package(
            {name: textwrap.dedent(text).encode() for name, text in sources.items()}, {}
        )
        loader = PackageLoader(package, ("hw1",), statement_wall_s=5.0, module_wall_s=10.0)
        loaders[:] = [loader]
        parts = {
            "network": loader.resolve("mlp.MLP"),
            "data_module": loader.resolve("cifar10_utils"),
        }
        function = loader.resolve(f"train_mlp.{subject}")
        make.given = data() if given is None else given
        make.parts, make.module = parts, sys.modules[function.__module__]
        make.staged = script_training.stage(make.given, {"flags": flags} if flags else {}, parts)
        make.function = function
        return script_training.begin(make.staged, function)

    yield make
    for loader in loaders:
        loader.remove()
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("hw1", "mlp", "cifar10_utils", "train_mlp"):
            del sys.modules[name]


def mean_of(given):
    return given["inputs"].mean(axis=0).astype(np.float32)


OTHERS = np.random.default_rng(9).integers(256, size=(450, *SHAPE), dtype=np.uint8)


class TestServedSet:
    def served(self, count=10):
        pixels = data(count)["inputs"]
        mean = np.full(SHAPE, 100, np.float32)
        return pixels, ServedSet(pixels, np.eye(count)[np.arange(count)], mean)

    def test_images_are_floats_without_their_mean_and_labels_theirs(self):
        pixels, served = self.served()
        np.testing.assert_array_equal(served.images, pixels.astype(np.float32) - 100)
        assert served.images.dtype == np.float32
        assert (served.num_examples, served.labels.shape) == (10, (10, 10))

    def test_batches_come_in_order_and_shuffled_when_all_were_drawn(self):
        pixels, served = self.served()
        first, second = served.next_batch(4), served.next_batch(4)
        np.testing.assert_array_equal(first[0], pixels[:4].astype(np.float32) - 100)
        np.testing.assert_array_equal(second[1].argmax(axis=1), [4, 5, 6, 7])
        assert served.epochs_completed == 0
        rest = [served.next_batch(5) for _ in range(2)]
        assert served.epochs_completed == 1
        rows = np.concatenate([labels for _, labels in rest]).argmax(axis=1)
        assert sorted(rows.tolist()) == list(range(10))
        images = np.concatenate([images for images, _ in rest])
        np.testing.assert_array_equal(images, pixels[rows].astype(np.float32) - 100)
        np.testing.assert_array_equal(served.labels.argmax(axis=1), rows)
        assert served.drawn == 18

    def test_a_batch_that_is_changed_in_place_changes_nothing_here(self):
        pixels, served = self.served()
        x, _ = served.next_batch(4)
        x /= 255
        np.testing.assert_array_equal(served.last, pixels[:4].astype(np.float32) - 100)


class TestData:
    def test_the_course_s_function_gives_ours(self, started):
        started()
        given, utils = started.given, started.parts["data_module"]
        served = utils.get_cifar10("./anywhere")
        assert set(served) == {"train", "validation", "test"}
        floats = given["inputs"].astype(np.float32) - mean_of(given)
        np.testing.assert_allclose(served["train"].images, floats, atol=1e-4)
        np.testing.assert_array_equal(served["train"].labels.argmax(axis=1), given["labels"])
        assert served["train"].labels.shape == (60, CLASSES)
        # What stands in for the test set has labels that are no secret.
        labels = served["test"].labels.argmax(axis=1)
        np.testing.assert_array_equal(labels, given["validation_labels"])
        assert served["validation"].num_examples == 0

    def test_its_arguments_are_heard(self, started):
        started()
        served = started.parts["data_module"].read_data_sets(
            "./anywhere", one_hot=False, validation_size=20
        )
        np.testing.assert_array_equal(served["train"].labels, started.given["labels"][20:])
        np.testing.assert_array_equal(served["validation"].labels, started.given["labels"][:20])

    def test_a_function_that_the_course_does_not_have_is_not_added(self, started):
        started()
        del started.parts["data_module"].read_data_sets
        script_training.stage(started.given, {}, started.parts)
        assert not hasattr(started.parts["data_module"], "read_data_sets")


class TestRunning:
    def test_flags_come_by_the_command_line(self, started):
        run = started(max_steps=7, batch_size=10, data_dir="a folder")
        assert run.advance(0.1, 5.0) == {"share": 1.0, "examples": 70, "unclear": False}
        ((flags, _, _),) = started.module.SEEN
        assert (flags.max_steps, flags.batch_size, flags.data_dir) == (7, 10, "a folder")

    def test_name_and_arguments_are_as_before_when_it_ends(self, started):
        before = list(sys.argv)
        run = started()
        name = started.module.__name__
        run.advance(1.0, 5.0)
        assert (sys.argv, started.module.__name__) == (before, name)
        assert name != "__main__"

    def test_the_script_sees_its_own_name_and_flags(self, started):
        script = SCRIPT + "        import sys\n        SEEN.append((sys.argv, __name__))\n"
        run = started(script, max_steps=2)
        run.advance(1.0, 5.0)
        argv, name = started.module.SEEN[-1]
        assert argv == [f"{started.module.__name__}.py", "--max_steps", "2"]
        assert name == "__main__"

    def test_what_it_raises_is_passed_on_and_all_is_as_before(self, started):
        before = list(sys.argv)
        run = started(prepare="raise ValueError('bad batch')")
        with pytest.raises(ValueError, match="bad batch"):
            run.advance(1.0, 5.0)
        assert sys.argv == before
        assert started.module.__name__ != "__main__"

    @pytest.mark.parametrize("code", ["", "0", "None"])
    def test_a_script_that_ends_itself_in_peace_is_no_fault(self, started, code):
        run = started(SCRIPT + f"        raise SystemExit({code})\n")
        assert run.advance(1.0, 5.0)["share"] == 1.0

    @pytest.mark.parametrize("code", ["2", "'no such flag'"])
    def test_one_that_ends_itself_with_a_complaint_is(self, started, code):
        run = started(SCRIPT + f"        raise SystemExit({code})\n")
        with pytest.raises(SystemExit):
            run.advance(1.0, 5.0)

    def test_a_command_line_that_is_refused_is_said(self, started):
        import argparse

        before = argparse.ArgumentParser.error
        script = SCRIPT.replace(
            "FLAGS, _ = parser.parse_known_args()", "FLAGS = parser.parse_args()"
        )
        run = started(script, learning_rate=0.1)
        with pytest.raises(
            ValueError,
            match=r"cannot be started by `python .*train_mlp\.py --learning_rate 0\.1`: "
            r"unrecognized arguments: --learning_rate 0\.1\. The names of its flags are given",
        ):
            run.advance(1.0, 5.0)
        assert argparse.ArgumentParser.error is before

    def test_when_it_has_raised_its_network_is_still_there(self, started):
        run = started(SCRIPT + "        raise KeyError('plot')\n")
        with pytest.raises(KeyError):
            run.advance(1.0, 5.0)
        assert run.is_unclear() is False
        assert run.predict(OTHERS[:5]).shape == (5, CLASSES)

    def test_where_it_looks_for_its_images_is_told(self, started):
        run = started()
        assert run.sources() == {"asked": False, "library": False}
        run.advance(1.0, 5.0)
        assert run.sources() == {"asked": True, "library": False}
        other = started(prepare="datasets.CIFAR10(root='.', download=True)")
        assert other.sources() == {"asked": False, "library": True}

    def test_without_a_guard_its_main_is_called(self, started):
        body = SCRIPT.partition("    if __name__")[0]
        script = body + (
            "    def main():\n        global FLAGS\n"
            "        FLAGS = argparse.Namespace(data_dir='', max_steps=3, batch_size=10)\n"
            "        train()\n"
        )
        assert started(script).advance(1.0, 5.0)["examples"] == 30

    def test_without_a_guard_and_a_main_the_function_itself_is(self, started):
        body = SCRIPT.partition("    if __name__")[0].replace(
            "FLAGS = None", "FLAGS = argparse.Namespace(data_dir='', max_steps=2, batch_size=10)"
        )
        assert started(body).advance(1.0, 5.0)["examples"] == 20

    def test_a_module_that_only_asks_for_its_name_has_no_guard(self, started):
        body = SCRIPT.partition("    if __name__")[0].replace(
            "FLAGS = None",
            "FLAGS = argparse.Namespace(data_dir='', max_steps=2, batch_size=10)\n"
            "    LOGGER = print(__name__)",
        )
        assert started(body).advance(1.0, 5.0)["examples"] == 20

    def test_one_that_makes_no_network_is_told(self, started):
        run = started(
            SCRIPT.replace("net = MLP(", "net = dict(n=")
            .replace("net.forward(x)", "pass")
            .replace("every[0].size, data", "data")
        )
        with pytest.raises(LookupError) as caught:
            run.advance(1.0, 5.0)
        assert str(caught.value) == (
            "the script made no network of the class that the assignment names, so there is none "
            "to measure"
        )

    def test_one_that_makes_a_network_and_never_uses_it_is_told(self, started):
        run = started(SCRIPT.replace("net.forward(x)", "pass"))
        with pytest.raises(LookupError, match="the script ran no network of the class"):
            run.advance(1.0, 5.0)

    def test_before_it_runs_there_is_nothing_to_ask(self, started):
        assert started().predict(OTHERS) is None

    @pytest.mark.parametrize("asked", ["parameters", "initial"])
    def test_before_it_runs_there_is_no_network_to_ask_of(self, started, asked):
        run = started()
        with pytest.raises(LookupError, match="the script made no network of the class"):
            getattr(run, asked)(*([OTHERS] if asked == "initial" else []))

    def test_a_second_training_is_watched_once_and_by_its_own_stage(self, started):
        first = started()
        first.advance(1.0, 5.0)
        seen = dict(started.staged.examples)
        staged = script_training.stage(started.given, {}, started.parts)
        second = script_training.begin(staged, started.function)
        second.advance(1.0, 5.0)
        assert started.staged.examples == seen
        assert len(staged.made) == 1
        assert list(staged.examples.values()) == [80]


class TestPredicting:
    """Other images are treated as the script treats its own."""

    WAYS = (
        ("pass", lambda x, mean: x),
        ("x = x / 255", lambda x, mean: x / 255),
        ("x = x.reshape(len(x), -1)", lambda x, mean: x),
        ("x = x.reshape(len(x), -1) / 127.5 - 1", lambda x, mean: x / 127.5 - 1),
        ("x = x.astype(np.float64) * 0.01", lambda x, mean: x * 0.01),
        ("x /= 255", lambda x, mean: x / 255),
    )

    @pytest.mark.parametrize(("prepare", "expected"), WAYS, ids=[way for way, _ in WAYS])
    def test_what_is_done_to_every_image_is_done_to_others(self, started, prepare, expected):
        run = started(prepare=prepare)
        run.advance(1.0, 5.0)
        x = expected(OTHERS.astype(np.float32) - mean_of(started.given), None)
        ((_, _, net),) = started.module.SEEN
        scores = run.predict(OTHERS)
        assert (scores.shape, scores.dtype) == ((450, CLASSES), np.float64)
        np.testing.assert_allclose(scores, x.reshape(450, -1) @ net.W, rtol=1e-3, atol=1e-3)

    def test_standardizing_each_pixel_by_the_training_set_is_found(self, started):
        run = started(prepare="x = (x - every.mean(axis=0)) / every.std(axis=0)")
        run.advance(1.0, 5.0)
        own = started.given["inputs"].astype(np.float32)
        x = (OTHERS - own.mean(axis=0)) / own.std(axis=0)
        ((_, _, net),) = started.module.SEEN
        np.testing.assert_allclose(
            run.predict(OTHERS), x.reshape(450, -1) @ net.W, rtol=1e-3, atol=1e-3
        )

    @pytest.mark.parametrize("batch", [1, 2])
    def test_of_tiny_batches_nothing_is_concluded(self, started, batch):
        # Two points always lie on a line: what is done to each image by itself would be missed.
        run = started(
            prepare="x = x / np.abs(x).max(axis=(1, 2, 3), keepdims=True)", batch_size=batch
        )
        assert run.advance(1.0, 5.0)["unclear"] is True
        assert started.staged.rules == {}

    def test_a_pixel_that_is_the_same_in_a_batch_is_treated_as_the_others(self, started):
        given = data()
        given["inputs"][:20, :, 0, :2] = 255  # in the first batch, and not in the others
        run = started(prepare="x = x / 255", given=given)
        run.advance(1.0, 5.0)
        x = (OTHERS.astype(np.float32) - mean_of(given)) / 255
        ((_, _, net),) = started.module.SEEN
        np.testing.assert_allclose(
            run.predict(OTHERS), x.reshape(450, -1) @ net.W, rtol=1e-3, atol=1e-3
        )

    def test_images_that_are_all_the_same_tell_no_rule(self, started):
        given = data()
        given["inputs"][:] = 7
        run = started(prepare="x = x / 255", given=given)
        assert run.advance(1.0, 5.0)["unclear"] is True
        assert started.staged.rules == {}

    UNTOLD = (
        "net.W = net.W[:24]; x = x[:, :, :2]",
        "x = x[:, :, ::-1]",
        "x = np.tanh(x)",
        "x = x / np.abs(x).max(axis=(1, 2, 3), keepdims=True)",
        "x = x * np.random.default_rng(0).choice([-1, 1], (len(x), 1, 1, 1))",
    )

    @pytest.mark.parametrize("prepare", UNTOLD)
    def test_what_is_no_factor_and_summand_of_each_pixel_is_said_to_be_unclear(
        self, started, prepare
    ):
        run = started(prepare=prepare)
        assert run.advance(1.0, 5.0)["unclear"] is True
        assert started.staged.rules == {}

    @pytest.mark.parametrize(
        ("prepare", "axes"),
        [
            ("x = x.transpose(0, 2, 3, 1)", (0, 2, 3, 1)),
            ("x = x.transpose(0, 3, 2, 1)", (0, 3, 2, 1)),
        ],
    )
    @pytest.mark.parametrize("after", ["", " / 255", ".reshape(len(x), -1) * 0.5 + 1"])
    def test_another_order_of_the_axes_is_found(self, started, prepare, axes, after):
        run = started(prepare=prepare + after)
        assert run.advance(1.0, 5.0)["unclear"] is False
        x = (OTHERS.astype(np.float32) - mean_of(started.given)).transpose(axes)
        x = x.reshape(450, -1)
        x = {"": x, " / 255": x / 255}.get(after, x * 0.5 + 1)
        ((_, _, net),) = started.module.SEEN
        np.testing.assert_allclose(run.predict(OTHERS), x @ net.W, rtol=1e-3, atol=1e-3)

    def test_a_network_gets_images_in_the_shape_that_it_is_used_to(self, started):
        network = NETWORK.replace(
            "def forward(self, x):", "def forward(self, x):\n            S(x)"
        )
        run = started(
            prepare="x = x.transpose(0, 2, 3, 1)",
            network=network + "\n    SHAPES = []\n    def S(x): SHAPES.append(x.shape)\n",
        )
        run.advance(1.0, 5.0)
        run.predict(OTHERS)
        shapes = sys.modules[started.parts["network"].__module__].SHAPES
        assert shapes[-3:] == [(200, 4, 4, 3), (200, 4, 4, 3), (50, 4, 4, 3)]

    def test_an_evaluation_in_slices_of_all_images_tells_the_rule(self, started):
        # Flipped at random in training, as they are in a test.
        flips = "x = np.where(np.random.default_rng(1).random(len(x)) < 0.5, x.T[::-1], x.T).T"
        script = SCRIPT.replace(
            "        SEEN.append(",
            "        tests = data['test'].images / 255\n"
            "        for at in range(0, len(tests), 12):\n"
            "            net.forward(tests[at:at + 12])\n"
            "        SEEN.append(",
        )
        assert started(script, prepare=flips).advance(1.0, 5.0)["unclear"] is False
        assert started(prepare=flips).advance(1.0, 5.0)["unclear"] is True
        run = started(script, prepare=flips)
        run.advance(1.0, 5.0)
        x = (OTHERS.astype(np.float32) - mean_of(started.given)) / 255
        ((_, _, net),) = started.module.SEEN
        np.testing.assert_allclose(
            run.predict(OTHERS), x.reshape(450, -1) @ net.W, rtol=1e-3, atol=1e-3
        )

    def test_what_is_no_batch_is_not_counted(self, started):
        started()
        started.staged.saw(object(), np.ones(48))
        started.staged.saw(object(), None)
        assert started.staged.examples == {}

    def test_of_several_networks_the_one_that_saw_most_is_asked(self, started):
        script = SCRIPT.replace("net = MLP(", "MLP(48, 3).forward(every[:5]); net = MLP(").replace(
            "SEEN.append(", "MLP(48, 3); SEEN.append("
        )
        run = started(script)
        run.advance(1.0, 5.0)
        ((_, _, net),) = started.module.SEEN
        assert len(started.staged.made) == 3
        x = OTHERS.astype(np.float32) - mean_of(started.given)
        np.testing.assert_allclose(run.predict(OTHERS), x.reshape(450, -1) @ net.W, rtol=1e-3)

    def test_predicting_does_not_change_which_network_that_is(self, started):
        run = started()
        run.advance(1.0, 5.0)
        np.testing.assert_array_equal(run.predict(OTHERS), run.predict(OTHERS))


class TestRules:
    """What was drawn and what a network got, put beside each other."""

    DRAWN = OTHERS[:20].astype(np.float32) - 100

    def test_factor_and_summand_of_each_pixel_are_found(self):
        factor = np.linspace(0.5, 2, 48).reshape(SHAPE)
        rule = find_rule(self.DRAWN * factor - 3, self.DRAWN)
        assert rule.axes == (0, 1, 2, 3)
        np.testing.assert_allclose(rule.factor, factor.ravel(), rtol=1e-6)
        np.testing.assert_allclose(rule.summand, -3, atol=1e-3)
        rows = rule.rows(self.DRAWN)
        assert (rows.shape, rows.dtype) == ((20, 48), np.float32)
        np.testing.assert_allclose(rows, (self.DRAWN * factor - 3).reshape(20, -1), rtol=1e-4)

    @pytest.mark.parametrize("rows", [LEAST_ROWS, 7, 20])
    def test_the_beginning_of_what_was_drawn_is_enough(self, rows):
        rule = find_rule(self.DRAWN[:rows] / 255, self.DRAWN)
        others = self.DRAWN[7:].reshape(13, -1) / 255
        np.testing.assert_allclose(rule.rows(self.DRAWN[7:]), others, rtol=1e-4, atol=1e-6)

    def test_nothing_that_was_drawn_tells_no_rule(self):
        assert find_rule(self.DRAWN, None) is None

    @pytest.mark.parametrize("rows", range(LEAST_ROWS))
    def test_too_few_tell_no_rule(self, rows):
        assert find_rule(self.DRAWN[:rows], self.DRAWN) is None

    def test_more_than_was_drawn_tell_no_rule(self):
        assert find_rule(self.DRAWN, self.DRAWN[:19]) is None

    @pytest.mark.parametrize("begin", [1, 5])
    def test_other_images_tell_no_rule(self, begin):
        assert find_rule(self.DRAWN[begin : begin + 10], self.DRAWN) is None

    def test_images_of_another_size_tell_no_rule(self):
        assert find_rule(self.DRAWN[:, :, :2], self.DRAWN) is None

    def test_a_thousandth_may_be_rounded(self):
        largest = np.abs(self.DRAWN).max()
        off = np.zeros_like(self.DRAWN)
        off[0, 0, 0, 0] = 1e-3 * largest / 2
        assert find_rule(self.DRAWN + off, self.DRAWN) is not None
        assert find_rule(self.DRAWN + 10 * off, self.DRAWN) is None


LAYERS = """
    import numpy as np

    class Linear:
        def __init__(self, n, m):
            self.params = {"weight": np.zeros((n, m)), "bias": np.zeros((1, m))}
            self.grads = {"weight": np.zeros((n, m)), "bias": np.zeros((1, m))}
            self.x = None

    class ReLU:
        pass

    class MLP:
        made = []

        def __init__(self, n_inputs, n_classes):
            self.n_inputs, self.params = n_inputs, [1, 2, 3]
            self.layers = [Linear(n_inputs, 10), ReLU()]
            self.last = Linear(10, n_classes)
            self.others = (Linear(2, 3),)

        def forward(self, x):
            self.last.params["bias"] += 1
            for layer in self.layers:
                layer.x = x
            scores = self.last.params["bias"] * np.arange(3)
            return scores - np.zeros((len(x), 1))
"""


class TestParameters:
    def test_those_of_all_numpy_layers_are_counted(self, started):
        run = started(network=LAYERS)
        run.advance(1.0, 5.0)
        assert run.parameters() == (48 * 10 + 10) + (10 * 3 + 3) + (2 * 3 + 3)

    def test_of_a_network_that_keeps_them_otherwise_nothing_is_known(self, started):
        run = started()
        run.advance(1.0, 5.0)
        assert run.parameters() == 0


class TestInitial:
    """What the network knew when it was first run is asked when the script is over."""

    LEARNING = SCRIPT.replace("net.forward(x)", "net.forward(x); net.W -= 0.5")

    def test_the_network_is_asked_as_it_was_when_it_was_first_run(self, started):
        run = started(self.LEARNING, prepare="x = x / 255")
        run.advance(1.0, 5.0)
        x = (OTHERS.astype(np.float32) - mean_of(started.given)).reshape(450, -1) / 255
        ((_, _, net),) = started.module.SEEN
        initial = run.initial(OTHERS)
        assert (initial.shape, initial.dtype) == ((450, CLASSES), np.float64)
        np.testing.assert_allclose(initial, x @ (net.W + 4 * 0.5), rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(run.predict(OTHERS), x @ net.W, rtol=1e-3, atol=1e-3)

    def test_what_was_brought_along_before_the_first_batch_is_seen(self, started):
        script = self.LEARNING.replace("for _ in range", "net.W[:] = 7\n        for _ in range")
        run = started(script)
        run.advance(1.0, 5.0)
        x = (OTHERS.astype(np.float32) - mean_of(started.given)).reshape(450, -1)
        np.testing.assert_allclose(run.initial(OTHERS), x @ np.full((48, 3), 7.0), rtol=1e-3)

    def test_asking_changes_neither_network_nor_which_one_is_asked(self, started):
        run = started(self.LEARNING)
        run.advance(1.0, 5.0)
        initial, trained = run.initial(OTHERS), run.predict(OTHERS)
        np.testing.assert_array_equal(run.initial(OTHERS), initial)
        np.testing.assert_array_equal(run.predict(OTHERS), trained)
        assert not np.allclose(initial, trained)

    def test_what_its_layers_keep_of_a_batch_is_no_part_of_it(self, started):
        run = started(network=LAYERS)
        run.advance(1.0, 5.0)
        # The first batch was the first run; the copy was made before it.
        np.testing.assert_array_equal(run.initial(OTHERS[:1]), [[0.0, 1.0, 2.0]])
        assert run.predict(OTHERS[:1])[0, 1] > 4


TORCH_NETWORK = """
    import torch

    class MLP(torch.nn.Module):
        modes = []

        def __init__(self, n_inputs, n_classes):
            super().__init__()
            layers = torch.nn.Flatten(), torch.nn.Linear(n_inputs, n_classes)
            self.layers = torch.nn.Sequential(*layers)

        def forward(self, x):
            self.modes.append((self.training, torch.is_grad_enabled(), len(x)))
            return self.layers(x)
"""


class TestTorch:
    @pytest.mark.usefixtures("torch")
    def test_a_module_gets_tensors_of_the_script_s_form_in_evaluation_mode(self, started):
        import torch

        prepare = "import torch; x = torch.tensor(x / 255, dtype=torch.float64)"
        script = SCRIPT.replace("x, y = data", "net.double(); x, y = data")
        run = started(script, prepare=prepare, network=TORCH_NETWORK)
        run.advance(1.0, 5.0)
        ((_, _, net),) = started.module.SEEN
        scores = run.predict(OTHERS)
        assert net.training  # as it was
        assert set(net.modes[4:]) == {(False, False, 200), (False, False, 50)}
        x = torch.tensor((OTHERS - mean_of(started.given)) / 255, dtype=torch.float64)
        with torch.no_grad():
            np.testing.assert_allclose(scores, net(x).numpy(), rtol=1e-3, atol=1e-3)

    @pytest.mark.usefixtures("torch")
    def test_what_it_knew_at_first_and_what_it_learns_are_told(self, started):
        import torch

        prepare = "import torch; x = torch.tensor(x / 255)"
        script = SCRIPT.replace(
            "net.forward(x)",
            "net.layers[1].bias.requires_grad_(False); net(x).sum().backward(); "
            "net.layers[1].weight.data += 1",
        )
        run = started(script, prepare=prepare, network=TORCH_NETWORK)
        assert run.advance(1.0, 5.0)["unclear"] is False
        ((_, _, net),) = started.module.SEEN
        assert run.parameters() == 48 * CLASSES
        x = torch.from_numpy((OTHERS.astype(np.float32) - mean_of(started.given)) / 255).flatten(1)
        with torch.no_grad():
            first = (x @ (net.layers[1].weight - 4).T + net.layers[1].bias).numpy()
            last = net(x).numpy()
        np.testing.assert_allclose(run.initial(OTHERS), first, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(run.predict(OTHERS), last, rtol=1e-3, atol=1e-3)
        assert net.training
