"""On whose pieces a check is judged, what is noted, and that our faults cost nothing."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from grader import examination as examination_module
from grader.checks.cases import parse_cases
from grader.checks.output import OutputParams
from grader.errors import (
    HostLost,
    ReferenceFault,
    WorkerDidNotStart,
    WorkerDied,
    WorkerKilled,
    WorkerOutOfTime,
    WorkerStarved,
)
from grader.examination import Examination, ReferenceSession, Sides
from grader.plan import make_plan
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Limits,
    Network,
    Outcome,
    Rubric,
    Visibility,
)
from grader.worker.host import SourceFacts
from grader.worker.inside import operations as ops
from grader.worker.program import Program, Replies
from grader.worker.session import Usage

NOTES = {"output": "", "written": 0, "imports": []}


@dataclass
class FakeSession:
    """A session that keeps what it was asked and answers notes as it is told."""

    notes: Any = field(default_factory=lambda: dict(NOTES))
    groups: list[tuple[Any, ...]] = field(default_factory=list)
    skip: dict[str, tuple[int, ...]] = field(default_factory=dict)
    closed: int = 0
    error: Exception | None = None

    def begin_group(self, limits, lend=None, lender=None):
        self.groups.append((limits, dict(lend or {}), lender))

    def run(self, program):
        if self.error is not None:
            raise self.error
        return Replies(program, [(ops.VALUE, self.notes)] * len(program.operations))

    def take_usage(self):
        return Usage(1.5, 0.25)

    def end_group(self):
        self.groups.append(())

    def close(self):
        self.closed += 1


@dataclass
class FakeLender:
    """A lender that keeps what it lends, some of which is called in every group."""

    groups: list[tuple[frozenset[str], Limits]] = field(default_factory=list)
    called: list[str] = field(default_factory=lambda: ["layers.f"])
    lacked: list[str] = field(default_factory=list)
    closed: int = 0

    def begin_group(self, names, limits):
        self.groups.append((frozenset(names), limits))

    def close(self):
        self.closed += 1


def criterion(name, *checks, needs=(), **spec):
    specs = tuple(CheckSpec(f"{name}/{check}", "fake", None, **spec) for check in checks or ("a",))
    return Criterion(name, name, f"layers.{name}", 1, specs, needs=needs)


CRITERIA = (
    criterion("f", "a", "b"),
    criterion("f_backward", needs=("f",)),
    criterion("g"),
    criterion("net", needs=("f", "f_backward", "g")),
    criterion("other", needs=("g",)),
)
NETWORK = Network((3, 8, 8), (10,))
FAMILIES = {"f": ("layers.f", "layers.f_backward"), "h": ("more.h", "layers.h")}


@pytest.fixture
def examine(monkeypatch):
    """Makes an examination whose one kind of check answers as it is told, by check id.

    An answer is an outcome, a `(outcome, credit)` pair, or what is raised; a list gives one answer
    after the other.
    """

    def make(answers=None, criteria=CRITERIA, families=FAMILIES, mode="grade", facts=None):
        answers = dict(answers or {})
        asked = []

        def run(question):
            asked.append((question.spec.id, question))
            answer = answers.get(question.spec.id, Outcome.PASSED)
            if isinstance(answer, list):
                answer = answer.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            outcome, credit = answer if isinstance(answer, tuple) else (answer, None)
            if credit is None:
                credit = 1.0 if outcome is Outcome.PASSED else 0.0
            return CheckResult(question.spec.id, "fake", outcome, credit, "Said.", advice=("One.",))

        kinds = dict.fromkeys(("fake", "training"), SimpleNamespace(run=run, asks_worker=True))
        monkeypatch.setattr(examination_module, "CHECK_KINDS", kinds)
        rubric = Rubric(1, "hw", "", HandInRules(("hw",)), criteria, families)
        plan = make_plan(rubric, SimpleNamespace(digest="d"), mode)
        sides = Sides(FakeSession(), FakeSession())
        made = Examination(plan, {"": sides}, facts or {}, FakeLender())
        return SimpleNamespace(
            examination=made,
            judge=lambda *ids: [
                made.judge(planned) for planned in plan.checks if not ids or planned.spec.id in ids
            ],
            asked=asked,
            lender=made.lender,
            student=sides.student,
            reference=sides.reference,
        )

    return make


class TestAsking:
    def test_a_result_comes_back_with_what_it_used(self, examine):
        one = examine()
        (result,) = one.judge("g/a")
        assert (result.outcome, result.credit, result.message) == (Outcome.PASSED, 1.0, "Said.")
        assert result.cpu_s == 0.25
        assert result.wall_s >= 0
        question = one.asked[0][1]
        assert (question.subject, question.student) == ("layers.g", one.student)
        assert isinstance(question.reference, ReferenceSession)

    def test_what_is_not_asked_here_starts_no_worker(self, examine):
        hidden = criterion("g", visibility=Visibility.HIDDEN)
        one = examine(criteria=(hidden,), families={}, mode="check")
        (result,) = one.judge()
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert (one.asked, one.student.groups) == ([], [])

    def test_each_criterion_begins_a_fresh_worker_and_its_checks_share_it(self, examine):
        one = examine()
        one.judge()
        assert len(one.student.groups) == len(CRITERIA)
        assert one.student.groups[0] == (Limits(), {}, None)
        assert {names for names, _ in one.lender.groups} == {frozenset()}

    def test_other_limits_begin_a_fresh_worker(self, examine):
        specs = tuple(
            CheckSpec(f"f/{n}", "fake", None, limits=Limits(wall_s=wall_s))
            for n, wall_s in enumerate([1.0, 1.0, 2.0])
        )
        one = examine(criteria=(Criterion("f", "", "layers.f", 1, specs),))
        one.judge()
        assert [limits.wall_s for limits, _, _ in one.student.groups] == [1.0, 2.0]

    def test_finishing_ends_all_sessions(self, examine):
        one = examine()
        one.examination.finish()
        assert (one.student.closed, one.lender.closed) == (1, 1)
        # The course's side may serve the next examination.
        assert (one.reference.closed, one.reference.groups) == (0, [()])

    def test_a_question_knows_which_subjects_have_lost_nothing(self, examine):
        one = examine({"f/b": Outcome.PARTIAL})
        one.judge("f/a", "g/a", "f/b", "other/a")
        right = {name: question.right for name, question in one.asked}
        assert right["f/a"] == frozenset()
        assert right["f/b"] == {"layers.f"}
        assert right["g/a"] == frozenset()
        assert right["other/a"] == {"layers.g"}

    def test_a_subject_that_borrowed_is_not_known_to_be_right(self, examine):
        one = examine({"f/a": Outcome.FAILED})
        one.judge("f/a", "g/a", "net/a", "other/a")
        assert one.asked[-1][0] == "other/a"
        assert one.asked[-1][1].right == {"layers.g"}

    def test_a_subject_of_two_criteria_is_right_when_both_are(self, examine):
        twice = (criterion("f"), replace(criterion("again"), subject="layers.f"), criterion("g"))
        one = examine({"again/a": Outcome.FAILED}, criteria=twice)
        one.judge()
        assert one.asked[-1][1].right == frozenset()


class TestFreeNames:
    """A subject to which the text gives no name, in a file that defines `g` alone."""

    def judge(self, examine, *ids, free="f", **fact):
        said = {"error": None, "definitions": {"g": 1}, **fact}
        facts = {"layers.py": SourceFacts("layers", "handin", imports=(), **said)}
        criteria = [replace(each, free_name=each.id == free) for each in CRITERIA]
        one = examine(criteria=criteria, families={}, facts=facts)
        return one, one.judge(*ids)

    def test_a_name_that_is_not_there_is_left_to_a_person(self, examine):
        one, (result,) = self.judge(examine, "f/a")
        assert (result.outcome, result.credit, one.asked) == (Outcome.NOT_RUN_HERE, 0.0, [])
        assert result.message == (
            "Not judged: nothing in layers.py is called f. The name is free, so a person marks it. "
            "To have it judged here, call it f."
        )

    def test_a_name_in_a_cell_that_cannot_be_parsed_is_judged(self, examine):
        one, _ = self.judge(examine, "f/a", unparsed=("f",))
        assert [id_ for id_, _ in one.asked] == ["f/a"]

    def test_the_notebook_is_named_where_the_module_is_one(self, examine):
        _, (result,) = self.judge(examine, "f/a", cells=((1, "hw2.ipynb, cell 3"),))
        assert result.message.startswith("Not judged: nothing in hw2.ipynb is called f.")

    def search(self, examine, session, *ids, **options):
        """Judges where networks that pass for `f` are looked for by the workers."""
        facts = {"layers.py": SourceFacts("layers", "handin", None, (), {"g": 1})}
        criteria = [
            replace(each, free_name=True, network=NETWORK) if each.id == "f" else each
            for each in CRITERIA
        ]
        one = examine(criteria=criteria, families={}, facts=facts, **options)
        one.student.notes, one.student.error = session.get("notes"), session.get("error")
        return one, one.judge(*ids)

    def test_a_network_that_fits_is_judged_in_its_place_and_told_once(self, examine):
        one, results = self.search(examine, {"notes": "MyNet"}, "f/a", "f/b", "net/a", "g/a")
        assert [id_ for id_, _ in one.asked] == ["f/a", "f/b", "g/a", "net/a"]
        assert {result.outcome for result in results} == {Outcome.PASSED}
        said = "Judged MyNet, which takes images of 3 x 8 x 8 and gives 10 scores, as layers.f."
        assert [result.advice[1:] for result in results] == [(said,), (), (), ()]
        assert len(one.student.groups) == 3  # it is looked for in the worker that is asked then

    def test_it_is_told_with_the_first_check_that_is_asked(self, examine):
        hidden = CheckSpec("f/a", "fake", None, visibility=Visibility.HIDDEN)
        specs = (hidden, CheckSpec("f/b", "fake", None))
        free = Criterion("f", "", "layers.f", 1, specs, free_name=True, network=NETWORK)
        facts = {"layers.py": SourceFacts("layers", "handin", None, (), {})}
        one = examine(criteria=(free,), families={}, facts=facts, mode="check")
        one.student.notes = "MyNet"
        first, second = one.judge()
        assert (first.outcome, first.advice) == (Outcome.NOT_RUN_HERE, ())
        assert second.advice[1].startswith("Judged MyNet, which takes")

    def test_one_that_goes_by_the_name_after_all_is_judged(self, examine):
        one, (result,) = self.search(examine, {"notes": "f"}, "f/a")
        assert (result.outcome, result.advice) == (Outcome.PASSED, ("One.",))
        assert [id_ for id_, _ in one.asked] == ["f/a"]

    def test_a_name_that_no_name_has_is_shown_in_quotes(self, examine):
        _, (result,) = self.search(examine, {"notes": "Net, full marks"}, "f/a")
        assert result.advice[1].startswith("Judged 'Net, full marks', which takes")

    @pytest.mark.parametrize(
        "session",
        [
            {"notes": None},
            {"error": WorkerOutOfTime("ran on.")},
            {"error": WorkerDied("ended.")},
        ],
        ids=["nothing fits", "looking takes too long", "looking ends the worker"],
    )
    def test_where_none_is_found_a_person_marks_it(self, examine, session):
        one, results = self.search(examine, session, "f/a", "net/a")
        assert one.asked == []
        assert {result.outcome for result in results} == {Outcome.NOT_RUN_HERE}
        assert results[0].message == (
            "Not judged: nothing in layers.py is called f, and no network there takes images of "
            "3 x 8 x 8 and gives 10 scores. The name is free, so a person marks it. To have it "
            "judged here, call it f."
        )
        assert len(one.student.groups) == 1

    def test_a_class_whose_arguments_are_not_here_is_left_to_a_person(self, examine):
        one, results = self.search(examine, {"notes": ""}, "f/a", "net/a")
        assert one.asked == []
        assert {result.outcome for result in results} == {Outcome.NOT_RUN_HERE}
        assert results[0].message == (
            "Not judged: f in layers.py asks for arguments, and none could be seen that make a "
            "network, because what they are made of, such as the data, is not here. A person marks "
            "it. To have it judged here, give each argument of its constructor a default, so that "
            "f() makes your network."
        )

    @pytest.mark.parametrize("error", [WorkerKilled("killed."), WorkerStarved("starved.")])
    def test_a_search_that_is_disturbed_once_is_made_again(self, examine, monkeypatch, error):
        errors = [error]

        def look(session, subject, network):
            if errors:
                raise errors.pop()

        monkeypatch.setattr(examination_module, "found_in", look)
        one, (result,) = self.search(examine, {}, "f/a")
        assert (result.outcome, one.asked, errors) == (Outcome.NOT_RUN_HERE, [], [])

    @pytest.mark.parametrize("error", [WorkerKilled("killed."), WorkerStarved("starved.")])
    def test_what_disturbs_the_search_is_left_to_the_check(self, examine, error):
        one, (result,) = self.search(examine, {"error": error}, "g/a")
        assert result.outcome is Outcome.UNJUDGED
        one, (result,) = self.search(examine, {"error": error}, "f/a")
        assert (result.outcome, result.message) == (Outcome.UNJUDGED, str(error))
        assert one.examination._found == {}

    def test_so_is_what_needs_it(self, examine):
        _, (result,) = self.judge(examine, "net/a")
        assert result.outcome is Outcome.NOT_RUN_HERE
        assert "is called f" in result.message

    @pytest.mark.parametrize(
        ("free", "fact"),
        [
            ("f", {"definitions": {"f": 1}}),
            ("f", {"error": ("invalid syntax", 3, "def f(")}),
            ("g", {}),
        ],
        ids=["it is there", "the file cannot be parsed", "the name is not free"],
    )
    def test_else_it_is_asked(self, examine, free, fact):
        _, (result,) = self.judge(examine, "f/a", free=free, **fact)
        assert result.outcome is Outcome.PASSED


class TestFaults:
    @pytest.mark.parametrize(
        ("error", "outcome", "message", "hint"),
        [
            (
                WorkerOutOfTime("did not finish within 8 s of wall-clock time."),
                Outcome.TIMED_OUT,
                "layers.g did not finish within 8 s of wall-clock time.",
                "Look for a loop that does not end, or one over single elements of large arrays.",
            ),
            (
                WorkerDied("ended the process that ran it (abort)."),
                Outcome.ERRORED,
                "layers.g ended the process that ran it (abort).",
                "Look for memory that grows without bound, and for calls that end the process.",
            ),
            (WorkerDidNotStart("It did not start."), Outcome.UNJUDGED, "It did not start.", ""),
            (HostLost("It is gone."), Outcome.UNJUDGED, "It is gone.", ""),
            (ReferenceFault("Ours."), Outcome.UNJUDGED, "Ours.", ""),
            (
                ZeroDivisionError("a \x1b bug"),
                Outcome.UNJUDGED,
                "The grader itself failed in this check (ZeroDivisionError: a \\x1b bug). This is "
                "a fault of the grader, not of the hand-in.",
                "",
            ),
        ],
    )
    def test_each_fault_has_its_outcome(self, examine, error, outcome, message, hint):
        (result,) = examine({"g/a": error}).judge("g/a")
        assert (result.outcome, result.credit) == (outcome, 0.0)
        assert (result.message, result.hint) == (message, hint)

    @pytest.mark.parametrize("error", [WorkerKilled("Killed."), WorkerStarved("Too busy.")])
    def test_what_the_machine_disturbed_is_asked_once_more_in_a_fresh_worker(self, examine, error):
        one = examine({"g/a": [error, Outcome.PASSED]})
        (result,) = one.judge("g/a")
        assert result.outcome is Outcome.PASSED
        assert len(one.student.groups) == 2

    @pytest.mark.parametrize("error", [WorkerKilled("Killed."), WorkerStarved("Too busy.")])
    def test_what_the_machine_disturbs_twice_is_for_a_person(self, examine, error):
        one = examine({"g/a": [error, error]})
        (result,) = one.judge("g/a")
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == str(error)

    @pytest.mark.parametrize("error", [WorkerKilled("Gone."), HostLost("Gone."), KeyError("Gone.")])
    def test_what_is_lost_while_functions_are_lent_is_for_a_person(self, examine, error):
        # Whether the first answer was the fault of a piece that is charged elsewhere is not known.
        one = examine({"f/a": Outcome.FAILED, "net/a": [(Outcome.PARTIAL, 0.5), error, error]})
        _, result = one.judge("f/a", "net/a")
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert "Gone." in result.message

    def test_a_person_who_stops_the_run_is_heard(self, examine):
        with pytest.raises(KeyboardInterrupt):
            examine({"g/a": KeyboardInterrupt()}).judge("g/a")

    def test_the_next_check_is_judged_all_the_same(self, examine):
        one = examine({"f/a": WorkerDied("ended.")})
        assert [result.outcome for result in one.judge("f/a", "f/b")] == [
            *(Outcome.ERRORED, Outcome.PASSED)
        ]

    @pytest.mark.parametrize("error", [WorkerDied("ended."), WorkerOutOfTime("ran on.")])
    def test_whatever_goes_wrong_at_the_reference_is_our_fault(self, error):
        session = ReferenceSession(FakeSession(error=error))
        with pytest.raises(ReferenceFault) as caught:
            session.run(Program())
        assert str(caught.value) == (
            f"The course's reference {error} This is a fault of the grader or its rubric, not of "
            "the hand-in."
        )

    def test_a_fresh_worker_of_the_reference_is_its_session_s_affair(self):
        ended = []
        session = SimpleNamespace(end_group=lambda: ended.append(True))
        ReferenceSession(session).end_group()
        assert ended == [True]

    def test_a_reference_that_answers_is_passed_through(self):
        assert ReferenceSession(FakeSession()).run(Program()).entries == []


LENT = {"layers": ("f", "f_backward")}


def lent_in(one):
    """Returns the sets of names that were lent, one for each group that borrowed."""
    return [names for names, _ in one.lender.groups if names]


class TestLending:
    def test_a_check_on_broken_pieces_is_asked_with_the_courses_own_first(self, examine):
        one = examine({"f/a": Outcome.FAILED})
        _, result = one.judge("f/a", "net/a")
        assert [name for name, _ in one.asked] == ["f/a", "net/a"]
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == (
            "One.",
            "Judged with the course's own layers.f, layers.f_backward, so that a mistake in yours "
            "costs once.",
        )
        assert one.student.groups[1:] == [(Limits(), LENT, one.lender)]
        assert lent_in(one) == [{"layers.f", "layers.f_backward"}]

    def test_one_that_fails_with_these_is_asked_on_the_students_own(self, examine):
        one = examine({"f/a": Outcome.FAILED, "net/a": [Outcome.FAILED, Outcome.PASSED]})
        _, result = one.judge("f/a", "net/a")
        assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)
        assert result.advice == ("One.",)
        assert one.student.groups[1:] == [(Limits(), LENT, one.lender), (Limits(), {}, None)]

    def test_it_is_not_said_that_something_was_lent_where_nothing_was_called(self, examine):
        one = examine({"f/a": Outcome.FAILED})
        one.lender.called = []
        _, result = one.judge("f/a", "net/a")
        assert result.advice == ("One.",)

    def test_only_what_the_student_has_is_named(self, examine):
        one = examine(
            {"f/a": Outcome.FAILED},
            families={"f": ("layers.f", "stand_ins.construct")},
            facts=FACTS,
        )
        _, result = one.judge("f/a", "net/a")
        assert result.advice[-1] == (
            "Judged with the course's own layers.f, so that a mistake in yours costs once."
        )
        assert lent_in(one) == [{"layers.f", "stand_ins.construct"}]

    def test_what_lent_functions_could_not_answer_for_is_left_open(self, examine):
        one = examine({"f/a": Outcome.FAILED, "net/a": Outcome.FAILED})
        one.lender.lacked += ["layers.f", "layers.f"]
        _, result = one.judge("f/a", "net/a")
        assert (result.outcome, result.credit) == (Outcome.NOT_RUN_HERE, 0.0)
        assert result.message == (
            "Not judged here, because it builds on layers.f, which lost points. Said."
        )
        assert result.hint == "Mend layers.f first, then look here again."

    def test_another_loan_begins_another_group(self, examine):
        one = examine()
        (planned,) = (each for each in one.examination.plan.checks if each.spec.id == "net/a")
        for name in ("f", "h", "h"):
            one.examination.ask(planned, {"layers": (name,)})
        assert [group[1] for group in one.student.groups] == [
            {"layers": ("f",)},
            {"layers": ("h",)},
        ]

    def test_nothing_is_lent_any_more_when_the_next_check_begins(self, examine):
        one = examine({"f/a": Outcome.FAILED, "net/a": Outcome.FAILED})
        one.judge("f/a", "net/a", "other/a")
        assert [bool(names) for names, _ in one.lender.groups] == [False, True, False, False]

    @pytest.mark.parametrize(
        "outcome",
        [o for o in Outcome if o not in (Outcome.PASSED, Outcome.NOT_RUN_HERE, Outcome.UNJUDGED)],
    )
    def test_whatever_else_became_of_a_need_makes_it_one_to_lend(self, examine, outcome):
        one = examine({"f/b": outcome, "net/a": Outcome.FAILED})
        one.judge("f/a", "f/b", "net/a")
        assert [lend for _, lend, _ in one.student.groups] == [{}, LENT, {}]

    @pytest.mark.parametrize(
        ("own", "groups"), [(Outcome.FAILED, [{}, {}, LENT]), (Outcome.PASSED, [{}, {}])]
    )
    def test_one_that_could_not_be_judged_is_lent_where_the_students_own_fails(
        self, examine, own, groups
    ):
        one = examine({"f/b": Outcome.UNJUDGED, "net/a": [own, Outcome.PASSED]})
        *_, result = one.judge("f/a", "f/b", "net/a")
        assert result.outcome is Outcome.PASSED
        assert [lend for _, lend, _ in one.student.groups] == groups

    def test_a_need_that_was_not_asked_may_be_the_broken_one(self, examine):
        hidden = criterion("f", visibility=Visibility.HIDDEN)
        answers = {"net/a": [Outcome.FAILED, Outcome.PASSED]}  # on the student's own first
        others = tuple(each for each in CRITERIA if each.id != "f")
        one = examine(answers, criteria=(hidden, *others), mode="check")
        results = one.judge("f/a", "net/a")
        assert results[-1].outcome is Outcome.PASSED
        assert one.student.groups[-1][1] == LENT

    @pytest.mark.parametrize(
        ("own", "became"),
        [(Outcome.FAILED, Outcome.UNJUDGED), (Outcome.PASSED, Outcome.PASSED)],
    )
    def test_a_loss_while_lending_costs_nothing(self, examine, own, became):
        one = examine({"f/a": Outcome.FAILED, "net/a": [HostLost("Gone."), own]})
        _, result = one.judge("f/a", "net/a")
        assert result.outcome is became

    def test_a_check_that_could_not_be_judged_borrows_nothing(self, examine):
        hidden = criterion("f", visibility=Visibility.HIDDEN)
        others = tuple(each for each in CRITERIA if each.id != "f")
        answers = {"net/a": [HostLost("Gone."), Outcome.PASSED]}
        one = examine(answers, criteria=(hidden, *others), mode="check")
        *_, result = one.judge("f/a", "net/a")
        assert (result.outcome, lent_in(one)) == (Outcome.UNJUDGED, [])

    def test_a_check_that_fails_on_sound_pieces_is_asked_once(self, examine):
        one = examine({"net/a": Outcome.FAILED})
        one.judge()
        assert [name for name, _ in one.asked].count("net/a") == 1

    def test_a_broken_piece_that_is_no_need_lends_nothing(self, examine):
        one = examine({"f/a": Outcome.FAILED, "other/a": Outcome.FAILED})
        one.judge("f/a", "other/a")
        assert lent_in(one) == []

    def test_a_broken_need_without_a_family_lends_nothing(self, examine):
        one = examine({"g/a": Outcome.FAILED, "other/a": Outcome.FAILED})
        one.judge("g/a", "other/a")
        assert lent_in(one) == []

    def test_what_a_need_itself_needs_is_lent_too(self, examine):
        criteria = (*CRITERIA, criterion("top", needs=("other",)))
        families = {"g": ("layers.g",)}
        one = examine({"g/a": Outcome.FAILED, "top/a": Outcome.FAILED}, criteria, families)
        one.judge("g/a", "top/a")
        assert one.student.groups[1][1] == {"layers": ("g",)}

    def test_the_subjects_own_family_is_never_lent(self, examine):
        one = examine({"f/a": Outcome.FAILED, "f_backward/a": Outcome.FAILED})
        one.judge("f/a", "f_backward/a")
        assert lent_in(one) == []

    @pytest.mark.parametrize("second", [Outcome.SKIPPED, Outcome.ERRORED, Outcome.TIMED_OUT])
    def test_where_lending_tells_nothing_the_other_answer_stands(self, examine, second):
        one = examine({"f/a": Outcome.FAILED, "net/a": [second, (Outcome.PARTIAL, 0.5)]})
        _, result = one.judge("f/a", "net/a")
        assert (result.outcome, result.credit, result.advice) == (Outcome.PARTIAL, 0.5, ("One.",))

    @pytest.mark.parametrize(
        ("lent", "kept"), [((Outcome.PARTIAL, 0.5), True), ((Outcome.PARTIAL, 0.51), False)]
    )
    def test_the_answer_on_its_own_stands_unless_lending_gives_more(self, examine, lent, kept):
        one = examine({"f/a": Outcome.FAILED, "net/a": [lent, (Outcome.PARTIAL, 0.5)]})
        _, result = one.judge("f/a", "net/a")
        assert result.credit == (0.5 if kept else 0.51)
        assert len(result.advice) == (1 if kept else 2)

    def test_a_family_is_lent_when_any_member_of_it_is_broken(self, examine):
        criteria = (criterion("f"), criterion("f_backward"), criterion("net", needs=("f",)))
        one = examine({"f_backward/a": Outcome.FAILED, "net/a": Outcome.FAILED}, criteria)
        one.judge()
        assert one.student.groups[-1][1] == LENT

    def test_needs_that_lead_in_a_circle_end(self, examine):
        criteria = (criterion("f", needs=("net",)), criterion("net", needs=("f",)))
        one = examine({"f/a": Outcome.FAILED, "net/a": Outcome.FAILED}, criteria)
        assert [result.outcome for result in one.judge()] == [Outcome.FAILED] * 2

    def test_functions_of_several_modules_are_lent_by_module(self, examine):
        criteria = (
            Criterion("h", "", "more.h", 1, (CheckSpec("h/a", "fake", None),)),
            criterion("net", needs=("h",)),
        )
        one = examine({"h/a": Outcome.FAILED, "net/a": Outcome.FAILED}, criteria=criteria)
        one.judge()
        assert one.student.groups[1][1] == {"more": ("h",), "layers": ("h",)}

    @pytest.mark.parametrize(
        ("first", "groups"), [(Outcome.FAILED, [{}, LENT, {}, LENT]), (Outcome.PASSED, [{}, LENT])]
    )
    def test_the_next_check_of_the_criterion_begins_with_a_loan_too(self, examine, first, groups):
        criteria = (criterion("f"), criterion("net", "a", "b", needs=("f",)))
        one = examine({"f/a": Outcome.FAILED, "net/a": first}, criteria=criteria)
        one.judge()
        assert [lend for _, lend, _ in one.student.groups] == groups


class TestTraining:
    """A network is trained on the student's own pieces; what lies at these is charged once."""

    CRITERIA = (
        criterion("f"),
        criterion("g", needs=("f",)),
        criterion("h"),
        Criterion(
            "net",
            "net",
            "layers.net",
            1,
            (CheckSpec("net/a", "training", None),),
            needs=("g",),
        ),
    )

    def judged(self, examine, net, *asked, answers=(), **keys):
        one = examine({"net/a": net, **dict(answers)}, criteria=self.CRITERIA, **keys)
        return one, one.judge(*asked, "net/a")[-1]

    @pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERRORED, Outcome.TIMED_OUT])
    def test_one_that_failed_on_broken_pieces_is_not_judged_and_names_them(self, examine, outcome):
        broken = {"f/a": Outcome.FAILED, "g/a": (Outcome.PARTIAL, 0.5)}
        one, result = self.judged(examine, outcome, "f/a", "g/a", "h/a", answers=broken)
        assert (result.outcome, result.credit) == (Outcome.SKIPPED, 0.0)
        assert result.message == (
            "Not judged, because it builds on f, g, which lost points above. Said."
        )
        assert result.hint == "Mend these first."
        assert [name for name, _ in one.asked].count("net/a") == 1

    def test_on_pieces_that_could_not_be_judged_it_is_for_a_person(self, examine):
        unknown = {"f/a": Outcome.UNJUDGED}
        _, result = self.judged(examine, Outcome.FAILED, "f/a", "g/a", answers=unknown)
        assert (result.outcome, result.credit) == (Outcome.UNJUDGED, 0.0)
        assert result.message == (
            "Not judged, because it builds on f, which could not be judged. Said."
        )

    def test_nothing_is_lent_to_it(self, examine):
        one, _ = self.judged(examine, Outcome.FAILED, "f/a", answers={"f/a": Outcome.FAILED})
        assert lent_in(one) == []

    def test_on_sound_pieces_the_finding_stands(self, examine):
        _, result = self.judged(examine, Outcome.FAILED, "f/a", "g/a")
        assert (result.outcome, result.message) == (Outcome.FAILED, "Said.")

    def test_what_is_no_need_is_no_excuse(self, examine):
        _, result = self.judged(examine, Outcome.FAILED, "h/a", answers={"h/a": Outcome.FAILED})
        assert (result.outcome, result.message) == (Outcome.FAILED, "Said.")

    def test_a_need_that_was_not_asked_is_no_excuse(self, examine):
        _, result = self.judged(examine, Outcome.FAILED)
        assert result.outcome is Outcome.FAILED

    @pytest.mark.parametrize(
        "answer",
        [Outcome.PASSED, (Outcome.PARTIAL, 0.7), Outcome.UNJUDGED, Outcome.NOT_RUN_HERE],
    )
    def test_what_was_reached_on_broken_pieces_is_kept(self, examine, answer):
        _, result = self.judged(examine, answer, "f/a", answers={"f/a": Outcome.FAILED})
        outcome, credit = answer if isinstance(answer, tuple) else (answer, result.credit)
        assert (result.outcome, result.credit) == (outcome, credit)
        assert (result.message, result.hint) == ("Said.", "")

    def test_the_question_knows_the_machine_and_whom_to_tell(self, examine):
        one, _ = self.judged(examine, Outcome.PASSED)
        question = one.asked[-1][1]
        assert question.machine is one.examination.plan.machine
        assert question.tell is one.examination.tell


FACTS = {
    "layers.py": SourceFacts("layers", "handin", None, (), {}),
    "nets/__init__.py": SourceFacts("nets", "handin", None, (), {}),
}


FLOOD = (
    "The hand-in printed more than 20,000 characters in one group of checks; only the first were "
    "kept. Remove prints from layers."
)


class TestNotes:
    def noted(self, examine, **notes):
        one = examine(facts=FACTS)
        one.student.notes = {**NOTES, **notes}
        one.judge("g/a")
        return one

    @pytest.mark.parametrize(
        ("entry", "note"),
        [
            (
                ("layers", 3, "statement_failed", "It failed."),
                "layers.py, line 3: 'It failed.'. The rest of the file was run.",
            ),
            (
                ("layers", 3, "statement_failed", "ValueError: no"),
                "layers.py, line 3: 'ValueError: no'. The rest of the file was run.",
            ),
            (("layers", 3, "other", "no stop"), "layers.py, line 3: no stop"),
            (("nets", 0, "provided_used", "Used."), "nets/__init__.py: Used."),
            (("gone.away", 2, "import_failed", "No"), "gone.away, line 2: 'No'."),
            (("you passed", 2, "import_failed", "No"), "'you passed', line 2: 'No'."),
            (("", 2, "import_failed", "No"), "__init__.py, line 2: 'No'."),
            (("layers", 1, "x", "\x1b[2J"), "layers.py, line 1: \\x1b[2J"),
        ],
    )
    def test_what_the_loader_says_is_noted_with_its_place(self, examine, entry, note):
        assert list(self.noted(examine, imports=[entry]).examination.notes) == [note]

    def test_a_library_that_other_checks_have_is_not_said_to_be_missing(self, examine):
        params = OutputParams(parse_cases({"convention": "torch_module"}), (), {})
        specs = (CheckSpec("f/a", "fake", None), CheckSpec("f/b", "fake", params))
        one = examine(criteria=(Criterion("f", "", "layers.f", 1, specs),), facts=FACTS)
        said = "{} is not available in grading; an empty stand-in was imported."
        entries = [("layers", 1, "standin_used", said.format(n)) for n in ("torch", "cv2")]
        derives = "`Net.to` does not exist: the class derives from torch.nn.Module, which is not "
        entries.append(("layers", 2, "statement_failed", f"{derives}available in grading."))
        one.student.notes = {**NOTES, "imports": entries}
        one.judge("f/a")
        assert list(one.examination.notes) == [f"layers.py, line 1: {said.format('cv2')}"]

    def test_what_the_courses_own_modules_do_is_no_news(self, examine):
        facts = {**FACTS, "solver.py": SourceFacts("solver", "provided", None, (), {})}
        one = examine(facts=facts)
        one.student.notes = {
            **NOTES,
            "imports": [("solver", 1, "statement_cut_short", "No."), ("layers", 2, "x", "Yes.")],
        }
        one.judge("g/a")
        assert list(one.examination.notes) == ["layers.py, line 2: Yes."]
        assert one.student.skip == {}

    @pytest.mark.parametrize(
        ("error", "notes"),
        [
            (("invalid syntax", 1, "x = = 1"), ["layers.py, line 2: No."]),
            (None, ["layers.py, line 1: SyntaxError: bad.", "layers.py, line 2: No."]),
        ],
    )
    def test_that_others_cannot_import_a_broken_file_is_no_news(self, examine, error, notes):
        facts = {**FACTS, "net.py": SourceFacts("net", "handin", error, (), {})}
        one = examine(facts=facts)
        one.student.notes = {
            **NOTES,
            "imports": [("layers", 1, "x", "SyntaxError: bad."), ("layers", 2, "x", "No.")],
        }
        one.judge("g/a")
        assert list(one.examination.notes) == notes

    def test_a_note_is_kept_once_and_there_are_at_most_forty(self, examine):
        entries = [("layers", 1, "x", f"Number {n % 60}.") for n in range(120)]
        notes = list(self.noted(examine, imports=entries).examination.notes)
        assert len(notes) == 40
        assert notes[0] == "layers.py, line 1: Number 0."

    @pytest.mark.parametrize(
        ("written", "notes"),
        [
            (20_000, []),
            (20_001, [FLOOD]),
            (2_340_000, [FLOOD]),
        ],
    )
    def test_a_flood_of_output_is_noted(self, examine, written, notes):
        assert list(self.noted(examine, written=written).examination.notes) == notes

    @pytest.mark.parametrize(
        "notes",
        [
            None,
            [],
            {},
            {"written": "many", "imports": "none"},
            {"imports": [None, 3, (), ("layers", "1", "x", "y"), ("a", 1, "x")]},
        ],
    )
    def test_notes_of_another_form_are_passed_over(self, examine, notes):
        one = examine()
        one.student.notes = notes
        assert one.judge("g/a")[0].outcome is Outcome.PASSED
        assert one.examination.notes == {}

    def test_forged_notes_take_neither_time_nor_room(self, examine):
        one = examine(facts=FACTS)
        for begin in range(3):
            one.student.notes = {
                **NOTES,
                "imports": [
                    (module, line, "statement_cut_short", "No.")
                    for line in range(200 * begin, 200 * begin + 6000)
                    for module in ("layers", f"made_up_{line}")
                ],
            }
            one.judge("g/a")
        assert set(one.student.skip) == {"layers"}
        assert len(one.student.skip["layers"]) == 200

    def test_a_statement_that_was_cut_short_is_spared_the_next_workers(self, examine):
        one = examine(facts=FACTS)
        one.student.notes = {
            **NOTES,
            "imports": [
                ("layers", 9, "statement_cut_short", "Too long."),
                ("layers", 9, "statement_cut_short", "Too long."),
                ("layers", 12, "statement_cut_short", "Too long."),
                ("layers", 14, "statement_failed", "No."),
            ],
        }
        one.judge("g/a", "f/a")
        assert one.student.skip == {"layers": (9, 12)}


class TestWhatStands:
    """Results of an earlier run, which are not asked for again."""

    def judge(self, examine, kept, answers=None, **how):
        one = examine(answers, **how)
        plan = one.examination.plan.keeping({each.id: each for each in kept})
        one.results = [one.examination.judge(planned) for planned in plan.checks]
        return one

    @staticmethod
    def result(name, outcome=Outcome.PASSED, **more):
        return CheckResult(name, "fake", outcome, float(outcome is Outcome.PASSED), **more)

    def test_they_are_given_as_they_were_and_start_no_worker(self, examine):
        kept = [self.result(f"{each.id}/{spec}") for each in CRITERIA for spec in ("a", "b")]
        one = self.judge(examine, kept)
        assert (one.asked, one.student.groups) == ([], [])
        assert one.results[0] is kept[0]

    def test_what_they_were_decides_what_is_lent(self, examine):
        broken = [self.result("f/a", Outcome.FAILED), self.result("f/b")]
        one = self.judge(examine, broken, {"net/a": [Outcome.FAILED, Outcome.PASSED]})
        lent = {name for names, _ in one.lender.groups for name in names}
        assert lent == {"layers.f", "layers.f_backward"}
        net = next(each for each in one.results if each.id == "net/a")
        assert net.outcome is Outcome.PASSED

    def test_what_they_were_says_who_is_right(self, examine):
        one = self.judge(examine, [self.result("f/a"), self.result("f/b")])
        asked = dict(one.asked)
        assert asked["g/a"].right == {"layers.f", "layers.f_backward"}

    def test_their_notes_are_said_again_and_each_once(self, examine):
        one = self.judge(examine, [self.result("f/a", notes=("One.", "Two."))])
        assert [*one.examination.notes] == ["One.", "Two."]

    def test_a_result_carries_what_its_worker_had_to_say_whoever_said_it_first(self, examine):
        one = examine(facts=FACTS)
        entry = ("layers", 3, "statement_failed", "No.")
        one.student.notes = {**NOTES, "imports": [entry]}
        first, second = one.judge("g/a", "other/a")
        assert first.notes == second.notes
        assert len(first.notes) == len(one.examination.notes) == 1
