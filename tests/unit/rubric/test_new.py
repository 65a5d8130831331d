"""A first rubric is made from signatures alone, loads, and says what a person has to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.errors import UsageError
from grader.records import Rubric
from grader.rubric import load_rubric
from grader.rubric.new import new_rubric

LAYERS = b"""
import torch.nn as nn
raise SystemExit("nothing of this runs")
def affine_forward(x, w, b): ...
def affine_backward(dout, cache): ...
def pool(x, pool_param, mode="max"): ...
def pool_backward(dout, cache): ...
def softmax_loss(x, y): ...
def sgd(w, dw, config=None): ...
def accuracy(scores, labels): ...
def no_arrays(config): ...
def no_arrays_backward(dout, cache): ...
def _hidden(x): ...
class Linear:
    def __init__(self, in_features, out_features, bias=True): ...
    def forward(self, x): ...
    def backward(self, dout): ...
class ConvNet(nn.Module):
    def __init__(self, classes): ...
    def forward(self, x): ...
class TwoLayerNet:
    def __init__(self, input_dim=4): ...
    def loss(self, X, y=None): ...
class Solver:
    def train(self): ...
class _Private: ...
"""


@pytest.fixture
def made(tmp_path: Path) -> Rubric:
    text = new_rubric("HW 3", {"layers.py": LAYERS, "broken.py": b"def f(:", "a-b.py": b""})
    (tmp_path / "rubric.yaml").write_text(text, encoding="utf-8")
    return load_rubric(tmp_path / "rubric.yaml", CHECK_KINDS)


def test_what_can_be_guessed_becomes_a_criterion(made: Rubric) -> None:
    found = {
        one.id: (one.subject, one.checks[0].kind, one.checks[0].params.common.convention.name)
        for one in made.criteria
    }
    assert found == {
        "affine_forward": ("layers.affine_forward", "output", "functions_with_cache"),
        "affine_backward": ("layers.affine_backward", "gradient", "functions_with_cache"),
        "pool": ("layers.pool", "output", "functions_with_cache"),
        "pool_backward": ("layers.pool_backward", "gradient", "functions_with_cache"),
        "softmax_loss": ("layers.softmax_loss", "gradient", "loss_with_gradient"),
        "sgd": ("layers.sgd", "output", "update_rule"),
        "accuracy": ("layers.accuracy", "output", "array_function"),
        "no_arrays": ("layers.no_arrays", "output", "functions_with_cache"),
        "linear_forward": ("layers.Linear.forward", "output", "module_with_dicts"),
        "linear_backward": ("layers.Linear.backward", "gradient", "module_with_dicts"),
        "conv_net_parameters": ("layers.ConvNet", "structure", "torch_module"),
        "conv_net_output": ("layers.ConvNet", "output", "torch_module"),
        "two_layer_net_parameters": ("layers.TwoLayerNet", "structure", "network_with_loss"),
        "two_layer_net_gradients": ("layers.TwoLayerNet", "gradient", "network_with_loss"),
    }


def test_backward_builds_on_its_forward(made: Rubric) -> None:
    criteria = {one.id: one for one in made.criteria}
    affine = criteria["affine_backward"]
    assert affine.needs == ("affine_forward",)
    params = affine.checks[0].params
    assert (params.forward, params.wrt) == ("layers.affine_forward", ("x", "w", "b"))
    assert criteria["pool_backward"].checks[0].params.wrt == ("x",)


def test_arguments_are_guessed_from_their_names(made: Rubric) -> None:
    criteria = {one.id: one for one in made.criteria}
    (case,) = criteria["affine_forward"].checks[0].params.common.cases
    assert case.inputs == {
        "x": {"normal": {"shape": ["N", "D"]}},
        "w": {"normal": {"shape": ["D", "M"]}},
        "b": {"normal": {"shape": ["M"]}},
    }
    assert case.sizes == {"N": 4, "D": 5, "M": 3}
    (case,) = criteria["linear_forward"].checks[0].params.common.cases
    assert case.options == {"construct": [3, 3]}


def test_points_add_up_and_are_spread_evenly(made: Rubric) -> None:
    assert made.possible == 100
    assert {float(one.points) for one in made.criteria} == {7.1, 7.2}


def test_what_is_left_out_is_said(made: Rubric) -> None:
    text = Path(made.path).read_text(encoding="utf-8")
    assert text.startswith("# Written from the signatures of HW 3. Look through it before it is ")
    assert text.endswith(
        "# layers.no_arrays_backward is not asked for: its signature does not tell enough.\n"
        "# layers.Solver is not asked for: its signature does not tell enough.\n"
        "# broken.py is not read: it is no Python.\n"
        "# a-b.py is not read: it is no Python.\n"
    )
    assert made.assignment == "hw_3"
    assert made.handin.roots == ("HW 3",)


def test_several_modules_keep_their_names_apart(tmp_path: Path) -> None:
    sources = {"a.py": b"def f(x): ...", "deep/b.py": b"def f(x): ...", "c/__init__.py": b""}
    (tmp_path / "r.yaml").write_text(new_rubric("true", sources), encoding="utf-8")
    rubric = load_rubric(tmp_path / "r.yaml", CHECK_KINDS)
    assert [(one.id, one.subject) for one in rubric.criteria] == [("f", "a.f"), ("f_2", "deep.b.f")]
    assert rubric.title == "true"


@pytest.mark.parametrize("source", [b"", b"X = 1", b"def _f(x): ...", b"def f(:", b"\0"])
def test_nothing_to_judge_is_refused(source: bytes) -> None:
    with pytest.raises(UsageError) as caught:
        new_rubric("hw", {"a.py": source})
    assert str(caught.value) == (
        "'hw' has no function or class that a criterion could be guessed for. Name a module with "
        "public functions, or a folder of such modules."
    )


@pytest.mark.parametrize("name", ["Ünï ☃", "...", "3", "a: b", 'q"uote', "null"])
def test_any_folder_s_name_gives_a_rubric_that_loads(tmp_path: Path, name: str) -> None:
    text = new_rubric(name, {"a.py": b"def f(x): ..."})
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    assert len(load_rubric(tmp_path / "r.yaml", CHECK_KINDS).criteria) == 1
