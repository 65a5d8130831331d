"""The machinery itself: does it see what it is there to see?"""

import contextlib
import json
import sys
import time
import warnings

import pytest

from grader.plain_text import clean_text
from tests.fuzz.guided import GROWTH_MIB, Campaign, grown, main
from tests.fuzz.running import DeadlinePassed, attempt, bounded_memory, name_of, save


def endless(_data):
    while True:
        with contextlib.suppress(Exception):
            time.monotonic()


def test_an_endless_input_is_stopped_although_it_catches_exceptions():
    with pytest.raises(DeadlinePassed, match=r"more than 0\.05 s of CPU time"):
        attempt(endless, b"", cpu_s=0.05)


def test_a_warning_is_a_finding():
    with pytest.raises(RuntimeWarning, match="overflow"):
        attempt(lambda _: warnings.warn("overflow", RuntimeWarning, stacklevel=1), b"")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory")
def test_an_input_that_asks_for_too_much_memory_is_refused():
    with bounded_memory(64), pytest.raises(MemoryError):
        attempt(lambda _: bytearray(128 * 2**20), b"")
    attempt(lambda _: bytearray(128 * 2**20), b"")


def test_a_finding_is_named_by_the_function_of_the_grader_that_raised():
    with pytest.raises(TypeError) as caught:
        clean_text(3, 4)
    assert name_of(caught.value).startswith("TypeError-in-plain_text.clean_text")


def test_the_shortest_input_of_a_kind_is_kept(tmp_path):
    error = ValueError("no")
    paths = {save(data, error, tmp_path) for data in (b"long", b"s", b"longer")}
    assert paths == {tmp_path / "ValueError-in-the_target.bin"}
    assert paths.pop().read_bytes() == b"s"


class EndedError(Exception):
    """Stands for the end of the process."""


def test_a_campaign_counts_keeps_what_fails_and_tells(tmp_path, capsys, monkeypatch):
    def fails(data):
        if data == b"bad":
            raise KeyError("unheard of")

    def end(code):
        raise EndedError(code)

    monkeypatch.setattr("os._exit", end)
    campaign = Campaign("value", fails, 3, 1000.0, tmp_path)
    campaign.one(b"good")
    campaign.one(b"bad")
    with pytest.raises(EndedError):
        campaign.one(b"good")
    told = json.loads(capsys.readouterr().out)
    assert (told["target"], told["inputs"]) == ("value", 3)
    assert told["found"] == ["KeyError-in-the_target.bin"]
    assert (tmp_path / "value" / "KeyError-in-the_target.bin").read_bytes() == b"bad"


def test_growth_beyond_the_bound_is_told():
    assert grown({"settled_mib": 10.0, "end_mib": 11.0 + GROWTH_MIB})
    assert not grown({"settled_mib": 10.0, "end_mib": 12.0})


def test_a_target_that_there_is_not_is_refused_by_name(capsys):
    pytest.importorskip("atheris", reason="guided fuzzing needs atheris")
    with pytest.raises(SystemExit):
        main(["valeu"])
    assert "'valeu' is not a target; choose all or one of value, frame" in capsys.readouterr().err


def test_without_atheris_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["value"]) == 2
    assert "pip install atheris" in capsys.readouterr().err
