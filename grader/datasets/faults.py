"""Names what can be wrong with a data set, so that its absence can be told from its damage.

DataSetError        it cannot be added, opened or trusted; the sentence says what to do
└─ DataSetMissing   it is not there, which is no fault of anybody
"""

# ruff: noqa: N818 - the names say what happened, as in `grader.errors`

from __future__ import annotations

from grader.errors import UsageError


class DataSetError(UsageError):
    """Says why a data set cannot be used."""


class DataSetMissing(DataSetError):
    """Says that a data set has not been added here."""
