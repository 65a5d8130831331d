"""Where an assignment's files are: rubric, template, reference hand-in. It runs none of them."""

from __future__ import annotations

import fnmatch
import os
import re
import zlib
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from grader.errors import UsageError
from grader.plain_text import clean_text
from grader.records import Rubric

HOME = Path(__file__).resolve().parent.parent
# What may lie beside a rubric; where it does not, what this installation has for the assignment
# counts.
TEMPLATE = "template"
REFERENCE_LIBRARY = "reference/library"
REFERENCE_HANDIN = "reference/handin"
RECORDING = "recording.npz"
COURSE_FOLDER = ".grader"  # in a student's copy of an assignment
PYTHON_FILES_AT_MOST = 500
ARCHIVE_NAMES_AT_MOST = 5000
INNER_BYTES_AT_MOST = 64 * 2**20
_JUDGED = (".py", ".ipynb")
_ANY_NOTEBOOK = "\0.ipynb"  # which only a pattern fits that any name fits
_HANDIN_BLOCK = re.compile(r"^handin:[ \t]*\n(?:(?:[ \t#].*)?\n)*", re.MULTILINE)


def rubrics_dir() -> Path:
    """The folder with one folder per assignment."""
    return HOME / "rubrics"


def assignment_ids() -> tuple[str, ...]:
    """Ids of all assignments that have a rubric."""
    return tuple(sorted(path.parent.name for path in rubrics_dir().glob("*/rubric.yaml")))


def course_folder(path: Path) -> Path | None:
    """Finds the course's folder of a student's copy: in the hand-in's folder, or above it.

    Where a copy lies in another one, the inner one counts.
    """
    here = path.resolve()
    for folder in (here, *here.parents) if path.is_dir() else here.parents:
        found = folder / COURSE_FOLDER
        if (found / "rubric.yaml").is_file():
            return found
    return None


def has_code(path: Path) -> bool:
    """Tells whether there is any Python file or notebook to guess from."""
    return bool(_names_in(path))


def guess_assignment(path: Path) -> str | None:
    """Names the assignment that a hand-in seems to be of; `None` when none or several fit.

    The one fits of whose template most files are there by name; names that several templates
    have, such as `gradient_check.py`, do not decide. Where no file is a template's, the patterns
    decide that rubrics have for the names of notebooks and of their exports.
    """
    names = _names_in(path)
    wanted = {each: set(_template_files(each)) for each in assignment_ids()}
    found = {each: len(names & files) for each, files in wanted.items()}
    most = max(found.values(), default=0)
    if not most:
        return _guess_by_pattern(names)
    fitting = [each for each, count in found.items() if count == most]
    return fitting[0] if len(fitting) == 1 else None


def _guess_by_pattern(names: set[str]) -> str | None:
    """Compares with the rubrics' patterns; one that any name fits decides only if it is alone."""
    notebooks = [name.casefold() for name in names]
    fitting: dict[bool, set[str]] = {True: set(), False: set()}
    for assignment in assignment_ids() if notebooks else ():
        for pattern in _notebook_patterns(assignment):
            if any(fnmatch.fnmatchcase(name, pattern.casefold()) for name in notebooks):
                is_own = not fnmatch.fnmatchcase(_ANY_NOTEBOOK, pattern.casefold())
                fitting[is_own].add(assignment)
    decisive = fitting[True] or fitting[False]
    return decisive.pop() if len(decisive) == 1 else None


def _notebook_patterns(assignment: str) -> tuple[str, ...]:
    """Reads the patterns alone: a rubric takes long to be read and checked."""
    # Most hand-ins are known by their Python files.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    text = (rubrics_dir() / assignment / "rubric.yaml").read_text(encoding="utf-8")
    block = _HANDIN_BLOCK.search(text)
    if block is None:
        return ()
    try:
        found = YAML(typ="safe", pure=True).load(block[0])["handin"].get("notebooks", {})
        return tuple(str(pattern) for patterns in found.values() for pattern in patterns)
    except (YAMLError, AttributeError, TypeError):  # said in full when the rubric is read
        return ()


def _names_in(path: Path) -> set[str]:
    """Lists the names of the Python files and notebooks in a folder, or in an archive of one."""
    if path.is_file() and path.name.lower().endswith(_JUDGED):
        return {path.name}
    if path.is_file():
        return _names_in_archive(path)
    names: set[str] = set()
    packed: list[Path] = []
    seen = 0
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        names.update(name for name in files if name.endswith(_JUDGED))
        packed += [Path(folder, name) for name in files if name.lower().endswith(".zip")]
        seen += sum(name.endswith(_JUDGED) for name in files)
        if seen > PYTHON_FILES_AT_MOST:
            break
        if len(Path(folder).parts) - len(path.parts) > 6:
            folders.clear()
    # As the hand-in is read later: one archive that holds all the work is opened.
    return _names_in_archive(packed[0]) if not names and len(packed) == 1 else names


def _names_in_archive(file: Path | BytesIO) -> set[str]:
    """Lists the names in an archive, or in the one archive that is all it holds of work."""
    try:
        with ZipFile(file) as archive:
            listed = archive.infolist()[:ARCHIVE_NAMES_AT_MOST]
            named = {each: PurePosixPath(each.filename.replace("\\", "/")).name for each in listed}
            named = {each: name for each, name in named.items() if not name.startswith("._")}
            names = {name for name in named.values() if name.endswith(_JUDGED)}
            packed = [each for each, name in named.items() if name.lower().endswith(".zip")]
            small = len(packed) == 1 and packed[0].file_size <= INNER_BYTES_AT_MOST
            if names or not small or isinstance(file, BytesIO):
                return names
            inner = BytesIO(archive.read(packed[0]))
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error):
        return set()  # said in full when it is read
    return _names_in_archive(inner)


def _template_files(assignment: str) -> tuple[str, ...]:
    template = HOME / "student_template" / assignment
    return tuple(
        path.name
        for path in template.rglob("*")
        if path.name.endswith(_JUDGED) and path.name not in ("__init__.py", "setup.py")
    )


def expected_files(rubric: Rubric) -> tuple[str, ...]:
    """Files below the root that the rubric's subjects live in, such as `classifiers/fc_net.py`."""
    known = {*template_sources(rubric), *rubric.handin.notebooks}
    files = dict.fromkeys(_file_of(criterion.subject, known) for criterion in rubric.criteria)
    return tuple(file for file in files if file)


def _file_of(subject: str, known: Collection[str]) -> str:
    """Finds a subject's file: the longest prefix that is a module of the template or a notebook."""
    parts = subject.split(".")
    for length in range(len(parts), 0, -1):
        file = "/".join(parts[:length]) + ".py"
        if file in known:
            return file
    return ""


def template_sources(rubric: Rubric) -> Mapping[str, bytes]:
    """The student template's sources by path below the package root."""
    return _package(template_folder(rubric), rubric, TEMPLATE)


def template_folder(rubric: Rubric) -> Path:
    """The folder whose content students receive."""
    return _beside(rubric, TEMPLATE) or HOME / "student_template" / rubric.assignment


def reference_folder(rubric: Rubric) -> Path:
    """The folder of the reference hand-in."""
    return _beside(rubric, REFERENCE_HANDIN) or HOME / "reference" / "handins" / rubric.assignment


def _beside(rubric: Rubric, name: str) -> Path | None:
    folder = Path(rubric.path).parent / name
    return folder if rubric.path and folder.is_dir() else None


def provided_sources(rubric: Rubric) -> Mapping[str, bytes]:
    """What the course provides: the template's modules that the rubric names as provided."""
    sources = template_sources(rubric)
    return {name: sources[name] for name in rubric.handin.provided if name in sources}


def reference_sources(rubric: Rubric) -> Mapping[str, bytes]:
    """The reference hand-in's sources by path below the package root."""
    return _package(reference_folder(rubric), rubric, REFERENCE_HANDIN)


def reference_library(rubric: Rubric) -> Mapping[str, bytes]:
    """The package `reference` without its hand-ins, by path below it."""
    home = _beside(rubric, REFERENCE_LIBRARY) or HOME / "reference"
    return {
        path: source for path, source in _sources(home).items() if not path.startswith("handins/")
    }


def _package(folder: Path, rubric: Rubric, name: str) -> Mapping[str, bytes]:
    for root in rubric.handin.roots:
        if (folder / root).is_dir():
            return _sources(folder / root)
    lacks = (
        f"The assignment {rubric.assignment!r} has no {' or '.join(rubric.handin.roots)} in "
        f"{_shown(folder)}"
    )
    if folder.is_dir():
        raise UsageError(f"{lacks}. Check `assignment` and `handin.roots` in the rubric.")
    raise UsageError(
        f"{lacks}, and no {name} lies beside its rubric. Put the files into "
        f"{name}/{rubric.handin.roots[0]} there, or correct `assignment` in the rubric."
    )


def _shown(folder: Path) -> str:
    inside = folder.is_relative_to(HOME)
    return clean_text(str(folder.relative_to(HOME) if inside else folder), 300)


def _sources(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.py"))
    }
