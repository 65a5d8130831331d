"""Running statements against a clock that only says what time it is."""

import pytest

from grader.worker.inside.execution import ModuleRunner
from grader.worker.inside.sources import compile_module


class FakeClock:
    """Runs a statement and says that it took, or was cut, as planned for its first line."""

    def __init__(self, spent_s, cut=()):
        self.spent_s = spent_s
        self.cut = cut
        self.allowed_s = {}

    def run(self, code, namespace, wall_s):
        line = code.co_firstlineno
        line = next(iter(each[2] for each in code.co_lines() if each[2]), line)
        self.allowed_s[line] = wall_s
        exec(code, namespace)  # noqa: S102  # the fake does what the real clock does
        return None, line in self.cut, self.spent_s.get(line, 0.0)


@pytest.fixture
def module():
    source = b"x = 1\ny = 2\nz = 3\nimport math\ndef f(): pass\n"
    return compile_module("a.py", source, "handin")


def run(module, clock):
    runner = ModuleRunner(clock, statement_wall_s=2.0, module_wall_s=3.0, notes=[])
    namespace = {}
    return runner.run(module, namespace), set(namespace) - {"__builtins__"}, runner.notes


def test_a_statement_has_what_is_left_of_the_modules_time(module):
    clock = FakeClock({1: 2.0})
    whole, names, notes = run(module, clock)
    assert whole
    assert names == {"x", "y", "z", "math", "f"}
    assert clock.allowed_s == {1: 2.0, 2: 1.0, 3: 1.0, 4: 2.0, 5: 2.0}
    assert notes == []


def test_what_is_skipped_is_noted_once(module):
    whole, names, notes = run(module, FakeClock({1: 3.0}))
    assert whole
    assert names == {"x", "math", "f"}
    assert [(note.line, note.message) for note in notes] == [
        (
            2,
            "The statements of a.py took more than 3 s. "
            "From here on only definitions and imports were run.",
        )
    ]


def test_a_cut_is_noted_and_a_cut_import_makes_the_module_incomplete(module):
    assert run(module, FakeClock({}, cut={1}))[0]
    whole, _, notes = run(module, FakeClock({}, cut={4}))
    assert not whole
    assert [(note.line, note.kind) for note in notes] == [(4, "statement_cut_short")]
    assert notes[0].message == (
        "The statement was cut short after 2 s; the rest of a.py was run. "
        'Put training under `if __name__ == "__main__":`.'
    )
