"""Mutants of sources: where they are, what is left alone, and that each is another program."""

from __future__ import annotations

import ast

from grader.audit.mutants import Mutant, mutants_in, mutants_of
from grader.audit.refusals import Refusals, refusals_of
from grader.variants.overlay import Sources

SOURCE = '''"""A module of 3 words and 1 number."""

from typing import Final

import numpy as np

__all__ = ["scale"]
RATE: Final = 0.5


def check(x):
    """Refuses."""
    if x.ndim != 2:
        raise ValueError(f"{x.ndim + 1} axes")


def half(n):
    if n % 2:
        raise ValueError("odd")
    return n // 2


def scale(x, rate=0.25):
    """Scales by 4."""
    x = floats("x", x, 2)
    check(x)
    half(len(x))
    if rate < 0:
        raise ValueError("negative: " + str(rate - 1))
    elif rate > 1:
        rate = 1
    # é: two bytes, which the places of what follows must not miss
    y = "é", x * rate
    return y[1] + RATE
'''
FILES = {"layers.py": SOURCE.encode()}


def mutants(source: str = SOURCE) -> list[Mutant]:
    data = source.encode()
    arrays = b"def floats(name, x):\n    return x\n"
    refusals = refusals_of({"layers.py": data, "arrays.py": arrays})
    return list(mutants_in("library", "layers.py", data, refusals))


def changes() -> set[tuple[str, str]]:
    return {(each.before, each.after) for each in mutants()}


def test_each_is_another_program_that_compiles() -> None:
    right = Sources({}, FILES)
    programs = set()
    for each in mutants():
        wrong = each.sources(right).library["layers.py"]
        compile(wrong, "layers.py", "exec")
        programs.add(ast.dump(ast.parse(wrong)))
    assert len(programs) == len(mutants())
    assert ast.dump(ast.parse(SOURCE)) not in programs


def test_what_refuses_bad_input_is_left_alone() -> None:
    refusing = {
        "x.ndim",
        "x.ndim != 2",
        "rate < 0",
        "0",
        'floats("x", x, 2)',
        "check(x)",
        "half(len(x))",
    }
    found = [each for each in mutants() if each.place in ("check", "scale")]
    assert not refusing & {each.before for each in found}
    assert {"rate > 1", "0.25", "x * rate"} <= {each.before for each in found}


def test_a_function_that_may_refuse_and_gives_a_value_is_mutated() -> None:
    assert ("n // 2", "(n * 2)") in changes()
    assert refusals_of(FILES) == Refusals(
        frozenset({"check"}), frozenset({"check", "half", "scale"})
    )


def test_texts_and_annotations_are_left_alone() -> None:
    assert not {"__all__", "Final", '["scale"]'} & {before for before, _ in changes()}
    assert not any("words" in each.before or "Refuses" in each.before for each in mutants())
    assert ("0.5", "0.25") in changes()


def test_a_default_is_told_from_a_constant() -> None:
    assert {each.family for each in mutants() if each.before == "0.25"} == {"defaults"}


def test_a_fingerprint_stays_when_the_code_moves() -> None:
    moved = SOURCE.replace("def half", "LATER = 7\n\n\ndef half")
    before = {each.fingerprint for each in mutants()}
    after = {each.fingerprint for each in mutants(moved) if each.definition != "LATER"}
    assert before == after
    assert len(before) == len(mutants())


def test_two_equal_slips_in_one_function_have_fingerprints_of_their_own() -> None:
    found = [each for each in mutants("def f(a, b):\n    return a * b, a * b\n")]
    assert len({each.fingerprint for each in found}) == len(found) > 0


def test_both_sides_are_mutated_and_the_conversion_of_arrays_is_not() -> None:
    right = Sources(
        handin={"layers.py": b"def f(x):\n    return x + 1\n"},
        library={
            "arrays.py": b"def g(x):\n    return x + 1\n",
            "a.py": b"def h(x):\n    return -x\n",
        },
    )
    found = mutants_of(right)
    assert {(each.side, each.file) for each in found} == {
        ("library", "a.py"),
        ("handin", "layers.py"),
    }
    assert found == mutants_of(right)
    wrong = found[-1].sources(right)
    assert wrong.library == right.library
    assert wrong.handin != right.handin


def test_a_mutant_says_where_it_is_and_what_it_changes() -> None:
    (first, *_) = mutants("def f(a, b):\n    return a @ b\n")
    assert first.name == "layers.py:2 f: a @ b → (-(a @ b))"
    assert first.changed == ("library", "layers.py", "f")
