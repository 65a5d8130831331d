"""Telling the hand-in's code from everybody else's."""

import sys

from grader.worker.inside.origin import (
    describe_error,
    imported_by_handin,
    is_real,
    make_note,
    module_name,
    where_used,
)


def test_real_modules_are_those_that_can_be_imported_here():
    assert is_real("marshal")  # built in
    assert is_real("zipimport")  # frozen
    assert is_real("numpy")
    assert not is_real("layers")
    assert is_real("winreg") == (sys.platform == "win32")


def test_file_names_become_module_names():
    assert module_name("classifiers/fc_net.py") == "classifiers.fc_net"
    assert module_name("classifiers/__init__.py") == "classifiers"
    assert module_name("__init__.py") == ""


def test_code_made_by_exec_belongs_to_the_file_that_runs_it():
    namespace = {"__file__": "<handin>/a/b.py", "where": where_used}
    exec("\nplace = where()", namespace)  # noqa: S102  # as a hand-in may
    assert namespace["place"] == ("a.b", 2)
    assert where_used() == ("", 0)
    assert not imported_by_handin()


def test_an_error_without_text_is_named():
    assert describe_error(ValueError()) == "ValueError"
    assert describe_error(ValueError("odd")) == "ValueError: odd"


def test_a_short_note_is_kept_whole():
    assert make_note("a", 1, "import_failed", "short").message == "short"
