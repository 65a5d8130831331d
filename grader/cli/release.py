"""`grader release`: what students download, or what a platform grades with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, say
from grader.errors import UsageError
from grader.plain_text import quote

if TYPE_CHECKING:
    from grader.records import Rubric


@click.command()
@click.argument("assignment", metavar="[ID]", required=False)
@click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A rubric file, in place of ID.",
)
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Where to put it; made if missing.",
)
@click.option("--gradescope", is_flag=True, help="Make the zip that Gradescope grades with.")
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With --gradescope: the course's secret, which goes into that zip.",
)
def release(
    assignment: str | None,
    rubric_file: Path | None,
    out: Path,
    gradescope: bool,
    secret_file: Path | None,
) -> int:
    """Make a student's copy of an assignment.

    It is a folder, and a zip of it: the template, the public checks with the answers that the
    reference gives to them, the grader, and a README with two commands. Nothing hidden is in it
    and no code of the reference. The zip of --gradescope holds all of these and is for staff.
    """
    from grader.cli.inputs import choose_rubric

    if secret_file and not gradescope:
        raise UsageError(
            "A secret never goes into a student's copy. Give --secret-file with --gradescope, or "
            "leave it out."
        )
    rubric = choose_rubric(assignment, rubric_file, None)
    if gradescope:
        _write_gradescope(rubric, out, secret_file)
    else:
        _write_copy(rubric, out)
    return ExitCode.FULL_CREDIT


def _write_copy(rubric: Rubric, out: Path) -> None:
    from grader.recording import write_recording
    from grader.release.folder import write_file, write_folder, zip_bytes
    from grader.release.recorder import record_reference
    from grader.release.student_copy import student_copy

    folder, archive = out / rubric.assignment, out / f"{rubric.assignment}.zip"
    say(f"Asking the reference of {rubric.assignment} …", err=True)
    recording = record_reference(rubric)
    files = student_copy(rubric, write_recording(recording))
    write_folder(files, folder)
    write_file(zip_bytes(files, rubric.assignment), archive)
    size_mb = archive.stat().st_size / 1e6
    say(
        f"✓ {quote(str(folder))} and {quote(str(archive))} ({size_mb:.1f} MB): "
        f"{len(recording.answers)} recorded answers, and nothing that is hidden"
    )


def _write_gradescope(rubric: Rubric, out: Path, secret_file: Path | None) -> None:
    from grader.cli.grade import read_secret
    from grader.release.course_folder import staff_files
    from grader.release.folder import write_file
    from grader.release.gradescope_bundle import gradescope_bundle
    from grader.release.pins import installed_pins
    from grader.release.recorder import live_course
    from grader.release.student_copy import libraries_needed
    from grader.release.wheel import wheel_bytes, wheel_name

    live_course(rubric).close()  # with a student's copy nothing can be graded
    secret, libraries = read_secret(secret_file, None), libraries_needed(rubric)
    content = gradescope_bundle(
        course=staff_files(rubric),
        wheel_name=wheel_name(),
        wheel=wheel_bytes(),
        libraries=libraries,
        pins=installed_pins(libraries),
        secret=secret,
    )
    archive = out / f"{rubric.assignment}_gradescope.zip"
    write_file(content, archive)
    say(
        f"✓ {quote(str(archive))} ({len(content) / 1e6:.1f} MB), for staff alone: it holds the "
        "reference and the hidden checks" + (", and the course's secret" if secret else "")
    )
