"""Which module of a package does an import statement mean?

The package answers to several names, and files that were written to lie side by side import one
another without any; both lead to one dotted name below the package's root.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .origin import is_real


class PackageNames:
    """The names of a package's modules.

    Args:
        roots: names of the package itself; the first is the canonical one.
        modules: dotted names below the root; folders above them are implied.
    """

    def __init__(self, roots: Sequence[str], modules: Iterable[str]) -> None:
        self.roots = tuple(roots)
        self.known = {""}
        self.flat: set[str] = set()  # names without a root that have been imported
        for dotted in modules:
            self.add(dotted)

    def add(self, dotted: str) -> None:
        """Makes a module known, with the folders that it lies in."""
        while dotted:
            self.known.add(dotted)
            dotted = dotted.rpartition(".")[0]

    def is_folder(self, dotted: str) -> bool:
        """Says whether modules lie below this one."""
        return any(name.rpartition(".")[0] == dotted for name in self.known if name)

    def canonical(self, dotted: str) -> str:
        """Returns the full name under which a module is really imported."""
        return f"{self.roots[0]}.{dotted}" if dotted else self.roots[0]

    def with_root(self, fullname: str) -> str | None:
        """Returns what a name means that begins with one of the roots, known or not."""
        top, _, below = fullname.partition(".")
        return below if top in self.roots else None

    def without_root(self, fullname: str) -> str | None:
        """Returns what a name means that begins otherwise; the real modules' names are taken."""
        top, *rest = parts = fullname.split(".")
        if is_real(top):
            return None
        for index, part in enumerate(parts):  # such as `assignment2.cs231n.layers`
            if part in self.roots:
                return ".".join(parts[index + 1 :])
        found = [top] if top in self.known else self._anywhere(top)
        return ".".join([found[0], *rest]) if len(found) == 1 else None

    def _anywhere(self, last: str) -> list[str]:
        return [name for name in self.known if name.rpartition(".")[2] == last]
