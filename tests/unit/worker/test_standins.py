"""Imports of libraries that are not there, in the ways that course code uses them."""

import copy
import os
import subprocess
import sys
import textwrap
import types
import typing
import warnings

import numpy as np
import pytest

from grader.worker.inside import standins
from grader.worker.inside.hollow import HollowModule, StandIn, StandInUsed
from grader.worker.inside.loader import PackageLoader, compile_package

SYSTEM = os.system


@pytest.fixture
def notes():
    return []


@pytest.fixture
def installed(notes):
    made = standins.install(notes)
    yield made
    made.remove()


@pytest.fixture
def run(installed, notes):
    """Runs a source as a hand-in's module and returns its namespace; no statement may fail."""
    made = []

    def make(source, failing=()):
        package = compile_package({"code_.py": textwrap.dedent(source).encode()}, {})
        loader = PackageLoader(
            package, ["cs231n"], statement_wall_s=5, module_wall_s=5, notes=notes
        )
        made.append(loader)
        module = loader.resolve("code_")
        failed = [note.message for note in notes if note.kind != "standin_used"]
        assert len(failed) == len(failing), failed
        for message, words in zip(failed, failing, strict=True):
            assert words in message
        return module

    yield make
    for loader in made:
        loader.remove()


def test_a_plotting_header_goes_through(run, notes):
    module = run(
        """
        import numpy as np
        import matplotlib
        matplotlib.use('Agg')
        import matplotlib.pyplot as plt
        from matplotlib import cm, gridspec
        from pylab import *
        import seaborn as sns; sns.set(style='ticks')
        plt.rcParams['figure.figsize'] = (10.0, 8.0)
        plt.rcParams.update({'image.cmap': 'gray'})
        del plt.rcParams['x']
        plt.style.use('ggplot')
        plt.interactive = True
        with plt.xkcd():
            plt.plot(np.arange(3))
        fig, ax = plt.subplots()
        ax.set_title(f'{ax:>3}')
        fig, axs = plt.subplots(2, 2)
        axs[0, 1].plot([1])
        for axis in axs.flat:
            axis.plot([2])
        train, val, test = sns.split([1, 2, 3])
        n, bins, patches = plt.hist([1])
        assert len(val) == 0 and not val and 3 not in val
        plt.show()
        plt.savefig('loss.png')
        """
    )
    assert isinstance(module.train, StandIn)
    assert module.plt is sys.modules["matplotlib"].pyplot
    assert [(note.kind, note.line) for note in notes] == [
        ("standin_used", 3),
        ("standin_used", 7),
        ("standin_used", 8),
    ]
    assert notes[0].module == "code_"
    assert notes[0].message == (
        "matplotlib is not available in grading; an empty stand-in was imported."
    )


def test_a_colab_header_goes_through(run):
    run(
        """
        from google.colab import drive
        drive.mount('/content/drive', force_remount=True)
        import google.colab.files as files
        uploaded = files.upload()
        import sys
        sys.path.append('/content/drive/My Drive/' + 'cs231n')
        from IPython import get_ipython
        from IPython.display import display, clear_output
        get_ipython().run_line_magic('matplotlib', 'inline')
        get_ipython().magic('load_ext autoreload')
        display(uploaded)
        import pdb, webbrowser
        pdb.set_trace()
        breakpoint()
        webbrowser.open('https://example.org')
        """
    )


def test_framework_code_at_the_top_of_a_file_goes_through(run):
    module = run(
        """
        from typing import Optional
        import numpy as np
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
        from torch.utils.data import DataLoader, sampler
        import torchvision.transforms as T
        from torchvision import datasets
        print(torch.__version__.split('.'))
        device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
        transform = T.Compose([T.ToTensor(), T.Normalize((0.5,), (0.5,))])
        loader = DataLoader(datasets.MNIST('.', download=True), batch_size=64)
        for images, labels in loader:
            pass

        class Net(nn.Module):
            def __init__(self, hidden=3):
                super(Net, self).__init__()
                self.fc = nn.Linear(3, hidden)
                self.size = hidden
            def forward(self, x):
                return x + self.size

        class Data(torch.utils.data.Dataset, tag='x'):
            pass

        @torch.no_grad()
        def plain(x: torch.Tensor, y: Optional[torch.Tensor] = None) -> torch.Tensor | None:
            return x + 1

        @torch.jit.script
        def scripted(x: 'torch.Tensor', y: np.ndarray | torch.Tensor = None):
            return x + 2

        @torch.jit.export
        class Kept:
            pass

        net = Net()
        def to_numpy(x):
            return x.numpy() if isinstance(x, (list, torch.Tensor)) else x
        def forward(x):
            return torch.relu(x)
        try:
            raise torch.cuda.OutOfMemoryError('full')
        except torch.cuda.OutOfMemoryError:
            caught = True
        """
    )
    assert module.plain(1) == 2
    assert module.scripted(1) == 3
    assert isinstance(module.Kept, type)
    assert module.net(4) == 7
    assert isinstance(module.net, module.nn.Module)
    assert issubclass(module.Net, module.nn.Module)
    assert not isinstance(3, module.torch.Tensor)
    assert module.to_numpy(3) == 3
    assert isinstance(module.Data()(3), StandIn)
    assert not hasattr(module.net, "parameters")
    with pytest.raises(AttributeError, match=r"`Net.parameters` does not exist: .*torch\.nn"):
        _ = module.net.parameters
    assert isinstance(module.forward(np.ones(3)), StandIn)
    assert module.caught


SENTENCE = "`torch.relu` was called, but torch is not part of this assignment's NumPy questions."


@pytest.mark.parametrize(
    "use",
    [
        lambda value: value + 1,
        lambda value: 1 - value,
        lambda value: -value,
        lambda value: value @ np.ones(3),
        lambda value: np.ones(3) * value,
        lambda value: value < 1,
        lambda value: np.ones(3) == value,
        lambda value: float(value),
        lambda value: int(value),
        lambda value: range(3)[value],
        lambda value: round(value),
        lambda value: np.asarray(value),
        lambda value: np.array([value, value]),
        lambda value: np.add(1, value),
        lambda value: np.concatenate([value, value]),
    ],
)
def test_a_number_cannot_be_had(use):
    with pytest.raises(StandInUsed) as caught:
        use(StandIn("torch.relu")(np.ones(3)))
    assert str(caught.value) == SENTENCE


def test_the_refusal_names_the_library():
    with pytest.raises(
        StandInUsed, match=r"`scipy\.x` was used as a value, but scipy is not avail"
    ):
        StandIn("scipy").x + 1
    with pytest.raises(StandInUsed, match=r"`jax.grad` was called"):
        StandIn("jax.grad")(abs)(3) + 1
    with pytest.raises(StandInUsed):
        StandIn("jax.grad")(lambda x: x)(3) + 1


def test_torchvision_is_no_part_of_numpy_questions_and_not_here_for_those_of_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", HollowModule("torch"))
    with pytest.raises(StandInUsed, match="torchvision is not part of this assignment's NumPy"):
        StandIn("torchvision.ops") + 1
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    with pytest.raises(StandInUsed, match="torchvision is not available in grading"):
        StandIn("torchvision.ops") + 1


def test_a_stand_in_behaves_like_nothing_in_particular():
    value = StandIn("x.y")
    assert repr(value) == "<stand-in for x.y>"
    assert repr(value(1)) == "<stand-in for x.y()>"
    assert copy.deepcopy(value) is value
    assert value.z is value.z
    assert typing.Optional[value]  # noqa: UP045  # the spelling under test
    assert {value: 1}[value] == 1
    assert list(value) == []
    with pytest.raises(AttributeError, match="stands in and has no __wrapped__"):
        _ = value.__wrapped__


def test_a_stand_in_module_has_no_special_names():
    module = HollowModule("x")
    assert isinstance(module(3), StandIn)
    with pytest.raises(AttributeError, match="module 'x' stands in and has no __all__"):
        _ = module.__all__


def test_python_2_bridges_work(run, monkeypatch):
    # A library that pytest has loaded would be found before any stand-in.
    monkeypatch.delitem(sys.modules, "typing_extensions", raising=False)
    module = run(
        """
        from __future__ import print_function, division
        from builtins import range, object
        from past.builtins import xrange, basestring, unicode, long, raw_input
        import past.builtins
        from past.utils import old_div
        from future import standard_library
        standard_library.install_aliases()
        from future.utils import iteritems, viewitems, with_metaclass
        import six
        from six import iterkeys, string_types
        from six.moves import cPickle as pickle, xrange as xr, urllib, reduce, zip
        from six.moves import range as r3
        import six.moves.cPickle as again
        from six.moves.urllib.request import urlretrieve
        import cPickle, Queue
        from cStringIO import StringIO
        from typing_extensions import Literal, Unheard
        import __builtin__

        class Base(type): pass
        class Child(with_metaclass(Base, list)): pass
        """
    )
    assert list(module.xrange(3)) == list(module.xr(3)) == list(module.r3(3)) == [0, 1, 2]
    assert (module.basestring, module.unicode, module.long) == (str, str, int)
    assert module.old_div(7, 2) == 3
    assert module.old_div(7.0, 2) == 3.5
    assert module.past.builtins.map(abs, [-1]) == [1]
    assert list(module.iteritems({1: 2})) == list(module.viewitems({1: 2})) == [(1, 2)]
    assert list(module.iterkeys({1: 2})) == [1]
    assert module.pickle is module.cPickle is module.again is sys.modules["pickle"]
    assert sys.modules["pickle"].__spec__.name == "pickle"
    assert module.reduce(max, [1, 3, 2]) == 3
    assert module.StringIO("a").read() == "a"
    assert module.Literal is typing.Literal
    assert isinstance(module.Unheard, StandIn)
    assert list(module.six.itervalues({1: 2})) == [2]
    assert module.six.b("a") == b"a"
    assert module.six.u("a") == "a"
    assert module.Child.__mro__[1].__name__ == "WithMetaclass"
    with pytest.raises(EOFError, match="nobody is there to answer"):
        module.raw_input("name? ")
    with pytest.raises(PermissionError, match="there is no network"):
        module.urllib.request.urlretrieve("https://example.org")
    assert module.urlretrieve is module.urllib.request.urlretrieve


def test_progress_bars_give_the_real_items(run, capsys):
    module = run(
        """
        from tqdm import tqdm, trange
        from tqdm.auto import tqdm as auto
        import tqdm as whole
        from numba import njit, prange
        seen = [x for x in tqdm([1, 2], desc='epoch')] + list(trange(2)) + list(auto([5]))
        seen += list(whole.tqdm('a'))
        import progressbar
        from rich.progress import track
        others = [*progressbar.progressbar('b'), *progressbar.ProgressBar(max_value=1)('c')]
        others += list(track('d', description='epoch'))
        with tqdm(total=3) as bar:
            bar.update(1)
            bar.set_postfix(loss=3)
        size = len(tqdm([1, 2]))
        tqdm.write('text')
        hidden = hasattr(bar, '_private')
        @njit(parallel=True)
        def total():
            return sum(i for i in prange(4))
        """
    )
    assert module.seen == [1, 2, 0, 1, 5, "a"]
    assert module.others == ["b", "c", "d"]
    assert module.size == 2
    assert capsys.readouterr().out == "text\n"
    assert module.total() == 6
    assert not module.hidden


def test_accuracies_are_counted_as_scikit_learn_does(run, notes):
    module = run(
        """
        import numpy as np
        from sklearn.metrics import accuracy_score, confusion_matrix
        from sklearn import metrics, preprocessing
        import sklearn
        found = [
            accuracy_score([0, 1, 2, 2], np.array([0, 1, 1, 2])),
            metrics.accuracy_score([0, 1, 2], [0, 1, 1], normalize=False),
            sklearn.metrics.accuracy_score([0, 1], [0, 0], sample_weight=[1, 3]),
            accuracy_score(np.eye(2), np.array([[1, 0], [1, 1]])),
        ]
        other = confusion_matrix([0], [0])
        """
    )
    assert module.found == [0.75, 2.0, 0.25, 0.5]
    assert isinstance(module.other, StandIn)
    assert isinstance(module.preprocessing.StandardScaler(), StandIn)
    assert [note.message for note in notes] == [
        "sklearn is not available in grading; an empty stand-in was imported."
    ]


def test_private_parts_of_numpy_that_are_gone_do_not_kill_a_file(run, notes):
    module = run(
        """
        import numpy as np
        from numpy.lib.arraypad import pad
        from numpy.lib.utils import source_
        from numpy.core.gone import thing
        import numpy.lib.function_base_gone as gone
        """
    )
    assert module.pad is np.pad
    assert isinstance(module.source_, StandIn)
    assert "numpy.lib.arraypad does not exist" in notes[0].message
    assert not hasattr(module.gone, "__all__")


def test_missing_parts_of_the_standard_library_are_told_apart(run):
    module = run(
        """
        import os.gone
        import json.gone
        import msvcrt
        try:
            import winreg
            windows = True
        except ImportError:
            windows = False
        """,
        failing=["No module named 'os.gone'", "No module named 'json.gone'"],
    )
    if sys.platform != "win32":
        assert isinstance(module.msvcrt, HollowModule)
        assert module.windows is False


def test_code_that_can_do_without_a_library_does(run):
    module = run(
        """
        import numpy as np
        try:
            import cupy as np
        except ImportError:
            pass
        try:
            import google.colab
            IN_COLAB = True
        except (ImportError, KeyError):
            IN_COLAB = False
        try:
            import torch
        except ValueError:
            torch = None
        try:
            import numpy as again
            import tensorflow as tf
            from math import pi
        except:
            tf = None
        import cupyx
        """,
        failing=["No module named 'cupyx' in grading"],
    )
    assert module.np is np
    assert module.IN_COLAB is False
    assert isinstance(module.torch, HollowModule)
    assert isinstance(module.tf, HollowModule)


def test_libraries_that_are_allowed_are_real(notes):
    made = standins.install(notes, real=["sympy"])
    try:
        assert made.find_spec("sympy") is None
    finally:
        made.remove()


def test_what_is_loaded_already_is_out_of_reach(notes, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", HollowModule("real"))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", HollowModule("real.pyplot"))
    made = standins.install(notes)
    assert "matplotlib" not in sys.modules
    made.remove()
    assert sys.modules["matplotlib"].__name__ == "real"
    del sys.modules["matplotlib"], sys.modules["matplotlib.pyplot"]


def test_libraries_see_the_machine_as_it_is(installed):
    with pytest.raises(ModuleNotFoundError):
        __import__("library_that_is_nowhere")
    with pytest.raises(ModuleNotFoundError):
        __import__("numpy.gone")
    namespace = {"__file__": "<handin>/code.py"}
    exec("import library_that_is_nowhere as x", namespace)  # noqa: S102  # as a hand-in may
    assert isinstance(namespace["x"], HollowModule)


@pytest.fixture
def without_six(monkeypatch):
    """Another test may have imported the library itself, which is in no worker."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "six"]:
        monkeypatch.delitem(sys.modules, name)
    finders = [each for each in sys.meta_path if type(each).__module__ == "six"]
    for each in finders:
        sys.meta_path.remove(each)
    yield
    sys.meta_path += finders


def test_parts_of_a_lookalike_are_for_the_handin_only(without_six, run):
    module = run("import six.moves\nimport six\n")
    assert isinstance(module.six.moves.queue, StandIn)


def test_doors_are_closed_and_can_be_opened_again(run):
    module = run(
        """
        import os, subprocess, urllib.request
        doors = [
            lambda: os.system('ls'),
            lambda: os.popen('ls'),
            lambda: os.fork(),
            lambda: subprocess.run(['ls']),
            lambda: subprocess.check_output('ls', shell=True),
            lambda: subprocess.Popen(['ls']),
        ]
        """
    )
    for door in module.doors:
        with pytest.raises(PermissionError, match="no other program can be started in grading"):
            door()
    with pytest.raises(OSError, match=r"`urllib.request.urlopen` was called, but there is no"):
        module.urllib.request.urlopen("https://example.org")


def test_everything_is_undone(notes):
    before = list(sys.meta_path)
    made = standins.install(notes)
    assert os.system is not SYSTEM
    made.remove()
    assert os.system is SYSTEM
    assert sys.meta_path == before
    assert subprocess.run.__module__ == "subprocess"


def test_modules_that_are_imported_later_are_closed_too():
    program = """
        import sys
        sys.path.insert(0, sys.argv[1])
        from grader.worker.inside import standins
        assert 'subprocess' not in sys.modules and 'urllib.request' not in sys.modules
        standins.install([])
        for name, function in (('subprocess', 'run'), ('urllib.request', 'urlopen')):
            module = __import__(name, fromlist=['x'])
            try:
                getattr(module, function)('x')
            except PermissionError as error:
                print(error)
        """
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", textwrap.dedent(program), os.getcwd()],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ""},
    )
    if "No module named 'numpy'" in result.stderr:
        pytest.skip("NumPy is on a path that only the site module adds")
    assert result.stdout == (
        "`subprocess.run` was called, but no other program can be started in grading.\n"
        "`urllib.request.urlopen` was called, but there is no network in grading.\n"
    ), result.stderr


def test_nothing_of_this_warns(run):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run("import torch, six.moves.cPickle, numpy.lib.arraypad")


@pytest.mark.torch
def test_a_log_of_pytorchs_that_needs_another_library_is_empty(torch, run, notes):
    module = run(
        """
        import torch
        from torch.utils.tensorboard import SummaryWriter
        with SummaryWriter(log_dir='runs/mlp') as writer:
            writer.add_scalar('loss', torch.ones(1).item(), 0)
        writer.close()
        """
    )
    assert isinstance(module.writer, StandIn)
    assert [note.message for note in notes if "tensorboard" in note.message] == [
        "torch.utils.tensorboard is not available in grading; an empty stand-in was imported."
    ]
