import numpy as np
import pytest

from grader.checks import open_network
from grader.checks.question import Question
from grader.records import CheckSpec

SHAPES = {"train": np.ones((2, 3)), "eval": np.ones((2, 3)), "others": [], "counts": {}}


def question(*asks):
    params = open_network.parse({"convention": "torch_module", "asks": list(asks)})
    spec = CheckSpec("mlp/open", "open_network", params)
    return Question(spec, "mlp.MLP", 1, None, None)


def problems(asks, answer, expected=SHAPES):
    return list(open_network._problems(question(*asks), answer, expected))


def test_another_convention_is_refused():
    with pytest.raises(ValueError, match="is put to a network of PyTorch, not by the convention"):
        open_network.parse({"convention": "torch_function"})


def test_everything_is_looked_at_unless_given():
    params = open_network.parse({"convention": "torch_module"})
    assert params.asks == {"training", "weights", "activations", "evaluation", "scores"}


def test_an_answer_of_another_shape_is_named_with_both_shapes():
    ((message, hint),) = problems(["training"], {"train": np.ones((3, 2)), "unreached": []})
    assert message == (
        "mlp.MLP gave an output of shape (3, 2) for a batch of 2; expected shape (2, 3), one "
        "number for each class."
    )
    assert "as many outputs as there are classes" in hint


@pytest.mark.parametrize("forged", [None, "none", 7, {"a": 1}])
def test_an_answer_that_is_no_list_of_names_says_that_no_gradient_reaches_anything(forged):
    ((message, _),) = problems(["training"], {"train": np.ones((2, 3)), "unreached": forged})
    assert message.startswith("No gradient reaches")


def test_a_network_with_fewer_numbers_than_the_reference_has_weights_is_told():
    expected = {**SHAPES, "counts": {"weight 4x5": 2, "bias 9": 1}}
    answer = {"train": np.ones((2, 3)), "parameters": 39}
    ((message, _),) = problems(["weights"], answer, expected)
    assert "has 39 parameters; the weights of its linear layers alone are 40" in message
    assert problems(["weights"], {**answer, "parameters": 40}, expected) == []


def test_a_linear_function_is_told_from_a_bent_one():
    x = np.array([[1.0, -2.0, 0.5], [0.3, 2.0, -1.0]])
    expected = {**SHAPES, "turned": 0, "doubled": 0, "zero": 0}

    def answer(f):
        outputs = {"eval": f(x), "turned": f(-x), "doubled": f(2 * x), "zero": f(0 * x)}
        return {"train": f(x), **outputs}

    ((message, _),) = problems(["activations"], answer(lambda x: 3 * x + 1), expected)
    assert "is a linear function of its inputs" in message
    for bent in (np.tanh, np.abs, lambda x: np.maximum(x, 0), np.exp):
        assert problems(["activations"], answer(bent), expected) == []


@pytest.mark.parametrize("forged", [None, "text", np.array(["a"]), np.array([1j]), [1, 2], {}])
def test_what_is_no_array_of_numbers_is_a_wrong_answer_and_no_fault_of_ours(forged):
    names = ("train", "eval", "again", "alone", "turned", "doubled", "zero", "far")
    expected = {**dict.fromkeys(names, np.ones((2, 3))), "others": [np.ones((1, 3))], "counts": {}}
    asks = sorted(open_network.ASKS)
    answer = {**dict.fromkeys(names, forged), "others": forged, "unreached": forged}
    assert problems(asks, answer, expected)
    right = {**expected, "unreached": []}
    for name in names:
        assert isinstance(problems(asks, {**right, name: forged}, expected), list)


def test_leftovers_are_no_fault_where_enough_layers_are_used():
    expected = {**SHAPES, "counts": {"weight 4x5": 2, "bias 9": 1}}
    answer = {"train": np.ones((2, 3)), "unreached": ["bn.weight"], "parameters": 46, "idle": 6}
    assert problems(["training"], answer, expected) == []
    for other in ({"idle": 7}, {"idle": 0}, {"idle": None}, {"parameters": None}, {"idle": -1}):
        ((message, _),) = problems(["training"], {**answer, **other}, expected)
        assert message == "No gradient reaches 'bn.weight' of mlp.MLP."


def softmax(scores):
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype("float32")


SCORES = np.random.default_rng(5).normal(size=(40, 5)).astype("float32") * 40


@pytest.mark.parametrize(
    "cut",
    [
        lambda z: np.maximum(z, 0),
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
        lambda z: softmax(np.maximum(z, 0)),
        lambda z: np.log(softmax(np.clip(z, 0, 60))),
    ],
)
def test_scores_that_an_activation_cuts_off_are_told(cut):
    expected = {**SHAPES, "far": SCORES}
    answer = {"train": np.ones((2, 3)), "far": cut(SCORES)}
    ((message, hint),) = problems(["scores"], answer, expected)
    assert message == (
        "The outputs of mlp.MLP pass an activation: whatever the inputs are, the scores of several "
        "classes at once are the same least number."
    )
    assert "the last linear layer is followed by none but a softmax" in hint


@pytest.mark.parametrize(
    "fair",
    [
        lambda z: z,
        softmax,
        lambda z: softmax(30 * z),  # most of it underflows
        lambda z: np.log(softmax(z / 9)),
        lambda z: np.log(softmax(z) + 1e-8),
        lambda z: np.clip(softmax(z), 1e-7, 1),
        lambda z: 1 / (1 + np.exp(-np.clip(30 * z, -80, 80))),
        lambda z: np.clip(z, -20, 20),
        lambda z: np.zeros_like(z),
        lambda z: np.full_like(z, np.nan),
        lambda z: z[0],
    ],
)
def test_scores_and_what_a_softmax_makes_of_them_are_not_cut_off(fair):
    assert not open_network.are_cut_off(fair(SCORES))


def test_outputs_that_are_all_zero_do_not_say_that_activations_are_missing():
    outputs = dict.fromkeys(("eval", "turned", "doubled", "zero"), np.zeros((2, 3)))
    assert not open_network.is_affine(outputs)
