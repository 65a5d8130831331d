"""Constructs what a course has as classes: arguments by position or by name, and their aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.convention import Call, Subject
from grader.worker.inside.wire import Slot
from grader.worker.program import Program
from grader.worker.session import Session

CONSTRUCT: Final[Mapping[str, Any]] = {
    "description": "Arguments of the constructor, by name or as a list in order; a text that names "
    "a size stands for that number, and {numpy: float64} for NumPy's type.",
    "type": ["object", "array"],
}
RENAME: Final[Mapping[str, Any]] = {
    "description": "Other names under which a constructor may take an argument, by the name "
    "that construct gives; the first that it has is used.",
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
}

ASK: Final[Mapping[str, Any]] = {
    "description": "What is asked: out (what forward gives), params (as constructed), shapes (how "
    "many parameters of each role and shape), stacked (whether a Sequential holds them all), "
    "scores, or loss.",
    "enum": ["out", "params", "shapes", "stacked", "scores", "loss"],
}
WARM: Final[Mapping[str, Any]] = {
    "description": "How often a network or module is called before the call that counts. loss(X, "
    "y) gets the same batch, so that running averages are not those of a fresh network; forward "
    "gets another batch of the same shape, so that what it keeps is not that of its first one; "
    "and where backward is asked, it goes through that batch too, with a gradient of 0.",
    "type": "integer",
    "minimum": 0,
}


def renames(session: Session, subject: Subject, calls: Sequence[Call]) -> Mapping[str, str]:
    """Finds the names under which this constructor takes arguments that have had several."""
    others = {k: v for call in calls for k, v in call.options.get("rename", {}).items()}
    if not others:
        return {}
    program = Program()
    slot = program.arguments(program.resolve(subject.path))
    known = session.run(program).value(slot)
    if not isinstance(known, list):
        return {}
    known = [each for each in known if isinstance(each, str)]
    return {
        name: next((other for other in (name, *aliases) if other in known), name)
        for name, aliases in others.items()
    }


def construct(program: Program, constructor: Slot, call: Call, names: Mapping[str, str]) -> Slot:
    """Adds the call of a constructor to a program; returns the slot of the object.

    Args:
        program: is added to.
        constructor: slot of the class.
        call: its options say the arguments.
        names: as `renames` has found them.
    """
    given = call.options.get("construct", {})
    if isinstance(given, Mapping):
        keywords = {names.get(key, key): _argument(program, one) for key, one in given.items()}
        return program.call(constructor, (), keywords)
    return program.call(constructor, [_argument(program, value) for value in given])


def _argument(program: Program, value: Any) -> Any:
    is_type = isinstance(value, Mapping) and set(value) == {"numpy"}
    return program.numpy_type(value["numpy"]) if is_type else value
