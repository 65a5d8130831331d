"""Programs as the grader writes them, and every text that a fault of the hand-in can have."""

import numpy as np
import pytest

from grader.worker.inside import operations as ops
from grader.worker.inside.values import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies


def replies(*entries):
    return Replies(Program(), entries)


class TestPrograms:
    def test_every_method_adds_one_operation_and_returns_its_slot(self):
        program = Program()
        slots = [
            program.resolve("layers.f"),
            program.call(Slot(0), [1, 2], {"a": 3}),
            program.call(Slot(0)),
            program.item(Slot(1), 0),
            program.attribute(Slot(1), "params"),
            program.set_item(Slot(1), "k", 1),
            program.set_attribute(Slot(1), "reg", 2),
            program.new({"mode": "train"}),
            program.numpy_type("float64"),
            program.arguments(Slot(0)),
            program.export(Slot(1)),
            program.describe(Slot(1)),
            program.names(Slot(1)),
            program.seed(4),
            program.notes(),
        ]
        assert slots == [Slot(index) for index in range(15)]
        assert program.operations == [
            (ops.RESOLVE, "layers.f"),
            (ops.CALL, Slot(0), (1, 2), {"a": 3}),
            (ops.CALL, Slot(0), (), {}),
            (ops.ITEM, Slot(1), 0),
            (ops.ATTRIBUTE, Slot(1), "params"),
            (ops.SET_ITEM, Slot(1), "k", 1),
            (ops.SET_ATTRIBUTE, Slot(1), "reg", 2),
            (ops.NEW, {"mode": "train"}),
            (ops.NUMPY, "float64"),
            (ops.ARGUMENTS, Slot(0)),
            (ops.EXPORT, Slot(1)),
            (ops.DESCRIBE, Slot(1)),
            (ops.NAMES, Slot(1)),
            (ops.SEED, 4),
            (ops.NOTES,),
        ]

    def test_a_program_runs_and_its_replies_are_read_by_slot(self, in_process):
        program = Program()
        named = program.names(program.new({"W1": 0}))
        seeded = program.arguments(program.resolve("scale"))
        out = program.export(program.call(program.resolve("scale"), (np.ones(2), 3)))
        missing = program.export(program.resolve("scaled"))
        answer = in_process({"scale": lambda x, by: x * by}).run(program)
        assert answer.value(named) == ["W1"]
        assert answer.value(seeded) == ["x", "by"]
        assert answer.value(out).tolist() == [3, 3]
        assert answer.fault(out) is None
        assert answer.value(missing) == Fault(
            FaultKind.MISSING, "the hand-in has no `scaled`.", "Did you mean 'scale'?"
        )


class TestReplies:
    def test_a_value_is_given_as_it_came(self):
        assert replies((ops.VALUE, [1])).value(Slot(0)) == [1]

    def test_an_operation_that_was_not_reached_shows_the_fault_that_kept_it_from_it(self):
        answer = replies((ops.MISSING, ("`f` is missing.", ())), (ops.NOT_REACHED, 0))
        assert answer.fault(Slot(1)) == Fault(FaultKind.MISSING, "`f` is missing.")
        assert answer.value(Slot(1)) == Fault(FaultKind.MISSING, "`f` is missing.")

    def test_an_operation_that_worked_and_gave_nothing_has_no_value(self):
        answer = replies((ops.DONE, None))
        assert answer.fault(Slot(0)) is None
        assert answer.value(Slot(0)) == Fault(
            FaultKind.MALFORMED, "The hand-in's process sent no value where one was asked for."
        )

    def test_a_cause_that_is_none_gives_no_value_either(self):
        answer = replies((ops.DONE, None), (ops.NOT_REACHED, 0))
        assert answer.value(Slot(1)).kind is FaultKind.MALFORMED

    @pytest.mark.parametrize(
        "entry",
        [
            None,
            5,
            [ops.VALUE, 1],
            (ops.VALUE,),
            (ops.VALUE, 1, 2),
            ("1", 1),
            (True, 1),
            (77, None),
            (-1, None),
            (ops.NOT_REACHED, None),
            (ops.NOT_REACHED, 0),
            (ops.NOT_REACHED, -1),
            (ops.NOT_REACHED, 9),
            (ops.NOT_REACHED, True),
        ],
    )
    def test_a_reply_of_an_unknown_form_is_a_fault_of_the_hand_in(self, entry):
        expected = Fault(
            FaultKind.MALFORMED, "The hand-in's process sent a reply of an unknown form."
        )
        assert replies(entry).fault(Slot(0)) == expected
        assert replies(entry).value(Slot(0)) == expected

    def test_a_reply_that_is_not_there_is_a_fault_of_the_hand_in(self):
        assert replies().fault(Slot(3)).kind is FaultKind.MALFORMED

    def test_causes_do_not_chain_for_ever(self):
        answer = replies((ops.NOT_REACHED, 0), (ops.NOT_REACHED, 0))
        assert answer.fault(Slot(1)).kind is FaultKind.MALFORMED


class TestMissing:
    @pytest.mark.parametrize(
        ("closest", "hint"),
        [
            ((), ""),
            (("a",), "Did you mean 'a'?"),
            (("a", 3, "b"), "Did you mean 'a' or 'b'?"),
        ],
    )
    def test_close_names_become_a_hint(self, closest, hint):
        fault = replies((ops.MISSING, ("No `f`.", closest))).fault(Slot(0))
        assert fault == Fault(FaultKind.MISSING, "No `f`.", hint)

    @pytest.mark.parametrize("payload", [None, "text", ("a",), ("a", ["b"]), (1, ())])
    def test_another_form_gives_a_general_sentence(self, payload):
        assert replies((ops.MISSING, payload)).fault(Slot(0)) == Fault(
            FaultKind.MISSING, "A name that the assignment asks for was not found."
        )

    def test_control_characters_are_shown_and_not_sent_to_the_terminal(self):
        fault = replies((ops.MISSING, ("\x1b[2Jno", ("\x1b[1m",)))).fault(Slot(0))
        assert "\x1b" not in fault.message + fault.hint
        assert fault.message == "\\x1b[2Jno"


def raised(*payload):
    fault = replies((ops.RAISED, payload)).fault(Slot(0))
    assert fault.kind is FaultKind.RAISED
    return fault


class TestRaised:
    @pytest.mark.parametrize(
        ("payload", "message"),
        [
            (
                ("ValueError", "shapes do not match", "layers.py", 12, "affine_forward"),
                "raised ValueError: 'shapes do not match' (layers.py, line 12 in affine_forward).",
            ),
            (
                ("ValueError", "Use the right shape.", "layers.py", 12, "f"),
                "raised ValueError: 'Use the right shape.' (layers.py, line 12 in f).",
            ),
            (
                ("NameError", "x", "layers.py", 3, "<module>"),
                "raised NameError: 'x' (layers.py, line 3).",
            ),
            (("KeyError", "'W1'", "", 0, ""), "raised KeyError: 'W1'."),
            (("AssertionError", "", "", 0, ""), "raised AssertionError."),
            (
                ("AssertionError", "  \n", "layers.py", 4, "f"),
                "raised AssertionError (layers.py, line 4 in f).",
            ),
            (
                ("ValueError", "why?", "layers.py", 4, ""),
                "raised ValueError: 'why?' (layers.py, line 4).",
            ),
            (("ValueError", "why?", "", 0, ""), "raised ValueError: 'why?'."),
            (("ValueError", "No!", "", 0, ""), "raised ValueError: 'No!'."),
            (("ValueError", "Wait...", "", 0, ""), "raised ValueError: 'Wait...'."),
        ],
    )
    def test_type_text_and_place_make_one_sentence(self, payload, message):
        assert raised(*payload).message == message

    def test_the_place_is_kept_apart(self):
        assert raised("E", "", "layers.py", 12, "f").place == "layers.py, line 12"
        assert raised("E", "", "", 0, "").place == ""

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("NotImplementedError", "Replace the `raise NotImplementedError` by your code."),
            ("RecursionError", "calls itself without end; look for the call that should stop."),
            ("SystemExit", "Remove the call of `exit`, `quit` or `sys.exit`: it"),
            ("MemoryError", "Look for an array that grows with the product of two large sizes."),
            ("ValueError", ""),
        ],
    )
    def test_some_exceptions_come_with_a_hint(self, name, hint):
        assert hint in raised(name, "", "", 0, "").hint
        assert bool(raised(name, "", "", 0, "").hint) == bool(hint)

    @pytest.mark.parametrize(
        ("name", "text", "file", "hinted"),
        [
            ("TypeError", "f() takes 1 positional argument but 3 were given", "", True),
            ("TypeError", "f() takes 1 positional argument but 3 were given", "layers.py", False),
            ("TypeError", "'NoneType' object is not subscriptable", "", False),
            ("ValueError", "a wrong argument", "", False),
        ],
    )
    def test_a_call_of_ours_that_does_not_fit_is_about_the_parameters(
        self, name, text, file, hinted
    ):
        hint = "Keep the parameters that the function was given with, in their order."
        assert raised(name, text, file, 3, "f").hint == (hint if hinted else "")

    @pytest.mark.parametrize(
        "payload", [(), ("a",), ("a", "b", "c", "4", "d"), (None, "b", "c", 4, "d")]
    )
    def test_another_form_gives_a_general_sentence(self, payload):
        assert raised(*payload).message == "raised an exception that could not be read."

    def test_control_characters_are_shown_and_long_texts_are_cut(self):
        fault = raised("E\x1b", "t\x07" + "x" * 500, "f\x1b.py", 1, "g\x9b")
        assert all(character.isprintable() for character in fault.message + fault.place)
        assert "… (+302 characters)" in fault.message


class TestInclusion:
    def test_an_included_program_refers_to_its_own_slots(self):
        inner = Program()
        made = inner.new([1.0])
        inner.export(inner.call(inner.resolve("layers.f"), [{"x": (made, 2)}], {"y": [made]}))
        outer = Program()
        outer.resolve("layers.g")
        begin = outer.include(inner)
        assert begin == 1
        assert outer.operations[1:] == [
            (ops.NEW, [1.0]),
            (ops.RESOLVE, "layers.f"),
            (ops.CALL, Slot(2), ({"x": (Slot(1), 2)},), {"y": [Slot(1)]}),
            (ops.EXPORT, Slot(3)),
        ]

    def test_its_replies_are_those_that_it_would_have_got_alone(self):
        inner = Program()
        value = inner.export(inner.resolve("layers.f"))
        outer = Program()
        outer.resolve("layers.g")
        begin = outer.include(inner)
        missing = (ops.MISSING, ("layers has no f.", ()))
        whole = Replies(outer, [(ops.DONE, None), missing, (ops.NOT_REACHED, 1)])
        replies = whole.of(inner, begin)
        assert replies.entries == [missing, (ops.NOT_REACHED, 0)]
        assert replies.value(value).message == "layers has no f."
