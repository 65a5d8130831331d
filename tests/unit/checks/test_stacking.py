"""Networks that have to be stacked by nn.Sequential, or by tf.keras.Sequential."""

import pytest

from grader.checks import CHECK_KINDS
from tests.unit.conventions.conftest import tensorflow

__all__ = ["tensorflow"]

SAYS = (
    "Net made a network of the class 'Own', and no {} holds all of its layers; the assignment asks "
    "for one that is made with {}."
)


def asks(convention):
    return {
        "convention": convention,
        "stacked": True,
        "inputs": {"x": {"normal": {"shape": [1, 4]}}},
    }


@pytest.mark.torch
class TestPyTorch:
    @pytest.fixture
    def nets(self, torch):
        nn = torch.nn

        def stack():
            return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))

        class Own(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.second = nn.Linear(4, 3), nn.Linear(3, 2)

            def forward(self, x):
                return self.second(torch.relu(self.first(x)))

        class Derived(nn.Sequential):
            def __init__(self):
                super().__init__(nn.Sequential(nn.Linear(4, 3), nn.ReLU()), nn.LazyLinear(2))

        class Around(nn.Module):
            def __init__(self):
                super().__init__()
                self.net = stack()

            def forward(self, x):
                return self.net(x)

        class Half(Around):
            def __init__(self):
                super().__init__()
                self.last = nn.Linear(2, 2)

            def forward(self, x):
                return self.last(self.net(x))

        return {
            **{"stack": stack, "Own": Own, "Derived": Derived, "Around": Around, "Half": Half},
            **{"wrapped": lambda: nn.Sequential(Own()), "nothing": lambda: None},
        }

    @pytest.fixture
    def asked(self, ask, nets):
        def run(name):
            reference = {"Net": nets["stack"]}
            data = asks("torch_module")
            return ask("structure", "Net", data, Net=nets[name], reference=reference)

        return run

    @pytest.mark.parametrize("name", ["stack", "Derived", "Around"])
    def test_a_stack_passes_wherever_it_stands(self, asked, name):
        assert asked(name).outcome == "passed"

    def test_a_network_that_is_wired_by_hand_is_told_of(self, asked):
        result = asked("Own")
        assert result.outcome == "failed"
        assert result.message == SAYS.format("nn.Sequential", "nn.Sequential")
        assert result.hint.startswith("Give the layers to nn.Sequential, one after the other")

    @pytest.mark.parametrize("name", ["wrapped", "Half"])
    def test_a_stack_around_it_or_of_a_part_of_it_is_none(self, asked, name):
        assert "no nn.Sequential holds all of its layers" in asked(name).message

    def test_what_is_no_network_is_told_as_elsewhere(self, asked):
        assert asked("nothing").message == "Net made something that is not a torch.nn.Module."


@pytest.mark.tensorflow
class TestKeras:
    @pytest.fixture
    def nets(self, tensorflow):
        keras = tensorflow.keras
        dense = keras.layers.Dense

        def stack():
            return keras.Sequential([dense(3, activation="relu"), keras.Sequential([dense(2)])])

        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.first, self.second = dense(3), dense(2)

            def call(self, x):
                return self.second(self.first(x))

        class Around(keras.Model):
            def __init__(self):
                super().__init__()
                self.net = stack()

            def call(self, x):
                return self.net(x)

        return {
            **{"stack": stack, "Own": Own, "Around": Around},
            "wrapped": lambda: keras.Sequential([Own()]),
        }

    @pytest.fixture
    def asked(self, ask, nets):
        def run(name):
            reference = {"Net": nets["stack"]}
            return ask("structure", "Net", asks("keras_model"), Net=nets[name], reference=reference)

        return run

    @pytest.mark.parametrize("name", ["stack", "Around"])
    def test_a_stack_passes_wherever_it_stands(self, asked, name):
        assert asked(name).outcome == "passed"

    def test_a_model_that_is_wired_by_hand_is_told_of(self, asked):
        wanted = "tf.keras.Sequential"
        assert asked("Own").message == SAYS.format(wanted, wanted)

    def test_a_stack_around_it_is_none(self, asked):
        assert "no tf.keras.Sequential holds all" in asked("wrapped").message


def test_only_networks_of_a_library_have_stacks():
    data = {"subject": "Net", "stacked": True, "convention": "network_with_loss"}
    with pytest.raises(ValueError, match="this check's convention is network_with_loss") as caught:
        CHECK_KINDS["structure"].parse(data)
    assert str(caught.value).startswith("stacked looks into a torch_module or a keras_model;")
