"""Runs a compiled module statement by statement, so that one bad line does not hide the rest.

What a statement raises becomes a note. Definitions and imports always get their turn, also when the
module's time is used up, because a hand-in is judged by what it defines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .clock import StatementClock
from .origin import ImportNote, NoteKind, describe_error, make_note
from .sources import CompiledModule
from .syntax import StatementKind


@dataclass
class ModuleRunner:
    """Runs modules under limits and keeps the notes.

    Attributes:
        statement_wall_s: of one top-level statement, without the modules that it imports.
        module_wall_s: of all statements of a module; defining and importing goes on after that.
    """

    clock: StatementClock
    statement_wall_s: float
    module_wall_s: float
    notes: list[ImportNote]

    def run(self, module: CompiledModule, namespace: dict[str, Any]) -> bool:
        """Runs a module's statements; says whether all definitions and imports worked."""
        whole, left_s, skipped = True, self.module_wall_s, 0
        for code, kind, line in zip(module.statements, module.kinds, module.lines, strict=True):
            wall_s = self.statement_wall_s
            if kind == "other":
                wall_s = min(wall_s, left_s)
                if left_s <= 0:
                    skipped += 1
                    if skipped == 1:
                        self._note_skipped(module, line)
                    continue
            error, was_cut, spent_s = self.clock.run(code, namespace, wall_s)
            left_s -= spent_s
            if was_cut:
                self._note_cut(module, line, wall_s)
            elif error is not None:
                self._note_error(module, line, kind, error)
            if (was_cut or error is not None) and kind != "other":
                whole = False
        return whole

    def _note_skipped(self, module: CompiledModule, line: int) -> None:
        self.notes.append(
            make_note(
                module.name,
                line,
                "statement_cut_short",
                f"The statements of {module.filename} took more than {self.module_wall_s:g} s. "
                "From here on only definitions and imports were run.",
            )
        )

    def _note_cut(self, module: CompiledModule, line: int, wall_s: float) -> None:
        self.notes.append(
            make_note(
                module.name,
                line,
                "statement_cut_short",
                f"The statement was cut short after {wall_s:.2g} s; the rest of "
                f'{module.filename} was run. Put training under `if __name__ == "__main__":`.',
            )
        )

    def _note_error(
        self, module: CompiledModule, line: int, kind: StatementKind, error: BaseException
    ) -> None:
        frame = error.__traceback__
        while frame is not None:
            if frame.tb_frame.f_code.co_filename == module.marked_filename:
                line = frame.tb_lineno
                break
            frame = frame.tb_next
        note_kind: NoteKind = "import_failed" if kind == "import" else "statement_failed"
        self.notes.append(make_note(module.name, line, note_kind, describe_error(error)))
