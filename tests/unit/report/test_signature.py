"""A signature covers the whole report, and is made with a key of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.handin.model import HandIn
from grader.plan import make_plan
from grader.records import CheckSpec, Criterion, HandInRules, Outcome, Rubric, Trust
from grader.report import Report, read_report, write_report
from grader.report.signature import KEY_LABEL, SignatureState, check_signature, sign
from grader.report.storage import read_report_json

Make = Callable[..., Any]

SECRET = b"the course's own"


@pytest.fixture
def made(make: Make, report: Make) -> Report:
    found: Report = report(
        make("a", "2.5", Outcome.PARTIAL, "No.", evidence={"worst": [0.1, "nan", None, True]}),
        make("b", "3", Outcome.NOT_RUN_HERE),
        make("c", "1", Outcome.FAILED, "Emoji 🙂 and \udc80", advice=("Mind.",), hint="Do."),
        notes=("Ignored 'build'.",),
        trust=Trust("B", True, ("landlock",), ("namespaces",), ("read_outside",), ("none",)),
        mode="grade",
    )
    return found


def test_a_signed_report_is_genuine_after_it_was_written_and_read(
    tmp_path: Path, made: Report
) -> None:
    signed = sign(made, SECRET)
    write_report(signed, tmp_path / "alice.json")
    assert check_signature(read_report_json(tmp_path / "alice.json"), SECRET) == "genuine"
    again = read_report(tmp_path / "alice.json")
    assert again == signed
    assert sign(again, SECRET) == signed


def test_a_genuine_report_may_be_formatted_anew(made: Report) -> None:
    data = json.loads(sign(made, SECRET).to_json())
    anew = json.loads(json.dumps(dict(reversed(data.items())), ensure_ascii=True))
    assert check_signature(anew, SECRET) is SignatureState.GENUINE


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))
    else:
        yield path


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 0.01
    return f"{value}." if isinstance(value, str) else "something"


def test_a_change_at_any_place_is_seen(made: Report) -> None:
    text = sign(made, SECRET).to_json()
    every = [path for path in places(json.loads(text)) if path != ("signature",)]
    assert {"assignment", "mode", "handin", "score", "criteria", "trust", "environment"} < {
        path[0] for path in every
    }
    for path in every:
        data = json.loads(text)
        holder = data
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = changed(holder[path[-1]])
        assert check_signature(data, SECRET) is SignatureState.NOT_GENUINE, path


def test_what_is_added_or_left_out_is_seen(made: Report) -> None:
    text = sign(made, SECRET).to_json()
    data = json.loads(text)
    del data["criteria"][2]
    assert check_signature(data, SECRET) is SignatureState.NOT_GENUINE
    data = json.loads(text)
    data["bonus"] = 10
    assert check_signature(data, SECRET) is SignatureState.NOT_GENUINE
    # A number of another kind is another text to whoever reads it.
    retyped = json.loads(text.replace('"points": 3,', '"points": 3.0,'))
    assert check_signature(retyped, SECRET) is SignatureState.NOT_GENUINE


def test_the_signature_of_one_report_does_not_fit_another(made: Report) -> None:
    signed = sign(made, SECRET)
    other = replace(made, handin=replace(made.handin, id="bob"), signature=signed.signature)
    assert check_signature(json.loads(other.to_json()), SECRET) is SignatureState.NOT_GENUINE


def test_another_secret_cannot_be_told_from_a_change(made: Report) -> None:
    data = json.loads(sign(made, SECRET).to_json())
    assert check_signature(data, b"another") is SignatureState.NOT_GENUINE
    data["signature"] = "hmac-sha256:" + 64 * "0"
    assert check_signature(data, SECRET) is SignatureState.NOT_GENUINE


def test_without_a_secret_nothing_is_signed_or_checked(made: Report) -> None:
    assert sign(made, b"").signature == ""
    assert sign(sign(made, SECRET), b"").signature == ""
    unsigned = json.loads(made.to_json())
    assert check_signature(unsigned, SECRET) is SignatureState.UNSIGNED
    assert check_signature(unsigned, b"") is SignatureState.UNSIGNED
    signed = json.loads(sign(made, SECRET).to_json())
    assert check_signature(signed, b"") is SignatureState.UNCHECKED


def test_the_signature_is_the_hmac_that_its_documentation_says(made: Report) -> None:
    data = json.loads(made.to_json())
    del data["signature"]
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    key = hmac.new(SECRET, KEY_LABEL, hashlib.sha256).digest()
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    assert sign(made, SECRET).signature == f"hmac-sha256:{expected}"


def test_no_draw_is_made_of_the_signing_keys_message() -> None:
    """The signing key is HMAC(secret, label): a seed of that message would show 8 bytes of it."""
    criterion = Criterion("a", "A", "m.a", 1, (CheckSpec(KEY_LABEL.decode(), "output", None),))  # type: ignore[arg-type]  # points play no part
    rubric = Rubric(1, "hw", "HW", HandInRules(("hw",)), (criterion,))
    handin = HandIn("x", "folder", "", ".", "hw", {}, (), ())
    (planned,) = make_plan(rubric, handin, "grade", SECRET).checks
    key = hmac.new(SECRET, KEY_LABEL, hashlib.sha256).digest()
    assert planned.seed != int.from_bytes(key[:8], "little")
