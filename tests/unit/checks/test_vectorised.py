"""Kind `structure`, option `vectorised`: loops over samples, found by counting instructions."""

import sys
import textwrap
import threading

import numpy as np
import pytest

from grader.checks import CHECK_KINDS, instructions, vectorised
from grader.checks.instructions import Counted
from grader.checks.structure import names_to_find
from grader.errors import ReferenceFault
from grader.records import Outcome
from grader.worker.host import SourceFacts
from grader.worker.inside import drivers
from grader.worker.inside.origin import HANDIN_MARK
from grader.worker.program import Program

LAYER = {
    "vectorised": True,
    "sizes": {"N": 4},
    "inputs": {
        "x": {"normal": {"shape": ["N", 3]}},
        "w": {"normal": {"shape": [3, 5]}},
        "b": {"normal": {"shape": [5]}},
    },
    "cases": [{}, {"sizes": {"N": 32}}],
}


@pytest.fixture(autouse=True)
def _drivers():
    drivers.load("")


def written(source, name="f"):
    """Compiles a function as a worker compiles a hand-in's `layers.py`."""
    names = {"np": np}
    code = compile(textwrap.dedent(source), f"{HANDIN_MARK}layers.py", "exec")
    exec(code, names)  # noqa: S102  # the test's own words
    return names[name]


def asked(ask, source, **data):
    return ask("structure", "affine_forward", {**LAYER, **data}, affine_forward=written(source))


CORRECT = {
    "a product": "def f(x, w, b):\n    return x @ w + b, x\n",
    "einsum": "def f(x, w, b):\n    return np.einsum('nd,dm->nm', x, w) + b, x\n",
    "a loop over features": """
        def f(x, w, b):
            out = np.zeros((len(x), 5)) + b
            for d in range(x.shape[1]):
                out += np.outer(x[:, d], w[d])
            return out, x
        """,
    "a loop over layers": """
        def layers(x, shapes):
            return [shape for shape in shapes]

        def f(x, w, b):
            out = x
            for each in layers(x, [w]):
                out = out @ each + b
            return out, [kept for kept in (x, w, b)]
        """,
    "a branch that only large batches take": """
        def f(x, w, b):
            out = x @ w + b
            if len(x) > 10:
                assert out.shape == (len(x), 5)
                assert out.dtype == x.dtype
            return out, x
        """,
    "a wrong value": "def f(x, w, b):\n    return x @ w - b, x\n",
}
WRONG = {
    "for": (
        """
        def f(x, w, b):
            out = np.zeros((len(x), 5))
            for i in range(len(x)):
                out[i] = x[i] @ w + b
            return out, x
        """,
        "The loop in layers.py, line 4 (f) repeats",
    ),
    "while": (
        """
        def f(x, w, b):
            out, i = np.zeros((len(x), 5)), 0
            while i < len(x):
                out[i] = x[i] @ w + b
                i += 1
            return out, x
        """,
        "The loop in layers.py, line 4 (f) repeats",
    ),
    "comprehension": (
        """
        def f(x, w, b):
            return np.array([row @ w + b for row in x]), x
        """,
        "The loop in layers.py, line 3 (f) repeats",
    ),
    "generator": (
        """
        def f(x, w, b):
            return np.stack(tuple(row @ w + b for row in x)), x
        """,
        "The loop in layers.py, line 3 (f) repeats",
    ),
    "map": (
        """
        def f(x, w, b):
            return np.array(list(map(lambda row: row @ w + b, x))), x
        """,
        "Most of them belong to layers.py, line 3 (f).",
    ),
    "vectorize": (
        """
        def f(x, w, b):
            return np.vectorize(lambda value: value * 2)(x @ w + b), x
        """,
        "Most of them belong to layers.py, line 3 (f).",
    ),
    "apply_along_axis": (
        """
        def one(row, w, b):
            return row @ w + b

        def f(x, w, b):
            return np.apply_along_axis(one, 1, x, w, b), x
        """,
        "Most of them belong to layers.py, line 3 (one).",
    ),
    "a loop over layers inside": (
        """
        def f(x, w, b):
            out = np.zeros((len(x), 5))
            for repeated in range(2):
                for i in range(len(x)):
                    for layer in (w,):
                        out[i] = x[i] @ layer + b
            return out, x
        """,
        "The loop in layers.py, line 5 (f) repeats",
    ),
    "another function": (
        """
        def one(row, w, b):
            for layer in (w,):
                row = row @ layer
            return row + b

        def f(x, w, b):
            out = []
            for row in x:
                out.append(one(row, w, b))
            return np.array(out), x
        """,
        "The loop in layers.py, line 9 (f) repeats",
    ),
    "recursion": (
        """
        def f(x, w, b):
            if len(x) == 1:
                return x @ w + b, x
            return np.vstack([x[:1] @ w + b, f(x[1:], w, b)[0]]), x
        """,
        "Most of them belong to layers.py, line 5 (f).",
    ),
}


def facts_of(source):
    """Says where a source has loops, as a host does."""
    from grader.worker.inside.sources import compile_package
    from grader.worker.inside.survey import survey

    text = textwrap.dedent(source).encode()
    found = survey(compile_package({"layers.py": text}, {}), ())["layers.py"]
    return {"layers.py": SourceFacts("layers", "handin", None, (), {}, tuple(found["loops"]))}


@pytest.mark.parametrize("source", CORRECT.values(), ids=CORRECT)
def test_code_without_loops_over_samples_passes(ask, source):
    result = asked(ask, source)
    assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "")


@pytest.mark.parametrize(("source", "place"), WRONG.values(), ids=WRONG)
def test_a_loop_over_samples_fails_and_is_named(ask, source, place):
    result = ask("structure", "affine_forward", LAYER, affine_forward=written(source),
                 facts=facts_of(source))  # fmt: skip
    assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
    assert place in result.message


def test_the_message_gives_both_counts_and_the_check_s_evidence_too(ask):
    result = asked(ask, WRONG["for"][0])
    (case,) = result.evidence["cases"]
    few, many = case["instructions"]
    assert many - few > 28 * 10
    assert case["further_rows"] == 28
    assert result.message == (
        f"affine_forward executes more Python instructions the more rows it gets: {few:,} for x of "
        f"shape (4, 3) and {many:,} for (32, 3). Vectorised code executes about as many in both. "
        "Most of them belong to layers.py, line 5 (f)."
    )
    assert result.hint == vectorised.HINT


def test_the_count_is_the_same_in_every_run(ask):
    counts = [asked(ask, WRONG["for"][0]).evidence["cases"][0]["instructions"] for _ in range(2)]
    assert counts[0] == counts[1]


def test_the_rubric_s_own_hint_comes_first(ask):
    source = WRONG["for"][0]
    result = ask("structure", "affine_forward", LAYER, hint="Use np.dot.",
                 affine_forward=written(source))  # fmt: skip
    assert result.hint == "Use np.dot."


class TestBackward:
    DATA = {**LAYER, "forward": "affine_forward", "wrt": ["x", "w", "b"]}  # noqa: RUF012

    def test_backward_is_run_too(self, ask):
        slow = written("""
            def f(dout, cache):
                x, w, _ = cache
                dx = np.array([row @ w.T for row in dout])
                return dx, x.T @ dout, dout.sum(axis=0)
            """)
        result = ask("structure", "affine_backward", self.DATA, affine_backward=slow)
        assert result.outcome is Outcome.FAILED
        assert result.message.startswith("affine_backward executes more Python instructions")

    def test_a_loop_of_the_forward_function_is_not_charged_again(self, ask):
        slow = written("""
            def f(x, w, b):
                return np.array([row @ w + b for row in x]), (x, w, b)
            """)
        result = ask("structure", "affine_backward", self.DATA, affine_forward=slow)
        assert result.outcome is Outcome.PASSED

    def test_a_forward_that_raises_leaves_backward_skipped(self, ask):
        broken = written("def f(x, w, b):\n    raise ValueError('no')\n")
        result = ask("structure", "affine_backward", self.DATA, affine_forward=broken)
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
        assert result.message == (
            "affine_forward raised ValueError: 'no' (layers.py, line 2 in f)."
        )
        assert result.hint == "Mend the forward pass first."

    def test_a_backward_without_gradients_is_not_filled_in(self, ask):
        result = ask("structure", "affine_backward", self.DATA,
                     affine_backward=lambda dout, cache: (None, None, None))  # fmt: skip
        assert (result.outcome, result.message) == (
            Outcome.FAILED,
            "affine_backward gave no x; it is not filled in yet.",
        )

    def test_a_network_is_run_with_its_gradients(self, ask):
        data = {
            "vectorised": True,
            "convention": "network_with_loss",
            "wrt": [],
            "sizes": {"N": 4},
            "inputs": {
                "X": {"normal": {"shape": ["N", 3]}},
                "y": {"integers": {"shape": ["N"], "high": 4}},
            },
            "options": {"construct": {"input_dim": 3, "classes": 4}},
            "cases": [{}, {"sizes": {"N": 40}}],
        }
        assert ask("structure", "Net", data).outcome is Outcome.PASSED


class TestWhatCannotBeCounted:
    def test_what_raises_is_told(self, ask):
        result = asked(ask, "def f(x, w, b):\n    raise NotImplementedError\n")
        assert (result.outcome, result.credit) == (Outcome.ERRORED, 0.0)
        assert "raised NotImplementedError" in result.message

    def test_what_gives_nothing_earns_nothing(self, ask):
        result = asked(ask, "def f(x, w, b):\n    return None, None\n")
        assert (result.outcome, result.message) == (
            Outcome.FAILED,
            "affine_forward gave no out; it is not filled in yet.",
        )

    def test_a_hand_in_that_switches_counting_off_is_told(self, ask):
        before = sys.gettrace()
        try:
            result = asked(
                ask,
                "import sys\ndef f(x, w, b):\n    sys.settrace(None)\n    return x @ w + b, x\n",
            )
        finally:
            sys.settrace(before)
            threading.settrace(None)
        assert (result.outcome, result.message, result.hint) == (
            Outcome.FAILED,
            "What affine_forward executes could not be counted, because the hand-in sets a trace "
            "function of its own.",
            "Remove the calls of sys.settrace, and of debuggers.",
        )

    @pytest.mark.parametrize("forged", [None, 3, [], {"total": "1", "lines": []}, {"total": 1}])
    def test_a_count_of_another_form_is_none(self, in_process, forged):
        session = instructions.CountingSession(in_process({}))
        session.counts = [{"total": 1, "lines": []}, forged]
        assert session.counted() is None

    def test_lines_of_another_form_are_left_out(self, in_process):
        session = instructions.CountingSession(in_process({}))
        session.counts = [{"total": 3, "lines": [("a.py", "f", 1, 3), ("a.py", 1), 7]}]
        assert session.counted() == Counted(3, {("a.py", "f", 1): 3})

    def test_a_reference_that_raises_is_our_fault(self, ask):
        with pytest.raises(ReferenceFault, match="the reference itself failed: affine_forward"):
            ask("structure", "affine_forward", LAYER,
                reference={"affine_forward": lambda *_: 1 / 0})  # fmt: skip

    def test_a_reference_without_a_forward_to_begin_with_is_our_fault(self, ask):
        with pytest.raises(ReferenceFault, match="the reference itself failed"):
            ask("structure", "affine_backward", TestBackward.DATA,
                reference={"affine_forward": lambda *_: 1 / 0})  # fmt: skip


def test_counts_of_several_programs_are_added(in_process):
    step = written("def f():\n    return 1\n")
    session = instructions.CountingSession(in_process({"f": step}))
    for _ in range(2):
        program = Program()
        program.call(program.resolve("f"))
        session.run(program)
    once = instructions.CountingSession(in_process({"f": step}))
    program = Program()
    program.call(program.resolve("f"))
    once.run(program)
    assert session.counted().total == 2 * once.counted().total > 0


class TestParsing:
    def parse(self, **data):
        return CHECK_KINDS["structure"].parse({"subject": "f", **LAYER, **data})

    def test_the_cases_have_to_differ_enough(self):
        with pytest.raises(ValueError, match="compares") as caught:
            self.parse(cases=[{}, {"sizes": {"N": 27}}])
        assert str(caught.value) == (
            "vectorised compares a small case with a large one. Give two cases of which one is "
            "larger by at least 24 along an axis."
        )
        assert self.parse(cases=[{"sizes": {"N": 28}}, {}]).vectorised is not None

    def test_there_has_to_be_a_backward_where_one_is_asked_for(self):
        with pytest.raises(ValueError, match="has no backward to count") as caught:
            self.parse(convention="update_rule", wrt=["w"])
        assert str(caught.value) == "The convention update_rule has no backward to count."

    @pytest.mark.parametrize("key", [{"wrt": ["x"]}, {"forward": "f"}])
    def test_what_is_run_is_said_only_where_something_is_run(self, key):
        with pytest.raises(ValueError, match="Add vectorised: true") as caught:
            self.parse(vectorised=False, parameters=True, **key)
        assert (
            str(caught.value) == "forward and wrt say what vectorised runs. Add vectorised: true."
        )

    def test_a_check_needs_the_survey_only_where_it_asks_for_it(self):
        assert names_to_find(self.parse()) == ()
        assert names_to_find(self.parse(vectorised=False, bans=["torch"])) is None
        assert names_to_find(self.parse(bans_names=["LayerNorm"])) == ("LayerNorm",)
        assert names_to_find(object()) is None

    def test_the_forward_function_is_known_to_whoever_asks(self):
        assert self.parse(forward="g", wrt=["x"]).forward == "g"
        assert self.parse(vectorised=False, parameters=True).forward == ""


def test_a_loop_in_a_notebook_is_named_with_its_cell():
    cells = ((1, "hw2.ipynb, cell 3"), (10, "hw2.ipynb, cell 14"))
    fact = SourceFacts("hw2", "handin", None, (), {}, (("f", 12),), cells=cells)
    key = ("hw2.ipynb, cell 14", "f", 2)
    said = vectorised._place(
        {"hw2.py": fact}, Counted(9, {key: 9}), Counted(99, {key: 99}), rows=32
    )
    assert said == " The loop in hw2.ipynb, cell 14, line 2 (f) repeats for each of them."


def test_what_constructors_execute_is_taken_off():
    counted = Counted(100, {("m.py", "Linear.__init__", 3): 80, ("m.py", "Linear.forward", 9): 15})
    left = counted.without_constructors()
    assert left == Counted(20, {("m.py", "Linear.forward", 9): 15})
