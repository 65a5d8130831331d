"""What a hand-in names of SciPy is imported before its workers are made, and nothing else is."""

import ast
import sys

import pytest

from grader.worker.inside import scipy_parts
from grader.worker.inside.loader import compile_package
from grader.worker.inside.sources import compile_module
from grader.worker.program import Program
from grader.worker.session import Setup, WorkerSession


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("import scipy.signal as s, numpy.linalg", ["signal"]),
        ("from scipy import special, nothing", ["special"]),
        ("from scipy.sparse.linalg import norm", ["sparse"]),
        ("def f():\n    from scipy.special import expit", ["special"]),
        ("import scipy", []),
        ("from .scipy import signal", []),
        ("import scipy_signal", []),
        ("'import scipy.signal'", []),
    ],
)
def test_parts_are_found_in_every_form_of_import(code, parts):
    assert list(scipy_parts.named(ast.parse(code))) == parts


def test_only_the_files_of_a_hand_in_that_can_be_read_are_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(scipy_parts.importlib, "import_module", asked.append)
    sources = {
        "layers.py": b"from scipy.special import expit",
        "optim.py": b"import scipy.signal\nx = (",
        "other.py": b"# scipy.stats\n",
    }
    provided = {"given.py": b"import scipy.io"}
    package = compile_package(sources, provided, {}, compile_module)
    assert scipy_parts.import_parts(package) == asked == ["scipy.special"]


def test_what_cannot_be_imported_is_left_to_the_hand_in(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.signal", None)
    package = compile_package({"layers.py": b"import scipy.signal"}, {}, {}, compile_module)
    assert scipy_parts.import_parts(package) == []


def test_a_worker_finds_them_imported(service):
    host = service.host()
    source = (
        b"import sys\nloaded = 'scipy.special' in sys.modules\n"
        b"from scipy.special import expit\nhalf = float(expit(0.0))\n"
    )
    host.load("handin", {"layers.py": source}, {})()
    session = WorkerSession(host, Setup("handin", ("ece662",)))
    program = Program()
    loaded = program.export(program.resolve("layers.loaded"))
    half = program.export(program.resolve("layers.half"))
    replies = session.run(program)
    session.close()
    host.close()
    assert (replies.value(loaded), replies.value(half)) == (True, 0.5)
