"""Writes a few lines of Python that show a failure without the grader, in the hand-in's folder.

The inputs are drawn as the check draws them in a practice run, so that the numbers are the same to
the last digit. Only public draws are written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import numpy as np

from grader.checks.cases import Case, Cases
from grader.conventions.module_with_dicts import class_path
from grader.feedback.call_code import STYLES, Asked
from grader.feedback.diagnosis import first_case
from grader.feedback.draw_code import draw_lines
from grader.handin import HandIn
from grader.plan import PlannedCheck
from grader.records import CheckResult, Compared

KEY: Final = "reproducer"  # in a check's evidence
SHOWN: Final = 4  # elements that are printed
CHARS_AT_MOST: Final = 2_000
FOLDERS: Final = ("folder", "zip")


def reproducer(planned: PlannedCheck, result: CheckResult, handin: HandIn) -> str:
    """Writes the lines; nothing where the calling style has none, or they would be too many.

    Args:
        planned: the check, with public draws.
        result: of these draws.
        handin: whose it is.
    """
    common = getattr(planned.spec.params, "common", None)
    arrays, wrong = first_case(result)
    if not isinstance(common, Cases) or not wrong or handin.kind not in FOLDERS:
        return ""
    name = arrays[0].case
    index = next((at for at, each in enumerate(common.cases) if each.name == name), 0)
    style, case = STYLES.get(common.convention.name), common.cases[index]
    if style is None or not style.can(case) or _renamed(case, handin):
        return ""
    # A class is imported whole, whichever of its methods is asked.
    subject = class_path(planned.criterion.subject)
    forward = class_path(str(getattr(planned.spec.params, "forward", "")))
    asked = Asked(
        *(_last(subject), _last(forward), planned.spec.kind == "gradient"),
        *(case, f"{planned.seed}, {index}", arrays),
    )
    ours = case.options.get("callables", ())
    drawn = {key: spec for key, spec in case.inputs.items() if key not in ours}
    lines = [
        *_imports(handin, subject, forward, common.convention.library),
        "",
        *draw_lines(drawn, case.sizes, f"[{asked.seed}]"),
        *style.lines(asked),
        *_shown(wrong[0], style.place(asked, wrong[0].name)),
    ]
    text = "\n".join(lines)
    return text if len(text) <= CHARS_AT_MOST else ""


def _renamed(case: Case, handin: HandIn) -> bool:
    """Tells whether the hand-in may have an argument of a constructor under another name."""
    aliases = [alias for names in case.options.get("rename", {}).values() for alias in names]
    return any(alias.encode() in text for alias in aliases for text in handin.files.values())


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _imports(handin: HandIn, subject: str, forward: str, library: str) -> Iterator[str]:
    folder = handin.root.rpartition("/")[2]
    # A package called `code` cannot be imported: Python has a module of that name.
    package = "" if folder == "." or folder in sys.stdlib_module_names else f"{folder}."
    inside = "the folder of your files" if folder == "." else f"the folder {folder}"
    where = f"the folder that holds {folder}" if package else inside
    yield f"# Run this in {where}."
    yield "import numpy as np"
    if library:
        yield f"import {library}" + (" as tf" if library == "tensorflow" else "")
    for module in dict.fromkeys(path.rpartition(".")[0] for path in (forward, subject) if path):
        names = [_last(each) for each in (forward, subject) if each.rpartition(".")[0] == module]
        yield f"from {package}{module} import {', '.join(dict.fromkeys(names))}"


def _shown(one: Compared, expression: str) -> Iterator[str]:
    """Yields the lines that print what came out beside what was expected."""
    expected = np.asarray(one.expected)
    actual = np.asarray(one.actual)
    yield ""
    if actual.shape != expected.shape:
        yield f"print({expression}.shape)  # expected: {expected.shape}"
        return
    with np.errstate(all="ignore"):
        off = np.abs(actual.astype(float) - expected.astype(float)).ravel()
    worst = np.sort(np.argsort(-np.nan_to_num(off, nan=np.inf), kind="stable")[:SHOWN])
    numbers = ", ".join(f"{value:.8g}" for value in expected.ravel()[worst].tolist())
    yield f"print(np.ravel({expression})[{worst.tolist()}])"
    yield f"# expected: [{numbers}]"
