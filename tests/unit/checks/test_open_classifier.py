"""Classifiers of free design: what their outputs show, and what is said of it."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.checks import CHECK_KINDS, open_classifier
from grader.checks.classifier_conduct import ASKS, RUNS, problems
from grader.errors import ReferenceFault
from grader.records import Outcome

INPUTS = {"x": {"normal": {"shape": [6, 5]}}}
CHECK = {"convention": "torch_module", "inputs": INPUTS, "options": {"construct": []}}


def answer(width=2, **changed):
    """Makes what the driver says of a right network, for a batch of 6."""
    rng = np.random.default_rng(0)
    found = {name: rng.normal(size=(6, width)) for name in RUNS}
    found["again"], found["alone"] = found["eval"], found["eval"][:1]
    found["mixed"] = np.concatenate([found["first"][:1], found["mixed"][1:]])
    found["others"] = [np.ones((1, width)), np.ones((7, width))]
    facts = {"parameters": 9, "unreached": [], "operations": ["AddmmBackward0"], "batch_norms": []}
    return {**found, **facts, **changed}


def code_cell(source):
    return SimpleNamespace(kind="code", source=source)


def said(found, asks=ASKS, widths=(1, 2)):
    return next(problems("hw2.MLP", 6, widths, frozenset(asks), found), ("", ""))[0]


def test_another_convention_is_refused():
    with pytest.raises(ValueError, match="is put to a network of PyTorch, not by the convention"):
        open_classifier.parse({"convention": "torch_function", "outputs": [1]})


def test_everything_is_looked_at_unless_given():
    params = open_classifier.parse({"convention": "torch_module", "outputs": [1, 2]})
    assert params.asks == set(ASKS)
    assert params.outputs == (1, 2)


@pytest.mark.parametrize("width", [1, 2])
def test_scores_of_each_width_are_right(width):
    assert said(answer(width)) == ""


def test_a_single_score_needs_no_axis_of_its_own():
    found = answer(1)
    flat = {name: found[name][:, 0] for name in RUNS}
    others = [each[:, 0] for each in found["others"]]
    assert said({**found, **flat, "others": others}) == ""
    squeezed = {**flat, "alone": flat["alone"].reshape(())}
    assert said({**found, **squeezed, "others": [np.ones(()), others[1]]}) == ""


@pytest.mark.parametrize("run", RUNS)
def test_another_shape_is_named_with_those_that_are_right(run):
    rows = 1 if run == "alone" else 6
    assert said(answer(**{run: np.ones((rows, 3))})) == (
        f"hw2.MLP gave an output of shape {(rows, 3)} for a batch of {rows}; expected shape "
        f"{(rows, 1)} or {(rows, 2)}."
    )


def test_a_batch_of_another_size_has_as_many_rows():
    found = answer(others=[np.ones((1, 2)), np.ones((6, 2))])
    assert "gave an output of shape (6, 2) for a batch of 7; expected shape (7, 1)" in said(found)


def test_a_width_that_changes_is_told():
    found = answer(alone=np.ones((1, 1)))
    assert said(found) == (
        "hw2.MLP gives 1 and 2 scores for a row, in different calls; expected the same number in "
        "all."
    )


def test_outputs_that_are_not_finite_are_told():
    assert "not finite numbers" in said(answer(eval=np.full((6, 2), np.nan)))


@pytest.mark.parametrize("forged", [0, -1, None, "many", True])
def test_a_network_without_parameters_is_told(forged):
    assert "hw2.MLP has no parameters" in said(answer(parameters=forged))


def test_parameters_without_gradient_are_named():
    assert "No gradient reaches 'fc.weight' of hw2.MLP" in said(answer(unreached=["fc.weight"]))


def test_tensors_that_no_optimizer_is_told_of_are_counted():
    assert said(answer(unregistered=2)) == (
        "hw2.MLP computes with 2 tensors that could learn, but that parameters() does not give, so "
        "no optimizer changes them."
    )


def test_rows_that_sum_to_one_are_probabilities():
    found = answer()
    probabilities = {name: np.exp(found[name]) for name in RUNS}
    for each in probabilities.values():
        each /= each.sum(axis=1, keepdims=True)
    assert said({**found, **probabilities}, ["scores"]) == (
        "hw2.MLP gives probabilities: each row sums to 1. Expected scores."
    )
    assert said({**found, **probabilities}, ["activations"]) == ""


@pytest.mark.parametrize(
    ("operations", "ends_in_one"),
    [
        (["SigmoidBackward0"], True),
        (["SqueezeBackward1", "ViewBackward0", "SigmoidBackward0"], True),
        (["AddmmBackward0", "SigmoidBackward0"], False),
        (["LogSigmoidBackward0"], False),
        ([], False),
        ("SigmoidBackward0", False),
        (None, False),
    ],
)
def test_a_sigmoid_at_the_end_is_told_and_none_before_it(operations, ends_in_one):
    found = said(answer(1, operations=operations), ["scores"])
    assert ("ends in a sigmoid" in found) is ends_in_one


def test_a_sigmoid_of_one_score_may_stay_where_the_loss_takes_probabilities():
    every = frozenset(ASKS)
    single = answer(1, operations=["SigmoidBackward0"])
    assert next(problems("hw2.MLP", 6, (1, 2), every, single, own_sigmoid=True), "") == ""
    two = answer(2, operations=["SigmoidBackward0"])
    found = next(problems("hw2.MLP", 6, (1, 2), every, two, own_sigmoid=True))
    assert "ends in a sigmoid" in found[0]


@pytest.mark.parametrize(
    ("source", "takes"),
    [
        ("criterion = nn.BCELoss()", True),
        ("loss = F.binary_cross_entropy(out, y)", True),
        ("loss = F.binary_cross_entropy_with_logits(out, y)", False),
        ("criterion = nn.BCEWithLogitsLoss()  # or nn.BCELoss()", False),
        ("print('nn.BCELoss')", False),
    ],
)
def test_the_loss_is_read_from_the_code_of_a_file_or_a_notebook(source, takes):
    file = SimpleNamespace(files={"hw2.py": source.encode()}, notebooks=())
    cells = [SimpleNamespace(kind="markdown", source="nn.BCELoss"), code_cell(source)]
    notebook = SimpleNamespace(files={}, notebooks=(SimpleNamespace(cells=cells),))
    for handin in (file, notebook):
        assert open_classifier.takes_probabilities(handin) is takes
    assert not open_classifier.takes_probabilities(None)


def test_rows_that_depend_on_the_others_are_laid_to_batch_normalization():
    found = answer()
    found["mixed"] = found["mixed"] + 0.01
    assert said(found, ["no_batch_norm"]) == (
        "In training mode, what hw2.MLP gives for an input changes with the other inputs of its "
        "batch. Batch normalization does that, and is not allowed here."
    )
    named = said({**found, "batch_norms": ["norm1", "norm2"]}, ["no_batch_norm"])
    assert named.endswith(" Its parts 'norm1', 'norm2' are layers of it.")
    assert said(found, ["scores", "activations", "evaluation"]) == ""


@pytest.mark.parametrize("forged", [None, "text", np.array(["a"]), np.array([1j]), [1, 2], {}, 7])
def test_what_is_no_array_of_numbers_is_a_wrong_answer_and_no_fault_of_ours(forged):
    assert said(dict.fromkeys(answer(), forged))
    for name in answer():
        assert isinstance(said(answer(**{name: forged})), str)


class TestNetworks:
    """Networks of PyTorch, put to the check in this process."""

    @pytest.fixture
    def network(self, torch):
        nn = torch.nn

        def make(*layers):
            return lambda: nn.Sequential(nn.Linear(5, 8), *(layer() for layer in layers))

        return make

    @pytest.fixture
    def judged(self, torch, ask, network):
        nn = torch.nn
        right = network(nn.ReLU, lambda: nn.Linear(8, 2))

        def run(made, **changed):
            data = {**CHECK, "outputs": [1, 2], **changed}
            return ask("open_classifier", "Mine", data, reference={"Mine": right}, Mine=made)

        return run

    def test_a_right_one_passes_and_its_parameters_are_counted(self, torch, judged, network):
        nn = torch.nn
        found = judged(network(nn.Tanh, nn.Dropout, lambda: nn.Linear(8, 1)))
        assert found.outcome is Outcome.PASSED
        assert found.evidence["cases"][0]["parameters"] == 57

    def test_a_last_layer_of_zeros_hides_nothing(self, torch, judged):
        nn = torch.nn

        def zeros(*below):
            def make():
                last = nn.Linear(8, 2)
                nn.init.zeros_(last.weight)
                nn.init.zeros_(last.bias)
                return nn.Sequential(nn.Linear(5, 8), *(each() for each in below), last)

            return make

        assert judged(zeros(nn.ReLU)).outcome is Outcome.PASSED
        assert "is a linear function" in judged(zeros()).message
        normed = judged(zeros(lambda: nn.BatchNorm1d(8), nn.ReLU))
        assert "Its part '1' is a layer of it." in normed.message

    def test_other_normalizations_and_dropout_are_no_batch_normalization(
        self, torch, judged, network
    ):
        nn = torch.nn
        for norm in (lambda: nn.LayerNorm(8), lambda: nn.GroupNorm(2, 8), nn.Dropout):
            found = judged(network(norm, nn.ReLU, lambda: nn.Linear(8, 2)))
            assert found.outcome is Outcome.PASSED, found.message

    def test_batch_normalization_passes_where_it_is_not_banned(self, torch, judged, network):
        nn = torch.nn
        made = network(lambda: nn.BatchNorm1d(8), nn.ReLU, lambda: nn.Linear(8, 2))
        assert judged(made).outcome is Outcome.FAILED
        rest = ["scores", "activations", "evaluation"]
        assert judged(made, asks=rest).outcome is Outcome.PASSED

    def test_layers_that_take_their_sizes_from_the_batch_get_them(self, torch, judged):
        nn = torch.nn
        made = judged(lambda: nn.Sequential(nn.LazyLinear(4), nn.GELU(), nn.LazyLinear(2)))
        assert made.outcome is Outcome.PASSED

    def test_layers_in_a_plain_list_beside_others_are_told(self, torch, judged, network):
        nn = torch.nn

        class Residual(nn.Module):
            def __init__(self, container):
                super().__init__()
                self.first, self.last = nn.Linear(5, 8), nn.Linear(8, 2)
                self.residual = container([nn.Linear(8, 8)])

            def forward(self, x):
                h = torch.relu(self.first(x))
                return self.last(h + self.residual[0](h))

        assert judged(lambda: Residual(nn.ModuleList)).outcome is Outcome.PASSED
        found = judged(lambda: Residual(list))
        assert found.outcome is Outcome.FAILED
        assert found.message.startswith("Mine computes with 2 tensors that could learn, but that")
        assert "layers in a plain list are not found" in found.hint

    def test_a_constructor_that_raises_is_told(self, torch, judged):
        def refuse():
            raise ValueError("no layers yet")

        assert "no layers yet" in judged(refuse).message

    def test_every_case_is_asked_and_named(self, torch, judged, network):
        nn = torch.nn
        cases = [
            {"name": "small"},
            {"name": "wide", "inputs": {"x": {"normal": {"shape": [3, 5]}}}},
        ]
        found = judged(network(nn.ReLU, lambda: nn.Linear(8, 3)), cases=cases)
        assert "(small)" in found.message
        assert "2 of 2 cases fail" in found.message

    def test_a_reference_that_is_wrong_is_our_fault(self, torch, ask, network):
        made = network(torch.nn.ReLU)
        with pytest.raises(ReferenceFault, match="the reference itself failed: Mine gave an outp"):
            ask("open_classifier", "Mine", {**CHECK, "outputs": [2]}, Mine=made,
                reference={"Mine": made})  # fmt: skip


def test_it_is_listed_among_the_kinds():
    assert CHECK_KINDS["open_classifier"] is open_classifier.KIND
