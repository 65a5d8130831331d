"""What the commands are told about training becomes a machine, or a sentence that helps."""

import os
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from grader.cli import training_options as options_module
from grader.cli.training_options import machine_for, training_options
from grader.datasets import make_synthetic
from grader.errors import UsageError
from grader.machine import threads_here


@pytest.fixture
def folder(tmp_path):
    """A folder of data sets in which there is none yet."""
    made = tmp_path / "data"
    made.mkdir()
    return made


class TestMachine:
    def test_the_synthetic_data_are_always_there(self, folder):
        machine = machine_for(True, "cpu", folder, {})
        assert (machine.trains, machine.device, machine.why_cpu) == (True, "cpu", "")
        assert machine.threads == threads_here(len(os.sched_getaffinity(0)))
        assert list(machine.data) == ["synthetic"]
        opened = machine.data["synthetic"]()
        np.testing.assert_array_equal(opened.test.labels, make_synthetic().test.labels)

    def test_nothing_is_trained_unless_wanted(self, folder):
        assert not machine_for(False, "cpu", folder, {}).trains

    @pytest.mark.parametrize("device", ["cpu", "cuda", "cuda:0", "cuda:12"])
    def test_a_device_that_is_named_is_used(self, folder, device):
        assert machine_for(True, device, folder, {}).device == device

    @pytest.mark.parametrize(("there", "device"), [(True, "cuda"), (False, "cpu")])
    def test_a_gpu_is_used_where_there_is_one_unless_said(self, folder, monkeypatch, there, device):
        found = folder / "nvidiactl"
        if there:
            found.touch()
        monkeypatch.setattr(options_module, "DEVICE_FILE", found)
        assert machine_for(True, "auto", folder, {}).device == device

    @pytest.mark.parametrize(
        "device",
        [
            *("gpu", "", "CUDA", "cpu:0", "cpu:", "auto:1", "auto:", "cuda:", "cuda:x"),
            *("cuda:-1", "cuda:1:2", "cuda:\u0663", "cuda: 1", "cuda:1\n", "mps", "cuda:1000"),
        ],
    )
    def test_a_device_that_is_none_is_told_with_those_that_there_are(self, folder, device):
        with pytest.raises(UsageError) as caught:
            machine_for(True, device, folder, {})
        shown = device.replace("\n", "\\x0a")
        assert str(caught.value) == (
            f"'{shown}' is no device to train on. Give --device auto, cpu, cuda or cuda:N."
        )

    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        with pytest.raises(UsageError) as caught:
            machine_for(True, "cpu", tmp_path / "none", {})
        assert str(caught.value) == (
            f"The folder '{tmp_path / 'none'}' for --data is not there. Name the folder that "
            "`grader data add` wrote to."
        )

    def test_the_usual_folder_need_not_be_there(self, tmp_path):
        machine = machine_for(True, "cpu", None, {"HOME": str(tmp_path)})
        assert list(machine.data) == ["synthetic"]

    def test_without_an_option_the_environment_says_where(self, folder, monkeypatch):
        asked = []

        def names(where):
            asked.append(where)
            return []

        monkeypatch.setattr("grader.datasets.names", names)
        machine_for(True, "cpu", None, {"GRADER_DATA": str(folder)})
        assert asked == [folder]


class TestOptions:
    @pytest.fixture
    def given(self):
        """What a command gets from its command line, and its help."""

        def run(trains, *line):
            seen = {}

            @click.command()
            @training_options(trains=trains)
            def command(**options):
                seen.update(options)

            result = CliRunner().invoke(command, line)
            assert result.exit_code == 0, result.output
            shown = CliRunner().invoke(command, ["--help"]).output
            return seen, " ".join(shown.split())

        return run

    @pytest.mark.parametrize("trains", [True, False])
    def test_a_command_trains_as_it_says_unless_told(self, given, trains):
        seen, said = given(trains)
        assert seen == {"training": trains, "device": "auto", "data_dir": None}
        assert f"[default: {'training' if trains else 'no-training'}]" in said

    def test_what_is_said_is_passed_on(self, given):
        seen, _ = given(True, "--no-training", "--device", "cuda:1", "--data", "sets")
        assert seen == {"training": False, "device": "cuda:1", "data_dir": Path("sets")}
        assert given(False, "--training")[0]["training"] is True

    def test_help_names_the_devices_and_the_folder(self, given):
        _, said = given(False)
        assert "auto, cpu, cuda or cuda:N" in said
        assert "Folder of the data sets, see `grader data`." in said


def test_without_a_home_folder_there_are_no_data_but_what_is_made() -> None:
    assert set(machine_for(False, "cpu", None, {}).data) == {"synthetic"}
