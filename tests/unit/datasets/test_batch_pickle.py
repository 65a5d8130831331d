"""Pickles from outside: those of CIFAR are read, and nothing that one asks for is run."""

from __future__ import annotations

import os
import pickle
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.datasets.batch_pickle import read_batch_pickle
from grader.datasets.faults import DataSetError

ARRAY = np.arange(12, dtype=np.uint8).reshape(3, 4)
DAMAGED = re.escape(
    "'b' is damaged, or no batch of CIFAR-10: a pickle that holds a dictionary was expected. "
    "Download the Python version of CIFAR-10 again."
)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_what_python_3_writes_is_read(protocol: int) -> None:
    batch = {
        b"labels": [3, 300, 70_000, -1, 2**40],
        "data": ARRAY,
        b"by columns": np.asfortranarray(ARRAY),
        b"one": [b"", b"name", "text", None, True, False],
        b"tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        b"again": ARRAY,
        b"empty": {},
        b"none": [],
    }
    found = read_batch_pickle(pickle.dumps(batch, protocol=protocol), "b")
    for key in ("data", "by columns", "again"):
        array = found.pop(key)
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, ARRAY)
    assert found == {
        "labels": batch[b"labels"],
        "one": batch[b"one"],
        "tuples": batch[b"tuples"],
        "empty": {},
        "none": [],
    }


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_list_of_one_and_a_dictionary_of_one_are_read(protocol: int) -> None:
    content = pickle.dumps({b"labels": [7]}, protocol=protocol)
    assert read_batch_pickle(content, "b") == {"labels": [7]}


def python_2_batch() -> bytes:
    """The form of the published files: as `cPickle` of Python 2 wrote it, protocol 2."""
    pixels = ARRAY.tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03"
        b"(K\x01K\x03K\x04\x86cnumpy\ndtype\nq\x04U\x02u1K\x00K\x01\x87Rq\x05"
        b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        b"\x89T" + struct.pack("<i", len(pixels)) + pixels + b"tb"
    )
    labels = b"]q\x06(K\x06K\x09M\x2c\x01e"
    return b"\x80\x02}q\x00(U\x04data" + array + b"U\x06labels" + labels + b"u."


def test_what_python_2_wrote_is_read() -> None:
    found = read_batch_pickle(python_2_batch(), "b")
    np.testing.assert_array_equal(found["data"], ARRAY)
    assert found["labels"] == [6, 9, 300]


class Asks:
    """Pickles to a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.asked = (function, arguments)

    def __reduce__(self) -> Any:
        return self.asked


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize(
    ("function", "shown"),
    [(os.system, os.system.__module__ + ".system"), (eval, r"\w+.eval"), (os.mkdir, "posix.mkdir")],
)
def test_a_pickle_that_asks_for_more_is_refused_and_nothing_runs(
    tmp_path: Path, function: Callable[..., Any], shown: str, protocol: int
) -> None:
    trace = tmp_path / "ran"
    argument = {
        os.system: f"touch {trace}",
        eval: f"__import__('os').mkdir({str(trace)!r})",
        os.mkdir: str(trace),
    }[function]
    content = pickle.dumps({b"labels": [Asks(function, argument)]}, protocol=protocol)
    sentence = (
        rf"'b' asks for '{shown}', which no batch of CIFAR-10 needs; nothing of it was run. .* "
        "Download CIFAR-10 from its publisher."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_batch_pickle(content, "b")
    assert not trace.exists()
    pickle.loads(content)  # noqa: S301 - ours; shows that it would have run
    assert trace.exists()


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps([1, 2], protocol=2),  # no dictionary
        b"",
        b"\x80\x02",
        b"\x80\x02.",
        b"(lp0\n.",  # protocol 0
        b"\x80\x02}]K\x01s.",  # a list as a key
        b"\x80\x02}K\x01K\x01s.",  # a number as a key
        b"\x80\x02}U\x01\xffK\x01s.",  # a key that is not ASCII
        b"\x80\x02K\x01K\x02a.",  # appends to a number
        b"\x80\x02K\x01(K\x02e.",
        b"\x80\x02K\x01K\x02K\x03s.",  # sets an item of a number
        b"\x80\x02}(U\x01ku.",  # a key without a value
        b"\x80\x02K\x01\x86.",  # a pair of one
        b"\x80\x02h\x07.",  # from nowhere in the memo
        b"\x80\x02q\x00.",  # nothing to remember
        b"\x80\x02e.",  # no mark
        b"\x80\x02K\x01)R.",  # calls a number
        b"\x80\x02c__builtin__\nbytes\nK\x05\x85R.",  # bytes(5)
        b"\x80\x02cnumpy\nndarray\n)R.",
        b"\x80\x02cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R.",  # an array of objects
        b"\x80\x02cnumpy\ndtype\n)R.",
        b"\x80\x02cnumpy._core.numeric\n_frombuffer\n(U\x01aNK\x01\x85U\x01CtR.",  # of no type
        b"\x80\x02}}b.",  # a state for a dictionary
        b"\x80\x02c_codecs\nencode\nK\x01\x85R.",
        b"\x80\x02U\xffshort.",
        b"\x80\x02K\x01Q.",  # an object kept elsewhere
        python_2_batch().replace(b"K\x03K\x04\x86", b"K\x05K\x04\x86"),  # another shape
        python_2_batch().replace(b"K\x03K\x04\x86", b"J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86"),
        python_2_batch()[:-30],
    ],
)
def test_what_is_no_batch_is_refused(content: bytes) -> None:
    with pytest.raises(DataSetError, match=DAMAGED):
        read_batch_pickle(content, "b")


def test_every_cut_of_a_batch_is_refused() -> None:
    whole = python_2_batch()
    for length in range(len(whole)):
        with pytest.raises(DataSetError, match="'b' is damaged"):
            read_batch_pickle(whole[:length], "b")


def test_tuples_that_hold_one_another_many_times_cost_nothing() -> None:
    # t = (t, t), sixty times: to hash it as a key, or to print it, would take 2^60 steps.
    doubled = b"K\x01" + b"q\x00h\x00\x86" * 60
    with pytest.raises(DataSetError, match=DAMAGED):
        read_batch_pickle(b"\x80\x02}" + doubled + b"K\x01s.", "b")
    found = read_batch_pickle(b"\x80\x02}U\x01k" + doubled + b"s.", "b")
    assert list(found) == ["k"]
