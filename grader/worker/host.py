"""The grader's end of one host: one hand-in's sources, compiled and not run."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.worker.connection import Connection
from grader.worker.footprint import ModuleFootprint, footprint_of
from grader.worker.forked import Worker
from grader.worker.inside.cells import Places


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source file holds, found by parsing and not by running it.

    Attributes:
        origin: `handin` or `provided`.
        error: message, line and text of the line, where the file cannot be parsed.
        imports: imported top-level modules, with lines.
        definitions: top-level functions, classes and methods, with lines.
        loops: qualified names and lines of loops and comprehensions, if the host was asked.
        names: uses of the names that the host was asked to look for: the definition that it stands
            in, empty for none; the name; and the first line.
        uses: what each definition names, where the host was asked for names.
        unparsed: functions and classes of a notebook in parts that cannot be parsed.
        cells: first line, less one, and name of each cell, where the module is a notebook.
    """

    name: str
    origin: str
    error: tuple[str, int, str] | None
    imports: tuple[tuple[str, int], ...]
    definitions: Mapping[str, int]
    loops: tuple[tuple[str, int], ...] = ()
    names: tuple[tuple[str, str, int], ...] = ()
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unparsed: tuple[str, ...] = ()
    cells: tuple[tuple[int, str], ...] = ()

    def at(self, filename: str, line: int) -> tuple[str, int]:
        """Returns the file, or the cell of a notebook, and the line in it; see `Places.at`."""
        return Places(filename, self.cells).at(line)


class Host:
    """The grader's end of a host."""

    def __init__(self, channel: socket.socket) -> None:
        self._control = Connection(channel)

    def load(
        self,
        name: str,
        handin: Mapping[str, bytes],
        provided: Mapping[str, bytes],
        refused: Mapping[str, str] | None = None,
    ) -> Callable[[], Mapping[str, SourceFacts]]:
        """Compiles a package under a name; the returned function waits for facts by file name.

        The function is called once; it raises `HostLost` where a source ended the parser.

        Args:
            name: by which workers refer to it.
            handin: sources by path below the root.
            provided: sources that stand in where the hand-in has none that runs.
            refused: files of the hand-in that are not to be parsed, and why.
        """
        sources = {"handin": dict(handin), "provided": dict(provided)}
        wait = self._control.begin(
            {"do": "load", "name": name, **sources, "refused": dict(refused or {})}
        )
        return lambda: {filename: _facts(fact) for filename, fact in wait().body.items()}

    def survey(
        self, name: str, facts: Mapping[str, SourceFacts], names: Collection[str]
    ) -> Mapping[str, SourceFacts]:
        """Adds to the facts of a loaded package where loops are and where some names occur.

        Args:
            name: of the package.
            facts: as `load` gave them.
            names: to look for.

        Raises:
            HostLost: a source ended the parser.
        """
        found = self._control.ask({"do": "survey", "name": name, "names": sorted(names)})
        return {
            filename: replace(
                fact,
                loops=tuple(found[filename]["loops"]),
                names=tuple(found[filename]["names"]),
                uses={name: frozenset(used) for name, used in found[filename]["uses"].items()},
            )
            if filename in found
            else fact
            for filename, fact in facts.items()
        }

    def footprints(self, name: str, *origins: str) -> tuple[ModuleFootprint, ...]:
        """Says what each definition of a loaded package is like, and what it names.

        Args:
            name: of the package.
            origins: whose modules are told, `handin` or `provided`.

        Raises:
            HostLost: a source ended the parser.
        """
        told = self._control.ask({"do": "footprints", "name": name, "origins": list(origins)})
        return tuple(footprint_of(module) for origin in origins for module in told[origin])

    def fork(self, settings: Mapping[str, Any], files: tuple[int, ...] = ()) -> Worker:
        """Forks a worker with the given `inside.worker.Settings` and some open files."""
        ours, theirs = socket.socketpair()
        try:
            wait = self._control.begin({"do": "fork", **settings}, (theirs.fileno(), *files))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return Worker(ours, wait, self._control)

    def close(self) -> None:
        """Ends the host and its workers."""
        self._control.close()


def _facts(fact: Mapping[str, Any]) -> SourceFacts:
    return SourceFacts(
        name=fact["name"],
        origin=fact["origin"],
        error=fact["error"],
        imports=tuple(fact["imports"]),
        definitions=fact["definitions"],
        unparsed=tuple(fact["unparsed"]),
        cells=tuple(
            (line, name[:300])
            for line, name in fact["cells"]
            if isinstance(line, int) and isinstance(name, str)
        ),
    )
