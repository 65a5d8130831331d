"""What a module's names hang on, where a statement did without a library, a file or its time."""

import pytest

from grader.worker.inside import hollow, standins
from grader.worker.inside.doubts import Doubts, asked_meanwhile, note_fault, note_value
from grader.worker.inside.execution import ModuleRunner
from grader.worker.inside.sources import compile_module

NOTEBOOK = "# %% cell 1 of hw.ipynb\n"


class Clock:
    """Runs statements, and says that those of some lines were cut short."""

    def __init__(self, cut=()):
        self.cut = cut

    def run(self, code, namespace, _wall_s):
        try:
            exec(code, namespace)  # noqa: S102  # as the real clock does
        except Exception as error:
            return error, False, 0.0
        lines = [each[2] for each in code.co_lines() if each[2]]
        return None, lines[0] in self.cut, 0.0


@pytest.fixture(autouse=True)
def installed():
    hollow.values_taken.clear()
    answering = standins.install([])
    yield
    answering.remove()
    hollow.values_taken.clear()


def after(source, file="a.py", clock=None):
    """Runs a module; returns what tells of one of its names why it is in doubt."""
    module = compile_module(file, source.encode(), "handin")
    doubts = Doubts()
    namespace = {"__file__": module.marked_filename, "__name__": "a"}
    ModuleRunner(clock or Clock(), 2.0, 4.0, [], doubts).run(module, namespace)
    return lambda name: doubts.about(module, name)


SIZES = "import pandas\ntable = pandas.read_csv('a.csv')\nclasses = len(table.columns)\n"


@pytest.mark.parametrize(
    "source",
    [
        f"{SIZES}def net():\n    return classes\n",
        f"{SIZES}def net(n=classes):\n    return n\n",
        f"{SIZES}class net:\n    n = classes\n",
        f"{SIZES}def size():\n    return classes\ndef net():\n    return size()\n",
        f"{SIZES}twice = 2 * classes\ndef net():\n    return [twice for _ in range(2)]\n",
        f"{SIZES}sizes = {{}}\nsizes['n'] = classes\ndef net():\n    return sizes['n']\n",
        "import pandas\nn = pandas.read_csv('a.csv') + 1\ndef net():\n    return n\n",
        "import pandas\nx = 1 + pandas.n\ny = x.real\ndef net():\n    return y\n",
        f"classes = 10\n{SIZES}def net():\n    return classes\n",
    ],
)
def test_what_comes_of_a_stand_in_is_in_doubt_however_far_away(source):
    doubt = after(source)("net")
    assert (doubt.why, doubt.what.partition(".")[0]) == ("library", "pandas")
    assert doubt.line == source[: source.index("pandas.")].count("\n") + ("len(" in source) + 1


@pytest.mark.parametrize(
    "source",
    [
        f"{SIZES}def net():\n    return 10\n",
        f"{SIZES}classes = 10\ndef net():\n    return classes\n",
        f"{SIZES}def net():\n    classes = 10\n    return classes\n",
        f"{SIZES}def net(data):\n    return data.classes\n",
        f"{SIZES}print(classes)\ndef net():\n    return undefined\n",
        "import matplotlib.pyplot as plt\nplt.plot([1])\ndef net():\n    return plt.show()\n",
        # Of a file that was not handed in, and of a library that is no part of the assignment.
        "from my_layers import n\nm = 1 + n\ndef net():\n    return m\n",
        "import torch\nm = 1 + torch.pi\ndef net():\n    return m\n",
        "import torchvision\nm = len(torchvision.a)\ndef net():\n    return m\n",
    ],
)
def test_what_hangs_on_nothing_of_it_is_in_no_doubt(source):
    assert after(source)("net") is None


def test_a_file_that_is_not_here_is_the_fault_of_a_script_and_not_of_a_notebook():
    source = "data = open('magic04.data').read()\nn = len(data)\ndef net():\n    return n\n"
    assert after(source)("net") is None
    doubt = after(NOTEBOOK + source, "hw.py")("net")
    assert (doubt.why, doubt.what, doubt.line) == ("file", "magic04.data", 2)


def test_what_a_notebook_computes_too_long_is_in_doubt():
    source = "best = max([1, 2])\ndef net():\n    return best\n"
    assert after(source, clock=Clock(cut={1}))("net") is None
    doubt = after(NOTEBOOK + source, "hw.py", Clock(cut={1}))("net")
    assert (doubt.why, doubt.what, doubt.line) == ("cut", "", 2)


def test_what_a_notebook_gets_by_training_is_in_doubt():
    source = (
        f"{NOTEBOOK}for epoch in range(3):\n    loss.backward()\n    optimizer.step()\n"
        "    best = epoch\ndef net():\n    return best\n"
    )
    assert after(source, "hw.py")("net").why == "training"


def test_what_the_judged_code_asks_itself_is_told_by_its_path():
    assert asked_meanwhile() is None
    flip = hollow.StandIn("einops.rearrange", True)
    note_value(flip)
    assert asked_meanwhile().what == "einops.rearrange"


def test_a_refusal_by_another_library_is_traced_to_the_stand_in():
    def convolve(images):
        raise TypeError(f"conv2d() got ({type(images).__name__}, Parameter)")

    with pytest.raises(TypeError) as caught:
        convolve(hollow.StandIn("einops.rearrange", True))
    note_fault(caught.value)
    assert asked_meanwhile().what == "einops.rearrange"


def test_the_text_of_an_exception_is_not_asked_of_the_hand_in():
    class SlyError(Exception):
        def __str__(self):
            raise SystemExit

    note_fault(SlyError("nothing"))
    assert asked_meanwhile() is None
