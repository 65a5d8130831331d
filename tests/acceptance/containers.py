"""Builds images and runs containers, where this machine can, without asking a registry of images.

The base image is made by debootstrap from the package sources that the machine itself has; Python
packages come as wheels that pip has downloaded by its own configuration. Images are kept under
names with a digest of all that went into them, so that a second run builds nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parents[2]
CONSTRAINTS = PROJECT / "docker" / "constraints.txt"
PROGRAMS = ("podman", "buildah", "runc", "debootstrap")
PACKAGES = "python3,python3-venv,ca-certificates"
CONTEXT = (
    *("pyproject.toml", "README.md", "LICENSE", ".dockerignore", "docker"),
    *("grader", "reference", "rubrics", "student_template"),
)
SOURCES = Path("/etc/apt")
# Podman's own defaults ask for more than a container may ask for that runs in another one.
ULIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096")
# As docker/README.md has it.
CLOSED = (
    *("--network", "none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"),  # noqa: S108 - its own
    *("--security-opt", "no-new-privileges"),
)
LONGEST_S = 400.0  # of one command

Done = subprocess.CompletedProcess[str]


def run(*command: str | Path, limit_s: float = LONGEST_S, **variables: str) -> Done:
    """Runs a command to its end."""
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=limit_s,
        check=False,
    )


@cache
def why_none() -> str:
    """Says why no container can be run here; empty where one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "containers are run by root on Linux here"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not _mirror():
        return "this machine names no package sources of its own"
    done = run("podman", "info")
    return f"podman does not work: {done.stderr[-300:]}" if done.returncode else ""


def base_image() -> str:
    """Makes the base image, unless it is there; returns its name."""
    release, mirror = _codename(), _mirror()
    name = f"localhost/grader-test-base:{_digest(release, PACKAGES)}"
    if _is_there(name):
        return name
    with TemporaryDirectory() as made:
        root = Path(made) / "root"
        include = f"--include={PACKAGES}"
        _done(run("debootstrap", "--variant=minbase", include, release, root, mirror))
        archive = Path(made) / "root.tar"
        _done(run("tar", "-C", root, "-cf", archive, "."))
        _done(run("podman", "import", archive, name))
    return name


def wheels(folder: Path, constraints: Path = CONSTRAINTS) -> None:
    """Downloads what the grader needs, as pip is configured on this machine.

    Args:
        folder: what to put the wheels into.
        constraints: the versions, as pip reads them.
    """
    needs = [*_dependencies(), "hatchling"]
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:")
    _done(run(*pip, "--dest", folder, "--constraint", constraints, *needs))


def grader_image(base: str) -> str:
    """Builds the grader's image without PyTorch, unless it is there; returns its name.

    PyTorch is left out because it takes minutes to be written into an image.
    """
    parts = [f"{path}\0{content!r}" for path, content in _context()]
    name = f"localhost/grader-test:{_digest(base, *parts)}"
    if _is_there(name):
        return name
    with TemporaryDirectory() as made:
        context = Path(made)
        for path, content in _context():
            (context / path).parent.mkdir(parents=True, exist_ok=True)
            (context / path).write_bytes(content)
        wheels(context / "docker" / "wheels")
        arguments = {"BASE": base, "TORCH": "", "PIP_NO_INDEX": "1"}
        given = [
            part for key, value in arguments.items() for part in ("--build-arg", f"{key}={value}")
        ]
        build = ("buildah", "bud", "--isolation", "chroot", "--network", "host")
        file = context / "docker" / "grader.Dockerfile"
        older = run("podman", "images", "--quiet", name.partition(":")[0]).stdout.split()
        _done(run(*build, *given, "--file", file, "--tag", name, context))
        if older:
            run("podman", "rmi", *older)  # each is of other sources; one in use stays
    return name


def contained(
    image: str,
    *command: str | Path,
    options: Sequence[str] = CLOSED,
    mounts: Mapping[str, Path] | None = None,
    writable: Mapping[str, Path] | None = None,
    limit_s: float = LONGEST_S,
) -> Done:
    """Runs a container to its end, and removes it.

    Args:
        image: its name.
        command: in place of the image's own; nothing keeps that.
        options: of `podman run`.
        mounts: folders and files of this machine, read-only, by their place in the container.
        writable: as mounts, but they can be written to.
        limit_s: seconds until the test gives up.
    """
    bound = [f"--volume={path}:{place}:ro" for place, path in (mounts or {}).items()]
    bound += [f"--volume={path}:{place}" for place, path in (writable or {}).items()]
    podman = ("podman", "--runtime", "runc", "run", "--rm", *ULIMITS, *options, *bound)
    return run(*podman, image, *command, limit_s=limit_s)


@cache
def limits(memory: str, processors: str, image: str) -> tuple[str, ...]:
    """Returns the options that limit a container; none where this machine has no such limits."""
    options = ("--memory", memory, "--cpus", processors, "--pids-limit", "512")
    tried = contained(image, "true", options=(*CLOSED, *options, "--entrypoint", ""))
    if tried.returncode:
        print(f"not limited to {memory} and {processors} processors: {tried.stderr[-300:]}")
        return ()
    return options


def _context() -> Iterator[tuple[str, bytes]]:
    for name in CONTEXT:
        whole = PROJECT / name
        for path in sorted(whole.rglob("*")) if whole.is_dir() else [whole]:
            relative = path.relative_to(PROJECT)
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".whl":
                yield relative.as_posix(), path.read_bytes()


def _dependencies() -> list[str]:
    import tomllib

    data = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(each) for each in data["project"]["dependencies"]]


def _mirror() -> str:
    """Reads where this machine gets its own packages from; the first of its release's sources."""
    for path in (*SOURCES.glob("sources.list.d/*.sources"), SOURCES / "sources.list"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for paragraph in re.split(r"\n\s*\n", text):
            found = re.search(r"^URIs:\s*(\S+)", paragraph, re.MULTILINE)
            suites = re.search(r"^Suites:(.*)$", paragraph, re.MULTILINE)
            if found and suites and _codename() in suites[1].split():
                return found[1]
        line = re.search(rf"^deb\s+(?:\[.*?\]\s+)?(\S+)\s+{_codename()}\s", text, re.MULTILINE)
        if line:
            return line[1]
    return ""


def _codename() -> str:
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^VERSION_CODENAME=(\w+)", text, re.MULTILINE)
    return found[1] if found else "unknown"


def _is_there(name: str) -> bool:
    return run("podman", "image", "exists", name).returncode == 0


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _done(done: Done) -> None:
    assert done.returncode == 0, (done.args, done.stdout[-2000:], done.stderr[-2000:])
