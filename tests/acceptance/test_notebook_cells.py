"""A notebook is graded cell by cell: places are told by cell, and no cell takes another down."""

import textwrap
import time
from types import SimpleNamespace

import pytest

from grader import assignments
from grader.checks import CHECK_KINDS
from grader.handin import HandIn
from grader.handin.model import digest_of
from grader.pipeline import GradingRequest, grade_handin
from grader.rubric import load_rubric
from grader.worker.service import WorkerService

NAMES = ("double", "triple", "quadruple", "negate", "square", "shift")
FORMULAS = {
    "double": "2 * x",
    "triple": "3 * x",
    "quadruple": "4 * x",
    "negate": "-x",
    "square": "x * x",
    "shift": "x + 1",
}


def definition(name, formula=None):
    return f"def {name}(x):\n    return {formula or FORMULAS[name]}, None\n"


SOLUTION = "\n".join(map(definition, NAMES))


def notebook(*cells, name="hw2.ipynb", numbers=None):
    """Puts code cells together, as intake does."""
    texts = [textwrap.dedent(cell).strip("\n") for cell in cells]
    numbers = numbers or range(1, len(texts) + 1)
    return "".join(
        f"# %% cell {number} of {name}\n{text}\n"
        for number, text in zip(numbers, texts, strict=True)
    )


@pytest.fixture(scope="module")
def service():
    with WorkerService() as running:
        yield running


@pytest.fixture
def grade(tmp_path, monkeypatch, service):
    """Grades sources against a rubric of six functions in `hw2.py`."""
    home = tmp_path / "repository"
    for folder in ("student_template/small/hw", "reference/handins/small/hw"):
        path = home / folder / "hw2.py"
        path.parent.mkdir(parents=True)
        path.write_text(SOLUTION, encoding="utf-8")
    (home / "reference/__init__.py").write_text("", encoding="utf-8")
    criteria = "".join(
        f"  - {{id: {name}, title: {name}, subject: hw2.{name}, points: 1, checks: "
        "[{kind: output, inputs: {x: {normal: {shape: [3]}}}}]}\n"
        for name in NAMES
    )
    rubric_path = home / "rubrics/small/rubric.yaml"
    rubric_path.parent.mkdir(parents=True)
    rubric_path.write_text(
        "schema_version: 1\nassignment: small\ntitle: A small assignment\n"
        "handin: {roots: [hw], accept: [folder]}\n"
        "defaults: {convention: functions_with_cache, limits: {wall_s: 20, memory_mib: 2048}}\n"
        f"criteria:\n{criteria}",
        encoding="utf-8",
    )
    monkeypatch.setattr(assignments, "HOME", home)
    rubric = load_rubric(rubric_path, CHECK_KINDS)

    def run(source):
        files = {"hw2.py": source if isinstance(source, bytes) else source.encode()}
        handin = HandIn("alice", "notebook", digest_of(files), ".", "hw", files, (), ())
        observer = SimpleNamespace(
            planned=lambda _: None, finished=lambda _: None, progressed=lambda _: None
        )
        report = grade_handin(GradingRequest(rubric, handin, "grade"), observer, service)
        lost = {one.id for one in report.criteria if float(one.awarded) < 1}
        said = {
            one.id: " ".join(f"{check.message} {check.hint}" for check in one.checks)
            for one in report.criteria
        }
        return SimpleNamespace(lost=lost, said=said, notes=report.handin.notes)

    return run


def cells(**changed):
    """Makes a notebook of one cell for each function."""
    return notebook(*(changed.get(name, definition(name)) for name in NAMES))


class TestPlaces:
    def test_what_is_raised_is_told_by_cell_and_line_in_it(self, grade):
        graded = grade(
            cells(square="import numpy as np\n\ndef square(x):\n    return x.missing(), None")
        )
        assert graded.lost == {"square"}
        assert "(hw2.ipynb, cell 5, line 4 in square)" in graded.said["square"]

    def test_cells_keep_their_numbers_when_text_is_between_them(self, grade):
        source = notebook(
            SOLUTION, "def shift(x):\n    raise KeyError(1)", name="my hw2.ipynb", numbers=[3, 14]
        )
        graded = grade(source)
        assert graded.lost == {"shift"}
        assert "('my hw2.ipynb', cell 14, line 2 in shift)" in graded.said["shift"]

    def test_a_statement_that_fails_is_noted_with_its_cell(self, grade):
        graded = grade(notebook(SOLUTION, "x = 1\nopen('magic04.data')"))
        assert graded.lost == set()
        (note,) = graded.notes
        assert note.startswith('hw2.ipynb, cell 2, line 2: "FileNotFoundError')
        assert note.endswith("The rest of the file was run.")

    def test_a_library_that_stands_in_is_noted_with_its_cell(self, grade):
        graded = grade(notebook(SOLUTION, "\nimport pandas as pd"))
        assert graded.notes == (
            "hw2.ipynb, cell 2, line 1: pandas is not available in grading; "
            "an empty stand-in was imported.",
        )

    def test_a_file_keeps_its_own_lines(self, grade):
        graded = grade(SOLUTION + "open('magic04.data')\n")
        assert graded.notes[0].startswith("hw2.py, line 18: ")


class TestCellsThatAreNoPython:
    def test_a_broken_cell_costs_what_it_defines_and_no_more(self, grade):
        graded = grade(cells(triple="x = 1\ndef triple(x):\n    return (3 * x, None\n"))
        assert graded.lost == {"triple"}
        assert graded.said["triple"].startswith(
            "hw2.ipynb defines no `triple`, so `hw2.triple` does not exist."
        )
        assert (
            "It is in a cell that was left out: hw2.ipynb, cell 2, line 3: '(' was never closed."
            in graded.said["triple"]
        )
        assert graded.notes == (
            "hw2.ipynb, cell 2, line 3: '(' was never closed. This cell was left out.",
        )

    def test_a_name_that_is_nowhere_is_told_with_the_cells_that_are_left_out(self, grade):
        graded = grade(cells(triple="for i in range(3):", negate="x = = 1"))
        assert graded.lost == {"triple", "negate"}
        assert (
            "Cells that cannot be parsed were left out: hw2.ipynb, cell 2, line 1; "
            "hw2.ipynb, cell 4, line 1." in graded.said["negate"]
        )

    def test_what_parses_and_does_not_compile_is_left_out_too(self, grade):
        graded = grade(cells(shift=definition("shift") + "return 3\n"))
        assert graded.lost == {"shift"}
        assert (
            "cell that was left out: hw2.ipynb, cell 6, line 3: 'return' outside"
            in graded.said["shift"]
        )

    def test_all_cells_broken_is_no_error_of_ours(self, grade):
        graded = grade(notebook("def double(x:", "<<<<<<< HEAD", "x = '"))
        assert graded.lost == set(NAMES)
        assert len(graded.notes) == 3

    def test_an_earlier_version_is_used_when_the_later_cell_is_broken(self, grade):
        assert grade(notebook(SOLUTION, "def shift(x):\n  return x +\n")).lost == set()


class TestCommands:
    def test_magics_and_shell_lines_take_nothing_down(self, grade):
        graded = grade(
            notebook(
                "%matplotlib inline\n!pip install torchinfo\n" + definition("double"),
                "%%time\n" + definition("triple"),
                "%%capture out\n" + definition("quadruple") + "files = !ls\nlen(files)\n",
                definition("negate") + "negate?\nx = (5\n % 3)\nassert x == 2\n",
                "get_ipython().run_cell_magic('time', '', 'def square(x):\\n    "
                "return x * x, None\\n')\ndisplay(3)",
                "%%bash\nls -l | wc\n",
                "%cd data\n" + definition("shift"),
            )
        )
        assert graded.lost == set()
        assert graded.notes == (
            "hw2.ipynb, cell 1, line 1: Commands of notebooks were passed over, for they are no "
            "Python: `%matplotlib` in cell 1, line 1; `!pip` in cell 1, line 2; `%%time` in "
            "cell 2, line 1; `%%capture` in cell 3, line 1; and 4 more.",
        )

    def test_a_command_saves_no_cell_that_is_broken_elsewhere(self, grade):
        graded = grade(cells(shift="!pip install x\ndef shift(x):\n    return x +\n"))
        assert graded.lost == {"shift"}
        assert "left out: hw2.ipynb, cell 6, line 3: invalid syntax" in graded.said["shift"]


class TestOrder:
    def test_the_last_definition_wins(self, grade):
        assert grade(notebook(SOLUTION, definition("shift", "x + 2"))).lost == {"shift"}
        assert grade(notebook(definition("shift", "x + 2"), SOLUTION)).lost == set()

    def test_a_cell_that_fails_half_way_keeps_what_was_defined_before(self, grade):
        broken = "offset = 1\n1 / 0\n" + definition("shift", "x + offset")
        assert grade(notebook(SOLUTION, broken)).lost == set()

    def test_definitions_in_a_main_block_are_there(self, grade):
        block = "if __name__ == '__main__':\n" + textwrap.indent(SOLUTION, "    ")
        assert grade(notebook(block + "    raise SystemExit\n")).lost == set()
        assert grade(block).lost == set(NAMES)  # in a module, they are nobody's


class TestExports:
    HEADER = '"""Automatically generated by Colab.\n\nOriginal file is located at x\n"""\n\n'

    def test_raw_commands_and_broken_statements_are_left_out(self, grade):
        source = self.HEADER + SOLUTION.replace("return x * x, None", "return (x * x, None")
        source += '"""# Title with \\alpha\n\ntext\n"""\n!pip install torch\nx = !ls\n'
        graded = grade(source)
        assert graded.lost == {"square"}
        assert (
            "It is in lines 18 to 20, which were left out: hw2.py, line 19" in graded.said["square"]
        )
        assert any("Lines 18 to 20 of hw2.py were left out." in note for note in graded.notes)

    def test_jupyter_cells_are_left_out_as_such(self, grade):
        source = (
            SOLUTION + "\n# In[12]:\n\n\nclass Net:\n    def f(self):\n\n\n# In[ ]:\n\n\nx = 1\n"
        )
        graded = grade(source)
        assert graded.lost == set()
        (note,) = graded.notes
        assert "Lines 19 to 25 of hw2.py were left out" in note

    def test_a_file_that_is_no_export_fails_as_a_whole(self, grade):
        graded = grade(SOLUTION + "x = = 1\n")
        assert graded.lost == set(NAMES)
        assert "hw2.py cannot be parsed" in graded.said["double"]


class TestTraining:
    def test_loops_that_train_are_not_tried(self, grade):
        loop = "for epoch in range(10**9):\n    optimizer.step()\n    time.sleep(1)\n"
        graded = grade(notebook("import time", SOLUTION, loop, "def f():\n" + " " * 4 + "pass"))
        assert graded.lost == set()
        assert graded.notes == (
            "hw2.ipynb, cell 3, line 1: Statements that train were not run, and need not be: "
            "cell 3, line 1. All definitions were made.",
        )

    def test_what_training_makes_is_missing_and_said(self, grade):
        trained = "for i in range(3):\n    step()\n    trained = 1"
        graded = grade(notebook(SOLUTION, trained, definition("shift", "x + trained")))
        assert graded.lost == {"shift"}
        assert "name 'trained' is not defined" in graded.said["shift"]

    def test_a_technion_notebook_of_forty_cells(self, grade):
        train = (
            "def train(model, loader):\n    for x in loader:\n        loss = model(x)\n"
            "        loss.backward()\n"
        )
        own = "for epoch in range(10):\n    for batch in data:\n        loss.backward()\n"
        calls = "losses = train(None, iter(lambda: time.sleep(60), 1))\n"
        slow = "for i in range(100):\n    open('data')\n"
        texts = ["import time\nimport torch", train, *map(definition, NAMES)]
        texts += [own, calls, slow] * 4 + ["plt.plot(losses)\n"] * 20
        begun_s = time.monotonic()
        graded = grade(notebook(*texts))
        print(f"{len(texts)} cells took {time.monotonic() - begun_s:.1f} s")
        assert graded.lost == set()
        assert len(graded.notes) < 15
