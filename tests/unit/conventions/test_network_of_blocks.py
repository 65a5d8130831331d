"""Networks of blocks: judged with stand-ins for the blocks, which are put back afterwards."""

import sys
from dataclasses import replace
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


class Hidden(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.blocks = blocks

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


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
    def run(blocks=BLOCKS, arguments=ARGUMENTS, **options):
        module = ModuleType("hw1.net_of_blocks")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        module.nn = torch.nn
        source = SOURCE.replace("BLOCK_ARGUMENTS", arguments).replace("BLOCKS", blocks)
        exec(source, vars(module))  # noqa: S102  # a hand-in's module, made for the test
        session = in_process({"m.Net": module.Net})
        call = Call({"x": X}, options=options)
        drawn = NETWORK_OF_BLOCKS.complete(
            session, Subject("m.Net"), call, np.random.default_rng(3)
        )
        default, real = torch.get_default_dtype(), module.ResidualBlock
        try:
            (answer,) = NETWORK_OF_BLOCKS.forward(
                session, Subject("m.Net"), [replace(call, inputs=drawn)]
            )
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


def test_a_block_that_stands_for_two_shows(ask):
    twice = ask("*2 * [ResidualBlock(4, 4)], ResidualBlock(4, 6, 2)").outputs
    each = ask("ResidualBlock(4, 4), ResidualBlock(4, 4), ResidualBlock(4, 6, 2)").outputs
    assert np.array_equal(twice["out"], each["out"])
    assert (twice["different blocks"], each["different blocks"]) == (2, 3)


def test_blocks_that_the_network_does_not_know_stay_in_training_mode(ask):
    known = ask(mode="eval").outputs
    hidden = ask(f"Hidden([{BLOCKS}])", mode="eval").outputs
    assert np.array_equal(known["out"], hidden["out"])
    assert (known["blocks in training mode"], hidden["blocks in training mode"]) == (0, 2)


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


COUNTED = """
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        BLOCK


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = ResidualBlock(4, 6, 2)
        count = sum(each.numel() for each in self.parameters())
        assert count == COUNT, f"{count} parameters"

    def forward(self, x):
        return self.block(x)
"""
RIGHT = 9 * 4 * 6 + 9 * 6 * 6 + 4 * 6 + 4 * 6 + 2 * 6
OWN = "self.conv = nn.Conv2d(1, 1, 1, bias=False)"  # one parameter


@pytest.fixture
def make(torch, monkeypatch):
    """Makes a network that counts its parameters, while its blocks are stand-ins."""
    from grader.worker.inside.drivers import torch_blocks

    def run(block, count):
        module = ModuleType("hw1.counted")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        module.nn = torch.nn
        source = COUNTED.replace("COUNT", str(count)).replace("BLOCK", block)
        exec(source, vars(module))  # noqa: S102  # as above
        torch_blocks.replace(module.Net, "ResidualBlock")
        try:
            return torch_blocks.maker(module.Net)()
        finally:
            torch_blocks.restore()

    return run


@pytest.mark.parametrize(
    ("block", "count"),
    [
        (OWN, 1),
        (OWN, RIGHT),  # the block is wrong, and charged elsewhere
        ("raise NotImplementedError", RIGHT),
    ],
)
def test_a_network_may_count_its_parameters_while_it_is_made(make, block, count):
    assert list(make(block, count).parameters()) == []


def test_a_network_that_counts_wrong_is_told_what_its_own_blocks_have(make):
    with pytest.raises(AssertionError, match="1 parameters"):
        make(OWN, 2)


def test_what_runs_while_a_network_is_made_is_not_noted(ask):
    # A layer whose size the first input decides is run once before it counts.
    outputs = ask(BLOCKS + ", nn.LazyConv2d(6, 1, bias=False)").outputs
    assert outputs["blocks"].tolist() == [[4, 4, 1, 8], [4, 6, 2, 4]]


OLD_STYLE = """
class ResidualBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1):
        super(ResidualBlock, self).__init__()
        self.out_channels = out_channels
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        raise NotImplementedError("wrong, and charged elsewhere")
"""


@pytest.fixture
def replaced(torch):
    """A module with blocks, while these are stand-ins."""
    from grader.worker.inside.drivers import torch_blocks

    module = ModuleType("hw1.blocks_alone")
    module.nn = torch.nn
    sys.modules[module.__name__] = module
    try:
        exec(OLD_STYLE + "class Net(nn.Module): pass", vars(module))  # noqa: S102  # as above
        torch_blocks.replace(module.Net, "ResidualBlock")
        yield module
        torch_blocks.restore()
        real = module.ResidualBlock(4, 6, stride=2)
        assert type(real) is module.ResidualBlock
        assert real.bn.num_features == 6
        with pytest.raises(TypeError):
            module.ResidualBlock(4)
    finally:
        del sys.modules[module.__name__]


def test_what_a_network_reads_of_its_blocks_is_there(replaced):
    block = replaced.ResidualBlock(4, 6)
    assert replaced.ResidualBlock.expansion == block.expansion == 1
    assert block.out_channels == 6
    assert block.bn is block.bn
    assert isinstance(block, replaced.ResidualBlock)
    assert not hasattr(block, "conv7")
    assert not list(block.parameters())


def test_a_class_of_blocks_that_was_kept_before_makes_stand_ins_too(replaced, torch):
    kept = replaced.ResidualBlock
    assert kept(4, 6, 2)(torch.zeros(1, 4, 8, 8)).shape == (1, 6, 4, 4)


def test_what_derives_from_the_blocks_is_no_stand_in(replaced):
    class Wider(replaced.ResidualBlock):
        pass

    assert type(Wider(4, 6)) is Wider
    assert list(Wider(4, 6).parameters())
