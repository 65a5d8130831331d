"""What a module lacks of the parameters that a question is about, in words."""

from grader.conventions.convention import Subject
from grader.conventions.parameter_groups import absent_fault

LN = Subject("ln.LayerNorm")


def test_groups_that_are_missing_are_named_with_those_that_are_there_instead():
    fault = absent_fault(LN, ["scale 1", "shift 7"], ["scale 7", "shift 7"])
    assert fault is not None
    assert fault.message == (
        "ln.LayerNorm is not built of the layers that the assignment asks for: it has no 'scale of "
        "a normalization of shape (7)', and it has parameters that belong nowhere: 'scale of a "
        "normalization of shape (1)'."
    )


def test_further_groups_are_no_fault_and_neither_are_other_outputs():
    assert absent_fault(LN, ["scale 7", "bias 3"], ["scale 7"]) is None
    assert absent_fault(LN, [], ["out"]) is None
