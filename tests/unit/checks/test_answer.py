"""Kind `answer`: which answers earn points, which lose them, and which a person looks at."""

import re

import pytest

from grader.checks.answer import KIND
from grader.checks.question import Question
from grader.handin import HandIn
from grader.records import CheckSpec, Outcome

OPTIONS = {"i": ["Convolution", "conv layer"], "ii": "ReLU", "iii": ["Max Pooling", "maxpool"]}
VARIABLES = {"X_11": [1, 2], "X_12": [1, 2], "k": [-2, -1]}
SUM = {"form": "formula", "variables": VARIABLES, "expected": "k * (X_11 + X_12)"}


@pytest.fixture
def ask():
    """Asks for `task1.c` in a sheet; by itself, a value is the whole answer to it."""

    def asked(value, *, sheet=None, hint="", seed=0, **data):
        params = KIND.parse({"subject": "task1.c", "answer": "task1.c", **data})
        answers = {"task1": {"c": value}} if sheet is None else sheet
        handin = HandIn("it", "folder", "sha256:0", ".", "it", {}, (), (), answers=answers)
        spec = CheckSpec("criterion/answer", "answer", params, hint=hint)
        return KIND.run(Question(spec, "task1.c", seed, None, None, handin=handin))

    return asked


class TestOutcomes:
    def test_a_right_answer_passes_and_is_kept_as_evidence(self, ask):
        result = ask("2 px", form="number", expected=2, unit=["px"])
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")
        assert result.evidence == {"key": "task1: c", "answer": "'2 px'"}

    def test_a_wrong_answer_fails_with_its_words_and_the_hint(self, ask):
        result = ask(3, form="number", expected=2, hint="Solve for P.")
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "The answer to task 1c, '3', is wrong."
        assert result.hint == "Solve for P."

    @pytest.mark.parametrize("sheet", [{"task1": {"c": None}}, {"task1": {"c": " "}}, {"b": 2}])
    def test_a_missing_answer_fails_and_its_place_is_told(self, ask, sheet):
        result = ask(None, sheet=sheet, form="number", expected=2, unit=["pixels"])
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "There is no answer to task 1c in the answer sheet (answers.yaml)."
        assert result.hint == (
            "Write it under `task1: c:` in answers.yaml: a number of pixels, such as 1234 or 0.5."
        )

    def test_a_hand_in_without_a_sheet_is_left_to_a_person(self, ask):
        result = ask(None, sheet={}, form="number", expected=2)
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert result.message == (
            "Not judged: the hand-in has no answer sheet (answers.yaml), so a person marks this "
            "from the report. To have it judged here, fill in answers.yaml and hand it in beside "
            "the code."
        )

    def test_a_question_without_a_hand_in_has_no_sheet(self):
        params = KIND.parse({"answer": "a", "form": "number"})
        question = Question(CheckSpec("c/answer", "answer", params), "a", 0, None, None)
        assert KIND.run(question).outcome is Outcome.NOT_RUN_HERE

    def test_what_cannot_be_read_is_left_to_a_person(self, ask):
        result = ask("two", form="number", expected=2)
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert result.message == (
            "Not judged: the answer to task 1c, 'two', cannot be read, so a person looks at it. It "
            "has no number where one is asked for. To have it judged here, write a number, such as "
            "1234 or 0.5."
        )

    def test_an_answer_of_the_wrong_form_fails_and_the_form_is_told(self, ask):
        result = ask(9, form="shape", expected="9 x 9")
        assert result.outcome is Outcome.FAILED
        assert result.message == (
            "The answer to task 1c, '9', is wrong. It has one length where 2 are asked for."
        )
        assert result.hint == "Write 2 lengths, such as 28 x 28."

    def test_two_answers_that_differ_are_left_to_a_person(self, ask):
        result = ask(None, sheet={"1c": 2, "task1": {"c": 3}}, form="number", expected=2)
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert result.message == (
            "Not judged: there are two answers to task 1c, '2' and '3', so a person looks at it. "
            "Leave the one that is meant."
        )

    def test_without_a_right_answer_only_the_form_is_asked_for(self, ask):
        assert ask(17, form="number").outcome is Outcome.PASSED
        assert ask("x", form="number").outcome is Outcome.NOT_RUN_HERE
        assert ask("3 x 4", form="shape").outcome is Outcome.PASSED
        assert ask(3, form="shape").outcome is Outcome.FAILED
        assert ask("i", form="choice", options=OPTIONS).outcome is Outcome.PASSED
        assert ask("k^2", form="formula", variables=VARIABLES).outcome is Outcome.PASSED
        assert ask([[1, 2]], form="table", size=[1, 2]).outcome is Outcome.PASSED
        assert ask([[1, 2]], form="table", size=[2, 2]).outcome is Outcome.FAILED

    def test_a_long_answer_is_cut_in_the_message(self, ask):
        assert len(ask("x" * 10_000, form="number").message) < 400


class TestNumbers:
    @pytest.mark.parametrize("value", [0.4801, 0.4799])
    def test_a_tolerance_is_relative(self, ask, value):
        near = {"form": "number", "expected": 0.48, "tolerance": 1e-3, "because": "rounding"}
        assert ask(value, **near).outcome is Outcome.PASSED
        assert ask(value, form="number", expected=0.48).outcome is Outcome.FAILED

    def test_a_share_is_one_in_per_cent_as_well(self, ask):
        share = {"form": "number", "expected": 0.48, "unit": ["share"]}
        assert ask("48 %", **share).outcome is Outcome.PASSED
        assert ask(48, **share).outcome is Outcome.PASSED
        assert ask("0.48 %", **share).outcome is Outcome.FAILED
        assert "a share, such as 0.48 or 48 %" in ask("half", **share).message

    @pytest.mark.parametrize("value", ["3 * 4 - 2", "10 = 2 + 8", "2 + 8 = 10"])
    def test_the_way_to_a_number_is_worked_out(self, ask, value):
        assert ask(value, form="number", expected=10).outcome is Outcome.PASSED

    def test_further_right_values_are_right(self, ask):
        assert ask(28, form="number", expected=27, also=[28]).outcome is Outcome.PASSED

    def test_a_number_in_a_text_is_found_where_texts_are_asked_for(self, ask):
        result = ask("It is layer 28, I think.", form="text_number", expected=28)
        assert result.outcome is Outcome.PASSED


class TestChoices:
    @pytest.mark.parametrize(
        "value",
        [
            *("iii", "(iii)", "III.", 3, "3", "c", "C)", "Max Pooling", "maxpool", ["iii"]),
            *("max-pooling layer", "(iii) Max Pooling", "iii: maxpool", "the max pooling"),
            "3 - Max Pooling",
        ],
    )
    def test_an_option_is_known_by_label_number_letter_and_name(self, ask, value):
        result = ask(value, form="choice", options=OPTIONS, expected="iii")
        assert result.outcome is Outcome.PASSED, result.message

    @pytest.mark.parametrize("value", ["i", 1, "conv layer", "ReLU", "b"])
    def test_another_option_is_wrong(self, ask, value):
        result = ask(value, form="choice", options=OPTIONS, expected="iii")
        assert result.outcome is Outcome.FAILED

    @pytest.mark.parametrize("value", ["i and iii", "ReLU, maxpool", ["i", "iii"], "all: i/ii/iii"])
    def test_several_options_are_wrong_or_left_to_a_person(self, ask, value):
        result = ask(value, form="choice", options=OPTIONS, expected="iii")
        assert result.outcome is (Outcome.NOT_RUN_HERE if "all" in value else Outcome.FAILED)

    def test_the_number_of_options_is_told(self, ask):
        result = ask("i, iii", form="choice", options=OPTIONS, expected="iii")
        assert result.message.endswith("It names 2 options where one is asked for.")

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ("dropout", "It names none of the options, or more than an option."),
            ("not iii", "It names none of the options, or more than an option."),
            ("it is iii because x", "It names none of the options, or more than an option."),
            (True, "It names no option."),
            ({"a": 1}, "It names no option."),
            (2.5, "It names no option."),
            ("i" * 300, "It has 300 characters; at most 200 are read."),
        ],
    )
    def test_what_names_no_option_is_left_to_a_person(self, ask, value, said):
        result = ask(value, form="choice", options=OPTIONS, expected="iii")
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert said in result.message
        assert "write one of (i), (ii), (iii)" in result.message


class TestFormulas:
    @pytest.mark.parametrize(
        "value",
        ["k(X11 + X12)", "x11 k + k x12", r"k \cdot X_{11} + k X_{12}", "y = k*X[1,1] + X[1,2]*k"],
    )
    def test_a_formula_of_the_same_value_is_right(self, ask, value):
        assert ask(value, **SUM).outcome is Outcome.PASSED

    @pytest.mark.parametrize("value", ["k(X11 - X12)", "k X11", 7, "k(X11 + X12) + 0.001"])
    def test_another_formula_is_wrong(self, ask, value):
        assert ask(value, **SUM).outcome is Outcome.FAILED

    def test_a_name_of_ones_own_is_left_to_a_person(self, ask):
        assert ask("k s", **SUM).outcome is Outcome.NOT_RUN_HERE

    def test_a_further_formula_is_right_as_well(self, ask):
        assert ask("-k", **SUM, also=["-k"]).outcome is Outcome.PASSED

    def test_what_is_no_formula_is_left_to_a_person(self, ask):
        result = ask([1], **SUM)
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert "It is no formula." in result.message
        assert "write a formula, such as 2 * x11 + x12^2" in result.message

    @pytest.mark.parametrize("seed", range(5))
    def test_the_verdict_does_not_hang_on_the_points(self, ask, seed):
        assert ask("k(X11 + X12)", seed=seed, **SUM).outcome is Outcome.PASSED
        assert ask("k(X11 + X12^2)", seed=seed, **SUM).outcome is Outcome.FAILED


class TestParse:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({"form": "shape", "unit": ["px"]}, "'unit' is not a key of answers of the form shape"),
            ({"form": "number", "options": OPTIONS}, "it belongs to choice."),
            ({"form": "number", "expected": 1, "tolerance": 0.1}, "A tolerance needs a reason."),
            ({"form": "number", "also": [1]}, "there is no first. Give expected."),
            ({"form": "number", "expected": "two"}, "A right answer is not of the form number"),
            ({"form": "shape", "expected": "big"}, "A right answer is not of the form shape"),
            ({"form": "choice"}, "Answers of the form choice need 'options'."),
            (
                {"form": "choice", "options": OPTIONS, "expected": "iv"},
                "'iv' is none of the options",
            ),
            ({"form": "formula"}, "Answers of the form formula need 'variables'."),
            ({"form": "formula", "variables": VARIABLES, "expected": "q"}, "'q' is none of the"),
            ({"form": "table"}, "Answers of the form table need 'size'."),
            ({"form": "table", "expected": [[1, 2], [3]]}, "All right tables have the same rows"),
            ({"form": "table", "expected": [[1]], "also": [[[1], [2]]]}, "All right tables have"),
            ({"form": "table", "expected": [1, 2], "rows": ["a"]}, "rows names 1 rows of 2."),
            ({"form": "table", "expected": 5}, "A right answer is not of the form table"),
        ],
    )
    def test_a_mistake_of_the_rubric_is_said(self, data, said):
        with pytest.raises(ValueError, match=re.escape(said)):
            KIND.parse({"answer": "task1.c", **data})

    @pytest.mark.parametrize(
        ("key", "called"),
        [("task1.c", "task 1c"), ("task1", "task 1"), ("q_6", "q 6"), ("q6.total", "'q6.total'")],
    )
    def test_a_question_is_called_as_people_call_it(self, key, called):
        assert KIND.parse({"answer": key, "form": "number"}).called == called
