"""The rubric that students get: the visible checks, and blanks in place of the others.

A blank keeps a check's visibility and weight, so that points and ranges stay what they are. Of a
criterion that is hidden as a whole only the points are left; one that is shown after the due date
keeps its name and title, which stand in the assignment's text.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from grader.checks import withheld
from grader.records import Visibility

_LINE_CHARS: Final = 80  # of what stands in one line
_VISIBLE: Final = Visibility.VISIBLE.value
_HEADER: Final = """\
# yaml-language-server: $schema=rubric.schema.json
# The checks that `grader check` runs. Those of kind `withheld` are asked when the work is graded.
"""


def public_rubric(path: Path) -> str:
    """Makes the text of the students' rubric from that of the course.

    Args:
        path: a rubric that loads without mistakes.

    Raises:
        OSError: it cannot be read.
    """
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    names = _new_names(data["criteria"])
    data["criteria"] = [_criterion(one, names) for one in data["criteria"]]
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.default_flow_style = False
    yaml.dump(_laid_out(data), stream)
    return _HEADER + stream.getvalue()


def _laid_out(data: Any) -> Any:
    """Copies plain data, without aliases, so that what is short stands in one line."""
    short = len(str(data)) <= _LINE_CHARS
    if isinstance(data, Mapping):
        mapping = CommentedMap((key, _laid_out(value)) for key, value in data.items())
        if short and "kind" not in mapping and all(map(_in_line, mapping.values())):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(data, list):
        sequence = CommentedSeq(map(_laid_out, data))
        # In a line, the only entry of a mapping would lose its braces.
        alone = any(isinstance(item, Mapping) and len(item) == 1 for item in data)
        if short and not alone and all(map(_in_line, sequence)):
            sequence.fa.set_flow_style()
        return sequence
    return data


def _in_line(value: Any) -> bool:
    return not isinstance(value, CommentedMap | CommentedSeq) or bool(value.fa.flow_style())


def _new_names(criteria: list[dict[str, Any]]) -> dict[str, str]:
    """Names each criterion that is hidden as a whole by its place among them."""
    hidden = [one["id"] for one in criteria if one.get("visibility") == Visibility.HIDDEN.value]
    return {name: f"hidden_{number}" for number, name in enumerate(hidden, 1)}


def _criterion(one: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    whole = one.get("visibility", _VISIBLE)
    checks = [
        check if check.get("visibility", whole) == _VISIBLE else _blank(check, number)
        for number, check in enumerate(one["checks"], 1)
    ]
    if one["id"] in names:
        kept: dict[str, Any] = {
            key: one[key] for key in ("points", "visibility", "bonus") if key in one
        }
        name = names[one["id"]]
        return {"id": name, "title": "Hidden", "subject": name, **kept, "checks": checks}
    shown = {**one, "checks": checks}
    if "needs" in one:
        shown["needs"] = [names.get(need, need) for need in one["needs"]]
    return shown


def _blank(check: Mapping[str, Any], number: int) -> dict[str, Any]:
    kept = {key: check[key] for key in ("visibility", "weight") if key in check}
    return {"kind": withheld.NAME, "name": f"withheld_{number}", **kept}
