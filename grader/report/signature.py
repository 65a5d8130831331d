"""Signs reports, and tells whether a report is still what was signed.

The signature is an HMAC-SHA256 over everything else that the report's JSON holds: the digests of
rubric and hand-in, every score, the tier. It says that whoever knows the course's secret wrote the
report; it does not say that no later report of the same hand-in exists.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from grader.report.model import Report, json_value

ALGORITHM = "hmac-sha256"

# Signatures have a key of their own. The draws are made with the secret itself, of messages that
# begin with a hand-in's digest, so that neither gives anything away about the other.
KEY_LABEL = b"grader: key for the signatures of reports"


class SignatureState(StrEnum):
    """What is known about a report's signature."""

    GENUINE = "genuine"
    NOT_GENUINE = "not_genuine"
    UNSIGNED = "unsigned"
    UNCHECKED = "unchecked"  # signed, but no secret was given to check it with


def sign(report: Report, secret: bytes) -> Report:
    """Give a report its signature; without a secret, an empty one."""
    if not secret:
        return replace(report, signature="")
    return replace(report, signature=signature_of(_signed_text(json_value(report)), secret))


def check_signature(data: Mapping[str, Any], secret: bytes) -> SignatureState:
    """Tell whether a report is what was signed.

    Args:
        data: the report's JSON as it was read, not as a record made of it.
        secret: the course's; empty when there is none to check with.
    """
    if not data["signature"]:
        return SignatureState.UNSIGNED
    if not secret:
        return SignatureState.UNCHECKED
    right = signature_of(_signed_text(data), secret)
    fits = hmac.compare_digest(data["signature"].encode(), right.encode())
    return SignatureState.GENUINE if fits else SignatureState.NOT_GENUINE


def _signed_text(data: Mapping[str, Any]) -> str:
    """Write what a signature covers: a report's JSON less the signature itself."""
    return canonical_json({key: value for key, value in data.items() if key != "signature"})


def canonical_json(value: Any) -> str:
    """Write JSON in the one form that is signed: keys sorted, no blanks, ASCII.

    >>> canonical_json({"b": [1, 0.5], "a": "x y"})
    '{"a":"x y","b":[1,0.5]}'

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def signature_of(text: str, secret: bytes) -> str:
    """Compute the signature of a text of `canonical_json`."""
    key = hmac.digest(secret, KEY_LABEL, hashlib.sha256)
    return f"{ALGORITHM}:{hmac.new(key, text.encode('ascii'), hashlib.sha256).hexdigest()}"
