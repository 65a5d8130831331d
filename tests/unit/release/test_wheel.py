"""The wheel that students install holds the grader, all of it, and nothing else."""

import base64
import csv
import hashlib
import io
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

import grader
from grader.errors import UsageError
from grader.release import wheel

PACKAGE = Path(grader.__file__).parent


@pytest.fixture(scope="module")
def archive():
    return zipfile.ZipFile(io.BytesIO(wheel.wheel_bytes()))


def test_it_holds_every_file_of_the_grader_and_of_nothing_else(archive):
    ours = {
        f"grader/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    names = set(archive.namelist())
    assert ours <= names
    assert {name.partition("/")[0] for name in names - ours} == {
        f"grader-{grader.__version__}.dist-info"
    }
    for name in ("grader/report/report.schema.json", "grader/py.typed", "grader/cli/check.py"):
        assert name in names


def test_its_record_has_the_digest_of_every_file(archive):
    (record,) = (name for name in archive.namelist() if name.endswith("/RECORD"))
    rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
    assert [row[0] for row in rows] == archive.namelist()
    for name, digest, size in rows[:-1]:
        content = archive.read(name)
        hashed = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={hashed}", len(content))
    assert rows[-1] == [record, "", ""]


def test_it_says_what_it_needs_and_which_command_it_brings(archive):
    info = f"grader-{grader.__version__}.dist-info"
    described = archive.read(f"{info}/METADATA").decode()
    assert "Name: grader" in described
    assert "Requires-Dist: numpy" in described
    assert "grader = grader.__main__:main" in archive.read(f"{info}/entry_points.txt").decode()
    assert "Tag: py3-none-any" in archive.read(f"{info}/WHEEL").decode()
    assert wheel.wheel_name() == f"grader-{grader.__version__}-py3-none-any.whl"


def test_the_same_grader_makes_the_same_bytes():
    assert wheel.wheel_bytes() == wheel.wheel_bytes()


def test_where_the_grader_is_not_installed_it_says_so(monkeypatch):
    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(wheel, "metadata", none)
    with pytest.raises(UsageError, match=r"is not installed as a package .* `pip install \.`"):
        wheel.wheel_bytes()
