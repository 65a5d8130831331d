"""What the plugin does in a pytest run: nothing, unless a rubric and a hand-in are given."""

from types import SimpleNamespace

import pytest

from grader import pytest_plugin
from grader.errors import WorkerDidNotStart
from grader.pytest_plugin import NEEDS_PERSON, LateExaminer


class Config:
    """The part of pytest's configuration that the plugin uses."""

    ArgsSource = pytest.Config.ArgsSource

    def __init__(self, by_name=False, **options):
        self.options = options
        self.args = ["tests"]
        self.args_source = self.ArgsSource.ARGS if by_name else self.ArgsSource.TESTPATHS
        self.registered = {}
        self.cleanups = []
        self.pluginmanager = SimpleNamespace(register=self._register)

    def getoption(self, name):
        return self.options.get(name.lstrip("-").replace("-", "_"))

    def add_cleanup(self, clean):
        self.cleanups.append(clean)

    def _register(self, plugin, name):
        self.registered[name] = plugin


def test_without_the_options_nothing_happens():
    config = Config()
    pytest_plugin.pytest_configure(config)
    assert (config.registered, config.args, config.cleanups) == ({}, ["tests"], [])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"rubric": "hw1"},
            "--rubric was given alone; checks need both a rubric and a hand-in. Add --handin PATH.",
        ),
        (
            {"handin": "alice"},
            "--handin was given alone; checks need both a rubric and a hand-in. Add --rubric ID.",
        ),
    ],
)
def test_one_option_without_the_other_is_told(options, said):
    with pytest.raises(pytest.UsageError) as caught:
        pytest_plugin.pytest_configure(Config(**options))
    assert str(caught.value) == said


def test_a_rubric_that_cannot_be_used_is_told_in_the_graders_words(tmp_path):
    options = {"rubric": str(tmp_path / "no.yaml"), "handin": str(tmp_path)}
    with pytest.raises(pytest.UsageError) as caught:
        pytest_plugin.pytest_configure(Config(**options))
    assert "no.yaml" in str(caught.value)


class Stages:
    """Stands for a rubric and its workers; keeps what was opened and closed."""

    def __init__(self, error=None):
        self.error = error
        self.events = []

    def __call__(self, plan):
        return self

    def __enter__(self):
        if self.error is not None:
            raise self.error
        self.events.append("opened")
        examination = SimpleNamespace(judge=lambda planned: f"judged {planned}")
        return SimpleNamespace(examination=examination)

    def __exit__(self, *_):
        self.events.append("closed")


class TestWorkers:
    def test_they_start_at_the_first_check_and_end_at_the_end(self, monkeypatch):
        stages = Stages()
        monkeypatch.setattr("grader.staging.examine", stages)
        examiner = LateExaminer("plan")
        assert stages.events == []
        assert [examiner.judge("a"), examiner.judge("b")] == ["judged a", "judged b"]
        assert stages.events == ["opened"]
        examiner.close()
        assert stages.events == ["opened", "closed"]

    def test_closing_without_a_check_is_allowed(self):
        LateExaminer("plan").close()

    def test_a_machine_without_workers_ends_the_run_for_a_person(self, monkeypatch):
        monkeypatch.setattr("grader.staging.examine", Stages(WorkerDidNotStart("No workers.")))
        with pytest.raises(pytest.exit.Exception, match=r"No workers\.") as caught:
            LateExaminer("plan").judge("a")
        assert caught.value.returncode == NEEDS_PERSON == 3


@pytest.mark.parametrize(("by_name", "args"), [(True, ["tests", "RUBRIC"]), (False, ["RUBRIC"])])
def test_the_rubric_is_collected_beside_what_was_named(monkeypatch, tmp_path, by_name, args):
    path = tmp_path / "rubric.yaml"
    plan = SimpleNamespace(rubric=SimpleNamespace(path=str(path)), checks=())
    monkeypatch.setattr(pytest_plugin, "_plan", lambda *_: plan)
    config = Config(by_name, rubric="hw1", handin="alice")
    pytest_plugin.pytest_configure(config)
    assert config.args == [str(path) if arg == "RUBRIC" else arg for arg in args]
    (harness,) = config.registered.values()
    assert (harness.plan, harness.rubric_path) == (plan, path.resolve())
    assert len(config.cleanups) == 1
