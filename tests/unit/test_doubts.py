"""What a worker says a subject hangs on leaves open what was lost, and earns nothing."""

import pytest

from grader.doubts import opened
from grader.records import CheckResult, Outcome
from grader.worker.inside import operations as ops
from grader.worker.program import Replies


class Session:
    """Answers whatever it is asked with one value."""

    def __init__(self, answer):
        self.answer = answer

    def run(self, program):
        return Replies(program, [(ops.VALUE, self.answer)])


def ask(answer, outcome=Outcome.FAILED, credit=0.0, forbidden=()):
    result = CheckResult("cnn/design", "open_classifier", outcome, credit, "It gave nothing.")
    return opened(result, Session(answer), "hw2.CNN", forbidden, "{}:{}".format)


LIBRARY = ("library", "torchvision.datasets.Imagenette.classes", "hw2", 7)


def test_what_was_lost_for_lack_of_a_library_is_left_to_a_person():
    result = ask(LIBRARY, Outcome.PARTIAL, 0.5)
    assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
    assert result.message == (
        "Not judged: hw2.CNN hangs on what 'torchvision.datasets.Imagenette.classes' gives (hw2:7),"
        " and torchvision is not installed where this is graded, so a person looks at it. What "
        "came out without: It gave nothing."
    )
    assert result.hint == (
        "To have it judged here, do without torchvision: compute its value yourself, or write it "
        "down, such as 10 for the number of classes."
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("library", "einops.rearrange", "", 0), "what 'einops.rearrange' gives, and einops is"),
        (
            ("file", "magic04.data", "hw2", 3),
            "a file, 'magic04.data', that is not here (hw2:3)",
        ),
        (("file", "", "", 0), "a file that is not here, so"),
        (("training", "", "hw2", 9), "a statement that trains, and is not run here (hw2:9), so"),
        (("cut", "", "hw2", 9), "a statement that takes too long to be run here (hw2:9), so"),
    ],
)
def test_each_reason_is_said(answer, said):
    result = ask(answer)
    assert f"hangs on {said}" in result.message
    assert result.hint.startswith("To have it judged here, ")


def test_what_is_right_stays_right_and_is_not_asked_for():
    assert ask(LIBRARY, Outcome.PASSED, 1.0).outcome is Outcome.PASSED


@pytest.mark.parametrize("answer", [None, 5, "x", ("library",), ("library", 1, "hw2", 7)])
def test_what_hangs_on_nothing_is_wrong(answer):
    assert ask(answer).outcome is Outcome.FAILED


def test_a_library_that_is_not_allowed_is_no_excuse():
    assert ask(("library", "keras.layers", "a", 1), forbidden=["keras"]).outcome is Outcome.FAILED
