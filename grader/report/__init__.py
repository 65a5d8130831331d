"""Reports: the record, its JSON, its file and its rendering at a terminal."""

from grader.report.model import (
    Report,
    ReportedCheck,
    ReportedCriterion,
    ReportedHandIn,
    ReportedScore,
    build_report,
)
from grader.report.signature import SignatureState, check_signature, sign
from grader.report.storage import read_report, write_report

__all__ = [
    "Report",
    "ReportedCheck",
    "ReportedCriterion",
    "ReportedHandIn",
    "ReportedScore",
    "SignatureState",
    "build_report",
    "check_signature",
    "read_report",
    "sign",
    "write_report",
]
