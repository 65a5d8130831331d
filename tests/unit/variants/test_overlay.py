"""Sources of variants: what an edit changes, and which edits are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.errors import VariantError
from grader.variants.catalogue import Edit, Misconception
from grader.variants.overlay import Sources, overlaid, variant_of

SOURCES = {"a.py": b"y = x @ w + b\n", "c.py": b"z = 1\n"}
RIGHT = Sources(handin={"layers.py": b"p = 0.5\n"}, library=SOURCES)
WRONG = Misconception(
    name="without_bias",
    family="affine",
    file="a.py",
    edits=(Edit(" + b", ""),),
    says="the bias is left out",
    hint="Compare with the formula.",
    because="The product alone has the right shape.",
)
OWN = replace(WRONG, file="handins/hw1/code/layers.py", edits=(Edit("0.5", "1.0"),))


def test_an_edit_changes_its_file_and_nothing_else() -> None:
    assert overlaid(SOURCES, "a.py", [Edit(" + b", "")]) == {**SOURCES, "a.py": b"y = x @ w\n"}
    assert SOURCES["a.py"] == b"y = x @ w + b\n"


def test_edits_are_applied_one_after_the_other() -> None:
    edits = [Edit("x @ w", "v"), Edit("v + b", "v")]
    assert overlaid(SOURCES, "a.py", edits)["a.py"] == b"y = v\n"


@pytest.mark.parametrize(("text", "times"), [("nothing of this", "nowhere"), (" ", "6 times")])
def test_an_edit_that_does_not_fit_exactly_once_is_refused(text: str, times: str) -> None:
    with pytest.raises(VariantError, match=rf"a\.py has the text '.*' {times}; an edit needs it"):
        overlaid(SOURCES, "a.py", [Edit(text, "")])


def test_a_long_text_is_shown_by_its_first_line() -> None:
    with pytest.raises(VariantError, match=r"the text 'x{79}…' nowhere"):
        overlaid(SOURCES, "a.py", [Edit("x" * 100 + "\nmore", "")])


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(VariantError, match=r"no source 'b\.py' to edit.* Name one of a\.py, c\.py"):
        overlaid(SOURCES, "b.py", [])


def test_a_misconception_of_the_library_keeps_the_hand_in() -> None:
    variant = variant_of(RIGHT, WRONG, "hw1", ["code"])
    assert variant == Sources(RIGHT.handin, {**SOURCES, "a.py": b"y = x @ w\n"})


def test_a_misconception_of_a_hand_in_keeps_the_library() -> None:
    variant = variant_of(RIGHT, OWN, "hw1", ["code"])
    assert variant == Sources({"layers.py": b"p = 1.0\n"}, SOURCES)


def test_another_assignments_hand_in_is_left_alone() -> None:
    assert variant_of(RIGHT, OWN, "hw2", ["code"]) is None


def test_a_folder_that_no_hand_in_has_is_refused() -> None:
    with pytest.raises(
        VariantError, match="lies in 'code', which is no folder of a hand-in of hw1"
    ):
        variant_of(RIGHT, OWN, "hw1", ["src"])
