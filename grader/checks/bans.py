"""What a hand-in's sources must not use: libraries, and names of others such as `LayerNorm`.

The sources were parsed and not run. A library is banned in all of the files. A name is banned in
what the subject uses: a test that compares it with the library's own layer is no use of that layer.
A ban is all that it says: a file that is empty keeps it, so a rubric gives points for it only
beside a check that runs the code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.question import Question
from grader.checks.verdict import Finding
from grader.plain_text import place_text
from grader.records import Outcome
from grader.worker.host import SourceFacts

SAID_AT_MOST = 5  # places in one message
NAMES: Final[Mapping[str, Any]] = {
    "description": "Names of others that the subject, and what it uses of the hand-in, must not "
    "use, such as LayerNorm or layer_norm, whatever they are taken from. Of a module, all of the "
    "hand-in counts.",
    "type": "array",
    "items": {"type": "string", "minLength": 1},
    "minItems": 1,
}


@dataclass(frozen=True, slots=True)
class Bans:
    """What is banned.

    Attributes:
        libraries: that must not be imported.
        names: of others that the subject must not use, whatever they are taken from.
        within: files that the bans hold for; all of the hand-in's when empty.
    """

    libraries: tuple[str, ...]
    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def parse(data: Mapping[str, Any]) -> Bans | None:
    """Reads the keys of a check; nothing where nothing is banned.

    Raises:
        ValueError: files are named and nothing is banned in them.
    """
    libraries, names = tuple(data.get("bans", ())), tuple(data.get("bans_names", ()))
    if libraries or names:
        return Bans(libraries, names, tuple(data.get("within", ())))
    if "within" in data:
        raise ValueError("within says where a ban holds, and there is none. Add bans, bans_names.")
    return None


def finding(question: Question, bans: Bans) -> Finding:
    """Names every place where the hand-in uses what is banned."""
    files = {name: fact for name, fact in question.facts.items() if fact.origin == "handin"}
    reached = _reached(question.subject, files)
    found = [
        f"{place_text(*fact.at(filename, line))}, {what}"
        for filename, fact in files.items()
        if not bans.within or filename in bans.within
        for line, what in sorted(set(_uses(filename, fact, bans, reached)))
    ]
    if not found:
        return Finding("", Outcome.PASSED, 1.0)
    more = f"; and {len(found) - SAID_AT_MOST} more" if found[SAID_AT_MOST:] else ""
    return Finding(
        case="",
        outcome=Outcome.FAILED,
        message=f"The assignment bans {', '.join((*bans.libraries, *bans.names))}: "
        f"{'; '.join(found[:SAID_AT_MOST])}{more}.",
        hint=_hint(question, bans),
    )


def _uses(
    filename: str, fact: SourceFacts, bans: Bans, reached: Collection[tuple[str, str]] | None
) -> Iterator[tuple[int, str]]:
    for name, line in fact.imports:
        if name in bans.libraries:
            yield line, f"imports {name}"
    for definition, name, line in fact.names:
        if name in bans.names and (reached is None or (filename, definition) in reached):
            yield line, f"uses {name}"


def _reached(subject: str, files: Mapping[str, SourceFacts]) -> set[tuple[str, str]] | None:
    """Follows what a definition names, and what that names; nothing where a module is meant.

    Names stand for all that they could refer to: those of the same file first, else of any other.
    """
    ahead = [
        (filename, subject.removeprefix(f"{fact.name}.").partition(".")[0])
        for filename, fact in files.items()
        if subject.startswith(f"{fact.name}.")
    ]
    if not any(name in files[filename].uses for filename, name in ahead):
        return None
    found: set[tuple[str, str]] = set()
    while ahead:
        filename, name = place = ahead.pop()
        if place in found:
            continue
        found.add(place)
        if name in files[filename].uses:
            ahead += [(filename, used) for used in files[filename].uses[name]]
        else:
            ahead += [(other, name) for other, fact in files.items() if name in fact.uses]
    return found


def _hint(question: Question, bans: Bans) -> str:
    if question.spec.hint:
        return question.spec.hint
    if bans.names:
        return "Write this part yourself, from basic operations, and remove these names."
    return "Write the layer with NumPy and remove the import."
