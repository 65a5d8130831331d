"""Counting executed instructions of the hand-in's own code, and of nobody else's."""

import sys
import threading

import pytest

from grader.worker.inside.drivers import opcodes
from grader.worker.inside.origin import HANDIN_MARK, PROVIDED_MARK

SOURCE = """
def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


class Net:
    def rows(self, x):
        return [row for row in x]


def many():
    {many}
"""


@pytest.fixture(autouse=True)
def _trace_functions_are_put_back():
    before = (sys.gettrace(), threading.gettrace())
    yield
    after = (sys.gettrace(), threading.gettrace())
    sys.settrace(before[0])
    threading.settrace(before[1])
    assert after == before


def names_of(mark, many="pass"):
    made = {}
    source = SOURCE.format(many=many)
    exec(compile(source, f"{mark}nets/net.py", "exec"), made)  # noqa: S102  # the test's own words
    return made


def counted(act):
    opcodes.start()
    act()
    return opcodes.count()


def test_a_loop_executes_as_many_more_instructions_as_it_has_rounds():
    loop = names_of(HANDIN_MARK)["loop"]
    one, two, three = (counted(lambda n=n: loop(n))["total"] for n in (10, 20, 30))
    assert two - one == three - two > 10


def test_lines_are_told_with_file_and_function_and_the_most_frequent_first():
    found = counted(lambda: names_of(HANDIN_MARK)["loop"](10))
    by_line = {
        line: number for file, function, line, number in found["lines"] if function == "loop"
    }
    assert {file for file, *_ in found["lines"]} == {"nets/net.py"}
    assert set(by_line) - {2} == {3, 4, 5, 6}  # 2: some versions begin a function there
    assert found["lines"][0][:3] == ("nets/net.py", "loop", 5)
    assert sum(number for *_, number in found["lines"]) == found["total"]


def test_a_comprehension_belongs_to_its_function():
    net = names_of(HANDIN_MARK)["Net"]()
    found = counted(lambda: net.rows(range(10)))
    assert {function for _, function, _, _ in found["lines"]} == {"Net.rows"}


@pytest.mark.parametrize("mark", [PROVIDED_MARK, "numpy/"])
def test_code_of_others_is_not_counted(mark):
    names = names_of(mark)
    assert counted(lambda: names["loop"](10)) == {"total": 0, "lines": []}


def test_threads_are_counted():
    loop = names_of(HANDIN_MARK)["loop"]

    def in_a_thread():
        thread = threading.Thread(target=loop, args=(10,))
        thread.start()
        thread.join()

    assert counted(in_a_thread)["total"] == counted(lambda: loop(10))["total"]


def test_a_generator_is_counted_whenever_it_goes_on():
    made = {}
    exec(  # noqa: S102  # the test's own words
        compile(
            "def rows(n):\n    for i in range(n):\n        yield i\n", f"{HANDIN_MARK}a.py", "exec"
        ),
        made,
    )
    few, many = (counted(lambda n=n: list(made["rows"](n)))["total"] for n in (5, 25))
    assert many - few >= 20 * 3


def test_only_so_many_lines_are_told_and_all_are_counted():
    lines = opcodes.LINES_AT_MOST + 50
    many = names_of(HANDIN_MARK, "\n    ".join(f"x{n} = {n}" for n in range(lines)))["many"]
    found = counted(many)
    assert len(found["lines"]) == opcodes.LINES_AT_MOST
    assert found["total"] >= 2 * lines


def test_counting_that_has_not_begun_is_told():
    with pytest.raises(RuntimeError, match="trace function") as caught:
        opcodes.count()
    assert str(caught.value) == (
        "Another trace function has taken the place of the one that counts."
    )
