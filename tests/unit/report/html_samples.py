"""Reports for the page for people: one that has everything, and one made of a text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.records import EMPTY, Outcome, Trust
from grader.report import Report
from grader.report.html_page import html_page
from tests.unit.report.conftest import asked, report_of
from tests.unit.report.test_training import evidence, training

SOURCES = {
    "layers.py": "\n".join(
        (
            "import numpy as np",
            "",
            "def conv(x, w):",
            '    """Convolves.',
            "",
            '    Long text."""',
            "    out = np.zeros((3, 3))",
            "    for i in range(10):",
            "        out[i] = x[i]  # " + "long " * 60,
            "    return out",
            "",
            "def pool(x):",
            "    return x",
        )
    ),
}
ROWS = ["1.5 . 8", "x 3 .", "0.01 2 8.7"]


def map_of(name: str = "dx", **more: Any) -> dict[str, Any]:
    """Evidence of a map of 3 by 3."""
    return {"name": name, "shape": [3, 3], "layout": [3, 3], "rows": ROWS, **more}


def cases_with(*maps: dict[str, Any]) -> dict[str, Any]:
    """Evidence of a check whose first case has maps."""
    return {"cases": [{"case": "", "difference_maps": list(maps)}, {"case": "other"}]}


def full_report(**more: Any) -> Report:
    """A report in which something of everything stands."""
    right = [asked(f"right_{at}", "1") for at in range(14)]
    return report_of(
        *right,
        asked(
            "mlp", "4", kind="training", evidence={"cases": [evidence(training(0.1, 0.3, 0.47))]}
        ),
        asked(
            "conv",
            "6",
            Outcome.ERRORED,
            "layers.conv raised IndexError: out of bounds (layers.py, line 9). Use `np.pad`.",
            hint="Pad the input first.",
            evidence=cases_with(map_of()),
        ),
        asked(
            "pool",
            "8",
            Outcome.FAILED,
            "layers.pool gave a wrong value.",
            hint="Take the maximum.",
            advice=("layers.pool changed its input x in place; work on a copy.",),
            checks=("values", "shapes"),
        ),
        asked("late", "3", Outcome.SKIPPED, "layers.late builds on layers.conv."),
        asked(
            "proof",
            "8",
            Outcome.PARTIAL,
            "The proof is right up to the last step.",
            kind="manual",
            advice=("Look at the trace again.",),
            evidence={"by": "ta", "at": "2026-01-01"},
        ),
        asked("essay", "5", Outcome.NOT_RUN_HERE, "A person marks this: why?", kind="manual"),
        asked("gpu", "5", Outcome.NOT_RUN_HERE, "This machine has no GPU."),
        asked("fault", "2", Outcome.UNJUDGED, "The reference raised."),
        **{"notes": ("Line 3 of `hw1.py` was left out.",), "mode": "grade", **more},
    )


def page_with(text: str) -> str:
    """A page in which a text stands wherever a hand-in's words can."""
    report = report_of(
        asked(
            "conv",
            "6",
            Outcome.FAILED,
            f"{text} (layers.py, line 2)",
            hint=text,
            advice=(text,),
            evidence=cases_with(map_of(text)),
        ),
        asked("mlp", "4", Outcome.PARTIAL, text, kind="training", evidence=evidence(data=text)),
        asked(
            "proof",
            "8",
            Outcome.PARTIAL,
            text,
            kind="manual",
            advice=(text,),
            evidence={"by": text, "at": text},
        ),
        asked("gpu", "5", Outcome.NOT_RUN_HERE, text),
        handin_id=text,
        notes=(text,),
        environment={"python": text, "device": text},
        trust=Trust(text, False, (text,), (text,), (text,), (text,)),
    )
    # As in a file that somebody else wrote: what the grader cleans while it writes is not clean.
    first = replace(report.criteria[0], title=text, subject=text)
    report = replace(
        report,
        assignment=text,
        handin=replace(report.handin, id=text, kind=text, digest=text, notes=(text,)),
        criteria=(first, *report.criteria[1:]),
    )
    return html_page(report, {"layers.py": f"# {text}\n{text}\n'{text}'", text: text})


def with_evidence(report: Report, value: Any) -> Report:
    """A report of which every check has this evidence, whatever it is."""
    criteria = tuple(
        replace(one, checks=tuple(replace(check, evidence=value) for check in one.checks))
        for one in report.criteria
    )
    return replace(report, criteria=criteria)


def page(report: Report | None = None, sources: Any = SOURCES) -> str:
    """The page of a report, by default of the one that has everything."""
    return html_page(full_report() if report is None else report, sources or EMPTY)
