"""The zip that Gradescope is given, and the versions in it."""

import io
import subprocess
import zipfile
from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pytest

from grader.release.gradescope_bundle import GradescopeRun, gradescope_bundle
from grader.release.pins import installed_pins

COURSE = {"rubric.yaml": b"schema_version: 1\n", "reference/handin/hw/layers.py": b"x = 1\n"}
WHEEL = {"wheel_name": "grader-0.1.0-py3-none-any.whl", "wheel": b"the wheel"}


def opened(**more):
    return zipfile.ZipFile(io.BytesIO(gradescope_bundle(course=COURSE, **WHEEL, **more)))


def test_it_holds_the_two_scripts_at_its_root_and_they_can_be_run():
    with opened() as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
        assert modes["setup.sh"] & 0o111 == modes["run_autograder"] & 0o111 == 0o111
        assert modes["course/rubric.yaml"] & 0o111 == 0
        assert archive.read("course/reference/handin/hw/layers.py") == b"x = 1\n"
        assert archive.read("wheels/grader-0.1.0-py3-none-any.whl") == b"the wheel"


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_bash(script, tmp_path):
    with opened() as archive:
        path = archive.extract(script, tmp_path)
    done = subprocess.run(["/bin/bash", "-n", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_the_rubric_needs_and_its_versions_are_installed():
    with opened(libraries=("torch",), pins=("numpy==2.4.6", "torch==2.13.0")) as archive:
        asked = archive.read("requirements.txt")
        assert asked == b"./wheels/grader-0.1.0-py3-none-any.whl[torch]\n"
        assert archive.read("constraints.txt") == b"numpy==2.4.6\ntorch==2.13.0\n"


def test_how_it_is_run_is_in_a_file_of_its_own():
    with opened() as archive:
        said = archive.read("options.txt").decode().split()
        assert said == ["--deadline", "540", "--sandbox", "require", "--training"]
    how = GradescopeRun(
        deadline_s=60, sandbox="auto", trains=False, pip_configuration=b"[global]\n"
    )
    with opened(run=how) as archive:
        said = archive.read("options.txt").decode().split()
        assert said == ["--deadline", "60", "--sandbox", "auto", "--no-training"]
        assert archive.read("pip.conf") == b"[global]\n"


def test_a_secret_is_in_it_only_where_there_is_one():
    with opened() as archive:
        assert not {"secret.txt", "pip.conf"} & set(archive.namelist())
    with opened(secret=b"s3") as archive:
        assert archive.read("secret.txt") == b"s3\n"


def test_the_same_parts_make_the_same_bytes():
    assert gradescope_bundle(course=COURSE, **WHEEL) == gradescope_bundle(course=COURSE, **WHEEL)


PACKAGES = {
    "grader": ("0.1.0", ["click>=8", "torch>=2 ; extra == 'torch'", "gone>=1"]),
    "click": ("8.5.1", ["Colorama.x; sys_platform == 'nowhere'", "attrs[more]"]),
    "torch": ("2.13.0+cpu", ["click"]),
    "attrs": ("26.1.0", ["extra-of-attrs; extra == 'more'"]),
    "extra-of-attrs": ("1.0", None),
}


class TestPins:
    def find(self, name):
        if name not in PACKAGES:
            raise PackageNotFoundError(name)
        version, requires = PACKAGES[name]
        return SimpleNamespace(version=version, requires=requires)

    def test_they_are_of_all_that_is_needed_here(self):
        assert installed_pins((), self.find) == (
            "attrs==26.1.0",
            "click==8.5.1",
            "extra-of-attrs==1.0",
        )

    def test_a_build_for_some_machines_is_not_asked_for(self):
        assert "torch==2.13.0" in installed_pins(("torch",), self.find)

    def test_without_an_installed_grader_there_are_none(self):
        def find(name):
            raise PackageNotFoundError(name)

        assert installed_pins((), find) == ()
