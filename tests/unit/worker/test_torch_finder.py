"""A network is found by what it takes and gives, whatever a hand-in calls it."""

import textwrap

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402  # needs torch

from grader.worker.inside.drivers.torch_finder import REMEMBERED, NetworkFinder  # noqa: E402

pytestmark = pytest.mark.torch

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import Linear\n"
PLAIN = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        return self.fc(x)
"""
SIZED = """
class Sized(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.fc = nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.fc(x)
"""


def run(source, name="hw"):
    """Runs a module's source, whose functions and classes are its own."""
    namespace = {"__name__": name}
    exec(HEAD + textwrap.dedent(source), namespace)  # noqa: S102  # as a worker does
    return namespace


def find(source, inputs=(5,), outputs=(3,), lines=None, name="Wanted", own=("hw",)):
    finder = NetworkFinder(list(inputs), list(outputs))
    return finder.find(run(source), name, own, lines or {})


def out(build, x):
    network = build()
    network.eval()
    with torch.no_grad():
        return network(x)


class TestClasses:
    def test_a_class_that_fits_is_found(self):
        found = find(PLAIN)
        assert found.__name__ == "Net"
        assert out(found, torch.zeros(4, 5)).shape == (4, 3)

    @pytest.mark.parametrize(
        ("inputs", "outputs"),
        [((6,), (3,)), ((5,), (2, 4)), ((3, 8, 8), (3,))],
        ids=["other inputs", "other outputs", "images"],
    )
    def test_one_that_does_not_fit_is_passed_over(self, inputs, outputs):
        assert find(PLAIN, inputs, outputs) is None

    def test_the_latest_that_fits_is_taken(self):
        later = PLAIN.replace("Net", "Later")
        other = PLAIN.replace("Net", "Other").replace("5, 3", "5, 4")
        lines = {"Net": 4, "Later": 12, "Other": 20}
        assert find(PLAIN + later + other, lines=lines).__name__ == "Later"

    def test_one_that_is_defined_again_is_as_late_as_its_last_definition(self):
        source = PLAIN + PLAIN.replace("Net", "Second") + PLAIN
        assert find(source, lines={"Net": 20, "Second": 12}).__name__ == "Net"

    def test_the_hand_ins_other_files_count_and_libraries_do_not(self):
        assert find(PLAIN, own=("hw", "models")).__name__ == "Net"
        assert find(PLAIN, own=("models",)) is None

    @pytest.mark.parametrize(
        "body",
        [
            "raise ValueError('no data')",
            "raise SystemExit",
            "return x.reshape(-1)",
            "return self.fc(x), x",
            "return 'scores'",
            "return self.fc(x)[:1]",
        ],
    )
    def test_what_raises_or_gives_something_else_is_passed_over(self, body):
        wrong = PLAIN.replace("Net", "Wrong").replace("return self.fc(x)", body)
        lines = {"Net": 4, "Wrong": 12}
        assert find(wrong) is None
        assert find(PLAIN + wrong, lines=lines).__name__ == "Net"

    def test_what_has_nothing_to_learn_is_no_network(self):
        source = "class Same(nn.Module):\n    def forward(self, x):\n        return x[:, :3]\n"
        assert find(source) is None

    def test_one_score_may_be_without_an_axis(self):
        source = PLAIN.replace("5, 3", "5, 1").replace("self.fc(x)", "self.fc(x).squeeze(1)")
        assert find(source, outputs=(1, 2)).__name__ == "Net"
        assert find(source, outputs=(2,)) is None

    def test_layers_that_are_made_by_the_first_batch_are(self):
        found = find(PLAIN.replace("nn.Linear(5, 3)", "nn.LazyLinear(3)"))
        assert out(found, torch.zeros(4, 5)).shape == (4, 3)

    def test_batch_norm_sees_no_training(self):
        source = PLAIN.replace(
            "nn.Linear(5, 3)", "nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3))"
        )
        assert find(source)().training

    def test_what_is_drawn_after_it_is_the_same_as_without(self):
        torch.manual_seed(3)
        expected = torch.rand(4)
        torch.manual_seed(3)
        assert find(PLAIN) is not None
        assert torch.equal(torch.rand(4), expected)

    def test_objects_that_raise_when_they_are_looked_at_do_no_harm(self):
        source = """
        class Odd:
            @property
            def __class__(self):
                raise ValueError("odd")

        odd = Odd()
        """
        namespace = run(PLAIN + textwrap.dedent(source))
        finder = NetworkFinder([5], [3])
        finder.watch(namespace)
        assert finder.find(namespace, "Wanted", ("hw",), {}).__name__ == "Net"


class TestInstances:
    def test_one_is_found_where_the_class_asks_for_arguments(self):
        found = find(SIZED + "model = Sized(5, 3)\n")
        assert found.__name__ == "Sized"
        assert out(found, torch.zeros(4, 5)).shape == (4, 3)

    def test_one_of_the_librarys_own_classes_counts(self):
        found = find("net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))\n")
        assert found.__name__ == "net"

    def test_losses_are_none(self):
        assert find("criterion = nn.BCEWithLogitsLoss()\nsoft = nn.Softmax(dim=1)\n") is None

    def test_classes_go_first(self):
        assert find(PLAIN + SIZED + "model = Sized(5, 3)\n").__name__ == "Net"

    def test_the_latest_that_fits_is_taken(self):
        source = "a = nn.Linear(5, 3)\nb = nn.Linear(5, 3)\nc = nn.Linear(6, 3)\n"
        assert find(source).__name__ == "b"

    @pytest.mark.parametrize(
        ("network", "name"),
        [
            (SIZED + "net = Sized(5, 3)\n", "Sized"),
            ("net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))\n", "net"),
        ],
    )
    def test_a_single_layer_made_later_to_compare_with_is_not_meant(self, network, name):
        assert find(network + "baseline = nn.Linear(5, 3)\n").__name__ == name
        assert find("baseline = nn.Linear(5, 3)\n" + network).__name__ == name

    def test_one_of_the_hand_ins_own_classes_goes_before_one_of_the_librarys(self):
        later = "probe = nn.Sequential(nn.Linear(5, 3))\n"
        assert find(SIZED + "net = Sized(5, 3)\n" + later).__name__ == "Sized"

    def test_one_whose_variable_was_taken_by_another_is_remembered(self):
        finder = NetworkFinder([5], [3])
        namespace = run(SIZED + "model = Sized(5, 3)\n")
        finder.watch(namespace)
        namespace["model"] = namespace["Sized"](7, 2)
        finder.watch(namespace)
        found = finder.find(namespace, "Wanted", ("hw",), {})
        assert found.__name__ == "Sized"
        assert out(found, torch.zeros(4, 5)).shape == (4, 3)

    def test_of_very_many_the_latest_are_remembered(self):
        finder, namespace = NetworkFinder([5], [3]), run(SIZED + "model = Sized(5, 3)\n")
        finder.watch(namespace)
        for _ in range(REMEMBERED):
            namespace["model"] = namespace["Sized"](7, 2)
            finder.watch(namespace)
        assert finder.find(namespace, "Wanted", ("hw",), {}) is None

    def test_each_call_gives_a_copy_that_learned_nothing(self):
        source = """
        model = nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))
        model(torch.ones(8, 5)).sum().backward()
        with torch.no_grad():
            for each in model.parameters():
                each.fill_(7.0)
        model.eval()
        """
        finder, namespace = NetworkFinder([5], [3]), run(source)
        found = finder.find(namespace, "Wanted", ("hw",), {})
        first, second = found(), found()
        assert first is not second
        for made in (first, second):
            assert made.training
            assert not (made[0].weight == 7.0).any()
            assert (made[1].weight == 1.0).all()
            assert (made[1].running_mean == 0.0).all()
            assert all(each.grad is None for each in made.parameters())
        assert not torch.equal(first[0].weight, second[0].weight)
        assert (namespace["model"][0].weight == 7.0).all()

    def test_one_in_double_precision_is_made_in_the_precision_of_now(self):
        found = find(SIZED + "model = Sized(5, 3).double()\n")
        assert {each.dtype for each in found().parameters()} == {torch.get_default_dtype()}

    def test_one_that_cannot_be_copied_is_passed_over(self):
        source = "model = Sized(5, 3)\nmodel.kept = (torch.ones(2, requires_grad=True) * 2,)\n"
        assert find(SIZED + source) is None


class TestNamesThatAreTaken:
    @pytest.mark.parametrize(
        "source",
        ["class Wanted(nn.Module):\n    pass\n", "def Wanted():\n    pass\n", "Wanted = 3\n"],
        ids=["class", "function", "number"],
    )
    def test_what_has_the_name_keeps_it(self, source):
        assert find(PLAIN + source) is None

    def test_a_class_that_asks_for_arguments_is_made_as_its_instance_was(self):
        source = SIZED.replace("Sized", "Wanted") + "model = Wanted(5, 3)\n"
        found = find(PLAIN + source + "other = nn.Linear(5, 3)\n")
        assert found.__name__ == "Wanted"
        assert type(found()).__name__ == "Wanted"

    def test_without_an_instance_that_fits_it_keeps_the_name(self):
        source = SIZED.replace("Sized", "Wanted") + "model = Wanted(6, 3)\n"
        assert find(PLAIN + source) is None

    def test_one_whose_instances_could_not_be_seen_has_no_name(self):
        sized = SIZED.replace("Sized", "Wanted")
        finder, other = NetworkFinder([5], [3]), NetworkFinder([5], [3])
        unseen = finder.find(run(PLAIN + sized), "Wanted", ("hw",), {}, used=True)
        assert unseen.__name__ == ""
        with pytest.raises(TypeError, match="'inputs' and 'outputs'"):
            unseen()
        seen = run(PLAIN + sized + "model = Wanted(6, 3)\n")
        assert other.find(seen, "Wanted", ("hw",), {}, used=True) is None

    def test_an_instance_of_the_name_is_copied_whether_it_fits_or_not(self):
        found = find("Wanted = nn.Linear(6, 2)\n")
        assert out(found, torch.zeros(4, 6)).shape == (4, 2)


def test_a_network_for_images_is_told_from_one_for_features():
    source = PLAIN.replace("nn.Linear(5, 3)", "nn.Sequential(nn.Conv2d(3, 4, 8), nn.Flatten())")
    found = find(source + SIZED + "model = Sized(5, 3)\n", inputs=(3, 8, 8), outputs=(4,))
    assert found.__name__ == "Net"
    assert isinstance(found(), nn.Module)
    shape = out(found, torch.from_numpy(np.zeros((2, 3, 8, 8), np.float32))).shape
    assert shape == (2, 4)
