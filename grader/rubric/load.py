"""Turns a rubric file into a `Rubric`, or into all of its mistakes at once.

One straight line: file → data with places → schema, meaning, each kind's own parser → records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from grader.errors import RubricNotFound, RubricSchemaError
from grader.records import (
    CheckSpec,
    Criterion,
    HandInRules,
    Limits,
    Network,
    Rubric,
    Visibility,
)
from grader.rubric.keys import FORMS, SCHEMA_VERSION, SHARED
from grader.rubric.meaning import check_meaning, check_names
from grader.rubric.problems import (
    Problems,
    did_you_mean,
    make_validator,
    schema_problems,
    shown,
)
from grader.rubric.schema import check_definition, rubric_schema
from grader.rubric.source import Source, read_source

if TYPE_CHECKING:
    from grader.checks.kind import CheckKind

CheckAt = tuple[int, int]  # index of the criterion, index of the check in it


def find_rubric(assignment: str, rubrics_dir: Path) -> Path:
    """Gives the path of an assignment's rubric.

    Raises:
        RubricNotFound: No folder of this name holds a rubric; the message lists those that do.
    """
    known = sorted(path.parent.name for path in rubrics_dir.glob("*/rubric.yaml"))
    if assignment in known:
        return rubrics_dir / assignment / "rubric.yaml"
    if not known:
        raise RubricNotFound(f"There are no rubrics in {rubrics_dir}. Give a rubric's own path.")
    raise RubricNotFound(
        f"There is no rubric for the assignment {shown(assignment)} in {rubrics_dir}."
        f"{did_you_mean(assignment, known)} Known assignments: {', '.join(known)}."
    )


def load_rubric(path: Path, kinds: Mapping[str, CheckKind]) -> Rubric:
    """Loads one rubric file.

    Args:
        path: The file; messages show it as given.
        kinds: The kinds of check that the rubric may use, by name.

    Raises:
        RubricNotFound: The file cannot be read.
        RubricSyntaxError: It is not YAML that a rubric may use.
        RubricSchemaError: It departs from the schema; `problems` holds every mistake.
    """
    source = read_source(path)
    problems = Problems(source)
    _refuse_other_formats(source, problems)
    params = _checked(source, kinds, problems)
    if problems:
        raise RubricSchemaError(problems.in_order())
    return _rubric(source, path, params)


def _refuse_other_formats(source: Source, problems: Problems) -> None:
    """Stops where every further mistake would only follow from this one."""
    if not isinstance(source.data, dict):
        problems.add(
            (),
            f"A rubric is a mapping that starts with `schema_version: {SCHEMA_VERSION}`; "
            f"this file holds {shown(source.data)}.",
        )
        raise RubricSchemaError(problems.in_order())
    version = source.data.get("schema_version")
    if type(version) is int and version > SCHEMA_VERSION:
        problems.add(
            ("schema_version",),
            f"This rubric is written for schema_version {version}; this grader reads up to "
            f"{SCHEMA_VERSION}. Upgrade the grader.",
        )
        raise RubricSchemaError(problems.in_order())


def _checked(
    source: Source, kinds: Mapping[str, CheckKind], problems: Problems
) -> dict[CheckAt, Any]:
    """Adds all mistakes to the problems, and gives the parameter records of the sound checks."""
    schema = rubric_schema(tuple(kinds.values()))
    # Checks are held against their own kind below, which gives better sentences than `if`/`then`.
    schema["$defs"]["check"] = {"type": "object"}
    whole = make_validator(schema)
    for path, sentence in schema_problems(whole, source.data, FORMS):
        problems.add(path, sentence)
    check_meaning(source.data, problems)
    convention = _of(source.data, "defaults").get("convention")
    params: dict[CheckAt, Any] = {}
    for place, criterion, check in _checks(source.data):
        path = ("criteria", place[0], "checks", place[1])
        kind = _kind(check, path, kinds, problems)
        if kind is None:
            continue
        own = {key: value for key, value in check.items() if key not in SHARED}
        lent = "convention" in kind.properties and "convention" not in own
        if lent and convention is not None:
            own["convention"] = convention
        body = whole.evolve(schema=schema["$defs"][check_definition(kind.name)])
        found = list(schema_problems(body, {**check, **own}, FORMS))
        for inner, sentence in found:
            from_defaults = lent and inner[:1] == ("convention",)
            problems.add(("defaults", *inner) if from_defaults else (*path, *inner), sentence)
        without = "convention" in kind.required and "convention" not in own
        if without:
            problems.add(path, "'convention' is missing. Give it here or under `defaults`.")
        subject = criterion.get("subject")
        if not found and not without and isinstance(subject, str):
            try:
                params[place] = kind.parse({"subject": subject, **own})
            except ValueError as error:
                problems.add(path, str(error))
    return params


def _checks(data: Any) -> Iterator[tuple[CheckAt, dict[str, Any], dict[str, Any]]]:
    """Yields the checks that have the form of one, each with its criterion."""
    for at, criterion in enumerate(_list(data, "criteria")):
        for number, check in enumerate(_list(criterion, "checks")):
            if isinstance(check, dict):
                yield (at, number), criterion, check


def _of(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _list(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _kind(
    check: Mapping[str, Any],
    path: tuple[str | int, ...],
    kinds: Mapping[str, CheckKind],
    problems: Problems,
) -> CheckKind | None:
    known = ", ".join(sorted(kinds)) or "none"
    name = check.get("kind")
    if "kind" not in check:
        problems.add(path, f"'kind' is missing. Known kinds: {known}.")
    elif not isinstance(name, str) or name not in kinds:
        guess = did_you_mean(name, kinds)
        sentence = f"{shown(name)} is not a check kind.{guess} Known kinds: {known}."
        problems.add((*path, "kind"), sentence)
    else:
        return kinds[name]
    return None


def _rubric(source: Source, path: Path, params: Mapping[CheckAt, Any]) -> Rubric:
    """Builds the records from data without mistakes."""
    data = source.data
    families = {name: tuple(paths) for name, paths in data.get("families", {}).items()}
    return Rubric(
        schema_version=int(data["schema_version"]),
        assignment=data["assignment"],
        title=data["title"],
        handin=_handin_rules(data["handin"]),
        criteria=tuple(_criterion(source, at, params) for at in range(len(data["criteria"]))),
        families=MappingProxyType(families),
        maximum=_decimal(source, ("maximum",), data["maximum"]) if "maximum" in data else None,
        digest=source.digest,
        path=str(path),
    )


def _handin_rules(data: Mapping[str, Any]) -> HandInRules:
    rules = {key: tuple(value) for key, value in data.items() if key != "notebooks"}
    stand_for = {module: tuple(names) for module, names in data.get("notebooks", {}).items()}
    return HandInRules(**rules, notebooks=MappingProxyType(stand_for))


def _criterion(source: Source, at: int, params: Mapping[CheckAt, Any]) -> Criterion:
    data = source.data["criteria"][at]
    names = check_names(data["checks"])
    checks = [
        _check(source, (at, number), name, params[at, number]) for number, name in enumerate(names)
    ]
    return Criterion(
        id=data["id"],
        title=data["title"],
        subject=data["subject"],
        points=_decimal(source, ("criteria", at, "points"), data["points"]),
        checks=tuple(_with_hint(check, checks[:number]) for number, check in enumerate(checks)),
        visibility=Visibility(data.get("visibility", Visibility.VISIBLE)),
        needs=tuple(data.get("needs", ())),
        optional=bool(data.get("optional", False)),
        bonus=bool(data.get("bonus", False)),
        free_name=bool(data.get("free_name", False)),
        network=_network(data.get("free_name")),
    )


def _network(free_name: Any) -> Network | None:
    if not isinstance(free_name, dict):
        return None
    return Network(tuple(free_name["inputs"]), tuple(free_name["outputs"]))


def _with_hint(check: CheckSpec, before: Sequence[CheckSpec]) -> CheckSpec:
    """Gives a check without a hint that of an earlier one of the same kind: it asks for more."""
    hints = (other.hint for other in before if other.kind == check.kind and other.hint)
    return check if check.hint else replace(check, hint=next(hints, ""))


def _check(source: Source, place: CheckAt, name: str, params: Any) -> CheckSpec:
    criterion = source.data["criteria"][place[0]]
    data = criterion["checks"][place[1]]
    limits = {**_of(_of(source.data, "defaults"), "limits"), **data.get("limits", {})}
    weight = ("criteria", place[0], "checks", place[1], "weight")
    return CheckSpec(
        id=f"{criterion['id']}/{name}",
        kind=data["kind"],
        params=params,
        weight=_decimal(source, weight, data.get("weight", 1)),
        visibility=Visibility(
            data.get("visibility", criterion.get("visibility", Visibility.VISIBLE))
        ),
        limits=_limits(limits),
        hint=data.get("hint", ""),
    )


def _limits(data: Mapping[str, Any]) -> Limits:
    defaults = Limits()
    return Limits(
        wall_s=float(data.get("wall_s", defaults.wall_s)),
        memory_mib=int(data.get("memory_mib", defaults.memory_mib)),
    )


def _decimal(source: Source, path: tuple[str | int, ...], value: float) -> Decimal:
    """Reads a number as it is written: 0.1 is a tenth, not its nearest binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(source.place(path).text)
