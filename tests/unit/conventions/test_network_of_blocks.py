"""Networks of blocks: judged with stand-ins for the blocks, which are put back afterwards."""

import sys
from types import ModuleType

import numpy as np
import pytest

from grader.conventions.convention import Call, Subject
from grader.conventions.network_of_blocks import NETWORK_OF_BLOCKS
from grader.worker.program import Fault

pytestmark = pytest.mark.torch
X = np.random.default_rng(18).normal(size=(2, 3, 8, 8))

SOURCE = """
class ResidualBlock(nn.Module):
    def __init__(self, BLOCK_ARGUMENTS):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 1)

    def forward(self, x):
        raise NotImplementedError("wrong, and charged elsewhere")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.blocks = nn.Sequential(BLOCKS)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.blocks(self.stem(x)).mean((2, 3)))
"""
BLOCKS = "ResidualBlock(4, 4), ResidualBlock(4, 6, 2)"
ARGUMENTS = "in_channels, out_channels, stride=1"


@pytest.fixture
def ask(torch, in_process, monkeypatch):
    def run(blocks=BLOCKS, arguments=ARGUMENTS):
        module = ModuleType("hw1.net_of_blocks")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        module.nn = torch.nn
        source = SOURCE.replace("BLOCK_ARGUMENTS", arguments).replace("BLOCKS", blocks)
        exec(source, vars(module))  # noqa: S102  # a hand-in's module, made for the test
        session = in_process({"m.Net": module.Net})
        call = Call({"x": X})
        drawn = NETWORK_OF_BLOCKS.complete(
            session, Subject("m.Net"), call, np.random.default_rng(3)
        )
        default, real = torch.get_default_dtype(), module.ResidualBlock
        try:
            (answer,) = NETWORK_OF_BLOCKS.forward(session, Subject("m.Net"), [Call(drawn)])
        finally:
            torch.set_default_dtype(default)
        assert module.ResidualBlock is real
        assert all("conv_bias" not in name for name in drawn)
        return answer

    return run


def test_blocks_that_do_not_work_do_no_harm(ask):
    outputs = ask().outputs
    assert outputs["out"].shape == (2, 2)
    assert outputs["blocks"].tolist() == [[4, 4, 1, 8], [4, 6, 2, 4]]


@pytest.mark.parametrize(
    ("blocks", "arguments"),
    [
        (
            "ResidualBlock(4, 4), ResidualBlock(4, 6, downsample=True)",
            "cin, cout, downsample=False",
        ),
        (
            "ResidualBlock(planes=4, inplanes=4), ResidualBlock(4, stride=(2, 2), planes=6)",
            "inplanes, planes, stride=1, act='relu'",
        ),
        ("ResidualBlock('relu', 4, 4), ResidualBlock('relu', 4, 6, 2)", "act, c1, c2, s=1"),
    ],
)
def test_arguments_of_any_name_are_understood(ask, blocks, arguments):
    expected, given = ask().outputs, ask(blocks, arguments).outputs
    assert given["blocks"].tolist() == expected["blocks"].tolist()
    assert np.allclose(given["out"], expected["out"])


def test_another_stride_is_another_output(ask):
    given = ask("ResidualBlock(4, 4, 2), ResidualBlock(4, 6)").outputs
    assert given["blocks"].tolist() == [[4, 4, 2, 4], [4, 6, 1, 4]]
    assert not np.allclose(given["out"], ask().outputs["out"])


def test_a_block_that_gets_other_channels_than_it_was_made_for_is_said(ask):
    fault = ask("ResidualBlock(4, 4), ResidualBlock(5, 6)")
    assert isinstance(fault, Fault)
    assert "a ResidualBlock made for 5 channels was given 4" in fault.message


def test_a_network_of_blocks_of_its_own_is_run_as_it_is(ask):
    outputs = ask("nn.Conv2d(4, 6, 1, bias=False)").outputs
    assert set(outputs) == {"out"}
