from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from grader.errors import RubricError, RubricNotFound, RubricSyntaxError
from grader.rubric.source import Source, read_source

Read = Callable[[str | bytes], Source]
Refuse = Callable[[str | bytes], str]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    path = tmp_path_factory.mktemp("source") / "r.yaml"

    def from_text(text: str | bytes) -> Source:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_source(path)

    return from_text


@pytest.fixture(scope="module")
def refuse(read: Read) -> Refuse:
    def message(text: str | bytes) -> str:
        with pytest.raises(RubricSyntaxError) as caught:
            read(text)
        return "r.yaml" + str(caught.value).rpartition("r.yaml")[2]

    return message


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: b c # d\n", {"a": "b c"}),
        ("a: b#c\n", {"a": "b#c"}),
        ("a: b\n  c\n\n  d\ne: f", {"a": "b c\nd", "e": "f"}),
        ("a: b\n# c\nd: e\n", {"a": "b", "d": "e"}),
        ("a: b\n  # c\nd: e\n", {"a": "b", "d": "e"}),
        ("a: http://x.org/y?z=1\n", {"a": "http://x.org/y?z=1"}),
        ("a:\n- 1\n-\n- - 2\n  - 3\nb:\n", {"a": [1, None, [2, 3]], "b": None}),
        (
            "a: [1, b c, {d: e, f: , g: }, [],]\n",
            {"a": [1, "b c", {"d": "e", "f": None, "g": None}, []]},
        ),
        ("a: {b: 1,\n\tc: 2,}\n", {"a": {"b": 1, "c": 2}}),
        ("\"a\": 'it''s'\n", {"a": "it's"}),
        ("a: |\n  x\n   y\nb: >\n  x\n  y\n", {"a": "x\n y\n", "b": "x y\n"}),
        ("? a\n: b\n? c\n", {"a": "b", "c": None}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("a: 1\r\nb:\r\n  c: 2\r\n", {"a": 1, "b": {"c": 2}}),
        ("a: &x\n- 1\nb: *x\nc: &y\nd: *y\n", {"a": [1], "b": [1], "c": None, "d": None}),
        ('"1": a\n"<<": b\nno: c\n', {"1": "a", "<<": "b", "no": "c"}),
        ("\ufeffa: größer\n", {"a": "größer"}),
        ("a: x\u2028y\n", {"a": "x\u2028y"}),
        ("-1\n", -1),
        ("", None),
    ],
)
def test_yaml_becomes_plain_data(text: str, data: object, read: Read) -> None:
    assert read(text).data == data


def test_places_are_where_keys_and_items_stand(read: Read) -> None:
    source = read("a: 1\nb:\n  - {c: 0.50, d: [x,\n    y]}\n  -\n  - z\n")
    assert source.place(["b"])[:2] == (1, 0)
    assert source.place(["b", 0])[:2] == (2, 4)
    assert source.place(["b", 0, "c"])[:3] == (2, 5, "0.50")
    assert source.place(["b", 0, "d", 1])[:3] == (3, 4, "y")
    assert source.place(["b", 2])[:2] == (5, 4)
    assert source.place(["b", 0, "nowhere", 3])[:2] == (2, 4)


def test_an_alias_has_its_own_key_and_the_anchor_s_insides(read: Read) -> None:
    source = read("a: &x {b: 0.10}\nc: *x\nd: [*x]\n")
    assert source.place(["c"])[:2] == (1, 0)
    assert source.place(["c", "b"])[:3] == (0, 7, "0.10")
    assert source.place(["d", 0, "b"])[:3] == (0, 7, "0.10")


def test_the_digest_is_that_of_the_bytes(read: Read) -> None:
    content = b"a: 1\r\n"
    assert read(content).digest == "sha256:" + hashlib.sha256(content).hexdigest()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    with pytest.raises(RubricNotFound) as caught:
        read_source(path)
    assert str(caught.value) == f"{path} cannot be read: No such file or directory. Check the path."


def test_a_folder_is_not_a_rubric(tmp_path: Path) -> None:
    with pytest.raises(RubricNotFound, match=r"cannot be read: Is a directory\. Check the path\.$"):
        read_source(tmp_path)


def test_a_huge_file_is_refused(refuse: Refuse) -> None:
    assert refuse(b"#" * (1024 * 1024 + 1)) == (
        "r.yaml is larger than 1024 KiB, the limit for a rubric. Check the path."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: 1\nb: \xff\n", "2:4  Byte 0xff is not UTF-8. Save the file as UTF-8."),
        (b"\xff", "1:1  Byte 0xff is not UTF-8. Save the file as UTF-8."),
        ("a: 1\nb: \x07\n", "2:4  The character U+0007 is not allowed in YAML. Delete it."),
        ("\x07", "1:1  The character U+0007 is not allowed in YAML. Delete it."),
        ("a: " + "[" * 60, "1:44  Brackets are nested more than 40 deep."),
        ("a: " + "{a: " * 60, "1:164  Brackets are nested more than 40 deep."),
        ("- " * 60, "1:83  Values are nested more than 40 deep."),
        (
            "a: " + "9" * 200,
            "1:4  This number has more than 100 digits.",
        ),
        ("a: [b: c]\n", "1:5  A `key: value` in a list needs braces. Write {key: value}, or close"),
        ("a: [: c]\n", "1:5  A `key: value` in a list needs braces. Write {key: value}, or close"),
        ("a: [b,,c]\n", "1:7  A value is missing before ','."),
        ("a: {b}\n", "1:5  A `key: value` was expected between { and }."),
        ("a: {: b}\n", "1:5  A `key: value` was expected between { and }."),
        ("a: {b: 1 c: 2}\n", "1:11  A ',' or '}' was expected; the '{' is in line 1."),
        ("a: [1}\n", "1:6  A ',' or ']' was expected; the '[' is in line 1."),
        ("a: {\n", "1:4  The '{' that opens here is never closed. Close it."),
        ("a: [\n", "1:4  The '[' that opens here is never closed. Close it."),
        ("a: [1\n---\n", "1:4  The '[' that opens here is never closed. Close it."),
        ("a: [- b]\n", "1:5  A value is missing before '-'."),
        ("a: ]\n", "1:4  A value is missing before ']'."),
        ("}\n", "1:1  A value is missing before '}'."),
        ("[a]: b\n", "1:1  A key has to be a text. Put quotes around it."),
        ("? [a]\n: b\n", "1:3  A key has to be a text. Put quotes around it."),
        ("null: b\n", "1:1  A key has to be a text. Put quotes around it."),
        ("&x a: b\n", "1:1  A key has to be a text. Put quotes around it."),
        ("a: &x &y b\n", "1:7  An anchor is followed by another anchor or by an alias."),
        ("a: b\n- c\n", "2:1  A key was expected here. Check the indentation: "),
        ("- a\nb: c\n", "2:1  An item that starts with '- ' was expected here. Check "),
        ("[a] b\n", "1:5  This does not belong to what is above. Check the indentation: "),
        ("a: b\n c: d\n", "2:3  Mapping values are not allowed here. Put quotes around a text "),
        ("a: b: - c\n", "1:5  Mapping values are not allowed here. "),
        ("a: - c\n", "1:4  Sequence entries are not allowed here. Start a list on a line of "),
        ('a: "\\UFFFFFFFF"\n', "1:4  An escape in this text stands for no character."),
        ('a: "\\ud800"\n', "1:4  An escape in this text stands for no character."),
        (
            "a: |\n \n  \n",
            "4:1  More indented follow up line than first in a block scalar.",
        ),
        ("a: &x [*x]\n", "1:8  There is no finished value with the anchor &x above. "),
    ],
)
def test_what_is_not_yaml_is_refused_where_it_starts(
    text: str | bytes, message: str, refuse: Refuse
) -> None:
    assert refuse(text).startswith(f"r.yaml:{message}")


def test_aliases_do_not_multiply_without_end(refuse: Refuse) -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert refuse("\n".join(lines)) == (
        "r.yaml:5:20  The file holds more than 50000 values, aliases included."
    )


_WORDS = st.sampled_from(["a", "b c", "1", "1.5", "x.y", "no", "true", "null", "'q'", '"r"', "a:b"])
_FLOW = st.recursive(
    _WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        st.dictionaries(st.sampled_from(["k", "m n", "'o'"]), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=8,
)
_LINE = st.tuples(
    st.integers(0, 3).map(lambda depth: "  " * depth),
    st.sampled_from(["", "- ", "- - ", "a: ", "b: ", "c d: ", "- a: ", "'e': ", "# ", "? "]),
    st.one_of(st.just(""), _FLOW, st.sampled_from(["|", ">-", "x  # y", "x #y z", "x#y", "- z"])),
    st.sampled_from(["", "", " ", "  # comment", "#no"]),
).map("".join)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_LINE, max_size=6).map("\n".join), st.sampled_from(["", "\n", "\r\n"]))
def test_what_is_read_is_what_ruamel_reads(read: Read, text: str, end: str) -> None:
    try:
        found = read(text.replace("\n", end or "\n") + end).data
    except RubricError:
        return
    yaml: Any = YAML(typ="safe", pure=True)
    assert found == yaml.load(text + end)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.text(alphabet=" \n\t-:,[]{}#&*!|>'\"%@`?abUux18d.~<\\\r\u2028\ufeff", max_size=40))
def test_any_text_is_read_or_refused_as_yaml(read: Read, text: str) -> None:
    try:
        read(text)
    except RubricSyntaxError as error:
        assert "r.yaml:" in str(error)  # noqa: PT017 - most texts raise nothing
