"""Kind `notebook`: what cells show and use, on small notebooks made by hand."""

import pytest

from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.handin import HandIn
from grader.handin.notebook import Cell, Notebook, Picture
from grader.records import CheckSpec, Outcome

KIND = CHECK_KINDS["notebook"]
PLOT = Picture("png", 300, 200, 40)


def book(*cells, name="hw2.ipynb"):
    """Makes a notebook of sources, or of tuples of source and what is not as a rule."""
    made = []
    for number, cell in enumerate(cells, start=1):
        source, fields = (cell, {}) if isinstance(cell, str) else cell
        kind = "markdown" if source.startswith("# ") and not fields else "code"
        given = {"kind": kind, "execution_count": number if kind == "code" else None, **fields}
        given.setdefault("outputs", int(bool(given.get("text") or given.get("pictures"))))
        made.append(Cell(number=number, source=source, **given))
    return Notebook(name, tuple(made))


def ask(data, *notebooks, hint="Do so."):
    spec = CheckSpec("c/notebook", "notebook", KIND.parse({"subject": "hw2", **data}), hint=hint)
    handin = HandIn("x", "folder", "", ".", "hw2", {}, (), (), notebooks=notebooks)
    return KIND.run(Question(spec, "hw2", 0, None, None, handin=handin))


def out(text):
    return {"text": text}


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({}, "A check of a notebook asks one thing, and this one asks nothing. Give one of"),
            ({"executed": True, "forbids": ["a"]}, "this one asks executed and forbids"),
            ({"executed": True, "of_call": "f"}, "of_call says where forbids holds"),
            ({"executed": True, "cells": {"section": "("}}, "cells.section: '(' is no regular"),
            ({"executed": True, "cells": {"code": "["}}, "cells.code: '[' is no regular"),
            ({"text": {"matches": "("}}, "text.matches: '(' is no regular expression"),
            ({"prints": [{"name": "a", "between": [2, 1]}]}, "prints: a has between: [2, 1]. Wri"),
            ({"prints": [{"name": "a", "between": [1, 2], "near": "("}]}, "prints: a has near:"),
            ({"prints": [{"name": "a", "between": [1, 2], "unclear": "("}]}, "a has unclear: '('"),
        ],
    )
    def test_a_rubric_that_makes_no_sense_is_refused(self, data, said):
        with pytest.raises(ValueError) as error:  # noqa: PT011  # its words are read below
            KIND.parse(data)
        assert said in str(error.value)

    def test_a_hand_in_without_a_notebook_is_left_to_a_person(self):
        result = ask({"executed": True})
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert result.message.startswith("The hand-in has no notebook, so a person marks this.")

    def test_a_notebook_without_the_cell_fails_and_says_which(self):
        cells = {"section": "Task 1", "uses": ["isnan"], "any_of": ["a", "b"], "without": ["c"]}
        result = ask({"cells": {**cells, "code": "d"}, "executed": True}, book("x"))
        assert result.outcome is Outcome.FAILED
        assert result.message == (
            "'hw2.ipynb' has no code cell below the heading 'Task 1' that uses isnan and a or b "
            "without c."
        )
        assert result.hint == "Do so."


class TestExecuted:
    def test_all_cells_with_outputs_pass(self):
        result = ask({"executed": True}, book("import a", ("print(1)", out("1"))))
        assert (result.outcome, result.message, result.hint) == (Outcome.PASSED, "", "")

    def test_credit_goes_by_the_share(self):
        cells = [("print(1)", out("1"))] * 3 + [("print(2)", {"execution_count": None})]
        result = ask({"executed": True}, book(*cells))
        assert (result.outcome, result.credit) == (Outcome.PARTIAL, 0.75)
        assert result.message.startswith(
            "1 of 4 code cells that show something count as not run: 'hw2.ipynb', cell 4, was not "
            "run. Run all cells from the first to the last"
        )

    def test_all_or_nothing_where_the_rubric_says_so(self):
        cells = [("print(1)", out("1")), ("print(2)", {"execution_count": None})]
        assert ask({"executed": True, "credit": "all"}, book(*cells)).outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            (("f()", {"error": "NameError", "outputs": 1}), "ended with NameError"),
            (("print(1)", {}), "prints, and no output is saved"),
            (("x = f()", {"execution_count": None}), "was not run"),
        ],
    )
    def test_what_counts_as_not_run(self, cell, why):
        result = ask({"executed": True}, book(("print(1)", out("1")), cell))
        assert f"cell 2, {why}" in result.message

    @pytest.mark.parametrize(
        "source",
        ["", '"""\nYour Code Here\n"""', "# only a comment", "def f():\n    print(1)", "%cd x"],
    )
    def test_what_shows_nothing_needs_no_output(self, source):
        cells = book(("print(1)", out("1")), (source, {"execution_count": None}))
        assert ask({"executed": True}, cells).outcome is Outcome.PASSED

    def test_without_any_counts_the_outputs_decide(self):
        lost = {"execution_count": None}
        right = book(("print(1)", {**out("1"), **lost}), ("x = 1", lost))
        wrong = book(("print(1)", {**out("1"), **lost}), ("data.head()", lost))
        assert ask({"executed": True}, right).outcome is Outcome.PASSED
        assert "cell 2, has no output" in ask({"executed": True}, wrong).message

    def test_a_notebook_of_gaps_gets_nothing(self):
        result = ask({"executed": True}, book("def f(): pass"))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "No code cell shows anything: all are empty or only define."


class TestPrints:
    def test_each_number_has_its_share(self):
        items = [{"name": "mean", "between": [0, 1]}, {"name": "std", "between": [22, 23]}]
        result = ask({"prints": items}, book(("print(m, s)", out("0.5 1.5"))))
        assert (result.outcome, result.credit) == (Outcome.PARTIAL, 0.5)
        assert result.message == (
            "Not among what 'hw2.ipynb', cell 1, printed: std (a number from 22 to 23; the last "
            "printed there: 0.5, 1.5)."
        )
        assert result.evidence["printed"] == {"mean": [0.5], "std": []}

    @pytest.mark.parametrize(
        ("count", "cells"),
        [(2, "1 and 2"), (3, "1, 2 and 3"), (12, "1, 2, 3, 4, 5, 6, 7, 8 and 4 more")],
    )
    def test_cells_of_one_notebook_are_told_together(self, count, cells):
        wanted = {"prints": [{"name": "a", "between": [5, 5]}]}
        message = ask(wanted, book(*["print(x)"] * count)).message
        assert message.startswith(f"Not among what 'hw2.ipynb', cells {cells}, printed: a ")

    def test_weights_change_the_shares(self):
        items = [{"name": "a", "between": [1, 1], "weight": 3}, {"name": "b", "between": [2, 2]}]
        assert ask({"prints": items}, book(("print()", out("1")))).credit == 0.75

    def test_what_the_next_cell_shows_counts(self):
        wanted = {"prints": [{"name": "a", "between": [5, 5]}], "cells": {"uses": ["isnan"]}}
        assert ask(wanted, book("n = isnan(x)", ("n", out("5")))).outcome is Outcome.PASSED
        late = book("n = isnan(x)", ("m", out("4")), ("n", out("5")))
        assert ask(wanted, late).outcome is Outcome.FAILED

    def test_a_number_of_another_cell_does_not_count(self):
        wanted = {"prints": [{"name": "a", "between": [5, 5]}], "cells": {"uses": ["isnan"]}}
        result = ask(wanted, book(("isnan", out("4")), ("other", out("5"))))
        assert result.outcome is Outcome.FAILED

    def test_no_number_at_all_is_told(self):
        result = ask({"prints": [{"name": "a", "between": [5, 5]}]}, book("x"))
        assert "a (a number 5; no number is printed there)" in result.message

    def test_several_are_counted(self):
        wanted = {"prints": [{"name": "accuracies", "between": [0.5, 1], "count": 3}]}
        result = ask(wanted, book(("p", out("0.9 0.8"))))
        assert "accuracies (3 numbers from 0.5 to 1;" in result.message
        assert ask(wanted, book(("p", out("0.9 0.8 0.8")))).credit == 1

    def test_a_label_alone_above_its_number_counts_it_once(self):
        item = {"name": "a", "between": [0.5, 1], "count": 2, "near": "^(?!.*val)"}
        assert ask({"prints": [item]}, book(("p", out("test:\n0.9")))).credit == 0
        assert ask({"prints": [item]}, book(("p", out("test:\n0.9\n\n0.8")))).credit == 1

    EARLIER = {  # noqa: RUF012  # read alone
        "cells": {"since": "init[.]"},
        "prints": [{"name": "a", "between": [0.6, 1], "count": 3, "earlier": "acc"}],
    }

    @pytest.mark.parametrize(
        ("first", "others", "right"),
        [
            ("acc 0.8757", ["0.8738", "0.8725"], True),  # each in a cell of its own
            ("acc 0.8757", ["0.8738 0.8725"], True),
            ("acc 0.8757", ["0.8757", "0.8725"], True),  # two trainings may come out alike
            ("acc 0.8757", ["0.8757 0.8725"], False),  # the same one, printed again for comparison
            ("acc 0.88", ["0.88 0.87"], True),  # too short to tell
            ("acc 0.8757", ["0.8738"], False),
            ("acc 0.8757 acc 0.8701", ["0.8738"], False),
            ("loss 0.8757", ["0.8738", "0.8725"], False),
        ],
    )
    def test_one_result_may_have_been_printed_before(self, first, others, right):
        cells = [("init.a(); train()", out(each)) for each in others]
        assert (ask(self.EARLIER, book(("train()", out(first)), *cells)).credit == 1) == right

    def test_lines_that_may_mean_something_else_are_left_to_a_person(self):
        item = {"name": "both", "between": [0.6, 1], "count": 2, "unclear": "epoch|chang"}
        progress = ask({"prints": [item]}, book(("p", out("epoch 1 acc 0.8\nepoch 2 acc 0.9"))))
        assert progress.outcome is Outcome.NOT_RUN_HERE
        assert progress.message == (
            "'hw2.ipynb', cell 1, printed numbers in lines that tell of a change, or how far a "
            "training is; a person looks whether both are among them."
        )
        results = book(("p", out("epoch 1 acc 0.8\nacc 0.9\nacc 0.8")))
        assert ask({"prints": [item]}, results).outcome is Outcome.PASSED
        assert ask({"prints": [item]}, book(("p", out("acc 0.9")))).outcome is Outcome.FAILED

    def test_what_only_the_numbers_show_is_left_to_a_person_where_the_rubric_says_so(self):
        items = [{"name": "mean", "between": [0, 1]}, {"name": "std", "between": [2, 3]}]
        cells = {"any_of": ["isnan"], "without": ["tanh"]}
        right = book(("x != x", out("0.5 2.5")))
        strict = ask({"prints": items, "cells": cells}, right)
        assert strict.message.startswith("'hw2.ipynb' has no code cell")
        wanted = {"prints": items, "cells": {**cells, "loosely": True}}
        seen = ask(wanted, right)
        assert seen.outcome is Outcome.NOT_RUN_HERE
        assert seen.message.startswith("'hw2.ipynb', cell 1, prints numbers like those that are")
        # One part alone is not there, and of several parts one may be.
        assert ask(wanted, book(("x != x", out("0.5")))).outcome is Outcome.FAILED
        one, two = "for i in r:\n  tanh(x)", "for i in r:\n  f(x)\nfor i in r:\n  tanh(x)"
        assert ask(wanted, book((one, out("0.5 2.5")))).outcome is Outcome.FAILED
        assert ask(wanted, book((two, out("0.5 2.5")))).outcome is Outcome.NOT_RUN_HERE

    def test_code_counts_with_what_its_variables_were_assigned_before(self):
        wanted = {"prints": [{"name": "a", "between": [5, 5]}], "cells": {"code": "10000"}}
        cells = "n = 10000", ("f(n)", out("5"))
        assert ask(wanted, book(*cells)).outcome is Outcome.PASSED
        assert ask(wanted, book(cells[1], cells[0])).outcome is Outcome.FAILED
        again = book(cells[0], "n = 1", ("f(n)", out("5")))
        assert ask(wanted, again).outcome is Outcome.FAILED

    def test_a_function_that_is_called_belongs_to_the_cell(self):
        wanted = {"prints": [{"name": "a", "between": [5, 5]}], "cells": {"uses": ["isnan"]}}
        cells = book("def find():\n    return isnan(x)\n", ("find()", out("5")))
        assert ask(wanted, cells).outcome is Outcome.PASSED


class TestSections:
    CELLS = (
        "# Task 1",
        ("a", out("1")),
        "## Part",
        ("b", out("2")),
        "# Task 2",
        ("c", out("3")),
    )

    @pytest.mark.parametrize(("section", "right"), [("task 1", (1, 2)), ("Task 2", (3,))])
    def test_the_cells_below_a_heading_until_the_next_of_its_rank(self, section, right):
        for number in (1, 2, 3):
            wanted = {"cells": {"section": section}}
            wanted["prints"] = [{"name": "n", "between": [number, number]}]
            result = ask(wanted, book(*self.CELLS))
            assert (result.credit == 1) == (number in right)

    def test_a_notebook_without_headings_is_one_section(self):
        wanted = {"cells": {"section": "Task 1"}, "prints": [{"name": "n", "between": [3, 3]}]}
        assert ask(wanted, book(("c", out("3")))).credit == 1

    def test_names_to_do_without_say_nothing_of_a_single_cell(self):
        wanted = {"cells": {"without": ["tanh"]}, "prints": [{"name": "n", "between": [3, 3]}]}
        assert ask(wanted, book(("tanh", out("3")))).credit == 1
        assert ask(wanted, book(("tanh", out("3")), ("b", out("1")))).credit == 0
        assert ask(wanted, book(*[("tanh", out("3"))] * 2)).message.startswith("'hw2.ipynb' has no")

    def test_cells_may_begin_with_the_first_that_has_something(self):
        wanted = {"cells": {"since": "Crop"}, "prints": [{"name": "n", "between": [3, 3]}]}
        assert ask(wanted, book("t = Crop()", "x", ("y", out("3")))).credit == 1
        assert ask(wanted, book(("y", out("3")), ("t = Crop()", out("4")))).credit == 0
        assert ask(wanted, book(("y", out("3")))).message == (
            "'hw2.ipynb' has no code cell that does what is asked."
        )

    def test_what_stands_for_a_picture_holds_no_numbers(self):
        wanted = {"prints": [{"name": "n", "between": [400, 400]}]}
        cell = ("y", out("<Figure size 400x300 with 1 Axes>"))
        assert "no number is printed there" in ask(wanted, book(cell)).message

    def test_a_notebook_is_picked_by_name(self):
        wanted = {"cells": {"notebook": "*KNN*"}, "prints": [{"name": "n", "between": [3, 3]}]}
        right, other = book(("a", out("3")), name="a_knn.ipynb"), book(("a", out("4")))
        assert ask(wanted, right, other).credit == 1
        assert ask(wanted, other).message.startswith("'hw2.ipynb' has no code cell")


class TestFigures:
    CODE = "plt.plot(a)\nplt.plot(b)\nplt.xlabel('e')\nplt.ylabel('l')"
    ALL = {"figures": {"series": 2, "axes": True}}  # noqa: RUF012  # read alone

    def test_a_figure_with_series_and_axes_passes(self):
        assert ask(self.ALL, book((self.CODE, {"pictures": (PLOT,)}))).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("picture", "right"),
        [
            (Picture("png", 300, 200, 1), False),
            (Picture("png", 30, 30, 90), False),
            (Picture("svg"), True),
            (Picture("jpeg", 300, 200, 0), True),
        ],
    )
    def test_blank_and_tiny_pictures_show_nothing(self, picture, right):
        result = ask(self.ALL, book((self.CODE, {"pictures": (picture,)})))
        assert (result.credit == 1) == right

    def test_no_figure_gets_nothing(self):
        result = ask(self.ALL, book(self.CODE))
        assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
        assert result.message == "'hw2.ipynb' lacks 1 figure: none is stored."

    def test_too_few_are_counted(self):
        result = ask({"figures": {"at_least": 2}}, book((self.CODE, {"pictures": (PLOT,)})))
        assert result.message == "'hw2.ipynb' lacks 2 figures: 1 are stored."

    @pytest.mark.parametrize(
        ("code", "credit", "said"),
        [
            ("plt.plot(a)\nplt.xlabel('e')\nplt.ylabel('l')", 2 / 3, "its code draws 1"),
            ("plt.plot(a)\nplt.plot(b)\nplt.xlabel('e')", 2 / 3, "names of both axes"),
            ("plt.plot(a)", 1 / 3, "; names of both axes"),
        ],
    )
    def test_what_lacks_costs_its_share(self, code, credit, said):
        result = ask(self.ALL, book((code, {"pictures": (PLOT,)})))
        assert result.outcome is Outcome.PARTIAL
        assert result.credit == pytest.approx(credit)
        assert said in result.message

    @pytest.mark.parametrize(
        "code",
        [
            "for y in ys:\n    plt.plot(y)",
            "[plt.plot(y) for y in ys]",
            "plt.plot(a, b)\nplt.legend(['a', 'b'])",
            "show(make_grid(images))",
        ],
    )
    def test_loops_legends_and_grids_draw_several(self, code):
        wanted = {"figures": {"series": 2}}
        assert ask(wanted, book((code, {"pictures": (PLOT,)}))).credit == 1

    def test_a_loop_that_trains_draws_nothing_more(self):
        code = "for e in range(9):\n    step()\nplt.plot(a)"
        assert ask({"figures": {"series": 2}}, book((code, {"pictures": (PLOT,)}))).credit == 0.5

    def test_a_function_that_draws_is_followed(self):
        define = "def curves(a, b):\n" + "".join(f"    {line}\n" for line in self.CODE.split("\n"))
        cells = book(define, ("curves(1, 2)", {"pictures": (PLOT,)}))
        assert ask(self.ALL, cells).outcome is Outcome.PASSED


class TestForbids:
    BAN = {"forbids": ["BatchNorm2d", "RandomCrop"]}  # noqa: RUF012  # read alone

    def test_a_use_is_told_with_its_cell(self):
        result = ask(self.BAN, book("x", "nn.BatchNorm2d(3)"))
        assert result.message == (
            "Not allowed in this part: 'hw2.ipynb', cell 2, uses 'BatchNorm2d'."
        )

    @pytest.mark.parametrize(
        "source", ["x  # BatchNorm2d", "print('no BatchNorm2d')", 'x = """BatchNorm2d"""']
    )
    def test_comments_and_strings_do_not_count(self, source):
        assert ask(self.BAN, book(source)).outcome is Outcome.PASSED

    @pytest.mark.parametrize(
        ("source", "right"),
        [
            ("net = resnet18(weights='DEFAULT')", False),
            ('net = resnet18(num_classes=10,\n  weights = "DEFAULT")', False),
            ("net = resnet18(weights=None)  # weights='DEFAULT'", True),
            ("print('weights=DEFAULT', 'DEFAULT')", True),
            ("other_weights='DEFAULT'", True),
            ("%load weights='DEFAULT'\nx = 1", True),
        ],
    )
    def test_what_is_set_to_a_string_may_be_banned(self, source, right):
        result = ask({"forbids": ["weights=DEFAULT"]}, book(source))
        assert (result.outcome is Outcome.PASSED) == right

    @pytest.mark.parametrize(
        ("sources", "right"),
        [
            (("t = Compose([RandomCrop(3)])", "d = Load(transform=t)"), False),
            (("d = Load(transform=Compose([\n  RandomCrop(3)]))",), False),
            (("def make():\n  return RandomCrop(3)\n", "d = Load(make())"), False),
            (("t = Tensor()", "d = Load(t)", "t = RandomCrop(3)", "e = Load(t)"), True),
            (("t = Tensor()\nd = Load(t)\nt = RandomCrop(3)\ne = Load(t)",), True),
            (("t = RandomCrop(3)", "t = Tensor()", "d = Load(t)"), True),
        ],
    )
    def test_of_the_first_call_only_what_it_is_given_counts(self, sources, right):
        result = ask({**self.BAN, "of_call": "Load"}, book(*sources))
        assert (result.outcome is Outcome.PASSED) == right

    def test_where_nothing_calls_it_a_person_looks(self):
        result = ask({**self.BAN, "of_call": "Load"}, book("x = RandomCrop"))
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert result.message == "No cell calls Load, so a person looks at what is used."


class TestText:
    def test_words_are_counted_where_they_match(self):
        cells = book("# Answer\nthe layers are three", "# Other\nwords")
        wanted = {"text": {"matches": "layers", "at_least_words": 5}}
        assert ask(wanted, cells).outcome is Outcome.PASSED
        wanted["text"]["at_least_words"] = 9
        assert ask(wanted, cells).message == (
            "The notebook's text on 'layers' has 6 words; 9 are asked for at least. Write it into "
            "a Markdown cell."
        )
