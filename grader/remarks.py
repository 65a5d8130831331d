"""What a worker's loader had to say of a hand-in, as notes for the report.

The worker is not trusted: what it sends is bounded, vetted and quoted here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.plain_text import clean_text, place_text, quote
from grader.worker.host import SourceFacts
from grader.worker.program import Program
from grader.worker.session import WorkerSession

OUTPUT_NOTED_FROM = 20_000  # characters; a few debugging prints are nobody's business
NOTES_AT_MOST = 40
NOTES_READ = 200  # of one group of checks
SKIPPED_AT_MOST = 200  # statements of one module
QUOTED_NOTES = ("statement_failed", "import_failed")  # whose words are the hand-in's
# What changes from worker to worker, because the later ones are spared what took too long.
NOTED_ONCE = ("statement_failed_too", "time_used_up", "training_not_run")


@dataclass(slots=True)
class Remarks:
    """Collects notes, each once.

    Attributes:
        facts: what the hand-in's sources hold, by file name.
        libraries: those that some of the checks' workers have.
        notes: in order.
    """

    facts: Mapping[str, SourceFacts]
    libraries: Collection[str]
    notes: dict[str, None]
    _heard: dict[str, None] = field(default_factory=dict)
    _noted: set[tuple[str, str]] = field(default_factory=set)

    def take(self, student: WorkerSession) -> None:
        """Asks a worker what its loader had to say."""
        program = Program()
        slot = program.notes()
        notes: Any = student.run(program).value(slot)
        if not isinstance(notes, dict):
            return
        if isinstance(notes.get("written"), int) and notes["written"] > OUTPUT_NOTED_FROM:
            self._note(
                f"The hand-in printed more than {OUTPUT_NOTED_FROM:,} characters in one group of "
                "checks; only the first were kept. Remove prints from layers."
            )
        entries = notes.get("imports")
        # A hand-in may have overwritten the list.
        for entry in entries[:NOTES_READ] if isinstance(entries, list) else ():
            match entry:
                case (str() as module, int() as line, str() as kind, str() as message):
                    if self._is_elsewhere(message):
                        continue
                    file = self.file(module)
                    if not self._is_own(file, message):
                        continue
                    if kind in NOTED_ONCE:
                        if (module, kind) in self._noted:
                            continue
                        self._noted.add((module, kind))
                    where = self.place(file, line)
                    if kind in QUOTED_NOTES:
                        message = f"{quote(message, 300)}."
                    after = " The rest of the file was run." if kind == "statement_failed" else ""
                    self._note(clean_text(f"{where}: {message}{after}", 400))
                    if kind == "statement_cut_short":
                        self._skip(student, module, line)

    def heard(self) -> tuple[str, ...]:
        """Returns what was said since the last call, also what others had said before."""
        heard, self._heard = tuple(self._heard), {}
        return heard

    def repeat(self, notes: Collection[str]) -> None:
        """Takes down what was heard in an earlier run."""
        for text in notes:
            self._note(text)
        self._heard = {}

    def _is_elsewhere(self, message: str) -> bool:
        """Tells whether a note is about a library that the checks which need it do have."""
        return "not available in grading" in message and any(
            message.startswith(f"{name} ") or f"{name}." in message for name in self.libraries
        )

    def file(self, module: str) -> str:
        """Names the file of a module."""
        names = (name for name, fact in self.facts.items() if fact.name == module)
        return next(names, module or "__init__.py")

    def place(self, file: str, line: int) -> str:
        """Says where a line is, by cell and line in a notebook; line 0 is the whole file."""
        fact = self.facts.get(file)
        return place_text(*fact.at(file, line)) if fact is not None else place_text(file, line)

    def _is_own(self, file: str, message: str) -> bool:
        """Tells whether a note is news: not of the course's modules, nor of a broken file's users.

        A file that cannot be parsed is said once; that others cannot import it follows.
        """
        fact = self.facts.get(file)
        if fact is not None and fact.origin != "handin":
            return False
        broken = any(each.error is not None for each in self.facts.values())
        return not (broken and "SyntaxError" in message)

    def _note(self, text: str) -> None:
        self._heard.setdefault(text)
        if len(self.notes) < NOTES_AT_MOST:
            self.notes.setdefault(text)

    def _skip(self, student: WorkerSession, module: str, line: int) -> None:
        """Spares the next workers a statement that was cut short in this one."""
        lines = student.skip.get(module, ())
        known = any(fact.name == module for fact in self.facts.values())
        if known and line not in lines and len(lines) < SKIPPED_AT_MOST:
            student.skip = {**student.skip, module: (*lines, line)}
