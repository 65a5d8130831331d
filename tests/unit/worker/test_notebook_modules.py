"""Notebooks and exports as modules: what is compiled, what is run, and what is told of it."""

import linecache
import traceback

import pytest

from grader.worker.inside import execution, standins, worker
from grader.worker.inside.executor import describe
from grader.worker.inside.loader import NotFound, PackageLoader, compile_package
from grader.worker.inside.sources import compile_module
from grader.worker.inside.survey import survey


def notebook(*cells, name="hw2.ipynb"):
    return "".join(
        f"# %% cell {at} of {name}\n{cell}\n" for at, cell in enumerate(cells, 1)
    ).encode()


def compiled(*cells):
    return compile_module("hw2.py", notebook(*cells), "handin")


@pytest.fixture
def load():
    made = []

    def make(source, **options):
        notes = []
        made.append(standins.install(notes))
        package = compile_package({"hw2.py": source}, {})
        limits = {"statement_wall_s": 5.0, "module_wall_s": 10.0} | options
        made.append(PackageLoader(package, ["hw"], notes=notes, **limits))
        return made[-1]

    yield make
    for each in reversed(made):
        each.remove()


class TestCompiling:
    def test_code_has_the_lines_of_its_cell_and_facts_those_of_the_module(self):
        module = compiled("import numpy\n", "\ndef f():\n    import torch\n\nx = 1")
        assert [code.co_filename for code in module.statements] == [
            "<handin>/hw2.ipynb, cell 1",
            *["<handin>/hw2.ipynb, cell 2"] * 2,
        ]
        assert [max(line for *_, line in code.co_lines()) for code in module.statements] == [
            1,
            2,
            5,
        ]
        assert module.lines == (2, 6, 9)
        assert module.kinds == ("import", "definition", "assignment")
        assert module.imports == (("numpy", 2), ("torch", 7))
        assert module.definitions == {"f": 6}

    def test_only_the_first_text_is_a_docstring(self):
        module = compiled("'''first'''", "'''second'''\nx = 1")
        assert module.lines == (2, 5)

    def test_a_cell_does_not_choose_the_encoding_of_the_notebook(self):
        module = compiled("# -*- coding: latin-1 -*-\nx = 'ä'")
        assert module.error is None
        assert module.source.endswith("x = 'ä'\n")

    def test_a_future_import_holds_in_later_cells(self):
        module = compiled("from __future__ import annotations", "def f(x: missing): pass")
        made = {}
        for code in module.statements:
            exec(code, made)  # noqa: S102  # what a worker does
        assert made["f"].__annotations__ == {"x": "missing"}

    @pytest.mark.parametrize(
        ("broken", "message", "line"),
        [
            ("x = 1\ny = = 2", "invalid syntax", 6),
            ("x = '\0'", "The cell holds null bytes.", 5),
            ("x = 1\nreturn x", "'return' outside function", 6),
            ("(" * 5000 + ")" * 5000, "too many nested parentheses", 5),
            ("x = " + "-" * 200_000 + "1", "Python cannot compile this cell", 5),
        ],
    )
    def test_a_broken_cell_is_left_out(self, broken, message, line):
        module = compiled("a = 1\nb = 2", broken, "c = 3")
        assert module.error is None
        assert module.lines == (2, 3, 5 + broken.count("\n") + 2)
        (part,) = module.left_out
        assert part.fault.message.startswith(message)
        assert part.fault.line == line

    def test_a_statement_of_an_export_is_left_out_alone(self):
        module = compile_module("hw2.py", b"# In[1]:\na = 1\nreturn 1\nb = 2\n", "handin")
        assert module.lines == (2, 4)
        assert [(part.first, part.last) for part in module.left_out] == [(3, 3)]

    def test_a_file_is_not_interactive(self):
        module = compile_module("a.py", b"while x:\n    loss.backward()\nif 1: pass\n", "handin")
        assert not module.interactive
        assert module.kinds == ("other", "other")


class TestFacts:
    def test_cells_and_names_that_are_left_out_are_facts(self):
        package = compile_package({"hw2.py": notebook("x = 1", "def f(:\nclass A:")}, {})
        fact = worker.facts(package)["hw2.py"]
        assert fact["cells"] == [(1, "hw2.ipynb, cell 1"), (3, "hw2.ipynb, cell 2")]
        assert fact["unparsed"] == ["f", "A"]
        assert worker.facts(compile_package({"a.py": b"x = 1"}, {}))["a.py"]["cells"] == []

    def test_a_survey_knows_no_cell_that_is_left_out(self):
        source = notebook("!ls\nnn.LayerNorm", "return nn.BatchNorm", "for i in x: pass")
        package = compile_package({"hw2.py": source}, {})
        found = survey(package, {"LayerNorm", "BatchNorm"})["hw2.py"]
        assert found == {"loops": [("", 7)], "names": [("", "LayerNorm", 3)], "uses": {}}

    def test_a_survey_passes_over_commands_of_a_file(self):
        package = compile_package({"a.py": b"!ls\nfor i in x: pass\n"}, {})
        assert survey(package, set())["a.py"]["loops"] == [("", 2)]


class TestRunning:
    def test_a_traceback_shows_the_line_of_the_cell(self, load):
        function = load(notebook("x = 1", "def f():\n    return missing_name")).resolve("hw2.f")
        with pytest.raises(NameError) as raised:
            function()
        assert describe(raised.value)[2:] == ("hw2.ipynb, cell 2", 2, "f")
        shown = "".join(traceback.format_tb(raised.value.__traceback__))
        assert '"<handin>/hw2.ipynb, cell 2", line 2, in f\n    return missing_name' in shown
        assert linecache.getline("<handin>/hw2.ipynb, cell 1", 1) == "x = 1\n"

    def test_a_guarded_import_is_known_by_its_line_in_the_module(self, load):
        guarded = "try:\n    import fancy\nexcept ImportError:\n    fancy = None"
        loader = load(notebook("\n\n", guarded, "\nimport other"))
        assert loader.resolve("hw2.fancy") is None
        assert loader.resolve("hw2.other") is not None
        assert [(note.line, note.kind) for note in loader.notes] == [(12, "standin_used")]

    def test_names_of_notebooks_are_there_and_do_nothing(self, load):
        text = "display(1)\nget_ipython().system('ls')\nexit()\nquit()\nx = 1"
        loader = load(notebook(text))
        assert loader.resolve("hw2.x") == 1
        assert loader.notes == []

    def test_names_of_notebooks_are_not_in_a_file(self, load):
        loader = load(b"try:\n    display\n    x = 1\nexcept NameError:\n    x = 2\n")
        assert loader.resolve("hw2.x") == 2

    def test_failures_are_told_a_few_times_and_counted(self, load):
        loader = load(notebook(*["missing"] * 20, "def f(x=missing): pass"))
        with pytest.raises(NotFound, match=r"hw2\.ipynb, cell 21, line 1 failed: NameError"):
            loader.resolve("hw2.f")
        kinds = [note.kind for note in loader.notes]
        assert kinds == ["statement_failed"] * 9 + ["statement_failed_too"]
        assert loader.notes[-1].message.startswith("12 more statements failed, as they do where")

    def test_each_cut_leaves_less_for_the_next(self, load):
        loop = "while True: pass"
        loader = load(notebook(loop, loop, loop, "x = 1"), statement_wall_s=0.6)
        assert loader.resolve("hw2.x") == 1
        assert [note.message.partition(";")[0].split()[-2] for note in loader.notes] == [
            "0.6",
            "0.3",
            "0.25",
        ]

    def test_plain_assignments_are_made_when_the_time_is_used_up(self, load):
        cells = ["while True: pass", "f()", "x = 1", "def f(): return x"]
        loader = load(notebook(*cells), module_wall_s=0.3)
        assert loader.resolve("hw2.f")() == 1
        assert [note.kind for note in loader.notes] == ["statement_cut_short", "time_used_up"]
        assert "definitions, imports and quick assignments were run" in loader.notes[1].message

    def test_what_is_named_by_a_call_is_there_when_the_time_is_used_up(self, load):
        cells = [
            "while True: pass",
            "from functools import partial\nscale = lambda by, x: by * sum([x] * 2)",
            "if len('cuda') > 3:\n  width = 7\nelse:\n  width = 8",
            "def work():\n  while True: pass",
            "a = work()",
            "b = work()",
            "twice = partial(scale, 2)",
            "for each in range(2):\n  looped = each",
        ]
        loader = load(notebook(*cells), module_wall_s=0.3)
        assert loader.resolve("hw2.twice")(3) == 12
        assert loader.resolve("hw2.width") == 7
        with pytest.raises(
            NotFound, match=r"cell 3, line 1 failed: The statements of hw2\.ipynb took"
        ):
            loader.resolve("hw2.looped")

    def test_what_names_something_cannot_take_long_either(self, load, monkeypatch):
        monkeypatch.setattr(execution, "NAMING_S", 0.2)
        work = "def work():\n  while True: pass"
        cells = ["while True: pass", work, *["a = work()"] * 9, "x = int(1)", "y = 1"]
        loader = load(notebook(*cells), module_wall_s=0.1)
        assert loader.resolve("hw2.y") == 1
        assert len([note for note in loader.notes if note.kind == "statement_cut_short"]) < 7
        with pytest.raises(NotFound):
            loader.resolve("hw2.x")

    def test_what_fails_elsewhere_is_no_reason_for_a_missing_name(self, load):
        loader = load(notebook("data = open('absent')", "def xaiver(): pass", "g = data[0]\n"))
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.xavier")
        assert raised.value.sentence == (
            "hw2.ipynb defines no `xavier`, so `hw2.xavier` does not exist. Closest: `xaiver`."
        )
        with pytest.raises(NotFound, match=r"cell 3, line 1 failed: NameError"):
            loader.resolve("hw2.g")

    def test_what_fails_elsewhere_is_no_reason_for_what_was_left_out(self, load):
        loader = load(notebook("data = open('absent')", "class CNN(:\n  pass"))
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.CNN")
        assert raised.value.sentence.endswith("hw2.ipynb, cell 2, line 1: invalid syntax.")

    def test_an_import_that_failed_may_be_the_reason_for_any_name(self, load):
        loader = load(notebook("from json.absent import *", "x = 1"))
        with pytest.raises(NotFound, match=r"cell 1, line 1 failed: ModuleNotFoundError"):
            loader.resolve("hw2.CNN")

    def test_what_is_left_out_is_told_with_a_missing_name(self, load):
        loader = load(notebook("def g(:", "def f(:\n  pass", "x = ("))
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.f")
        assert raised.value.sentence == (
            "hw2.ipynb defines no `f`, so `hw2.f` does not exist. It is in a cell that was left "
            "out: hw2.ipynb, cell 2, line 1: invalid syntax."
        )
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.other")
        assert raised.value.sentence.endswith(
            "Cells that cannot be parsed were left out: hw2.ipynb, cell 1, line 1; hw2.ipynb, "
            "cell 2, line 1; hw2.ipynb, cell 3, line 1."
        )

    def test_what_is_written_and_was_not_run_is_not_called_otherwise(self, load):
        loader = load(notebook("def net_test():\n  pass", "def net(:\n  pass"))
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.net")
        assert raised.value.closest == ()
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.nets_test")
        assert raised.value.closest == ("net_test",)

    def test_what_is_left_out_of_an_export_is_told_by_lines(self, load):
        loader = load(b"# In[1]:\nx = 1\n# In[2]:\ndef f(:\n    pass\n")
        with pytest.raises(NotFound) as raised:
            loader.resolve("hw2.f")
        assert raised.value.sentence.endswith(
            "It is in lines 3 to 6, which were left out: hw2.py, line 4: invalid syntax."
        )
        with pytest.raises(NotFound, match=r"What cannot be parsed was left out: hw2\.py, line 4"):
            loader.resolve("hw2.g")
