"""The layer normalization for PyTorch, and the hand-in's three forms of it."""

import importlib.util
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from reference.layers.layer_norm_autograd import (  # noqa: E402 - PyTorch may be missing
    NormalizeRows,
    check_rows,
    normalize_rows,
)

HANDIN = Path(__file__).parents[3] / "reference" / "handins" / "uva_dl1_2020_p1" / "code"
BOTH = pytest.mark.parametrize("normalize", [normalize_rows, NormalizeRows.apply])
SHAPES = pytest.mark.parametrize("shape", [(4, 5), (1, 7), (6, 1), (2, 64)])


@pytest.fixture(scope="module")
def handin():
    spec = importlib.util.spec_from_file_location("cln", HANDIN / "custom_layernorm.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(*shapes, mean=0.0):
    generator = torch.Generator().manual_seed(11)
    return [
        (mean + torch.randn(*shape, generator=generator, dtype=torch.float64)).requires_grad_()
        for shape in shapes
    ]


@BOTH
def test_values_worked_out_by_hand(normalize):
    # Row (1, 3): mean 2, variance 1; with eps 3 the deviation is 2, so x_hat is (-1/2, 1/2).
    x = torch.tensor([[1.0, 3.0]], requires_grad=True)
    gamma, beta = torch.tensor([4.0, 8.0], requires_grad=True), torch.tensor([10.0, 20.0])
    y = normalize(x, gamma, beta, 3.0)
    assert y.tolist() == [[8.0, 24.0]]
    # dx_hat = (4, 0): less its mean 2, less x_hat mean(dx_hat x_hat) = -x_hat, over 2
    y.backward(torch.tensor([[1.0, 0.0]]))
    assert x.grad.tolist() == [[(2 - 0.5) / 2, (-2 + 0.5) / 2]]
    assert gamma.grad.tolist() == [-0.5, 0.0]


@BOTH
@SHAPES
@pytest.mark.parametrize("mean", [0.0, 1e4])
def test_it_agrees_with_the_layer_of_pytorch(normalize, shape, mean):
    ours = drawn(shape, shape[1:], shape[1:], mean=mean)
    theirs = [each.detach().clone().requires_grad_() for each in ours]
    dy = torch.cos(torch.arange(shape[0] * shape[1], dtype=torch.float64)).reshape(shape)
    got = normalize(*ours, 1e-5)
    wanted = torch.nn.functional.layer_norm(theirs[0], shape[1:], theirs[1], theirs[2], 1e-5)
    torch.testing.assert_close(got, wanted, rtol=1e-9, atol=1e-9 * max(1.0, mean))
    got.backward(dy)
    wanted.backward(dy)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=1e-8, atol=1e-8 * max(1.0, mean))


@BOTH
@SHAPES
def test_the_gradients_agree_with_differences(normalize, shape):
    arrays = drawn(shape, shape[1:], shape[1:])
    assert torch.autograd.gradcheck(lambda *each: normalize(*each, 1e-2), arrays)


def test_the_operation_has_the_eps_of_the_assignment_by_default():
    x, gamma, beta = drawn((3, 4), (4,), (4,))
    # Rows this close together show which eps was added.
    small = 1e-3 * x
    wanted = normalize_rows(small, gamma, beta, 1e-5)
    torch.testing.assert_close(NormalizeRows.apply(small, gamma, beta), wanted)
    assert not torch.allclose(NormalizeRows.apply(small, gamma, beta, 1e-8), wanted)


@pytest.mark.parametrize(
    ("needed", "saved"),
    [
        ((True, True, True), 3),
        ((True, False, False), 3),
        ((False, True, True), 1),
        ((False, True, False), 1),
        ((False, False, True), 0),
    ],
)
def test_only_what_is_needed_is_kept_and_computed(needed, saved):
    arrays = [
        each.detach().requires_grad_(wanted)
        for each, wanted in zip(drawn((3, 4), (4,), (4,)), needed, strict=True)
    ]
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda each: kept.append(each) or each, _same):
        y = NormalizeRows.apply(*arrays)
    assert len(kept) == saved
    answers = NormalizeRows.backward(_Context(needed, kept), torch.ones_like(y))
    assert [answer is not None for answer in answers] == [*needed, False]
    y.backward(torch.ones_like(y))
    for one, answer in zip(arrays, answers[:3], strict=True):
        assert (one.grad is None) == (answer is None)


def _same(each):
    return each


class _Context:
    def __init__(self, needed, kept):
        self.needs_input_grad = (*needed, False)
        self.saved_tensors = tuple(kept)


@pytest.mark.parametrize("shape", [(3, 5), (3, 1), (4,), (2, 3, 4)])
def test_an_input_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"normalizes rows of 4 numbers\. Pass a batch of shape"):
        check_rows(torch.zeros(shape), 4)


@pytest.mark.parametrize("name", ["CustomLayerNormAutograd", "CustomLayerNormManualModule"])
def test_the_modules_of_the_hand_in(handin, name):
    module = getattr(handin, name)(6, eps=1e-3)
    parameters = dict(module.named_parameters())
    assert {key: value.unique().tolist() for key, value in parameters.items()} == {
        "gamma": [1.0],
        "beta": [0.0],
    }
    assert {value.shape for value in parameters.values()} == {(6,)}
    x = torch.randn(5, 6, generator=torch.Generator().manual_seed(2))
    wanted = torch.nn.functional.layer_norm(x, (6,), eps=1e-3)
    torch.testing.assert_close(module(x), wanted, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="the input has shape"):
        module(x[:, :1])


def test_the_module_of_question_3_2_c_calls_the_operation(handin):
    module = handin.CustomLayerNormManualModule(3)
    assert "CustomLayerNormManualFunction" in type(module(torch.ones(2, 3)).grad_fn).__name__
