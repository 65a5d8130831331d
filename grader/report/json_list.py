"""Summaries as a JSON list of objects, one for each report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from grader.report.model import json_value
from grader.report.summary import Summary


def json_list(summaries: Sequence[Summary]) -> str:
    """Write a list: ASCII, a line feed at the end."""
    return json.dumps([json_value(asdict(one)) for one in summaries], indent=2) + "\n"
