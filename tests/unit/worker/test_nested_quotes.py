"""F-strings of newer Pythons: read with other quotes inside, and nothing else touched."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.worker.inside.nested_quotes import requoted
from grader.worker.inside.parsing import parse_source


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ('f"{d["a"]}"', "f\"{d['a']}\""),
        ("rf'{d['a']}{d['b']}'", 'rf\'{d["a"]}{d["b"]}\''),
        ('f"{", ".join(x)}" + "{"', 'f"{\', \'.join(x)}" + "{"'),
        ('f"{x:>{w["b"]}}"', "f\"{x:>{w['b']}}\""),
        ('f"{x != "a"!r:{"^"}9}"', "f\"{x != 'a'!r:{'^'}9}\""),
        ('f"{{ {d["k"]} }}"', "f\"{{ {d['k']} }}\""),
        ('f"""{d["a"]}{"""b"""}"""', 'f"""{d["a"]}{\'\'\'b\'\'\'}"""'),
        ('f"{f"{x}"}"', "f\"{f'{x}'}\""),
        ('f"{(lambda x: x["a"])(d)}"', "f\"{(lambda x: x['a'])(d)}\""),
    ],
)
def test_quotes_of_the_same_kind_become_the_other_kind(newer, older):
    assert requoted(newer) == older
    assert len(newer) == len(older)
    ast.parse(older)


@pytest.mark.parametrize(
    ("newer", "means"),
    [
        (r"""f"{'\n'.join('ab')}!" """, "a\nb!"),
        (r"""f'{"\n\t".join("ab")}'""", "a\n\tb"),
        (r"""f'{r"\n"}{"\u00e9"}'""", "\\n\u00e9"),
        (r"""f'{"".join(["\\", "x"]):>4}'""", "  \\x"),
    ],
)
def test_backslashes_within_a_field_are_read(newer, means):
    assert eval(requoted(newer).strip()) == means  # noqa: S307  # our own


@pytest.mark.parametrize(
    "text",
    [
        'f"{d["it\'s"]}"',  # no kind of quotes is left
        "# it's an f\"\nx = f\"{y:%H:%M}\" + '\\''",
        'f"{x',
        "f'{d[\"a\"]}'",
        'print("a", f"{b}", "c")',
        "rb'\\'' + u\"'\"",
    ],
)
def test_everything_else_stays(text):
    assert requoted(text) == text


def test_sources_that_are_read_anyway_stay_as_they_are():
    sources = sorted(Path(np.__file__).parent.glob("**/*.py"))[:150]
    assert len(sources) > 50
    for source in sources:
        text = source.read_text(encoding="utf-8")
        if sys.version_info < (3, 12):
            assert requoted(text) == text, source
        else:  # some may use what is new
            assert ast.dump(ast.parse(requoted(text))) == ast.dump(ast.parse(text)), source


def test_a_source_of_a_newer_python_is_parsed_with_its_places():
    source = 'x = {"a": 1}\ny = f"{x["a"]} {", ".join("bc")}"; z = 1\n'
    (part,) = parse_source(source, "layers.py").parts
    *_, last = part.tree.body
    assert (last.lineno, last.col_offset) == (2, 35)
    namespace: dict[str, object] = {}
    exec(compile(part.tree, "layers.py", "exec"), namespace)  # noqa: S102  # our own
    assert namespace["y"] == "1 b, c"


def test_what_cannot_be_read_either_way_is_told_as_it_stands():
    with pytest.raises(SyntaxError) as raised:
        parse_source('x = f"{d["a"]}"\ny = (', "layers.py")
    with pytest.raises(SyntaxError) as told:
        ast.parse('x = f"{d["a"]}"\ny = (')
    assert (raised.value.msg, raised.value.lineno) == (told.value.msg, told.value.lineno)
