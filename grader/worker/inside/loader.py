"""Makes a compiled hand-in importable, under every name that a course's package has had.

Modules run at their first import, from code objects in memory. `resolve` looks names up and says,
where one is missing, what is there instead and what went wrong while the module was imported.
"""

from __future__ import annotations

import importlib
import linecache
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .aliases import alias_spec
from .clock import StatementClock
from .doubts import Doubt, Doubts, asked_meanwhile
from .execution import ModuleRunner
from .free_names import Finder, FreeNames
from .hollow import values_taken
from .lookup import NotFound, find
from .names import PackageNames
from .notebook_names import NOTEBOOK_NAMES
from .one_number import make_functions
from .origin import ImportNote, importing_frame, make_note
from .sources import CompiledModule, CompiledPackage, SyntaxFault, compile_package

__all__ = [
    "CompiledModule",
    "CompiledPackage",
    "ImportNote",
    "NotFound",
    "PackageLoader",
    "SyntaxFault",
    "compile_package",
]


class PackageLoader:
    """A finder for one package; it goes to the front of `sys.meta_path` when it is made.

    Args:
        package: what to load.
        root_names: names of the package; the first becomes the modules' `__name__`.
        statement_wall_s: limit for one top-level statement.
        module_wall_s: limit for all top-level statements of a module.
        overrides: objects to lend, by dotted name below the root; see `replace`.
        notes: where notes go; share the list with the stand-ins to keep all in one order.
        asked: dotted paths of what the assignment asks for.
    """

    goes_first = True  # before the stand-ins, whichever is installed first

    def __init__(
        self,
        package: CompiledPackage,
        root_names: Sequence[str],
        *,
        statement_wall_s: float,
        module_wall_s: float,
        overrides: Mapping[str, Callable[..., Any]] | None = None,
        notes: list[ImportNote] | None = None,
        asked: Collection[str] = (),
    ) -> None:
        self.package = package
        self.asked = asked
        self.notes: list[ImportNote] = [] if notes is None else notes
        self._loans: dict[str, dict[str, object]] = {}
        self._free = FreeNames()
        self._of_one_number = make_functions(self.notes)
        self._running: dict[str, CompiledModule | None] = {}  # by name: the source in use
        self._names = PackageNames(root_names, package.modules)
        self._doubts = Doubts()
        self._runner = ModuleRunner(
            StatementClock(), statement_wall_s, module_wall_s, self.notes, self._doubts
        )
        for dotted, value in (overrides or {}).items():
            module, _, name = dotted.rpartition(".")
            self.replace(module, {name: value})
        sys.meta_path.insert(0, self)

    @property
    def module_names(self) -> frozenset[str]:
        """Dotted names of all importable modules below the root, folders included."""
        return frozenset(self._names.known)

    def remove(self) -> None:
        """Takes the finder off `sys.meta_path` and forgets the package's modules."""
        sys.meta_path.remove(self)
        for name, module in list(sys.modules.items()):
            loader = getattr(module, "__loader__", None)
            if isinstance(loader, _ModuleLoader) and loader.owner is self:
                del sys.modules[name]

    def resolve(self, dotted: str) -> Any:
        """Returns the object at a dotted path below the root, importing what it needs.

        Raises:
            NotFound: says which part is missing, what looks like it, and what went wrong before.
        """
        if self._free.wants(dotted):
            self._bind(dotted)
            values_taken.clear()  # by what was tried and is not judged
        return find(self, dotted)

    def doubt(self, dotted: str) -> Doubt | None:
        """Says why what became of a subject may be other than where the hand-in was written."""
        parts, meanwhile = dotted.split("."), asked_meanwhile()
        for depth in range(len(parts) - 1, -1, -1):
            module = self._running.get(".".join(parts[:depth]))
            if module is not None and module.origin == "handin":
                names = [parts[depth], self._free.bound_to(dotted)]
                found = (self._doubts.about(module, name) for name in names if name)
                return next((each for each in found if each is not None), meanwhile)
        return meanwhile

    def import_module(self, dotted: str) -> ModuleType:
        """Imports a module by its dotted name below the root."""
        return importlib.import_module(self._names.canonical(dotted))

    def seek(self, dotted: str, finder: Finder) -> None:
        """Has a subject be looked for whose name is free, where nothing goes by it.

        Call this before anything is imported.
        """
        self._free.add(dotted, finder)

    def replace(self, dotted_module: str, names: Mapping[str, object]) -> None:
        """Lends objects to a module: set right after it has run, over what it defines itself.

        Modules that import them later see the loans, so call this before anything is imported. A
        module that is missing or cannot be parsed exists with the loans alone.
        """
        self._loans.setdefault(dotted_module, {}).update(names)
        self._names.add(dotted_module)
        module = sys.modules.get(self._names.canonical(dotted_module))
        if module is not None and dotted_module in self._running:
            self._lend(dotted_module, module)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answers the import system.

        Raises:
            ModuleNotFoundError: the name lies below the package, which has no such module.
        """
        names = self._names
        dotted = names.with_root(fullname)
        if dotted is None and not self._is_foreign_import():
            dotted = names.without_root(fullname)
            names.flat.update([] if dotted is None else [fullname])
        if dotted is None:
            return None
        if dotted not in names.known:
            raise ModuleNotFoundError(f"No module named {fullname!r} in the hand-in", name=fullname)
        if fullname != names.canonical(dotted):
            return alias_spec(fullname, names.canonical(dotted))
        compiled = self.package.modules.get(dotted)
        spec = ModuleSpec(
            fullname,
            _ModuleLoader(self, dotted),
            origin=compiled.marked_filename if compiled else None,
            is_package=names.is_folder(dotted) or (compiled is not None and compiled.is_package),
        )
        spec.has_location = compiled is not None
        return spec

    def execute(self, dotted: str, module: ModuleType) -> None:
        """Runs a module's source in its namespace; called by the import system.

        Raises:
            SyntaxError: the file cannot be parsed, and nothing stands in for it.
        """
        compiled = self._running[dotted] = self.package.modules.get(dotted)
        with self._runner.clock.module(), self._hiding_foreign_names():
            if compiled is not None and not self._execute_source(compiled, module):
                self._execute_provided(compiled, module)
        self._lend(dotted, module)

    @contextmanager
    def _hiding_foreign_names(self) -> Iterator[None]:
        """Hides what other packages have put into `sys.modules` under names without a root."""
        hidden = {
            name: sys.modules.pop(name)
            for finder in sys.meta_path
            if isinstance(finder, PackageLoader) and finder is not self
            for name in finder._names.flat & sys.modules.keys()
        }
        try:
            yield
        finally:
            sys.modules.update(hidden)

    def source_in_use(self, dotted: str) -> CompiledModule | None:
        """Returns the source that a module has run, which may be the course's own."""
        return self._running.get(dotted)

    def _execute_source(self, compiled: CompiledModule, module: ModuleType) -> bool:
        if compiled.error is not None:
            fault = compiled.error
            message = f"{compiled.places.title} cannot be parsed: {fault.message}"
            self.notes.append(make_note(compiled.name, fault.line, "module_unparsable", message))
            return False
        linecache.lazycache(compiled.marked_filename, module.__dict__)
        if compiled.origin == "handin":
            for name, text in compiled.texts():
                lines = [f"{line}\n" for line in text.split("\n")]
                linecache.cache[name] = (len(text), None, lines, name)
            module.__dict__.update(self._of_one_number)
        if compiled.interactive:
            module.__dict__.update(NOTEBOOK_NAMES)
        return self._runner.run(compiled, module.__dict__, self._free.watcher(compiled.name))

    def _bind(self, dotted: str) -> None:
        name = dotted.rpartition(".")[0]
        try:
            module = self.import_module(name)
        except Exception:  # `find` comes to it again, and says so
            return
        compiled = self._running.get(name)
        if compiled is not None and compiled.origin == "handin":
            sources = self.package.modules.values()
            own = {self._names.canonical(each.name) for each in sources if each.origin == "handin"}
            self._free.bind(dotted, module, compiled, own)

    def _execute_provided(self, compiled: CompiledModule, module: ModuleType) -> None:
        """Falls back on the course's version of a module that has failed, where there is one."""
        provided = self.package.provided.get(compiled.name)
        if provided is not None and provided is not compiled and provided.error is None:
            message = f"{compiled.filename} failed at import; the course's own version was used."
            self.notes.append(make_note(compiled.name, 0, "provided_used", message))
            for name in [name for name in module.__dict__ if not name.startswith("__")]:
                del module.__dict__[name]
            module.__dict__.pop("__all__", None)
            self._running[compiled.name] = provided
            module.__file__ = provided.marked_filename
            self._runner.run(provided, module.__dict__)
        elif compiled.error is not None and not (
            compiled.is_package or compiled.name in self._loans
        ):
            fault = compiled.error
            where = (compiled.marked_filename, fault.line or None, None, fault.text or None)
            raise SyntaxError(fault.message, where)

    def _lend(self, dotted: str, module: ModuleType) -> None:
        loans = self._loans.get(dotted, {})
        module.__dict__.update(loans)
        public = module.__dict__.get("__all__")
        if loans and isinstance(public, list | tuple):
            module.__dict__["__all__"] = [*public, *(name for name in loans if name not in public)]

    def _is_foreign_import(self) -> bool:
        """Says whether another package that is loaded beside this one is importing."""
        frame = importing_frame()
        loader = frame.f_globals.get("__loader__") if frame is not None else None
        return isinstance(loader, _ModuleLoader) and loader.owner is not self


class _ModuleLoader(Loader):
    """Runs one module of a package for the import system."""

    def __init__(self, owner: PackageLoader, dotted: str) -> None:
        self.owner = owner
        self._dotted = dotted

    def create_module(self, spec: ModuleSpec) -> None:
        """Leaves making the module to the import system."""

    def exec_module(self, module: ModuleType) -> None:
        self.owner.execute(self._dotted, module)

    def get_source(self, _fullname: str) -> str | None:
        """Gives tracebacks the hand-in's lines; the course's own are nobody's business."""
        compiled = self.owner.source_in_use(self._dotted)
        return compiled.source if compiled and compiled.origin == "handin" else None

    def line_of(self, file: str, line: int) -> int | None:
        """Returns the module's line for a code object's; see `CompiledModule.line_of`."""
        compiled = self.owner.source_in_use(self._dotted)
        return compiled.line_of(file, line) if compiled is not None else None

    def is_guarded(self, line: int) -> bool:
        """Says whether the file is prepared for the import in this line to fail."""
        compiled = self.owner.source_in_use(self._dotted)
        return compiled is not None and line in compiled.guarded
