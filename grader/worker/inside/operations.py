"""What a worker understands: a short list of dumb operations on numbered slots.

An operation is a tuple whose first element is its code. The result of operation `i` of a program
is slot `i`, which later operations of that program refer to. Only `export` sends anything back.
"""

from __future__ import annotations

from typing import Final

(
    RESOLVE,
    CALL,
    ITEM,
    ATTRIBUTE,
    SET_ITEM,
    SET_ATTRIBUTE,
    EXPORT,
    NAMES,
    NEW,
    SEED,
    NOTES,
    DESCRIBE,
    NUMPY,
    ARGUMENTS,
    FILE,
    LEND,
    KEPT,
    DRIVER,
    DOUBT,
) = range(19)
"""Codes of the operations:

RESOLVE path; CALL function, args, kwargs; ITEM object, key; ATTRIBUTE object, name;
SET_ITEM object, key, value; SET_ATTRIBUTE object, name, value; EXPORT object; NAMES object;
NEW value (a fresh object that lives in the slot); SEED n; NOTES; DESCRIBE object (its type's name
and length); NUMPY name (a scalar type such as float64); ARGUMENTS function (names of its
parameters); FILE index (the descriptor of a file that was passed to the worker); LEND
object (exported, but for what cannot cross unchanged: that is kept here and goes by a number);
KEPT number (what was kept under it); DRIVER name (a function of ours, see `drivers`);
DOUBT path (what of this machine it may hang on, see `doubts`).
"""
KEPT_AS: Final = "kept:"  # begins the name under which something that was kept crosses


DONE: Final = 0  # it worked; the result stays in its slot
VALUE: Final = 1  # it worked; the payload is a plain value
RAISED: Final = 2  # the hand-in's code raised; the payload is a fault
NOT_REACHED: Final = (
    3  # an operation that this one refers to did not work; the payload is its index
)
MISSING: Final = 4  # a name was not found; the payload is (sentence, closest names)
