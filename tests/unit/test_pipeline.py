"""The straight line on a small assignment of its own: rubric and hand-in in, report out."""

import textwrap
from types import SimpleNamespace

import pytest

from grader import assignments, isolation, staging
from grader.checks import CHECK_KINDS
from grader.deadline import Deadline, note_of
from grader.errors import HostLost, SandboxMissing, UsageError, WorkerDidNotStart
from grader.handin import read_handin
from grader.pipeline import GradingRequest, grade_handin
from grader.records import Outcome
from grader.rubric import load_rubric
from grader.worker.host import Host
from grader.worker.sandbox import LAYERS_A, LAYERS_B
from grader.worker.service import WorkerService
from grader.worker.session import WorkerSession

LAYERS = """
    def double(x):
        return 2 * x, None

    def quadruple(x):
        out, _ = double(x)
        out, _ = double(out)
        return out, None
"""
RUBRIC = """
    schema_version: 1
    assignment: small
    title: A small assignment
    handin: {roots: [hw], accept: [folder]}
    defaults: {convention: functions_with_cache, limits: {wall_s: 5, memory_mib: 2048}}
    families: {double: [layers.double]}
    criteria:
      - id: double
        title: Twice
        subject: layers.double
        points: 1
        checks:
          - kind: output
            inputs: {x: {normal: {shape: [3]}}}
      - id: quadruple
        title: Four times
        subject: layers.quadruple
        points: 2
        needs: [double]
        checks:
          - kind: output
            visibility: hidden
            inputs: {x: {normal: {shape: [3]}}}
"""


class Service(WorkerService):
    """A service that keeps its hosts, and closes them when it is closed itself."""

    def __init__(self, **how):
        super().__init__(**how)
        self.hosts = []

    def host(self, confined=True):
        self.hosts.append(super().host(confined))
        return self.hosts[-1]

    def close(self):
        for host in self.hosts:
            host.close()
        super().close()


@pytest.fixture(scope="module")
def service():
    with Service() as running:
        yield running


@pytest.fixture
def small(tmp_path, monkeypatch, service):
    """Grades hand-ins of a small assignment whose repository is made up here."""
    home = tmp_path / "repository"
    for folder in ("student_template/small/hw", "reference/handins/small/hw"):
        path = home / folder / "layers.py"
        path.parent.mkdir(parents=True)
        path.write_text(textwrap.dedent(LAYERS), encoding="utf-8")
    (home / "reference/__init__.py").write_text("", encoding="utf-8")
    rubric_path = home / "rubrics/small/rubric.yaml"
    rubric_path.parent.mkdir(parents=True)
    rubric_path.write_text(textwrap.dedent(RUBRIC), encoding="utf-8")
    monkeypatch.setattr(assignments, "HOME", home)
    rubric = load_rubric(rubric_path, CHECK_KINDS)

    def grade(source, mode="grade", shared=service, **request):
        folder = tmp_path / "handins" / "alice"
        (folder / "hw").mkdir(parents=True, exist_ok=True)
        (folder / "hw" / "layers.py").write_text(textwrap.dedent(source), encoding="utf-8")
        handin = read_handin(folder, roots=rubric.handin.roots, expects=("layers.py",))
        seen = SimpleNamespace(planned=[], finished=[])
        observer = SimpleNamespace(
            planned=seen.planned.append,
            finished=seen.finished.append,
            progressed=lambda progress: None,
        )
        times = iter([1e9, 1e9 + 2.5])
        asked = GradingRequest(rubric, handin, mode, **request)
        report = grade_handin(asked, observer, shared, clock=lambda: next(times))
        return report, seen

    return grade


def awarded(report):
    return {one.id: float(one.awarded) for one in report.criteria}


def test_a_right_hand_in_gets_all_points(small):
    report, seen = small(LAYERS.replace("2 * x", "x + x"))
    assert awarded(report) == {"double": 1, "quadruple": 2}
    assert seen.planned == [2]
    assert [result.id for result in seen.finished] == ["double/output", "quadruple/output"]
    assert (report.started, report.wall_s) == ("2001-09-09T01:46:40+00:00", 2.5)
    assert report.environment["rubric_digest"].startswith("sha256:")
    assert report.environment["numpy"]


def test_the_reference_hand_in_itself_gets_all_points(small):
    assert awarded(small(LAYERS)[0]) == {"double": 1, "quadruple": 2}


def test_a_wrong_piece_costs_its_own_points_and_not_those_above_it(small):
    report, _ = small(LAYERS.replace("2 * x", "2.0001 * x"))
    assert awarded(report) == {"double": 0, "quadruple": 2}
    (above,) = report.criteria[1].checks
    assert "Judged with the course's own layers.double" in above.advice[0]


def test_a_student_is_asked_what_is_visible(small):
    report, seen = small(LAYERS, mode="check")
    assert seen.planned == [1]
    assert awarded(report) == {"double": 1, "quadruple": 0}
    assert float(report.criteria[1].upper) == 2


def test_only_some_criteria_may_be_asked(small):
    assert small(LAYERS, only=("double",))[1].planned == [1]
    with pytest.raises(UsageError, match="'twice' is not a criterion of small"):
        small(LAYERS, only=("twice",))


def test_without_a_running_service_one_is_started_and_ended(small, monkeypatch):
    monkeypatch.setattr(staging, "WorkerService", Service)
    assert awarded(small(LAYERS, shared=None)[0]) == {"double": 1, "quadruple": 2}


def test_the_hosts_are_closed_after_a_hand_in(small, service):
    before = len(service.hosts)
    small(LAYERS)
    made = service.hosts[before:]
    assert len(made) == 2
    assert [host._control.channel.fileno() for host in made] == [-1, -1]


def test_what_the_loader_noted_is_in_the_report(small):
    report, _ = small("import torch\ntorch.zeros(2)\n" + textwrap.dedent(LAYERS))
    assert any(note.startswith("layers.py, line ") for note in report.handin.notes)


def test_a_hand_in_may_not_import_the_library_that_the_reference_is_built_from(small):
    source = "from reference import layers as course\n" + textwrap.dedent(LAYERS)
    report, _ = small(source)
    assert any("reference" in note for note in report.handin.notes)


def isolate(monkeypatch, held, refused):
    monkeypatch.setattr(
        WorkerSession, "begin_self_test", lambda self, targets: lambda: (held, refused)
    )


@pytest.mark.parametrize(
    ("held", "refused", "lacking"),
    [
        (LAYERS_B[:-2], {"fork": True}, "seccomp, parser_confined"),
        (LAYERS_A, {"fork": True, "connect": False}, "connect"),
    ],
)
def test_required_isolation_that_is_not_there_gives_no_report(
    small, monkeypatch, held, refused, lacking
):
    isolate(monkeypatch, held, refused)
    with pytest.raises(SandboxMissing) as caught:
        small(LAYERS, sandbox="require")
    assert str(caught.value) == (
        "This machine cannot isolate a hand-in well enough for its score to count: its workers "
        f"reach tier C, and tier B lacks {lacking}. No score was written. Use Linux 5.13 or newer "
        "on x86-64 or aarch64 with Landlock and seccomp enabled, in a container or not; `grader "
        "doctor` says what each of these is. `--sandbox auto` grades all the same, and the report "
        "then says that the score is not to be relied on."
    )
    assert small(LAYERS, sandbox="auto")[0].trust.tier == "C"


def test_required_isolation_that_is_there_gives_a_report(small, monkeypatch):
    isolate(monkeypatch, LAYERS_A, {"fork": True})
    assert small(LAYERS, sandbox="require")[0].trust.tier == "A"


def test_a_machine_that_starts_no_workers_is_told(small):
    with WorkerService("/bin/true") as broken, pytest.raises(WorkerDidNotStart):
        small(LAYERS, shared=broken)


def test_without_a_sandbox_nothing_is_confined_and_the_report_says_so(small):
    report, _ = small(LAYERS, sandbox="off", shared=None)
    assert (report.trust.tier, report.trust.held, report.trust.refused) == ("C", (), ())
    assert awarded(report) == {"double": 1, "quadruple": 2}


def test_a_self_test_that_something_ended_is_tried_once_more(small, monkeypatch):
    begun = []
    begin = WorkerSession.begin_self_test

    def begin_self_test(session, targets):
        begun.append(1)
        finish = begin(session, targets)

        def end_first():
            report = finish()
            if len(begun) == 1:
                raise WorkerDidNotStart("It was killed.")
            return report

        return end_first

    monkeypatch.setattr(WorkerSession, "begin_self_test", begin_self_test)
    assert small(LAYERS)[0].trust.refused
    assert len(begun) == 2


def test_a_self_test_whose_host_is_lost_is_not_tried_again(small, monkeypatch):
    def lost():
        raise HostLost("It is gone.")

    begun = []
    monkeypatch.setattr(
        WorkerSession, "begin_self_test", lambda self, targets: begun.append(1) or lost
    )
    with pytest.raises(HostLost):
        small(LAYERS)
    assert begun == [1]


def test_without_a_folder_for_temporary_files_the_root_stands_in(monkeypatch):
    def refuse():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(isolation, "gettempdir", refuse)
    assert isolation.self_test_targets()["folder"] == "/"


ENDS = b"raise SystemExit  # ends the parser"


def test_a_file_that_ends_the_parser_is_left_out_and_named(small, monkeypatch):
    load = Host.load

    def ended_by(host, name, handin, provided, refused=None):
        wait = load(host, name, handin, provided, refused)
        if any(ENDS in source for source in handin.values()):
            host.close()
        return wait

    monkeypatch.setattr(Host, "load", ended_by)
    report, _ = small(ENDS.decode())
    assert awarded(report) == {"double": 0, "quadruple": 0}
    (check,) = report.criteria[0].checks
    assert check.outcome is not Outcome.UNJUDGED
    assert any(
        "Python's compiler ended, or took too long, over this file." in note
        for note in report.handin.notes
    )


def test_a_host_that_is_lost_for_another_reason_is_a_fault_of_the_machine(small, monkeypatch):
    load = Host.load

    def lost(host, name, handin, provided, refused=None):
        wait = load(host, name, handin, provided, refused)
        if name == "handin" and refused is not None:
            host.close()
        return wait if name != "handin" or refused is not None else _raise_lost

    def _raise_lost():
        raise HostLost("It is gone.")

    monkeypatch.setattr(Host, "load", lost)
    with pytest.raises(HostLost):
        small(LAYERS)


def test_what_the_deadline_left_undone_is_named_but_for_what_is_hidden(small):
    deadline = Deadline(20.0, 0.0, lambda: 19.5)
    report, _ = small(LAYERS, deadline=deadline)
    assert report.handin.notes[0] == note_of(deadline, ["double"], 1)
    assert [check.outcome for one in report.criteria for check in one.checks] == [
        Outcome.UNJUDGED,
        Outcome.UNJUDGED,
    ]
    assert (report.score.lower, report.score.upper, report.finished) == (0, 3, True)
    assert report.score.needs_review


def test_a_check_in_progress_is_cut_short_at_the_deadline(small):
    deadline = Deadline(100.0, 0.0, lambda: 94.0)  # a second is left, whenever it is asked
    report, _ = small(LAYERS.replace("return 2 * x, None", "while True: pass"), deadline=deadline)
    first = report.criteria[0].checks[0]
    assert (first.outcome, first.message) == (Outcome.UNJUDGED, deadline.while_it_ran())
