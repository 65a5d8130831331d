"""Functions that measure a classifier: what they tell, in every form, and what they leave."""

import numpy as np
import pytest

from grader.conventions import CONVENTIONS
from grader.conventions.classifier_evaluation import accuracy_of
from grader.conventions.convention import Call, Computed, Subject
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.program import Fault, FaultKind, Replies

MEASURE = CONVENTIONS["classifier_evaluation"]
PAIR = {"arguments": ["loader", "model", "criterion"], "batch_size": 2}
COUNT = {"arguments": ["loader", "model_fn", "params"], "batch_size": 2, "measured": "accuracy"}
# One weight of 1 and classes 0 and 1: the scores of x are (x, 2 x) for x > 0, so 1 wins.
DATA = {
    "x": np.array([[1.0], [2.0], [3.0]], np.float32),
    "y": np.array([1, 1, 0]),
    "w1": np.array([[1.0]], np.float32),
    "w2": np.array([[1.0, 2.0]], np.float32),
}


@pytest.fixture
def ask(torch, in_process):
    def run(function, options, **inputs):
        session = in_process({"f": function})
        (answer,) = MEASURE.forward(
            session, Subject("f"), [Call({**DATA, **inputs}, None, (), options)]
        )
        return answer

    return run


def test_loader_model_and_criterion_arrive_in_the_order_of_the_arguments(ask, torch):
    def measure(loader, model, criterion):
        sizes = [len(y) for _, y in loader]
        scores = torch.cat([model(x) for x, _ in loader])
        assert scores.tolist() == [[1, 2], [2, 4], [3, 6]]
        return float(criterion(scores[:1], torch.tensor([1]))), sizes

    answer = ask(measure, PAIR)
    assert answer.outputs["average_loss"] == pytest.approx(np.log(1 + np.exp(-1)))
    assert answer.outputs["accuracy"] == [2, 1]


def test_another_criterion_is_handed_over_where_the_rubric_says_so(ask):
    def measure(loader, model, criterion):
        return type(criterion).__name__ == "MultiMarginLoss", 0

    assert ask(measure, {**PAIR, "criterion": "multi_margin"}).outputs["average_loss"] is True


def test_a_normalized_module_differs_between_its_modes(ask, torch):
    def measure(loader, model, criterion):
        x = torch.cat([x for x, _ in loader])
        return [model.train()(x)[0, 0].item(), model.eval()(x)[0, 0].item()]

    told = ask(measure, {**PAIR, "normalized": True}).outputs
    assert abs(told["average_loss"] - told["accuracy"]) > 0.5


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_the_mode_in_which_it_counts_is_told_whatever_comes_out(ask, mode):
    def measure(loader, model):
        model.train(mode == "train")
        for x, _ in loader:
            model(x)
        model.eval()
        print("Got 1 / 3 correct")

    options = {"arguments": ["loader", "model"], "batch_size": 3, "measured": "accuracy"}
    told = ask(measure, {**options, "normalized": True}).outputs
    assert told == {"accuracy": pytest.approx(1 / 3), "training mode (1 is on)": mode == "train"}
    assert ask(measure, options).outputs == {"accuracy": pytest.approx(1 / 3)}


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_a_module_is_handed_over_in_the_mode_that_is_asked_for(ask, mode):
    def measure(loader, model, criterion):
        return model.training, all(each.training for each in model)

    told = ask(measure, {**PAIR, "normalized": True, "mode": mode}).outputs
    assert told == {"average_loss": mode == "train", "accuracy": mode == "train"}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "f returned None; expected the 2 values (average_loss, accuracy)."),
        (0.5, "f returned a value of type float; expected the 2 values (average_loss, accuracy)."),
        ((1, 2, 3), "f returned a tuple of 3; expected the 2 values (average_loss, accuracy)."),
    ],
)
def test_what_is_no_pair_is_a_fault(ask, returned, said):
    answer = ask(lambda *_: returned, PAIR)
    assert (answer.kind, answer.message) == (FaultKind.MALFORMED, said)


def test_a_returned_tensor_that_holds_a_graph_is_a_fault(ask):
    def measure(loader, model, criterion):
        return sum(criterion(model(x), y) for x, y in loader), 0.5

    assert ask(measure, PAIR).outputs["accuracy"] == 0.5
    answer = ask(measure, {**PAIR, "traces": True})
    assert answer.message == (
        "What f returned still holds PyTorch's graph (it requires gradients), so the memory of "
        "every batch is kept as long as the number is."
    )
    assert answer.hint == (
        "Compute the loss inside `with torch.no_grad():`, or add up `loss.item()`."
    )


def test_gradients_that_are_left_are_a_fault(ask):
    def measure(loader, model, criterion):
        x, y = next(iter(loader))
        criterion(model(x), y).backward()
        return 0.0, 0.5

    answer = ask(measure, {**PAIR, "traces": True})
    assert answer.message == ("f left gradients in the model's parameters; measuring needs none.")
    assert answer.hint == "Remove the call of backward(): it belongs to the training step."


def test_scores_with_a_graph_are_a_fault_where_the_rubric_asks_for_it(ask):
    def measure(loader, model, criterion):
        return sum(criterion(model(x), y).item() for x, y in loader), 0.5

    assert list(ask(measure, {**PAIR, "traces": True}).outputs) == ["parameter 1", "parameter 2"]
    answer = ask(measure, {**PAIR, "traces": True, "graphs": True})
    assert answer.message == (
        "f had the scores computed with a graph, which takes time and memory and is never used."
    )
    assert answer.hint == "Go through the batches inside `with torch.no_grad():`."


def test_changed_parameters_show(ask, torch):
    def measure(loader, model_fn, params):
        with torch.no_grad():
            params[0] += 1
            print("Got 1 / 2 correct")

    outputs = ask(measure, {**COUNT, "traces": True, "graphs": True}).outputs
    assert outputs["parameter 1"].tolist() == [[2.0]]
    assert outputs["parameter 2"].tolist() == [[1.0, 2.0]]


def test_a_printed_line_tells_the_accuracy(ask, torch, capsys):
    def measure(loader, model_fn, params):
        with torch.no_grad():
            right = sum((model_fn(x, params).argmax(1) == y).sum() for x, y in loader)
        print(f"Got {right} / 3 correct ({100 * right / 3:.2f}%)")

    assert ask(measure, COUNT).outputs == {"accuracy": pytest.approx(2 / 3)}
    assert capsys.readouterr().out == ""


def test_a_function_that_tells_nothing_is_a_fault(ask):
    answer = ask(lambda *_: None, COUNT)
    assert answer.message == (
        "f printed no line such as `Got 12 / 64 correct (18.75%)`, and returned no accuracy either."
    )
    assert answer.hint == (
        "Print the number of right samples and that of all samples after the loop."
    )


def test_globals_are_filled_in_where_a_hand_in_lacks_them(ask, torch):
    def measure(loader, model, criterion):
        return 0.0, float(dtype is torch.float32 and device.type == "cpu")  # noqa: F821

    assert ask(measure, PAIR).outputs["accuracy"] == 1.0


@pytest.mark.parametrize(
    ("printed", "returned", "share"),
    [
        ("Got 12 / 64 correct (18.75%)", None, 0.1875),
        ("Checking accuracy\nGot 12 / 64 correct (18.75)\n", None, 0.1875),
        ("Got tensor(12) / 64 correct", None, 0.1875),
        ("batch 1 / 4\nbatch 4 / 4\naccuracy: 12/64", None, 0.1875),
        ("Got 1 / 4 correct\nGot 12 / 64 correct", 0.5, 0.1875),
        ("accuracy 18.75 %", None, 0.1875),
        ("Accuracy:  tensor(0.1875)", None, 0.1875),
        ("epoch 3, loss 0.5, ACC = 0.25, val_acc = 18.75\n1", None, 0.1875),
        ("accuracy of epoch 3", None, None),
        ("", 0.1875, 0.1875),
        ("", 18.75, 0.1875),
        ("", np.float32(0.1875).reshape(1), 0.1875),
        ("", (12, 64), 0.1875),
        ("", [12, 0], None),
        ("0 / 0", None, None),
        ("no number", float("nan"), None),
        ("", "12", None),
        ("", np.zeros(3), None),
        ("9" * 5000 + "/" + "9" * 5000, Opaque("thing"), None),
        (None, None, None),
    ],
)
def test_an_accuracy_is_found_in_what_was_printed_or_returned(printed, returned, share):
    assert accuracy_of(printed, returned) == share


@pytest.mark.parametrize("status", [ops.VALUE, ops.DONE, ops.RAISED, ops.MISSING, 99])
@pytest.mark.parametrize("options", [PAIR, COUNT, {**PAIR, "traces": True, "graphs": True}])
@pytest.mark.parametrize(
    "payload",
    [None, 7, "text", (), [], {}, {"returned": 1, "printed": 2, "parameters": 3}, ("a", -1)],
)
def test_a_reply_of_any_form_is_read(status, options, payload):
    class Answering:
        def run(self, program):
            return Replies(program, [(status, payload)] * len(program.operations))

    (answer,) = MEASURE.forward(Answering(), Subject("f"), [Call(DATA, None, (), options)])
    assert isinstance(answer, Computed | Fault)
    if status != ops.VALUE:
        assert isinstance(answer, Fault)
    elif not isinstance(payload, dict) and options is COUNT:
        assert answer.message == "The hand-in's process described one value and sent another."
