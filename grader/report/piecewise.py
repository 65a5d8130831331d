"""Writes a report that grows, criterion by criterion.

A report is written after each check. All of it, written out again for one criterion that is new,
would take longer than many a check. So each criterion's text is kept in the form that is signed,
and the file is made of these texts, one on each line.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from grader.report.model import Report, ReportedCriterion, json_value
from grader.report.signature import canonical_json, signature_of

# Where the criteria stand in the text of a report without any. No text in it can hold the same,
# since the quotation marks of a text are escaped.
NO_CRITERIA = '"criteria":[]'


@dataclass(slots=True)
class PiecewiseWriter:
    """Writes the reports of one run, one after the other.

    Attributes:
        secret: the course's; a report is not signed when it is empty.
    """

    secret: bytes
    _written: dict[str, tuple[ReportedCriterion, str]] = field(default_factory=dict)

    def text(self, report: Report) -> str:
        """Write a report as JSON, signed.

        A criterion that is the same object as in the report before costs nothing.

        Raises:
            ValueError: a number outside the evidence is not finite.
        """
        shell = json_value(replace(report, criteria=()))
        del shell["signature"]
        before, _, after = canonical_json(shell).partition(NO_CRITERIA)
        pieces = [self._piece(criterion) for criterion in report.criteria]
        signature = ""
        if self.secret:
            covered = f'{before}"criteria":[{",".join(pieces)}]{after}'
            signature = signature_of(covered, self.secret)
        lines = ",\n".join(pieces)
        return f'{before}"criteria":[\n{lines}\n]{after[:-1]},"signature":"{signature}"}}\n'

    def _piece(self, criterion: ReportedCriterion) -> str:
        known, text = self._written.get(criterion.id, (None, ""))
        if known is not criterion:
            text = canonical_json(json_value(criterion))
            self._written[criterion.id] = (criterion, text)
        return text
