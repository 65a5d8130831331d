"""Runs a compiled module statement by statement, so that one bad line does not hide the rest.

What a statement raises becomes a note. Definitions and imports always get their turn, also when the
module's time is used up, because a hand-in is judged by what it defines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .clock import StatementClock
from .doubts import Doubts
from .origin import ImportNote, NoteKind, describe_error, make_note
from .sources import CompiledModule
from .syntax import StatementKind

FAILED_AT_MOST: Final = 8  # statements of a notebook whose failures are told one by one
QUICK_S: Final = 0.25  # that every statement of a notebook gets
# Kept for statements that name something, when a notebook's time is used up: loops that only show
# something take it all, and below them stand a function made by `partial` and a network's object.
NAMING_S: Final = 2.0
LEAST_S: Final = 0.05  # that one of them gets; the first gets half of what is kept, and so on
MUST_WORK: Final = ("definition", "import")
TOLD_AT_MOST: Final = 4  # places in one note


@dataclass
class ModuleRunner:
    """Runs modules under limits and keeps the notes.

    Attributes:
        statement_wall_s: of one top-level statement, without the modules that it imports.
        module_wall_s: of all statements of a module; defining and importing goes on after that.
        doubts: is told which statements were run without what they need.
    """

    clock: StatementClock
    statement_wall_s: float
    module_wall_s: float
    notes: list[ImportNote]
    doubts: Doubts = field(default_factory=Doubts)

    def run(
        self,
        module: CompiledModule,
        namespace: dict[str, Any],
        watch: Callable[[dict[str, Any]], None] | None = None,
    ) -> bool:
        """Runs a module's statements; says whether all definitions and imports worked.

        After each of them, `watch` is shown the namespace.
        """
        whole, left_s, skipped, failed, cuts = True, self.module_wall_s, 0, 0, 0
        naming_s = NAMING_S
        self._note_what_is_not_run(module)
        every = zip(module.statements, module.kinds, module.lines, strict=True)
        for index, (code, kind, line) in enumerate(every):
            if kind in ("training", "cut"):
                self.doubts.passed_over(module, index, kind)
                continue
            wall_s = self.statement_wall_s
            if module.interactive:  # one that was cut is seldom the only one
                wall_s = max(wall_s / (1 + module.cut_before + cuts), QUICK_S)
            late = left_s <= 0 and kind in ("naming", "other")
            if late and not skipped:
                self._note_skipped(module, line)
            skipped += late
            if late and (kind == "other" or naming_s <= 0):
                self.doubts.passed_over(module, index, "cut")
                continue
            if late:
                wall_s = max(naming_s / 2, LEAST_S)
            elif kind in ("naming", "other"):
                wall_s = min(wall_s, max(left_s, QUICK_S) if kind == "naming" else left_s)
            error, was_cut, spent_s = self.clock.run(code, namespace, wall_s)
            left_s -= spent_s
            if late:
                naming_s -= spent_s
            if watch is not None:
                watch(namespace)
            self.doubts.ran(module, index, error)
            if was_cut:
                cuts += 1
                self.doubts.passed_over(module, index, "cut")
                self._note_cut(module, line, wall_s)
            elif error is not None:
                failed += kind not in MUST_WORK
                if kind in MUST_WORK or failed <= FAILED_AT_MOST or not module.interactive:
                    self._note_error(module, line, kind, error)
            if (was_cut or error is not None) and kind in MUST_WORK:
                whole = False
        more = failed - FAILED_AT_MOST
        if module.interactive and more > 0:
            message = (
                f"{more} more statement{'s' if more > 1 else ''} failed, as they do where data are "
                "missing or an earlier one has failed."
            )
            self.notes.append(make_note(module.name, 0, "statement_failed_too", message))
        return whole

    def _note_what_is_not_run(self, module: CompiledModule) -> None:
        """Says what of a notebook is no Python, is a command, or trains."""
        for part in module.left_out:
            cell = module.places.cells
            file, first = module.places.at(part.first)
            last = module.places.at(part.last)[1]
            which = "This cell was" if cell else f"Lines {first} to {last} of {file} were"
            message = f"{part.fault.message.removesuffix('.')}. {which} left out."
            self.notes.append(make_note(module.name, part.fault.line, "part_left_out", message))
        if module.commands:
            line = module.commands[0][0]
            told = _places(module, [(at, f"`{name}` in ") for at, name in module.commands])
            message = f"Commands of notebooks were passed over, for they are no Python: {told}."
            self.notes.append(make_note(module.name, line, "commands_passed_over", message))
        begins = [
            line
            for kind, line in zip(module.kinds, module.lines, strict=True)
            if kind == "training"
        ]
        if begins:
            told = _places(module, [(line, "") for line in begins])
            message = (
                f"Statements that train were not run, and need not be: {told}. "
                "All definitions were made."
            )
            self.notes.append(make_note(module.name, begins[0], "training_not_run", message))

    def _note_skipped(self, module: CompiledModule, line: int) -> None:
        run = "definitions and imports"
        if module.interactive:
            run = "definitions, imports and quick assignments"
        self.notes.append(
            make_note(
                module.name,
                line,
                "time_used_up",
                f"The statements of {module.places.title} took more than {self.module_wall_s:g} s. "
                f"From here on only {run} were run.",
            )
        )

    def _note_cut(self, module: CompiledModule, line: int, wall_s: float) -> None:
        advice = "" if module.interactive else ' Put training under `if __name__ == "__main__":`.'
        self.notes.append(
            make_note(
                module.name,
                line,
                "statement_cut_short",
                f"The statement was cut short after {wall_s:.2g} s; the rest of "
                f"{module.places.title} was run.{advice}",
            )
        )

    def _note_error(
        self, module: CompiledModule, line: int, kind: StatementKind, error: BaseException
    ) -> None:
        frame = error.__traceback__
        while frame is not None:
            at = module.line_of(frame.tb_frame.f_code.co_filename, frame.tb_lineno)
            if at is not None:
                line = at
                break
            frame = frame.tb_next
        note_kind: NoteKind = "import_failed" if kind == "import" else "statement_failed"
        self.notes.append(make_note(module.name, line, note_kind, describe_error(error)))


def _places(module: CompiledModule, each: Sequence[tuple[int, str]]) -> str:
    """Lists the first few lines with what is there, and counts the rest."""
    shown = "; ".join(f"{what}{module.places.short(line)}" for line, what in each[:TOLD_AT_MOST])
    rest = len(each) - TOLD_AT_MOST
    return f"{shown}; and {rest} more" if rest > 0 else shown
