"""Subjects whose names a text leaves free: whether a hand-in has one, and what passes for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grader.plain_text import quote_if_odd
from grader.records import Network
from grader.worker.host import SourceFacts
from grader.worker.program import Program
from grader.worker.session import Session

UNMADE: Final = "unmade"  # a class is there, and what it is made with is not


def lacks(facts: Mapping[str, SourceFacts], subject: str) -> bool:
    """Tells whether a file could be read, and neither it nor another defines this name.

    What another file defines may have been imported.
    """
    module, _, name = subject.rpartition(".")
    own = [fact for fact in facts.values() if fact.origin == "handin"]
    its = [fact for fact in own if fact.name == module]
    broken = any(fact.error is not None for fact in its)
    known = any(name in fact.definitions or name in fact.unparsed for fact in own)
    return bool(its) and not broken and not known


def found_in(session: Session, subject: str, network: Network) -> str | None:
    """Asks a worker what passes for a subject; `None` where nothing fits.

    Returns:
        What there is to say of it; empty where it goes by the subject's own name; `UNMADE` for a
        class of that name which is made with arguments that are not known here.

    Raises:
        WorkerError: see `Session.run`.
    """
    program = Program()
    name = program.export(program.attribute(program.resolve(subject), "__name__"))
    found = session.run(program).value(name)
    if not isinstance(found, str):
        return None
    if not found:
        return UNMADE
    if found == subject.rpartition(".")[2]:
        return ""
    return f"Judged {quote_if_odd(found, 100)}, which {conduct(network)}, as {subject}."


def conduct(network: Network) -> str:
    """Says what a network has to take and to give.

    >>> conduct(Network((3, 64, 64), (10,))), conduct(Network((10,), (1, 2)))
    ('takes images of 3 x 64 x 64 and gives 10 scores', 'takes 10 features and gives 1 or 2 scores')
    >>> conduct(Network((5, 7), (1,)))
    'takes arrays of 5 x 7 and gives 1 score'
    """
    sizes = " x ".join(map(str, network.inputs))
    some = "images" if len(network.inputs) == 3 else "arrays"
    taken = f"{some} of {sizes}" if len(network.inputs) > 1 else f"{sizes} features"
    scores = " or ".join(map(str, network.outputs))
    return f"takes {taken} and gives {scores} score{'' if network.outputs == (1,) else 's'}"


def left_unmade(place: str, name: str) -> str:
    """Says that a class is there, and the arguments that it is made with are not."""
    return (
        f"Not judged: {name} in {place} asks for arguments, and none could be seen that make a "
        "network, because what they are made of, such as the data, is not here. A person marks it. "
        f"To have it judged here, give each argument of its constructor a default, so that "
        f"{name}() makes your network."
    )


def left_to_a_person(place: str, name: str, network: Network | None) -> str:
    """Says that nothing goes by a name, or is found by what it does."""
    also = f", and no network there {conduct(network)}" if network else ""
    return (
        f"Not judged: nothing in {place} is called {name}{also}. "
        f"The name is free, so a person marks it. To have it judged here, call it {name}."
    )
