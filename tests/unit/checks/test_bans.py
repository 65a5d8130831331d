"""Kind `structure`, options `bans`, `bans_names` and `within`: what sources must not use."""

from dataclasses import replace

import pytest

from grader.checks import CHECK_KINDS
from grader.records import Outcome
from grader.worker.host import SourceFacts


def facts(*imports, names=None, origin="handin", uses=None, name="layers"):
    told = tuple(("", word, line) for word, line in (names or {}).items())
    if uses is not None:
        told = tuple((where, word, line) for (where, word), line in (names or {}).items())
    named = {where: frozenset(words.split()) for where, words in (uses or {}).items()}
    return SourceFacts(name, origin, None, imports, {}, (), told, named)


NAMES = {"bans_names": ["LayerNorm", "layer_norm"], "within": ["custom.py"]}


def test_a_file_that_does_not_use_the_names_passes(ask):
    found = {"custom.py": facts(names={})}
    result = ask("structure", "layers", NAMES, facts=found)
    assert (result.outcome, result.credit) == (Outcome.PASSED, 1.0)


def test_every_use_is_told_with_its_place_in_the_order_of_the_file(ask):
    found = {"custom.py": facts(names={"layer_norm": 12, "LayerNorm": 3})}
    result = ask("structure", "layers", NAMES, facts=found)
    assert (result.outcome, result.credit) == (Outcome.FAILED, 0.0)
    assert result.message == (
        "The assignment bans LayerNorm, layer_norm: custom.py, line 3, uses LayerNorm; custom.py, "
        "line 12, uses layer_norm."
    )
    assert result.hint == (
        "Write this part yourself, from basic operations, and remove these names."
    )


def test_a_use_in_a_notebook_is_told_with_its_cell(ask):
    cells = ((1, "hw2.ipynb, cell 3"), (10, "hw2.ipynb, cell 14"))
    found = {"custom.py": replace(facts(("torch", 4), names={"LayerNorm": 13}), cells=cells)}
    result = ask("structure", "layers", NAMES | {"bans": ["torch"]}, facts=found)
    assert result.message.endswith(
        ": hw2.ipynb, cell 3, line 3, imports torch; hw2.ipynb, cell 14, line 3, uses LayerNorm."
    )


def test_the_rubric_s_own_hint_comes_first(ask):
    found = {"custom.py": facts(names={"LayerNorm": 3})}
    assert ask("structure", "layers", NAMES, facts=found, hint="Own.").hint == "Own."


def test_files_outside_of_within_may_use_everything(ask):
    found = {"convnet.py": facts(("torch", 1), names={"LayerNorm": 3}), "custom.py": facts()}
    data = {**NAMES, "bans": ["torch"]}
    assert ask("structure", "layers", data, facts=found).outcome is Outcome.PASSED


def test_imports_within_the_files_are_banned_too(ask):
    found = {"convnet.py": facts(("torch", 1)), "custom.py": facts(("torch", 2))}
    result = ask("structure", "layers", {"bans": ["torch"], "within": ["custom.py"]}, facts=found)
    assert result.message == "The assignment bans torch: custom.py, line 2, imports torch."


def test_without_files_all_of_the_hand_in_is_meant_and_nothing_of_the_course(ask):
    data = {"bans_names": ["LayerNorm"]}
    found = {
        "net.py": facts(names={"LayerNorm": 3}),
        "solver.py": facts(names={"LayerNorm": 1}, origin="provided"),
    }
    result = ask("structure", "layers", data, facts=found)
    assert result.message == "The assignment bans LayerNorm: net.py, line 3, uses LayerNorm."


def test_many_uses_are_counted(ask):
    found = {f"f{number}.py": facts(("torch", 1)) for number in range(8)}
    result = ask("structure", "layers", {"bans": ["torch"]}, facts=found)
    assert result.message.endswith("f4.py, line 1, imports torch; and 3 more.")


def test_files_without_a_ban_are_refused():
    with pytest.raises(ValueError, match="within says") as caught:
        CHECK_KINDS["structure"].parse({"within": ["a.py"], "parameters": True})
    assert str(caught.value) == (
        "within says where a ban holds, and there is none. Add bans, bans_names."
    )


class TestReach:
    """A name is banned in what the subject uses, and not in a test beside it."""

    USES = {"Norm": "Base helper", "Base": "nn", "helper": "F", "compare": "Norm nn"}  # noqa: RUF012

    def said(self, ask, subject, names, others=None):
        found = {"custom.py": facts(names=names, uses=self.USES, name="custom"), **(others or {})}
        return ask("structure", subject, {"bans_names": ["LayerNorm"]}, facts=found).message

    def test_a_test_beside_the_subject_may_use_the_name(self, ask):
        names = {("compare", "LayerNorm"): 40, ("", "LayerNorm"): 60}
        assert self.said(ask, "custom.Norm", names) == ""

    @pytest.mark.parametrize("where", ["Norm", "Base", "helper"])
    def test_the_subject_and_what_it_names_may_not(self, ask, where):
        said = self.said(ask, "custom.Norm.forward", {(where, "LayerNorm"): 7})
        assert said == "The assignment bans LayerNorm: custom.py, line 7, uses LayerNorm."

    def test_what_it_names_in_another_file_may_not_either(self, ask):
        base = facts(names={("nn", "LayerNorm"): 3}, uses={"nn": "torch"}, name="nets")
        said = self.said(ask, "custom.Norm", {}, {"nets.py": base})
        assert said == "The assignment bans LayerNorm: nets.py, line 3, uses LayerNorm."

    @pytest.mark.parametrize("subject", ["custom", "custom.Missing", "other.Norm"])
    def test_everything_counts_where_the_subject_is_no_definition(self, ask, subject):
        said = self.said(ask, subject, {("", "LayerNorm"): 60})
        assert said == "The assignment bans LayerNorm: custom.py, line 60, uses LayerNorm."
