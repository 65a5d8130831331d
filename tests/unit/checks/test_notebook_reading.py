"""Names in code and numbers in texts, read by bounded patterns."""

import math

import pytest

from grader.checks.notebook_code import Definitions, bare, first_call, names_in
from grader.checks.notebook_numbers import Item, numbers_in


class TestNames:
    @pytest.mark.parametrize(
        ("source", "names"),
        [
            ("a.b(c)", {"a", "b", "c"}),
            ("a = 'b'  # c", {"a"}),
            ('a = """b\nc"""\nd', {"a", "d"}),
            ("a = 'it\\'s b' + c", {"a", "c"}),
            ("print(f'{a.b} c {d}')", {"print", "a", "b", "d"}),
            ("!pip install kornia\nx", {"x"}),
            ("%matplotlib inline\nx", {"x"}),
            ("%%bash\nrm x", set()),
            ("%%time\nx", {"x"}),
            ("a = 'open\nb", {"a", "b"}),
            ('a = """open\nb', {"a"}),
            ("שלום = 1  # עברית", {"שלום"}),
        ],
    )
    def test_strings_comments_and_magics_have_none(self, source, names):
        assert names_in(bare(source)) == names

    @pytest.mark.parametrize("piece", ['"""\\', "'''\\''", '"\\', "f'{", "#", "((((", "'\"", "%"])
    def test_long_sources_of_any_kind_are_read_in_one_pass(self, piece):
        assert isinstance(names_in(bare(piece * 20_000)), frozenset)

    def test_functions_are_followed_as_far_as_they_go(self):
        known = Definitions.of(
            ["def f():\n    g()\n\nx = 1", "class g:\n    def h(s):\n        deep"]
        )
        assert "deep" in names_in(known.reached("f()"))
        assert "x" not in names_in(known.reached("f()"))

    def test_of_variables_the_last_assignment_counts(self):
        known = Definitions.of(["t = old", "t = new"])
        assert names_in(known.reached("t", variables=True)) == {"t", "new"}

    def test_the_first_call_ends_with_its_bracket(self):
        before, call = first_call("a = 1\nb = Load(\n  x,\n)\nc", "Load")
        assert (before, call) == ("a = 1\nb = ", "Load(\n  x,\n)")
        assert first_call("Loader(x)", "Load") == ("Loader(x)", "")


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("tensor(0.0624) tensor(-1.2e-05, device='cuda:0')", [0.0624, -1.2e-05]),
            ("1,234,567 and 12,5", [1234567.0, 12.0, 5.0]),
            ("accuracy=87.1%", [87.1]),
            ("layer 28.", [28.0]),
            (".5 5. 1e3", [0.5, 5.0, 1000.0]),
            ("Conv2d-1 v2.13.0 x_3 cuda:0", [1.0]),
            ("\u22120.25", [-0.25]),
            ("[1, 2]", [1.0, 2.0]),
            ("10/10", [10.0, 10.0]),
            ("acc:0.87 layer:28 INFO:root:0.5 init 1:0.9 mps:0", [0.87, 28.0, 0.5, 1.0, 0.9]),
            ("2024-05-01 12:00:01,334 - 0.5", [2024.0, 5.0, 1.0, 0.5]),
            ("100%|██████████| 10/10 [00:20<00:00, 2.01s/it, acc=0.8]", [10.0, 10.0, 0.8]),
        ],
    )
    def test_they_are_read_as_they_occur(self, text, values):
        assert [number.value for number in numbers_in(text)] == values

    def test_nan_and_infinity_are_numbers(self):
        first, second, third = numbers_in("tensor(nan) inf -inf")
        assert math.isnan(first.value)
        assert (second.value, third.value) == (math.inf, -math.inf)
        assert numbers_in("nancy information") == []

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("0.87", True),
            ("87.0", True),
            ("87 %", True),
            ("87%", True),
            ("87", False),
            ("8", False),
        ],
    )
    def test_a_share_may_be_in_per_cent_and_a_plain_integer_is_none(self, text, right):
        item = Item("accuracy", (0.85, 1.0), share=True)
        assert [item.fits(number) for number in numbers_in(text)] == [right]

    def test_an_integer_has_no_point(self):
        item = Item("layer", (27, 30), integer=True)
        assert [item.fits(number) for number in numbers_in("28 28.5 28.0 31")] == [
            True,
            False,
            False,
            False,
        ]
