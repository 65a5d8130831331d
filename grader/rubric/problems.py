"""Says in sentences what departs from the rubric schema, each with its line and path.

jsonschema decides what is wrong; this module chooses the words, and among several accepted forms
the one that was probably meant. It knows JSON Schema, and no rubric key by name.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from grader.rubric.source import Source

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.protocols import Validator

Path = tuple[str | int, ...]

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}
_LONGEST = 60


class Problems:
    """Gathers mistakes, and gives them sorted by line."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, path: Iterable[str | int], sentences: str) -> None:
        """Adds what is wrong at a path; the same mistake counts once."""
        path = tuple(path)
        place = self._source.place(path)
        where = f"{dotted(path)}: " if path else ""
        text = f"{self._source.name}:{place.line + 1}  {where}{sentences}"
        self._found.setdefault(text, (place.line, place.column))

    def line(self, path: Iterable[str | int]) -> int:
        """Gives the line of the value at a path, counted from one."""
        return self._source.place(path).line + 1

    def in_order(self) -> tuple[str, ...]:
        """Gives all problems, the first line's first."""
        return tuple(sorted(self._found, key=lambda text: self._found[text]))


def dotted(path: Iterable[str | int]) -> str:
    """Writes a path.

    >>> dotted(("criteria", 0, "checks", 1, "kind"))
    'criteria[0].checks[1].kind'
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Gives a question with the closest known word, after a space; or nothing.

    >>> did_you_mean("gradiant", ["gradient", "output"])
    " Did you mean 'gradient'?"
    """
    close = difflib.get_close_matches(str(word)[:_LONGEST], list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def shown(value: object) -> str:
    """Names a value as a reader would: texts in quotes and not too long."""
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "an empty value" if value is None else str(value)


def make_validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Gives a validator for which NaN is no number and `$` only matches at the very end."""
    from jsonschema import Draft202012Validator, ValidationError, validators

    def is_number(checker: object, value: object) -> bool:
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        return plain and not math.isnan(value)  # type: ignore[arg-type]  # plain says so

    def pattern(
        validator: Validator, wanted: str, value: object, schema: object
    ) -> Iterator[ValidationError]:
        if isinstance(value, str) and not re.search(re.sub(r"\$\Z", r"\\Z", wanted), value):
            yield ValidationError("")

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", is_number)
    kind: type[Draft202012Validator] = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": pattern}, type_checker=checker
    )
    return kind(schema)


def schema_problems(
    validator: Validator, data: Any, forms: Mapping[str, str]
) -> Iterator[tuple[Path, str]]:
    """Yields a path below `data` and sentences for everything that the schema refuses.

    Args:
        validator: From `make_validator`.
        data: The value to check.
        forms: Patterns of the schema, each with words for what it accepts.
    """
    for error in validator.iter_errors(data):
        yield from _explained(error, forms)


def _explained(error: ValidationError, forms: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    path: Path = tuple(error.absolute_path)
    rule = str(error.validator)
    wanted: Any = error.validator_value
    value: Any = error.instance
    if "propertyNames" in error.relative_schema_path:
        path = (*path, str(value))
    if rule == "required":
        known = error.schema.get("properties", {})  # type: ignore[union-attr]  # not a boolean
        for name in wanted:
            if name not in value:
                yield path, _missing(name, known.get(name, {}))
    elif rule == "additionalProperties":
        known = error.schema.get("properties", {})  # type: ignore[union-attr]  # not a boolean
        patterns = error.schema.get("patternProperties", {})  # type: ignore[union-attr]  # as above
        for name in value:
            if name not in known and not any(re.search(form, name) for form in patterns):
                yield (*path, name), _unknown(name, known)
    elif rule in ("oneOf", "anyOf"):
        yield from _closest_form(error, path, forms)
    else:
        yield path, _sentence(rule, wanted, value, forms) or f"{error.message}."


def _missing(name: str, schema: Mapping[str, Any]) -> str:
    description = schema.get("description", "")
    return (
        f"{name!r} is missing. It says: {description}" if description else f"{name!r} is missing."
    )


def _unknown(name: str, known: Iterable[str]) -> str:
    names = ", ".join(sorted(known)) or "none"
    return f"{name!r} is not a key here.{did_you_mean(name, known)} Known keys: {names}."


def _sentence(rule: str, wanted: Any, value: Any, forms: Mapping[str, str]) -> str:
    """Gives words for one rule, or nothing for a rule that has none of its own."""
    if rule == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        expected = " or ".join(_TYPES[name] for name in names)
        kind = "the text " if isinstance(value, str) else ""
        return f"Expected {expected}, not {kind}{shown(value)}."
    if rule == "enum":
        options = [str(option) for option in wanted]
        guess = did_you_mean(value, options)
        return f"{shown(value)} is not allowed here.{guess} Allowed: {', '.join(options)}."
    if rule == "const":
        return f"{shown(value)} is not allowed here. Allowed: {wanted}."
    if rule == "pattern":
        form = forms.get(wanted, f"a text that matches {wanted}")
        return f"{shown(value)} does not have the expected form: {form}."
    if rule == "uniqueItems":
        twice = next(item for at, item in enumerate(value) if item in value[:at])
        return f"{shown(twice)} is listed more than once."
    return _bound(rule, wanted, value)


def _bound(rule: str, limit: Any, value: Any) -> str:
    if rule == "minimum":
        return f"{value} is too small. The smallest allowed is {limit}."
    if rule == "maximum":
        return f"{value} is too large. The largest allowed is {limit}."
    if rule == "exclusiveMinimum":
        return f"{value} is too small. It has to be greater than {limit}."
    if rule == "exclusiveMaximum":
        return f"{value} is too large. It has to be less than {limit}."
    if rule in ("minItems", "minProperties"):
        return f"Expected at least {_entries(limit)}, not {len(value)}."
    if rule in ("maxItems", "maxProperties"):
        return f"Expected at most {_entries(limit)}, not {len(value)}."
    if rule == "minLength":
        return "The text is empty." if not value else f"The text has fewer than {limit} characters."
    if rule == "maxLength":
        return f"The text has {len(value)} characters. The most allowed are {limit}."
    return ""


def _entries(count: int) -> str:
    return "one entry" if count == 1 else f"{count} entries"


def _closest_form(
    error: ValidationError, path: Path, forms: Mapping[str, str]
) -> Iterator[tuple[Path, str]]:
    """Reports against the one form whose type and required keys fit, else lists the forms."""
    by_form: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        by_form.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    meant = [
        errors
        for errors in by_form.values()
        if not any(
            not inner.relative_path and inner.validator in ("type", "required", "const", "enum")
            for inner in errors
        )
    ]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from _explained(inner, forms)
    else:
        wanted: Any = error.validator_value
        names = "; ".join(_form_name(form) for form in wanted)
        one = "one" if by_form else "exactly one"
        yield path, f"Expected {one} of these forms, not {shown(error.instance)}: {names}."


def _form_name(form: Mapping[str, Any]) -> str:
    """Names one accepted form by its title, its description, its values or its type."""
    for key in ("title", "description"):
        if key in form:
            return str(form[key]).rstrip(".")
    if "const" in form:
        return shown(form["const"])
    if "enum" in form:
        return ", ".join(map(str, form["enum"]))
    if "required" in form:
        return f"a mapping with {', '.join(form['required'])}"
    wanted = form.get("type", form.get("$ref", "another form").rpartition("/")[2])
    return _TYPES.get(wanted, wanted) if isinstance(wanted, str) else " or ".join(wanted)
