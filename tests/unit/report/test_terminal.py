"""What a student reads: the score first, then what went wrong, then little else."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.records import Outcome, Trust, Visibility
from grader.report import Report
from grader.report.layout import MESSAGE_LINES, NOTES, Span
from grader.report.terminal import (
    MAX_WIDTH,
    PLAIN_WIDTH,
    fit,
    print_lines,
    print_report,
    render_plain,
    render_rich,
    width_of,
)
from grader.report.wording import summary_mark, summary_text

Make = Callable[..., Any]

SHAPE = "batchnorm_backward returned dx with shape (4, 7, 1); expected (4, 7), the shape of x."
SHAPE_HINT = "Reduce over the last axis with keepdims=True only for the statistics."
DIFFERS = (
    "12 of 320 elements of grads['W1'] differ (3.8 %); largest absolute difference 2.1e-3 at "
    "index (0, 5), allowed 1.0e-6."
)


class Stream(io.StringIO):
    """A text stream with an encoding, at a terminal or not."""

    def __init__(self, *, tty: bool = False, encoding: str = "utf-8") -> None:
        super().__init__()
        self._tty = tty
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._tty

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a StringIO has none
        return self._encoding


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Stream(tty=True)


@pytest.fixture
def troubled(make: Make, report: Make) -> Report:
    found: Report = report(
        make("affine_forward"),
        make("batchnorm", "5", Outcome.FAILED, SHAPE, checks=("own", "reference"), hint=SHAPE_HINT),
        make("groupnorm", "3", Outcome.ERRORED, "NameError in line 412: 'gama' is not defined."),
        make(
            "two_layer_net",
            "5",
            message=DIFFERS,
            checks=("scores", "loss", "gradient"),
            outcomes=(Outcome.PASSED, Outcome.PASSED, Outcome.PARTIAL),
            hint="Add the derivative of the L2 term: 0.5 · reg · W² differentiates to reg · W.",
            advice=("grads['b1'] has shape (1, 50); params['b1'] has (50,).",),
        ),
        make("conv_net", "4", Outcome.SKIPPED, "It needs batchnorm, which failed."),
        make("deep_net", "4", Outcome.SKIPPED, "It needs batchnorm, which failed."),
        make("dropout_forward", "2", advice=("The input was changed in place.",)),
        make("vgg", "6", Outcome.NOT_RUN_HERE, "Training needs a GPU; this machine has none."),
        make("hidden_net", "22", Outcome.NOT_RUN_HERE, visibility=Visibility.HIDDEN),
        notes=("Ignored 'build': not part of the work.",),
    )
    return found


def test_a_troubled_report_tells_the_score_then_each_fault_then_the_rest(troubled: Report) -> None:
    assert (
        render_plain(troubled)
        == """\
◐ 11.17 of 28 visible points · 22 more are judged by hidden checks when graded · 6 more
  were not run here: 11.17–39.17 of 56

✗ Batchnorm  layers.batchnorm                                                        0/5
  own, reference: batchnorm_backward returned dx with shape (4, 7, 1); expected (4, 7),
  the shape of x.
  → Reduce over the last axis with keepdims=True only for the statistics.

✗ Groupnorm  layers.groupnorm · raised an error                                      0/3
  NameError in line 412: 'gama' is not defined.

◐ Two layer net  layers.two_layer_net                                             4.17/5
  gradient: 12 of 320 elements of grads['W1'] differ (3.8 %); largest absolute
  difference 2.1e-3 at index (0, 5), allowed 1.0e-6.
  → Add the derivative of the L2 term: 0.5 · reg · W² differentiates to reg · W.
  · grads['b1'] has shape (1, 50); params['b1'] has (50,).

– Conv net  layers.conv_net · skipped                                                0/4
  It needs batchnorm, which failed.
– Deep net  layers.deep_net · as above                                               0/4

✓ 2 passed: affine_forward, dropout_forward
○ not run here: vgg
  Training needs a GPU; this machine has none.
  · layers.dropout_forward: The input was changed in place.
  · Ignored 'build': not part of the work.
  2.1 s · practice run: the hand-in ran in a plain separate process
"""
    )


@pytest.mark.parametrize("kind", ["answer", "files", "manual", "notebook"])
def test_where_papers_are_judged_no_name_of_code_stands_beside_the_title(
    make: Make, report: Make, kind: str
) -> None:
    def shown(kind: str, outcome: Outcome) -> str:
        said = report(make("names", "2", outcome, "It is called 'x'."))
        (one,) = said.criteria
        checks = tuple(replace(check, kind=kind) for check in one.checks)
        return render_plain(replace(said, criteria=(replace(one, checks=checks),)))

    assert "✗ Names  layers.names " in shown("output", Outcome.FAILED)
    assert "layers.names" not in shown(kind, Outcome.FAILED)
    assert "  raised an error" in shown(kind, Outcome.ERRORED)


@pytest.mark.parametrize(
    ("second", "again"),
    [
        ({"message": "line 3: no."}, True),
        ({"message": "line 3: no.", "hint": "Do it."}, False),
        ({"message": "line 4: no."}, False),
        ({"message": "line 3: no.", "checks": ("a", "b")}, True),
    ],
)
def test_what_was_told_before_in_the_same_words_is_not_told_again(
    make: Make, report: Make, second: dict[str, Any], again: bool
) -> None:
    first = make("one", "5", Outcome.ERRORED, "line 3: no.")
    text = render_plain(report(first, make("two", "5", Outcome.ERRORED, **second)))
    (head,) = [line for line in text.splitlines() if "layers.two" in line]
    assert ("layers.two · as above " in head) is again
    assert ("layers.two · raised an error " in head) is not again
    assert text.count("no.") == (1 if again else 2)


def test_a_perfect_practice_run_takes_four_lines(make: Make, report: Make) -> None:
    names = ("affine_forward", "affine_backward", "relu_forward")
    made = report(
        *(make(name, "26") for name in names),
        make("nets", "22", Outcome.NOT_RUN_HERE, visibility=Visibility.HIDDEN),
    )
    assert (
        render_plain(made)
        == """\
✓ 78 of 78 visible points · 22 more are judged by hidden checks when graded: 78–100 of
  100

✓ 3 passed: affine_forward, affine_backward, relu_forward
  2.1 s · practice run: the hand-in ran in a plain separate process
"""
    )
    assert len(render_plain(made, width=100).splitlines()) == 4


def test_a_stream_that_is_not_unicode_gets_ascii_marks(troubled: Report) -> None:
    text = render_plain(troubled, encoding="ascii", width=60)
    assert text.isascii()
    assert text.startswith("""\
~ 11.17 of 28 visible points * 22 more are judged by hidden
  checks when graded * 6 more were not run here: 11.17-39.17
  of 56

x Batchnorm  layers.batchnorm                            0/5
  own, reference: batchnorm_backward returned dx with shape
  (4, 7, 1); expected (4, 7), the shape of x.
  > Reduce over the last axis with keepdims=True only for
    the statistics.
""")
    assert "0.5 * reg * W^2" in text
    assert text.endswith("""\
+ 2 passed: affine_forward, dropout_forward
o not run here: vgg
  Training needs a GPU; this machine has none.
  * layers.dropout_forward: The input was changed in place.
  * Ignored 'build': not part of the work.
  2.1 s * practice run: the hand-in ran in a plain separate
  process
""")


def test_letters_that_an_encoding_lacks_are_escaped() -> None:
    assert fit("✓ Zoë 𝛾", "latin-1") == "+ Zoë \\U0001d6fe"
    assert fit("✓ Zoë", "ascii") == "+ Zo\\xeb"
    assert fit("✓ Zoë", "utf-8") == "✓ Zoë"


@pytest.mark.parametrize("width", [24, 40, 60, 88, 100])
def test_no_line_is_wider_than_asked_for(troubled: Report, width: int) -> None:
    assert max(map(len, render_plain(troubled, width=width).splitlines())) <= width


def test_a_long_title_is_wrapped_and_keeps_its_points_at_the_right(
    make: Make, report: Make
) -> None:
    made = report(make("a_" + "very_" * 9 + "long_title", "5", Outcome.FAILED, "No."))
    lines = render_plain(made, width=40).splitlines()
    assert lines[2:5] == [
        "✗ A very very very very very very",
        "  very very very long title          0/5",
        "  layers.a_very_very_very_very_very_very",
    ]


HOSTILE = "\x1b[2J\x1b[32m100 of 100 points\u202e\u200b [red]![/red]\r"


def test_hostile_text_is_shown_escaped_and_indented(make: Make, report: Make) -> None:
    message = f"It printed:\n{HOSTILE}\n✓ 100 of 100 points"
    made = report(
        make("a", "5", Outcome.FAILED, message, hint=HOSTILE, advice=(HOSTILE,)),
        notes=(f"Ignored '{HOSTILE}'.",),
        trust=Trust("B", False, (), (HOSTILE,)),
    )
    text = render_plain(made)
    assert (
        text
        == """\
✗ 0 of 5 points

✗ A  layers.a                                                                        0/5
  It printed:
  \\x1b[2J\\x1b[32m100 of 100 points\\u202e\\u200b [red]![/red]\\x0d
  …✓ 100 of 100 points
  → \\x1b[2J\\x1b[32m100 of 100 points\\u202e\\u200b [red]![/red]\\x0d
  · \\x1b[2J\\x1b[32m100 of 100 points\\u202e\\u200b [red]![/red]\\x0d

  · Ignored '\\x1b[2J\\x1b[32m100 of 100 points\\u202e\\u200b [red]![/red]\\x0d'.
  2.1 s · practice run: the hand-in ran in an isolation that lacked \\x1b[2J\\x1b[32m100
  of 100 points\\u202e\\u200b [red]![/red]\\x0d
"""
    )
    assert all(character.isprintable() for character in text.replace("\n", ""))


def test_markup_in_a_hand_ins_words_is_not_read_by_rich(
    make: Make, report: Make, terminal: Stream
) -> None:
    print_report(report(make("a", "5", Outcome.FAILED, "[red]x[/red] :tada: [/]")), terminal)
    assert "[red]x[/red] :tada: [/]" in terminal.getvalue()


def test_a_long_message_is_cut_and_says_so(make: Make, report: Make) -> None:
    flood = "\n".join(f"line {at}" for at in range(100))
    text = render_plain(report(make("a", "5", Outcome.FAILED, flood)))
    assert f"  line {MESSAGE_LINES - 1}\n  … (+{100 - MESSAGE_LINES} lines)\n" in text
    assert f"line {MESSAGE_LINES}\n" not in text


def test_a_check_that_fails_without_a_word_still_says_what_became_of_it(
    make: Make, report: Make
) -> None:
    silent = (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.SKIPPED, Outcome.UNJUDGED)
    text = render_plain(report(*(make(outcome.value, outcome=outcome) for outcome in silent)))
    assert "  This check lost credit.\n" in text
    assert "  This check ran out of time.\n" in text
    assert "  This check was skipped.\n" in text
    assert "  This check could not be judged.\n" in text


def test_checks_that_say_different_things_are_told_apart(make: Make, report: Make) -> None:
    criterion, results = make("a", "5", Outcome.FAILED, "No.", checks=("x", "y"))
    told = (results[0], replace(results[1], message="Never."))
    assert "  x: No.\n  y: Never.\n" in render_plain(report((criterion, told)))


def test_a_check_name_longer_than_the_line_is_wrapped_with_its_message(
    make: Make, report: Make
) -> None:
    checks = tuple(f"a_long_name_{at}" for at in range(4))
    text = render_plain(report(make("a", "5", Outcome.FAILED, "No.", checks=checks)), width=40)
    assert "  a_long_name_0, a_long_name_1,\n  a_long_name_2, a_long_name_3: No.\n" in text


def test_many_passed_criteria_take_two_lines_and_a_count(make: Make, report: Make) -> None:
    text = render_plain(report(*(make(f"criterion_{at}", "1") for at in range(40))), width=60)
    assert (
        text
        == """\
✓ 40 of 40 points

✓ 40 passed: criterion_0, criterion_1, criterion_2,
  criterion_3, criterion_4, criterion_5 and 34 more
  2.1 s · practice run: the hand-in ran in a plain separate
  process
"""
    )


def test_points_that_wait_for_a_person_cost_nothing_and_are_told(make: Make, report: Make) -> None:
    made = report(make("a"), make("b", "1", Outcome.UNJUDGED, "The worker did not start."))
    assert (
        render_plain(made)
        == """\
? 5 of 5 points · 1 more was not judged: 5–6 of 6

? B  layers.b · not judged                                                         0–1/1
  The worker did not start.

✓ 1 passed: a
  ? Something was not judged, by a fault of the grader and not of the hand-in. It costs
    nothing. Tell the course's staff.
  2.1 s · practice run: the hand-in ran in a plain separate process
"""
    )
    graded = report(make("b", "1", Outcome.UNJUDGED, "It died."), mode="grade")
    assert "It costs\n    nothing. A person must look." in render_plain(graded)


def test_a_run_that_judged_nothing_says_so(make: Make, report: Make) -> None:
    made = report(make("a", "5", Outcome.NOT_RUN_HERE), make("b", "5", Outcome.NOT_RUN_HERE))
    assert (
        render_plain(made)
        == """\
○ Nothing was judged · 10 more were not run here: 0–10 of 10

○ not run here: a, b
  2.1 s · practice run: the hand-in ran in a plain separate process
"""
    )


def test_checks_of_a_judged_criterion_that_were_not_run_are_named(make: Make, report: Make) -> None:
    made = report(
        make(
            "a",
            message="It needs a GPU.",
            checks=("cpu", "gpu"),
            outcomes=(Outcome.PASSED, Outcome.NOT_RUN_HERE),
        )
    )
    text = render_plain(made)
    assert "✓ 2.5 of 2.5 points · 2.5 more were not run here: 2.5–5 of 5\n" in text
    assert "○ not run here: a/gpu\n  It needs a GPU.\n" in text


def test_in_a_graded_report_hidden_checks_that_were_not_run_are_listed(
    make: Make, report: Make
) -> None:
    hidden = make("a", "1", Outcome.NOT_RUN_HERE, visibility=Visibility.HIDDEN)
    text = render_plain(report(hidden, mode="grade"))
    assert "1 more was not run here: 0–1 of 1" in text
    assert "○ not run here: a\n" in text


@pytest.mark.parametrize(
    ("trust", "mode", "told"),
    [
        (Trust("A", True), "grade", "the hand-in ran isolated (tier A)"),
        (Trust("C", False), "check", "practice run: the hand-in ran in a plain separate process"),
        (Trust("C", False), "grade", "not a score to rely on: the hand-in ran in a plain"),
        (
            Trust("B", False, (), ("network", "pids")),
            "check",
            "the hand-in ran in an isolation that lacked",
        ),
        (Trust("B", False), "check", "practice run: the hand-in ran without isolation"),
    ],
)
def test_the_last_line_says_how_far_to_trust_the_run(
    make: Make, report: Make, trust: Trust, mode: str, told: str
) -> None:
    assert told in render_plain(report(make("a"), trust=trust, mode=mode, wall_s=75.2))
    assert "1 min 15 s" in render_plain(report(make("a"), trust=trust, mode=mode, wall_s=75.2))


def test_a_terminal_gets_colour_and_the_same_words(troubled: Report, terminal: Stream) -> None:
    print_report(troubled, terminal)
    shown = terminal.getvalue()
    assert "\x1b[31m✗ \x1b[0m\x1b[1mBatchnorm\x1b[0m" in shown
    plain = "\n".join(line.plain.rstrip() for line in render_rich(troubled, width=MAX_WIDTH))
    assert plain + "\n" == render_plain(troubled, width=MAX_WIDTH)


def test_no_color_is_honoured(
    troubled: Report, terminal: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    print_report(troubled, terminal)
    assert "\x1b[31m" not in terminal.getvalue()


def test_a_pipe_gets_plain_text(troubled: Report) -> None:
    stream = Stream()
    print_report(troubled, stream)
    assert stream.getvalue() == render_plain(troubled)


def test_a_stream_without_an_encoding_gets_ascii() -> None:
    stream = Stream(encoding="")
    print_lines([(Span("✓ "), Span("done"))], stream)
    assert stream.getvalue() == "+ done\n"


def test_the_width_is_the_terminals_up_to_a_limit(
    terminal: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert width_of(terminal) == MAX_WIDTH
    monkeypatch.setenv("COLUMNS", "70")
    assert width_of(terminal) == 70
    assert width_of(Stream()) == PLAIN_WIDTH


def test_the_summary_of_a_hand_in_is_one_line(make: Make, report: Make) -> None:
    names = ("a", "b", "c", "d")
    lost = report(*(make(name, "1", Outcome.FAILED, "No.") for name in names), mode="grade")
    assert summary_text(lost) == "alice  0 of 4 points · lost: a, b, c and 1 more · not isolated"
    assert summary_mark(lost) == ("✗", "bad")
    some = report(make("a", "1"), make("b", "1", Outcome.FAILED), trust=Trust("A", True))
    assert summary_text(some) == "alice  1 of 2 points · lost: b"
    assert summary_mark(some) == ("◐", "warn")
    review = report(make("a", "1", Outcome.UNJUDGED), trust=Trust("A", True), handin_id="b\x1b[2J")
    assert summary_text(review) == (
        "'b\\x1b[2J'  Nothing was judged · 1 more was not judged: 0–1 of 1 · needs a person"
    )
    assert summary_mark(review) == ("?", "warn")


def test_many_notes_are_cut_and_counted(make: Make, report: Make) -> None:
    notes = tuple(f"Note {at}." for at in range(NOTES + 2))
    text = render_plain(report(make("a"), notes=(notes[0], *notes)))
    assert f"  · Note {NOTES - 1}.\n  · 2 more notes in the JSON report.\n" in text
    assert text.count("Note 0.") == 1
    assert f"Note {NOTES}." not in text


def test_a_report_that_is_not_finished_says_so_in_place_of_a_fault(
    make: Make, report: Make
) -> None:
    made = report(make("a"), make("b", "1", Outcome.UNJUDGED, "Ended."), finished=False)
    told = " ".join(render_plain(made).split())
    assert "? The run was ended before its last check, or is still going on. What it had" in told
    assert "fault of the grader" not in told
    assert summary_mark(made) == ("?", "warn")
    assert summary_text(made) == (
        "alice  5 of 5 points · 1 more was not judged: 5–6 of 6 · not finished · not isolated"
    )


def training(accuracy: float, *seen: float) -> dict[str, Any]:
    """Evidence of a training that was looked at some times."""
    looks = [[at / len(seen), at * 1.0, 2.0, each] for at, each in enumerate(seen, 1)]
    case = {
        "metric": accuracy,
        "interval": [accuracy - 0.02, accuracy + 0.02],
        "data": "synthetic",
        "on": "test",
        "examples": [6000, 2000],
        "device": "cpu",
        "full_from": 0.5,
        "trainings": [{"training_wall_s": 31.0, "looks": looks}],
    }
    return {"kind": "training", "evidence": {"cases": [case]}}


def test_how_a_training_went_stands_below_what_passed(make: Make, report: Make) -> None:
    made = report(
        make("layers"),
        make("mlp", **training(0.55, 0.1, 0.3, 0.55)),
        make("conv", "5", Outcome.FAILED, "conv reached 0.4.", **training(0.4)),
    )
    assert (
        render_plain(made)
        == """\
◐ 10 of 15 points

✗ Conv  layers.conv                                                                  0/5
  conv reached 0.4.

✓ 2 passed: layers, mlp
  · layers.mlp: accuracy 0.550 (0.530 to 0.570) on 2,000 held-out examples of synthetic,
    full credit from 0.5; 6,000 examples, 31.0 s on cpu; 0.10 ▁▄█ 0.55 on validation
  · layers.conv: accuracy 0.400 (0.380 to 0.420) on 2,000 held-out examples of
    synthetic, full credit from 0.5; 6,000 examples, 31.0 s on cpu
  2.1 s · practice run: the hand-in ran in a plain separate process
"""
    )


def test_a_stream_that_is_not_unicode_gets_bars_of_ascii(make: Make, report: Make) -> None:
    made = report(make("mlp", **training(0.55, *[at / 7 for at in range(8)])))
    text = render_plain(made, encoding="ascii")
    assert text.isascii()
    assert "0.00 _.,-=+*# 1.00 on validation" in " ".join(text.split())


def test_how_a_hidden_training_went_is_told_only_when_graded(make: Make, report: Make) -> None:
    hidden = make("mlp", visibility=Visibility.HIDDEN, **training(0.55))
    assert "accuracy" not in render_plain(report(make("a"), hidden))
    assert "layers.mlp: accuracy 0.550" in render_plain(report(make("a"), hidden, mode="grade"))


@pytest.mark.parametrize("width", [24, 40, 60])
def test_how_a_training_went_is_wrapped(make: Make, report: Make, width: int) -> None:
    made = report(make("mlp", **training(0.55, 0.1, 0.3, 0.55)))
    lines = render_plain(made, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert "0.10 ▁▄█ 0.55 on validation" in " ".join(" ".join(lines).split())


def test_the_first_failure_alone_shows_the_lines_that_reproduce_it(
    make: Make, report: Make
) -> None:
    code = "import numpy as np\nprint(np.ones(2))"
    failed = {"message": SHAPE, "evidence": {"reproducer": code}}
    found = report(
        make("relu", "5", Outcome.FAILED, **failed),
        make("conv", "5", Outcome.FAILED, **{**failed, "message": DIFFERS}),
    )
    text = render_plain(found)
    assert text.count("Without the grader, these lines show it:") == 1
    assert "\n    import numpy as np\n    print(np.ones(2))\n" in text
    assert text.index("print(np.ones(2))") < text.index("Conv")
    graded = render_plain(replace(found, mode="grade"))
    assert "print(np.ones(2))" not in graded


@pytest.mark.parametrize("value", [3, None, ["x"], ""])
def test_what_is_no_text_reproduces_nothing(value: Any, make: Make, report: Make) -> None:
    found = report(make("relu", "5", Outcome.FAILED, SHAPE, evidence={"reproducer": value}))
    assert "Without the grader" not in render_plain(found)
