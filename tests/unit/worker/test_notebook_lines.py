"""Commands of notebooks among Python, and Python that looks like them."""

import ast

import pytest

from grader.worker.inside.notebook_lines import without_commands


@pytest.mark.parametrize(
    ("text", "plain", "names"),
    [
        ("!pip install torch\nx = 1", "pass\nx = 1", ["!pip"]),
        ("!{sys.executable} -m pip\n!!ls\n", "pass\npass\n", ["!", "!"]),
        ("%matplotlib inline\n% cd x\n", "pass\npass\n", ["%matplotlib", "%cd"]),
        ("if x:\n    !echo \"it's (\n    y = 1\n", "if x:\n    pass\n    y = 1\n", ["!echo"]),
        ("!pip install \\\n  torch\nx = 1\n", "pass\n\nx = 1\n", ["!pip"]),
        ("x = !ls 'a\nfiles[0] = %sql x = 2\n", "x = []\nfiles[0] = None\n", ["!ls", "%sql"]),
        ("?help\nnp.sum??\nf?  # what\n", "pass\npass\npass\n", ["?", "?", "?"]),
        (
            "%time x = f(1)\n%time\n%timeit f(1)",
            "x = f(1)\npass\npass",
            ["%time"] * 2 + ["%timeit"],
        ),
        ("# c\n%%time\ndef f(): pass", "# c\npass\ndef f(): pass", ["%%time"]),
        ("\n%%bash\nls | wc '\nx", "\n\n\n", ["%%bash"]),
        ("%%writefile a.py\nx = 1\n", "\n\n", ["%%writefile"]),
        ("pip install a b\ncd ../x\ncd = 3\n", "pass\npass\ncd = 3\n", ["pip", "cd"]),
    ],
)
def test_commands_are_replaced_and_named(text, plain, names):
    made, found = without_commands(text)
    assert made == plain
    assert [name for _, name in found] == names
    assert all(0 < line <= text.count("\n") + 1 for line, _ in found)
    ast.parse(made)


@pytest.mark.parametrize(
    "text",
    [
        "x = (a\n % b)\n",
        "x = 5 \\\n% 3\n",
        "s = '''\n!ls\n%matplotlib\nhelp?\n'''\n",
        's = """\n!ls \\""" \n%x\n"""\n',
        "f(\n!x\n)\n",
        "x != 3\n",
        "x = 1  # ok?\n",
        "ls -l\n",
        "'''it's''' % x\n",
    ],
)
def test_what_goes_on_with_a_statement_is_no_command(text):
    assert without_commands(text) == (text, [])


def test_a_command_after_a_text_with_its_like_is_found():
    made, found = without_commands("s = '''\n!ls\n'''\n!ls\n")
    assert made == "s = '''\n!ls\n'''\npass\n"
    assert found == [(4, "!ls")]


def test_a_file_that_is_no_notebook_has_shell_lines_and_magics_alone():
    made, found = without_commands("!ls\n%cd x\nf?\nx = !ls\n", notebook=False)
    assert made == "pass\npass\nf?\nx = !ls\n"
    assert [line for line, _ in found] == [1, 2]


def test_a_commands_name_is_one_short_word():
    _, found = without_commands("!" + "all_points" * 50 + " are yours\n")
    assert [len(name) for _, name in found] == [20]
