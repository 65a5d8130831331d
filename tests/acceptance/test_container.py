"""In a real container the same verdicts are reached as outside of one, and nothing gets out.

Skipped where no container can be run; it says why. The first run makes images, which takes about
two minutes; they are kept under names of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.acceptance import containers
from tests.acceptance.containers import CLOSED, contained
from tests.acceptance.handins import BASE, HANDINS, PACKAGE, ROOT, UMASS, compose

pytestmark = pytest.mark.slow

SECRET = "a secret that only the grader may read"  # noqa: S105 - of these tests
SECRET_PLACE = "/run/secrets/grader"  # noqa: S105 - a path
COURSE_PLACE = "/course"
USER = "10001"  # the image's own
# Where the hostile hand-ins act, and what stands around it.
ASKED = ("affine_forward", "relu_forward", "sgd", "sgd_momentum")
HOSTILE = (
    *("disk_read", "secrets_in_the_environment", "fork_bomb", "memory_bomb"),
    *("result_file_written", "network_tcp"),
)
# What the stronger separation of users asks for, see docker/README.md.
AS_ROOT = (
    *("--user", "0"),
    *(
        part
        for name in ("SETUID", "SETGID", "SETPCAP", "CHOWN", "KILL", "DAC_READ_SEARCH")
        for part in ("--cap-add", name)
    ),
)
READS_SECRETS = f'''
def affine_forward(x, w, b):
    import glob, os
    found = []
    for place in ("{SECRET_PLACE}", "{COURSE_PLACE}/rubric.yaml", "/proc/1/environ", "/proc/1/mem"):
        try:
            with open(place, "rb") as file:
                found.append(file.read(200))
        except OSError as error:
            found.append(type(error).__name__)
    for place in ("{COURSE_PLACE}", "/results", "/run/secrets", "/submission"):
        try:
            found.append(os.listdir(place))
        except OSError as error:
            found.append(type(error).__name__)
    raise RuntimeError(str(found))
'''


@pytest.fixture(scope="module", autouse=True)
def _a_machine_with_containers() -> None:
    why = containers.why_none()
    if why:
        pytest.skip(f"no container can be run here: {why}")


@pytest.fixture(scope="module")
def base() -> str:
    return containers.base_image()


@pytest.fixture(scope="module")
def image(base: str) -> str:
    return containers.grader_image(base)


@pytest.fixture(scope="module")
def limits(image: str) -> tuple[str, ...]:
    """The options that limit memory and processors, where this machine can."""
    return containers.limits("1g", "2", image)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course's folder with a few of the criteria, so that hostile hand-ins are graded fast."""
    folder = tmp_path_factory.mktemp("course")
    yaml = YAML()  # the order of inputs counts
    data = yaml.load(ROOT / "rubrics" / UMASS.assignment / "rubric.yaml")
    data["criteria"] = [one for one in data["criteria"] if one["id"] in ASKED]
    for one in data["criteria"]:
        one.pop("needs", None)
    with (folder / "rubric.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream)
    folder.chmod(0o755)
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """The course's secret, which the grader in the image alone may read."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET, encoding="utf-8")
    path.chmod(0o400)
    os.chown(path, int(USER), int(USER))
    return path


@dataclass(frozen=True)
class Graded:
    """What a run has left."""

    code: int
    said: str
    results: Any
    report: Any

    @property
    def verdicts(self) -> Any:
        """Points and outcomes, by criterion and by check."""
        return {one["id"]: (one["awarded"], one["outcome"]) for one in self.report["criteria"]} | {
            check["id"]: (check["credit"], check["outcome"])
            for one in self.report["criteria"]
            for check in one["checks"]
        }


def left(done: subprocess.CompletedProcess[str], folder: Path) -> Graded:
    report = folder / "report.json"
    return Graded(
        done.returncode,
        done.stdout + done.stderr,
        json.loads((folder / "results.json").read_text(encoding="utf-8")),
        json.loads(report.read_text(encoding="utf-8")) if report.exists() else None,
    )


@pytest.fixture
def inside(
    image: str, limits: tuple[str, ...], secret: Path, tmp_path: Path
) -> Callable[..., Graded]:
    """Grades in a container that is closed as docker/README.md says."""

    def grade(handin: Path, course: Path | None = None, *more: str) -> Graded:
        results = tmp_path / "inside"
        results.mkdir()
        owner = 0 if "--user" in more else int(USER)
        os.chown(results, owner, owner)
        mounts = {"/submission": handin, SECRET_PLACE: secret}
        if course:
            mounts[COURSE_PLACE] = course
        options = () if course else ("--assignment", UMASS.assignment)
        done = contained(
            image,
            *("autograde", "--no-training", "--secret-file", SECRET_PLACE, *options),
            options=(*CLOSED, *limits, *more),
            mounts=mounts,
            writable={"/results": results},
        )
        return left(done, results)

    return grade


@pytest.fixture
def outside(secret: Path, tmp_path: Path) -> Callable[..., Graded]:
    """Grades on the bare machine."""

    def grade(handin: Path, course: Path | None = None) -> Graded:
        results = tmp_path / "outside"
        options = ("--course", course) if course else ("--assignment", UMASS.assignment)
        done = containers.run(
            *(sys.executable, "-m", "grader", "autograde", "--no-training", "--submission"),
            *(handin, "--results", results, "--secret-file", secret, *options),
            PYTHONPATH=str(ROOT),
        )
        return left(done, results)

    return grade


def as_the_image_sees_it(folder: Path) -> Path:
    """Lets everybody read a folder below that of the test, which is closed to others."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return folder


def test_workers_in_the_image_are_isolated(image: str, limits: tuple[str, ...]) -> None:
    done = contained(image, "doctor", options=(*CLOSED, *limits))
    assert "isolation: tier B, good for scores" in done.stdout
    assert "forbidden acts were tried, and all were refused" in done.stdout
    assert "○ other user" in done.stdout
    assert done.returncode == 0


def test_with_a_few_rights_each_hand_in_is_a_user_of_its_own(image: str) -> None:
    done = contained(image, "doctor", options=(*CLOSED, *AS_ROOT))
    assert "isolation: tier B, good for scores" in done.stdout
    assert "✓ other user" in done.stdout


def test_the_reference_hand_in_gets_the_same_inside_and_outside(
    inside: Callable[..., Graded], outside: Callable[..., Graded]
) -> None:
    found, bare = inside(UMASS.reference), outside(UMASS.reference)
    assert found.verdicts == bare.verdicts
    assert found.report["score"] == bare.report["score"]
    assert found.report["score"]["awarded"] == found.report["score"]["lower"] > 75
    assert found.code == bare.code == 0
    assert found.report["trust"]["tier"] == "B"
    assert found.results["score"] == bare.results["score"]
    assert SECRET not in found.said + json.dumps([found.results, found.report])


def test_a_wrong_hand_in_loses_the_same_inside_and_outside(
    inside: Callable[..., Graded], outside: Callable[..., Graded], tmp_path: Path
) -> None:
    case = HANDINS / "wrong" / "adam_betas_swapped"
    handin = as_the_image_sees_it(compose(case, tmp_path / "handin"))
    found, bare = inside(handin), outside(handin)
    assert found.verdicts == bare.verdicts
    assert found.verdicts["adam"][1] != "passed"
    assert found.code == bare.code == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_hand_in_gets_the_same_inside_and_outside(
    inside: Callable[..., Graded],
    outside: Callable[..., Graded],
    course: Path,
    tmp_path: Path,
    name: str,
) -> None:
    handin = as_the_image_sees_it(compose(HANDINS / "hostile" / name, tmp_path / "handin"))
    found, bare = inside(handin, course), outside(handin, course)
    assert found.verdicts == bare.verdicts
    expected = json.loads((HANDINS / "hostile" / name / "expected.json").read_text("utf-8"))
    lost = {
        one["id"]: one["points"] - one["awarded"]
        for one in found.report["criteria"]
        if one["points"] > one["awarded"]
    }
    assert lost.keys() == expected["lost"].keys()


@pytest.mark.parametrize("rights", [(), AS_ROOT], ids=["as the image is", "as root"])
def test_what_the_grader_may_read_its_hand_ins_may_not(
    inside: Callable[..., Graded], course: Path, tmp_path: Path, rights: tuple[str, ...]
) -> None:
    handin = tmp_path / "handin"
    shutil.copytree(BASE, handin)
    with (handin / PACKAGE / "layers.py").open("a", encoding="utf-8") as file:
        file.write(READS_SECRETS)
    found = inside(as_the_image_sees_it(handin), course, *rights)
    (affine,) = (one for one in found.report["criteria"] if one["id"] == "affine_forward")
    assert affine["outcome"] == "errored"
    assert f"[{', '.join(['PermissionError'] * 8)}]" in affine["checks"][0]["message"].replace(
        "\\'", ""
    ).replace("'", "")
    # The secret did reach the grader: what it signed can be checked by it.
    assert found.report["signature"]
    assert SECRET not in found.said + json.dumps([found.results, found.report])


def test_a_corrupt_archive_is_refused_in_the_same_words(
    inside: Callable[..., Graded], outside: Callable[..., Graded], tmp_path: Path
) -> None:
    handin = tmp_path / "handin"
    handin.mkdir()
    (handin / "work.zip").write_bytes(b"PK\x03\x04 cut short")
    found, bare = inside(as_the_image_sees_it(handin)), outside(handin)
    assert found.results == bare.results
    assert found.results["score"] == 0
    assert "'work.zip' is damaged" in found.results["output"]
    assert found.code == bare.code == 2
    assert found.report is None


@pytest.fixture(scope="module")
def machine(base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An image on which the bundle's own setup.sh has been run."""
    folder = tmp_path_factory.mktemp("gradescope")
    key = folder / "secret.txt"
    key.write_text(SECRET, encoding="utf-8")
    made = containers.run(
        *(sys.executable, "-m", "grader", "release", UMASS.assignment, "--gradescope"),
        *("--out", folder, "--secret-file", key),
        PYTHONPATH=os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    )
    assert made.returncode == 0, made.stderr
    (bundle,) = folder.glob("*.zip")
    wheels, constraints = folder / "wheels", folder / "constraints.txt"
    with zipfile.ZipFile(bundle) as packed:  # it names the versions of the machine that made it
        constraints.write_bytes(packed.read("constraints.txt"))
    containers.wheels(wheels, constraints)
    name, image = f"grader-test-{os.getpid()}", f"localhost/grader-test-{os.getpid()}"
    prepare = (
        "set -eu; mkdir -p /autograder/source /autograder/submission /autograder/results; "
        "cd /autograder/source; python3 -m zipfile -e /bundle.zip .; "
        "cp run_autograder /autograder/; chmod +x setup.sh /autograder/run_autograder; "
        "printf -- '--deadline\\n60\\n--no-training\\n' > options.txt; ./setup.sh"
    )
    done = containers.run(
        *("podman", "--runtime", "runc", "run", "--name", name, *containers.ULIMITS),
        *("--network", "host", "--env", "PIP_FIND_LINKS=/wheels", "--env", "PIP_NO_INDEX=1"),
        *(f"--volume={wheels}:/wheels:ro", f"--volume={bundle}:/bundle.zip:ro"),
        *(base, "sh", "-c", prepare),
    )
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
    assert "tier B, good for scores" in done.stdout
    assert containers.run("podman", "commit", "--quiet", name, image).returncode == 0
    yield image
    containers.run("podman", "rm", "--force", name)
    containers.run("podman", "rmi", "--force", image)


@pytest.fixture
def submit(machine: str, tmp_path: Path) -> Callable[[Path], Graded]:
    """Has a submission graded with half a processor and 768 MB, where they can be limited."""
    small = containers.limits("768m", "0.5", machine)

    def grade(handin: Path) -> Graded:
        results = tmp_path / "results"
        results.mkdir()
        metadata = tmp_path / "submission_metadata.json"
        earlier = {"extra_data": {"points_by_criterion": {"dropout_forward": 0}}}
        given = {"id": 77, "previous_submissions": [{"results": earlier}]}
        metadata.write_text(json.dumps(given), encoding="utf-8")
        done = contained(
            machine,
            "/autograder/run_autograder",
            options=("--network", "none", *small),
            mounts={
                "/autograder/submission": handin,
                "/autograder/submission_metadata.json": metadata,
            },
            writable={"/autograder/results": results},
            # The deadline of the run, and what a container needs to be started and removed.
            limit_s=60 + 60,
        )
        return left(done, results)

    return grade


class TestGradescope:
    """The bundle of `grader release --gradescope`, as its platform uses it."""

    def test_a_right_submission_gets_its_points(self, submit: Callable[[Path], Graded]) -> None:
        found = submit(BASE)
        assert found.code == 0, found.said
        assert "submission 77" in found.said
        assert found.results["score"] > 75
        assert found.results["output"].startswith("Since your last submission: ")
        assert all(test.get("status") != "failed" for test in found.results["tests"])
        assert SECRET not in found.said + json.dumps(found.results)

    def test_one_that_hangs_everywhere_gets_results_in_time(
        self, submit: Callable[[Path], Graded], tmp_path: Path
    ) -> None:
        found = submit(hanging(tmp_path / "handin"))
        assert found.code == 0, found.said
        assert found.results["score"] == 0
        assert "The time for the whole run (60 s) was over" in found.results["output"]
        late = [one for one in found.results["tests"] if "Not reached" in one["output"]]
        assert len(late) > 30
        assert all("status" not in one and "score" not in one for one in late)

    def test_one_that_cannot_be_read_gets_a_sentence(
        self, submit: Callable[[Path], Graded], tmp_path: Path
    ) -> None:
        handin = tmp_path / "handin"
        handin.mkdir()
        (handin / "work.zip").write_bytes(b"PK\x03\x04 cut short")
        found = submit(handin)
        assert found.code == 0
        assert "'work.zip' is damaged" in found.results["output"]


def hanging(into: Path) -> Path:
    """Makes a hand-in every function of which loops without end."""
    shutil.copytree(BASE, into)
    for path in into.rglob("*.py"):
        lines = []
        for line in path.read_text(encoding="utf-8").splitlines():
            lines.append(line)
            if line.lstrip().startswith("def ") and line.endswith(":"):
                indent = len(line) - len(line.lstrip()) + 4
                lines.append(f"{' ' * indent}while True: pass")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return into
