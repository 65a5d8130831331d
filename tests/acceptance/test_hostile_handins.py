"""Every folder in `handins/hostile` attacks the grader, on every tier, and gains nothing.

A case is made as in `handins.py`; files that are no Python lie beside the package, too. The hand-in
either answers wrong and tries to get the points anyway, or answers wrong as soon as a forbidden act
has worked; so a hole shows in the points. `expected.json` says:

    attack      what it does, in a few words
    because     why that could work
    rows        rows of the attack catalogue that it stands for, see `CATALOGUE`
    stopped_by  the defence that stops it, one of `DEFENCES`, and the layer in words
    lost        points lost by criterion; nothing else may lose any; "ALL" for every point
    only        criteria that are asked; those that the case can reach unless given
    in_check    points lost in mode `check`, where the same hand-in is asked with public draws
    says        words that the criterion's failing checks have to say
    shows       words that the printed report has to show as they stand
    never       words that nothing may say to the reader
    longest     characters that a sentence to the reader may have
    no_formula  no sentence may begin with what a spreadsheet computes
    wall_s      a shorter limit, for hand-ins that run until it is over
    memory_mib  by how much the grader's own memory may grow; `GROWTH_MIB` unless given
    made        further files, by path below the root: pieces of text with how often they come
    archive     the archive that is handed in instead, made by `hostile_archives`
    refused     words of its refusal
"""

import json
import os
import resource
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HandInError
from grader.plain_text import is_plain
from grader.records import Outcome
from grader.report import Report
from grader.report.terminal import render_plain
from grader.worker.service import WorkerService
from tests.acceptance.handins import (
    BASE,
    PACKAGE,
    affected,
    cases,
    compose,
    grade,
    hurried,
    lost,
    rubric,
    told,
)

HOSTILE = cases("hostile")
CATALOGUE = range(1, 72)
GRADING_WALL_S = 20.0  # of a whole grading: a hand-in must not buy time of the grader
GROWTH_MIB = 300

DEFENCES = {
    "SEP": "a separate worker; the grader compares",
    "PLAIN": "type, shape and bytes, rebuilt as a base array",
    "SBX": "the sandbox",
    "FRESH": "a fresh worker, fresh values",
    "CLOSE": "what is missing earns nothing",
    "CLK": "the grader's clock",
    "OUT": "what comes out is bounded and cleaned",
    "INTAKE": "what comes in is vetted and compiled, never run",
    "COMPARE": "the comparison itself",
    "DRAWS": "inputs that nobody can foresee",
}

EXEMPT = {
    15: "the student's own machine: a local run is advice, and reports are signed on the server",
    16: "a good result of somebody else: the signature's tests, with the hand-in's digest",
    34: "feedback policy: hidden checks are asked in `grade` alone, whose reports go to the staff",
    35: "feedback policy: how often a course lets its students submit",
    37: "feedback policy: a channel of a few bits, worth nothing where draws change",
    39: "no data set with labels is sent to a worker yet",
    41: "no GPU is timed yet",
}


def expectations(case: Path) -> dict[str, Any]:
    """Reads a case's `expected.json`."""
    data: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="module", params=["A", "B"])
def service(request: pytest.FixtureRequest) -> Iterator[WorkerService]:
    """A service of one tier, which leaves nothing behind; skipped where the tier is not reached."""
    tier = request.param
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)  # noqa: S103  # workers may run as another user
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", scratch)
            running = WorkerService(without=rubric().handin.forbidden, wrapped=tier == "A")
        with running:
            reached = grade(BASE, only=("sgd",), service=running).trust.tier
            if reached != tier:
                pytest.skip(f"this machine reaches tier {reached}, not {tier}")
            running.for_library("documents")  # stays for the next hand-in that has a notebook
            yield running
        assert _emptied(scratch), os.listdir(scratch)


def _emptied(folder: str) -> bool:
    """Waits until a folder is empty: workers' folders go when their host has ended."""
    end_s = time.monotonic() + 10
    while os.listdir(folder) and time.monotonic() < end_s:
        time.sleep(0.05)
    return not os.listdir(folder)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Watches what a hand-in must not touch; the returned function looks whether it has."""
    secret = tmp_path / "secret.txt"
    secret.write_text("a SECRET of the course", encoding="utf-8")
    monkeypatch.setenv("GRADER_SECRET", "SECRET-of-the-course")
    begun_s, descriptors = time.monotonic(), _descriptors()

    def look() -> None:
        assert secret.read_text(encoding="utf-8") == "a SECRET of the course"
        assert time.monotonic() - begun_s < GRADING_WALL_S
        assert _descriptors() <= descriptors

    return look


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _peak_mib() -> float:
    """The largest memory of this process since `_forget_peak`, in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def hand_in(case: Path, wanted: dict[str, Any], folder: Path) -> Path:
    """Puts a case's hand-in into a folder, with the files that are no Python."""
    compose(case, folder)
    for path in case.rglob("*"):
        name = path.relative_to(case)
        if path.is_file() and path.suffix != ".py" and path.name != "expected.json":
            for place in (folder / name, folder / PACKAGE / name):
                shutil.copyfile(path, place)
    for name, pieces in wanted.get("made", {}).items():
        text = "".join(piece * count for piece, count in pieces)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(report: Report) -> Iterator[str]:
    """Gives every sentence that a reader reads."""
    yield from report.handin.notes
    for criterion in report.criteria:
        for check in criterion.checks:
            yield from (check.message, check.hint, *check.advice)


@pytest.mark.parametrize(
    "case", [each for each in HOSTILE if "archive" not in expectations(each)], ids=lambda p: p.name
)
def test_an_attack_gains_nothing(
    case: Path, tmp_path: Path, service: WorkerService, outside: Callable[[], None]
) -> None:
    wanted = expectations(case)
    path = hand_in(case, wanted, tmp_path / "handin")
    only = tuple(wanted["only"]) if "only" in wanted else affected(case)
    rules = hurried(rubric(), wanted["wall_s"]) if "wall_s" in wanted else rubric()
    _forget_peak()
    before_mib = _peak_mib()
    report = grade(path, only=only, rules=rules, service=service)
    assert_judged(report, wanted)
    if "in_check" in wanted:
        seen = grade(path, "check", only=only, rules=rules, service=service)
        assert lost(seen) == wanted["in_check"], wanted["because"]
    assert _peak_mib() - before_mib < wanted.get("memory_mib", GROWTH_MIB)
    outside()


def assert_judged(report: Report, wanted: dict[str, Any]) -> None:
    """Asserts that a report takes what the attack is worth, and shows a reader nothing of it."""
    fair = wanted["lost"]
    if fair == "ALL":
        fair = {one.id: float(one.points) for one in rubric().criteria if one.points}
    assert lost(report) == fair, wanted["because"]
    assert not report.score.needs_review
    for criterion in report.criteria:
        for check in criterion.checks:
            assert check.outcome is not Outcome.UNJUDGED, check.message
    said = told(report)
    for criterion_id, words in wanted.get("says", {}).items():
        assert words in said[criterion_id]
    printed = render_plain(report, width=4000)
    for words in wanted.get("shows", ()):
        assert words in printed
    for text in (*texts(report), *printed.splitlines()):
        assert all(is_plain(character) for character in text)
        assert "Traceback" not in text
        assert "grader/" not in text
    for text in texts(report):
        assert len(text) <= wanted.get("longest", 1500)
        assert not any(words in text for words in wanted.get("never", ()))
        assert not (wanted.get("no_formula") and text.startswith(("=", "+", "-", "@")))


def _link(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o644) << 16
    return info


def _slip(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../results.json", '{"score": 100}')


def _absolute(archive: zipfile.ZipFile) -> None:
    archive.writestr("/tmp/results.json", '{"score": 100}')  # noqa: S108  # it is refused


def _symbolic(archive: zipfile.ZipFile) -> None:
    archive.writestr(_link(f"{PACKAGE}/optim2.py", 0o120000), "/etc/passwd")


def _device(archive: zipfile.ZipFile) -> None:
    archive.writestr(_link(f"{PACKAGE}/zero.py", 0o020000), "")


def _twins(archive: zipfile.ZipFile) -> None:
    archive.writestr(f"{PACKAGE}/Optim.py", "def sgd_momentum(w, dw, config=None): pass\n")


def _double(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(f"{PACKAGE}/optim.py", "def sgd_momentum(w, dw, config=None): pass\n")


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr(f"{PACKAGE}/bomb.py", b"#" * (64 << 20))


def _many_names(archive: zipfile.ZipFile) -> None:
    for number in range(20_000):
        archive.writestr(f"{PACKAGE}/f{number}.txt", "")


ARCHIVES: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "zip_slip": _slip,
    "zip_absolute": _absolute,
    "zip_link": _symbolic,
    "zip_device": _device,
    "zip_twins": _twins,
    "zip_double": _double,
    "zip_bomb": _bomb,
    "zip_of_many_names": _many_names,
    "zip_that_lies": _bomb,
}


def hostile_archive(name: str, path: Path) -> Path:
    """Packs the base with one hostile member; or with a header that says less than there is."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((BASE / PACKAGE).rglob("*.py")):
            archive.write(file, file.relative_to(BASE))
        ARCHIVES[name](archive)
    if name == "zip_that_lies":
        size = (64 << 20).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    return path


@pytest.mark.parametrize(
    "case", [each for each in HOSTILE if "archive" in expectations(each)], ids=lambda p: p.name
)
def test_a_hostile_archive_is_refused(case: Path, tmp_path: Path) -> None:
    wanted = expectations(case)
    path = hostile_archive(wanted["archive"], tmp_path / "handin.zip")
    begun_s = time.monotonic()
    with pytest.raises(HandInError) as refusal:
        grade(path)
    assert wanted["refused"] in str(refusal.value)
    assert time.monotonic() - begun_s < GRADING_WALL_S
    assert sorted(tmp_path.iterdir()) == [path]


def test_every_row_of_the_catalogue_has_a_case_or_a_reason() -> None:
    covered = {row for case in HOSTILE for row in expectations(case)["rows"]}
    assert covered.isdisjoint(EXEMPT)
    assert covered | EXEMPT.keys() == set(CATALOGUE)


def test_there_are_sixty_attacks_and_each_names_what_stops_it() -> None:
    assert len(HOSTILE) >= 60
    for case in HOSTILE:
        wanted = expectations(case)
        defence, _, layer = wanted["stopped_by"].partition(": ")
        assert defence in DEFENCES, case.name
        assert layer, case.name
        assert wanted["attack"], case.name
        assert wanted["because"], case.name
