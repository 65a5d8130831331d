"""The zip archive that Gradescope makes an assignment's autograder of.

It holds all that grading needs but Python and what an index of packages has: two scripts that the
platform runs, the grader's wheel, and the course's folder with its reference and hidden checks. It
goes to the platform's staff page, never to students.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from grader.release.folder import zip_bytes

SCRIPTS: Final = ("setup.sh", "run_autograder")
# Ten minutes are what the platform gives unless told otherwise; a minute is left to its own work.
DEADLINE_S: Final = 540.0


@dataclass(frozen=True, slots=True)
class GradescopeRun:
    """How the platform's machine runs the grader.

    Attributes:
        deadline_s: what a run may take, in seconds.
        sandbox: what to do where the machine cannot isolate a hand-in, see `grader autograde`.
        trains: whether checks that train networks are run.
        pip_configuration: a `pip.conf` that packages are installed by; none where it is empty.
    """

    deadline_s: float = DEADLINE_S
    sandbox: str = "require"
    trains: bool = True
    pip_configuration: bytes = b""


def gradescope_bundle(
    *,
    course: Mapping[str, bytes],
    wheel_name: str,
    wheel: bytes,
    libraries: Collection[str] = (),
    pins: Sequence[str] = (),
    secret: bytes = b"",
    run: GradescopeRun | None = None,
) -> bytes:
    """Makes the archive; the same parts give the same bytes.

    Args:
        course: files by path: `rubric.yaml`, whole, and `template`, `reference/library` and
            `reference/handin` beside it.
        wheel_name: file name of the grader's wheel, such as `grader-0.1.0-py3-none-any.whl`.
        wheel: its bytes.
        libraries: extras of the grader that the rubric's checks need, such as `torch`.
        pins: versions to install, as lines of a constraints file, see `installed_pins`.
        secret: the course's; none where it is empty.
        run: how the machine runs the grader; as usual unless given.
    """
    run = run or GradescopeRun()
    scripts = files("grader.release").joinpath("gradescope")
    extras = f"[{','.join(sorted(libraries))}]" if libraries else ""
    training = "--training" if run.trains else "--no-training"
    options = ("--deadline", f"{run.deadline_s:g}", "--sandbox", run.sandbox, training)
    made = {name: scripts.joinpath(name).read_bytes() for name in SCRIPTS}
    made |= {
        f"wheels/{wheel_name}": wheel,
        "requirements.txt": _lines([f"./wheels/{wheel_name}{extras}"]),
        "constraints.txt": _lines(pins),
        "options.txt": _lines(options),
    }
    if secret:
        made["secret.txt"] = secret + b"\n"
    if run.pip_configuration:
        made["pip.conf"] = run.pip_configuration
    made |= {f"course/{path}": content for path, content in sorted(course.items())}
    return zip_bytes(made, executable=SCRIPTS)


def _lines(texts: Sequence[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()
