"""A service that stays up: the next host is ready, and compiles the same sources once."""

import pytest

from grader.watching.standing import RememberingHost, StandingService

SOURCES = {"layers.py": b"def f(x):\n    return x\n"}


@pytest.fixture(scope="module")
def service():
    with StandingService() as running:
        yield running


def test_the_host_that_was_made_ready_is_given_out_once(service):
    ready = service.make_ready(True)
    first, second = service.host(), service.host()
    assert first is ready
    assert second is not ready
    first.close()
    second.close()


def test_a_host_that_is_not_isolated_is_not_taken_for_one_that_is(service):
    ready = service.make_ready(False)
    other = service.host(True)
    assert other is not ready
    assert service.host(False) is ready
    ready.close()
    other.close()


def test_a_host_can_be_put_back(service):
    host = service.host()
    assert service.make_ready(True, host) is host
    assert service.make_ready(True, host) is host
    assert service.host() is host
    host.close()


def test_the_same_sources_are_compiled_once(service, monkeypatch):
    host = service.host()
    assert isinstance(host, RememberingHost)
    asked = []
    begin = host._control.begin
    monkeypatch.setattr(host._control, "begin", lambda *a: asked.append(a[0]["do"]) or begin(*a))
    first = host.load("handin", SOURCES, {})()
    assert host.load("handin", dict(SOURCES), {})() == first
    assert asked == ["load"]
    other = host.load("handin", {"layers.py": b"def g(x): pass"}, {})()
    assert other["layers.py"].definitions.keys() == {"g"}
    assert host.load("handin", SOURCES, {})() == first
    assert asked == ["load"] * 3
    host.close()


def test_a_host_tells_the_footprints_of_what_it_compiled(service):
    host = service.host()
    host.load("handin", SOURCES, {"extra.py": b"X = 1"})()
    own, given = host.footprints("handin", "handin", "provided")
    assert (own.file, given.file) == ("layers.py", "extra.py")
    assert [part.name for part in own.parts] == ["", "f"]
    host.close()


def test_closing_ends_a_host_that_nobody_took():
    with StandingService() as running:
        running.make_ready(True)
    running.close()
