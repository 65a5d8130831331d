"""One pytest item per check, and a sealed run that nothing around it can move."""

import os
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from grader.deadline import Deadline
from grader.harness import CheckFailed, CheckItem, Harness, run_sealed
from grader.plan import make_plan
from grader.records import CheckResult, CheckSpec, Criterion, HandInRules, Outcome, Rubric

IDS = ("f/a", "f/b", "g/a")
RUBRIC = Rubric(
    1,
    "hw",
    "",
    HandInRules(("hw",)),
    (
        Criterion("f", "", "f", Decimal(1), tuple(CheckSpec(i, "k", None) for i in IDS[:2])),
        Criterion("g", "", "g", Decimal(1), (CheckSpec(IDS[2], "k", None),)),
    ),
)


class Examiner:
    """Answers as it is told, by check id."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.asked = []

    def judge(self, planned):
        self.asked.append(planned.spec.id)
        answer = self.answers.get(planned.spec.id, Outcome.PASSED)
        if isinstance(answer, BaseException):
            raise answer
        return CheckResult(planned.spec.id, "k", answer, 0.0, "It is so.", "Do it.")


@pytest.fixture
def harness(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    path = folder / "rubric.yaml"
    path.write_text("schema_version: 1\n", encoding="utf-8")

    def make(answers=None, path=path, deadline=None, rubric=RUBRIC):
        plan = make_plan(rubric, SimpleNamespace(digest="d"), "grade")
        plan = replace(plan, deadline=deadline)
        told = []
        made = Harness(plan, Examiner(answers), path, told.append)
        made.told = told
        return made

    make.folder = folder
    return make


def outcomes(made):
    return [(result.id, str(result.outcome)) for result in made.results]


class TestSealedRuns:
    def test_every_check_is_asked_once_in_the_rubrics_order_and_kept(self, harness):
        made = harness({"f/b": Outcome.FAILED})
        run_sealed(made)
        assert outcomes(made) == [("f/a", "passed"), ("f/b", "failed"), ("g/a", "passed")]
        assert made.told == made.results
        assert tuple(made.examiner.asked) == IDS

    def test_after_the_deadline_nothing_is_run_any_more_and_each_check_says_so(self, harness):
        times = iter([0.0, 95.0, 95.0])
        deadline = Deadline(100.0, 0.0, lambda: next(times, 96.0))
        made = harness(deadline=deadline)
        run_sealed(made)
        assert made.examiner.asked == ["f/a"]
        assert outcomes(made) == [("f/a", "passed"), ("f/b", "unjudged"), ("g/a", "unjudged")]
        assert {result.message for result in made.results[1:]} == {deadline.before_it_began()}

    def test_after_the_deadline_what_runs_nothing_is_asked_still(self, harness):
        (criterion, *others) = RUBRIC.criteria
        by_person = replace(criterion, checks=(CheckSpec("f/a", "manual", None),))
        rubric = replace(RUBRIC, criteria=(by_person, *others))
        made = harness(deadline=Deadline(100.0, 0.0, lambda: 99.0), rubric=rubric)
        run_sealed(made)
        assert outcomes(made) == [("f/a", "passed"), ("g/a", "unjudged")]

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_every_outcome_is_kept(self, harness, outcome):
        made = harness({"f/a": outcome})
        run_sealed(made)
        assert made.results[0].outcome is outcome
        assert len(made.results) == 3

    def test_it_says_nothing(self, harness, capfd):
        run_sealed(harness({"f/a": Outcome.FAILED}))
        assert capfd.readouterr() == ("", "")

    def test_a_fault_of_ours_loses_one_result_and_not_the_others(self, harness):
        made = harness({"f/a": RuntimeError("a bug")})
        run_sealed(made)
        assert outcomes(made) == [("f/b", "passed"), ("g/a", "passed")]

    def test_a_person_who_stops_the_run_stops_it(self, harness):
        made = harness({"f/b": KeyboardInterrupt()})
        with pytest.raises(KeyboardInterrupt):
            run_sealed(made)
        assert outcomes(made) == [("f/a", "passed")]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PYTEST_ADDOPTS", "-k nothing --maxfail=1"),
            ("PYTEST_ADDOPTS", "--no-such-option"),
            ("PYTEST_PLUGINS", "no_such_plugin"),
            ("PYTEST_THEME", "x"),
        ],
    )
    def test_pytests_environment_does_not_matter_and_is_put_back(
        self, harness, monkeypatch, name, value
    ):
        monkeypatch.setenv(name, value)
        before = dict(os.environ)
        made = harness({"f/a": Outcome.FAILED})
        run_sealed(made)
        assert len(made.results) == 3
        assert dict(os.environ) == before

    @pytest.mark.parametrize("above", [False, True])
    def test_files_of_pytest_near_the_rubric_do_not_matter(self, harness, above):
        folder = harness.folder.parent if above else harness.folder
        hostile = "raise SystemExit('read')\n"
        (folder / "conftest.py").write_text(hostile, encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n", encoding="utf-8")
        (folder / "tox.ini").write_text("[pytest]\naddopts = --bad\n", encoding="utf-8")
        (folder / "test_own.py").write_text("def test_own(): pass\n", encoding="utf-8")
        made = harness()
        run_sealed(made)
        assert len(made.results) == 3

    def test_the_folder_in_which_the_grader_is_started_does_not_matter(
        self, harness, tmp_path, monkeypatch
    ):
        (tmp_path / "conftest.py").write_text("raise SystemExit('read')\n", encoding="utf-8")
        (tmp_path / "pyproject.toml").write_text(
            "[tool.pytest.ini_options]\naddopts = '-k nothing'\n", encoding="utf-8"
        )
        monkeypatch.chdir(tmp_path)
        made = harness()
        run_sealed(made)
        assert len(made.results) == 3
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            *("conftest.py", "course", "pyproject.toml")
        ]

    def test_a_rubric_whose_name_has_a_space_is_found(self, harness, tmp_path):
        path = tmp_path / "my rubric é.yaml"
        path.write_text("a: 1\n", encoding="utf-8")
        made = harness(path=path)
        run_sealed(made)
        assert len(made.results) == 3

    @pytest.mark.parametrize(
        "name",
        [
            *("a[0]/rubric[x].yaml", "a::b/rubric.yaml::f.yaml", "-k/--maxfail=1.yaml"),
            *("@file.yaml", "test_a.py", "conftest.py", "a*?/rubric.yaml"),
        ],
    )
    def test_any_path_of_a_rubric_will_do(self, harness, tmp_path, name):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a: 1\n", encoding="utf-8")
        made = harness({"f/b": Outcome.FAILED}, path=path)
        run_sealed(made)
        assert outcomes(made) == [("f/a", "passed"), ("f/b", "failed"), ("g/a", "passed")]

    def test_a_rubric_file_that_has_gone_is_asked_all_the_same(self, harness, tmp_path):
        made = harness(path=tmp_path / "rubric.yaml")
        run_sealed(made)
        assert len(made.results) == 3

    def test_a_link_to_the_rubric_is_found(self, harness, tmp_path):
        link = tmp_path / "link.yaml"
        link.symlink_to(harness.folder / "rubric.yaml")
        made = harness(path=link)
        run_sealed(made)
        assert len(made.results) == 3


class TestItems:
    @pytest.fixture
    def item(self, harness):
        made = harness({"f/a": Outcome.FAILED, "f/b": Outcome.SKIPPED})

        def make(index):
            item = object.__new__(CheckItem)
            item.planned, item.harness = made.plan.checks[index], made
            item.path = made.rubric_path
            return item

        return make

    def test_a_check_without_full_credit_fails_with_message_and_hint(self, item):
        with pytest.raises(CheckFailed) as caught:
            item(0).runtest()
        assert str(caught.value) == "It is so."
        assert item(0).repr_failure(caught) == "failed: It is so.\n  -> Do it."

    def test_without_a_hint_the_message_stands_alone(self, item):
        with pytest.raises(CheckFailed) as caught:
            raise CheckFailed(CheckResult("f/a", "k", Outcome.ERRORED, 0.0, "It raised."))
        assert item(0).repr_failure(caught) == "errored: It raised."

    def test_a_check_that_could_not_be_judged_is_skipped(self, item):
        with pytest.raises(pytest.skip.Exception, match=r"It is so\."):
            item(1).runtest()

    def test_a_check_that_passes_passes(self, item):
        assert item(2).runtest() is None

    def test_headings_name_the_check(self, item):
        path, line, name = item(0).reportinfo()
        assert (path.name, line, name) == ("rubric.yaml", None, "f/a")

    def test_the_rubric_is_taken_for_a_file_of_its_checks(self, harness, request):
        made = harness({"f/b": Outcome.FAILED})
        file = made.pytest_collect_file(made.rubric_path, request.session)
        assert [item.name for item in file.collect()] == list(IDS)

    def test_what_is_no_verdict_is_shown_by_pytest_itself(self, harness, request):
        made = harness({"f/a": RuntimeError("a bug")})
        file = made.pytest_collect_file(made.rubric_path, request.session)
        item = next(iter(file.collect()))
        with pytest.raises(RuntimeError) as caught:
            item.runtest()
        assert "RuntimeError: a bug" in str(item.repr_failure(caught))

    def test_another_file_is_not_taken_for_the_rubric(self, harness, tmp_path):
        assert harness().pytest_collect_file(tmp_path / "other.yaml", None) is None
