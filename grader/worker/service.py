"""The grader's end of the zygote: starts it, in bubblewrap where that works, and asks for hosts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from grader.errors import WorkerDidNotStart
from grader.plain_text import clean_text
from grader.worker import bubblewrap
from grader.worker.connection import Connection
from grader.worker.host import Host
from grader.worker.inside import scratch
from grader.worker.inside.wire import WireError, receive
from grader.worker.inside.zygote import NAMESPACES

START_WALL_S = 60.0  # NumPy takes 0.2 s and PyTorch 1.5; a cold disk has been seen to take 20
END_WALL_S = 2.0  # that the zygote gets to end its processes and to remove its folder
INSIDE: Final = Path(__file__).parent / "inside"
LIBRARIES: Final = ("numpy", "scipy")  # that hand-ins may use, where they are installed
# What else a worker gets when a rubric's checks need a library, and what that imports itself.
BROUGHT: Final[Mapping[str, tuple[str, ...]]] = {
    "": (),
    # Reads what students write beside their code; no hand-in runs in these.
    "documents": (
        *("nbformat", "attr", "attrs", "fastjsonschema", "jsonschema"),
        *("jsonschema_specifications", "jupyter_core", "platformdirs", "referencing", "rpds"),
        *("ruamel.yaml", "traitlets", "typing_extensions"),
    ),
    # SymPy is PyTorch's own, for second derivatives and traces.
    "torch": ("torch", "torchgen", "functorch", "typing_extensions", "sympy", "mpmath"),
    "tensorflow": (
        *("tensorflow", "keras", "google.protobuf", "absl", "astunparse", "certifi"),
        *("charset_normalizer", "flatbuffers", "gast", "h5py", "idna", "ml_dtypes", "opt_einsum"),
        *("optree", "packaging", "requests", "rich", "six", "termcolor", "typing_extensions"),
        *("urllib3", "wrapt"),
    ),
}

# One thread everywhere: a process that computes on several cannot be forked safely, and the order
# of a sum must not depend on the machine. Trainings start more of them after the fork; these sleep
# while they wait, because two trainings whose threads spin take several times as long as one.
ENVIRONMENT: Final[Mapping[str, str]] = {
    "LANG": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


class WorkerService:
    """A running zygote; a context manager that ends it and everything below it.

    Starting returns at once: the zygote imports NumPy while the grader goes on.

    Args:
        python: the interpreter; this one's by default.
        without: libraries that hand-ins may not use, which are then absent.
        wrapped: whether to try bubblewrap; where it does not work, the rest has to do.
        library: what workers have beside NumPy; a name from `BROUGHT`.

    Attributes:
        host_class: what the grader's end of a host is made from.

    Raises:
        WorkerDidNotStart: the process could not be started.
    """

    host_class: type[Host] = Host

    def __init__(
        self,
        python: str | None = None,
        *,
        without: Collection[str] = (),
        wrapped: bool = True,
        library: str = "",
    ) -> None:
        self._python = python or bubblewrap.interpreter()
        self._wrapped = wrapped
        self._library = library
        self._others: dict[str, WorkerService] = {}
        names = [name for name in LIBRARIES if name not in without]
        self._packages = tuple(_folders([*names, *BROUGHT[library]]))
        self._greeting: dict[str, str] | None = None
        self._bubblewrap = bubblewrap.find() if wrapped else None
        self.unwrapped_because = ""
        if not self._bubblewrap:
            self.unwrapped_because = "it is not installed" if wrapped else "it was not asked for"
        self._start()

    def versions(self) -> Mapping[str, str]:
        """Waits until the zygote is ready and returns the versions that the hand-in runs on.

        Raises:
            WorkerDidNotStart: it did not become ready in time.
        """
        if self._greeting is None:
            try:
                self._greeting = self._greeted()
            except WorkerDidNotStart as error:
                if not self._bubblewrap:
                    raise
                self._bubblewrap, self.unwrapped_because = None, str(error)
                self._end()
                self._start()
                self._greeting = self._greeted()
        return self._greeting

    def host(self, confined: bool = True) -> Host:
        """Forks a host for one hand-in.

        Args:
            confined: false for a host of the course's own code only.

        Raises:
            WorkerDidNotStart: the machine has no room for another process.
        """
        self.versions()
        ours, theirs = socket.socketpair()
        try:
            self._control.ask({"confined": confined}, (theirs.fileno(),))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return self.host_class(ours)

    def for_library(self, library: str) -> WorkerService:
        """Returns a service whose workers have a library, this one where none is named.

        It is started when it is first asked for, and ends with this one.
        """
        if library == self._library:
            return self
        if library not in self._others:
            self._others[library] = WorkerService(
                self._python, wrapped=self._wrapped, library=library
            )
        return self._others[library]

    def close(self) -> None:
        """Ends the zygote; its hosts and workers end with it."""
        self._end()
        for other in self._others.values():
            other.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        # Inside bubblewrap there is one, which goes with it.
        self._scratch = "" if self._bubblewrap else _scratch_folder()
        ours, theirs = socket.socketpair()
        told = {
            "control": theirs.fileno(),
            "packages": self._packages,
            "scratch": self._scratch or bubblewrap.SCRATCH,
            "namespaces": _namespaces(),
            "library": self._library,
        }
        argv = [self._python, "-I", "-S", "-B", "-c", _program(self._packages), json.dumps(told)]
        if self._bubblewrap:
            bound = (str(INSIDE), *self._packages)
            argv = bubblewrap.command(self._bubblewrap, argv, bound, ENVIRONMENT)
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=dict(ENVIRONMENT),
                cwd="/",
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        except OSError as error:
            ours.close()
            self._remove_scratch()
            raise WorkerDidNotStart(
                f"The worker's interpreter {self._python!r} could not be started "
                f"({error.strerror}). This is a fault of the grading machine, not of the hand-in. "
                "Reinstall the grader in a fresh virtual environment."
            ) from error
        finally:
            theirs.close()
        self._control = Connection(ours)

    def _greeted(self) -> dict[str, str]:
        end_s = time.monotonic() + START_WALL_S
        try:
            frame, _ = receive(self._control.channel, remaining_s=lambda: end_s - time.monotonic())
        except (WireError, OSError) as error:
            raise WorkerDidNotStart(
                f"The worker process did not start{self._last_words()}. "
                "This is a fault of the grading machine, not of the hand-in. "
                "`grader doctor` says what the machine offers."
            ) from error
        body: Any = frame.body
        return body if isinstance(body, dict) else {}

    def _last_words(self) -> str:
        """Ends the process and says what it wrote last, as part of a sentence."""
        self._control.close()
        self._kill()
        try:
            _, written = self._process.communicate(timeout=END_WALL_S)
        except subprocess.TimeoutExpired:  # somebody else still holds its stderr
            written = b""
        lines = written.decode(errors="replace").strip().splitlines()
        return f" ({clean_text(lines[-1], 300)})" if lines else f" within {START_WALL_S:.0f} s"

    def _end(self) -> None:
        self._control.close()
        try:
            if self._process.wait(END_WALL_S) != 0:
                self._kill()
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        self._remove_scratch()

    def _kill(self) -> None:
        """Kills the process and those of its group: bubblewrap's two halves do not always go."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _remove_scratch(self) -> None:
        if self._scratch:
            scratch.remove(self._scratch)


def _program(packages: Collection[str]) -> str:
    """Writes the program that becomes the zygote: it finds its own modules and NumPy, no others."""
    homes = sorted({os.path.dirname(folder) for folder in packages})
    return (
        f"import sys; sys.path[:] = [{str(INSIDE.parent)!r}, *sys.path, *{homes!r}]; "
        "from inside.zygote import main; main()"
    )


def is_installed(library: str) -> bool:
    """Tells whether workers on this machine can have a library."""
    named = BROUGHT.get(library, (library,))[:1]
    return not library or find_spec(named[0] if named else library) is not None


def _folders(names: Iterable[str]) -> Iterator[str]:
    """Yields the folders of libraries and of the C libraries that their wheels bring along.

    A name with a dot is that of a package in a folder that several distributions share; what is
    yielded is that folder.
    """
    for name in names:
        spec = _found(name)
        if spec is not None and spec.origin is not None:
            origin = os.path.realpath(spec.origin)
            if spec.submodule_search_locations is None:  # a single file
                yield origin
                continue
            folder = str(Path(origin).parents[name.count(".")])
            yield folder
            if os.path.isdir(f"{folder}.libs"):
                yield f"{folder}.libs"


def _found(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ModuleNotFoundError:  # there is not even the folder
        return None


def _namespaces() -> dict[str, int]:
    """Returns inode numbers of this process's namespaces; none where the system has none."""
    try:
        return {name: os.stat(f"/proc/self/ns/{name}").st_ino for name in NAMESPACES}
    except OSError:
        return {}


def _scratch_folder() -> str:
    try:
        folder = tempfile.mkdtemp(prefix="grader-")
        # Hosts, which may be other users, have folders of their own in it.
        os.chmod(folder, 0o711)  # noqa: S103  # to pass through, not to list
        return folder
    except OSError as error:
        raise WorkerDidNotStart(
            f"There is no place for the workers' folders ({clean_text(str(error), 300)}). This is "
            "a fault of the grading machine, not of the hand-in. Make room there, or name a folder "
            "that can be written to in the environment variable TMPDIR."
        ) from error
