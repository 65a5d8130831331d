"""A wheel of the grader alone: what a student installs, without references, rubrics, templates.

It is made of the installed package's own files, so that a course needs no package index to hand
out the version that it grades with. The form is that of the binary distribution format (PEP 427).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import grader
from grader.errors import UsageError

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the least that a zip can say: the same files, the same bytes
_WHEEL: Final = "Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_LEFT_OUT: Final = ("__pycache__", ".pyc")


def wheel_name() -> str:
    """Names the wheel's file."""
    return f"grader-{grader.__version__}-py3-none-any.whl"


def wheel_bytes() -> bytes:
    """Makes the wheel.

    Raises:
        UsageError: the grader runs without having been installed, so what it needs is not known.
    """
    files = {**_package(), **_described()}
    info = f"grader-{grader.__version__}.dist-info"
    files |= {f"{info}/RECORD": _record(files, f"{info}/RECORD")}
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = ZipInfo(name, _DATE)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return stream.getvalue()


def _package() -> dict[str, bytes]:
    home = Path(grader.__file__).parent
    return {
        f"grader/{path.relative_to(home).as_posix()}": path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not any(part.endswith(_LEFT_OUT) for part in path.parts)
    }


def _described() -> dict[str, bytes]:
    try:
        described = metadata("grader")
    except PackageNotFoundError as error:
        raise UsageError(
            "The grader is not installed as a package here, so what it needs is not known and no "
            "wheel of it can be made for students. Install it, as in `pip install .`, and run the "
            "command again."
        ) from error
    info = f"grader-{grader.__version__}.dist-info"
    points = "[console_scripts]\ngrader = grader.__main__:main\n\n"
    points += "[pytest11]\ngrader = grader.pytest_plugin\n"
    return {
        f"{info}/METADATA": described.as_string().encode(),  # type: ignore[attr-defined]
        f"{info}/WHEEL": _WHEEL.encode(),
        f"{info}/entry_points.txt": points.encode(),
    }


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for name, content in files.items():
        hashed = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        writer.writerow([name, f"sha256={hashed}", len(content)])
    writer.writerow([own, "", ""])
    return stream.getvalue().encode()
