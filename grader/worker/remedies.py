"""What a student can do about an exception of their code, by its type and by what it says.

Only what holds whatever the code is: most exceptions say too little for advice, and get none.
"""

from __future__ import annotations

import re
from typing import Final

_BY_TYPE: Final = {
    "NotImplementedError": "Replace the `raise NotImplementedError` by your code.",
    "RecursionError": "The function calls itself without end; look for the call that should stop.",
    "SystemExit": "Remove the call of `exit`, `quit` or `sys.exit`: it ends the whole program.",
    "MemoryError": "Look for an array that grows with the product of two large sizes.",
}

_OUR_CALL: Final = "Keep the parameters that the function was given with, in their order."
# What a layer says of an input that does not fit, also where no line of the hand-in called it.
_MISFIT: Final = (
    r"shapes cannot be multiplied|must match the (existing )?size|is invalid for input of size"
    r"|size mismatch|expected input\[.*\] to have"
)
# Errors without a line of the hand-in: what was asked of it from outside is not there, or a layer
# of a library called another.
_WITHOUT_A_LINE: Final = (
    (
        "TypeError",
        r"^\w+\(\) takes no arguments$",  # said only of a class that has no constructor at all
        "The class has no `__init__`. Write it with two underscores on each side, and indent it "
        "below the class.",
    ),
    ("TypeError", r"argument", _OUR_CALL),
    (
        "AttributeError",
        r"^'(?!NoneType|function|method|int|float|bool|str|list|tuple|dict)\w+' object has no "
        r"attribute '\w+'( and no __dict__ for setting new attributes)?$",
        "The class has nothing of that name. Is it spelt otherwise, not indented like the other "
        "methods, or not set in `__init__`?",
    ),
    (
        "RuntimeError",
        _MISFIT,
        "A layer is given another shape than it was made for. Follow the shapes from layer to "
        "layer.",
    ),
    (
        "RuntimeError",
        r"returned an incorrect number of gradients",
        "Return one value for each argument of forward after ctx, in their order: None for what "
        "needs no gradient, such as eps.",
    ),
)

_SHAPES: Final = "Print the shapes of the arrays in that line. Which of them is not as you expect?"
# Types, a part of what NumPy, PyTorch or Python say, and what helps then.
_BY_TEXT: Final = (
    (
        ("ValueError",),
        r"mismatch in its core dimension|not aligned|could not be broadcast|could not broadcast"
        r"|cannot reshape array|all the input array dimensions",
        _SHAPES,
    ),
    (
        ("RuntimeError",),
        _MISFIT,
        _SHAPES,
    ),
    (
        ("InvalidArgumentError",),  # of TensorFlow
        r"size-incompatible|Incompatible shapes|but the requested shape",
        _SHAPES,
    ),
    (
        ("IndexError",),
        r"out of (bounds|range)|too many indices",
        "Print the shape of what is indexed in that line, and the index.",
    ),
    (
        ("ValueError", "RuntimeError"),  # of NumPy and of PyTorch
        r"^The truth value of an array|^Boolean value of Tensor",
        "A whole array stands there as a condition. To ask whether there is one, write `is None` "
        "or `is not None`; to ask about its elements, say whether any or all of them.",
    ),
    (
        ("ValueError",),
        r"values to unpack",
        "Count the names in that line and the values that they get. Where it is a cache, look for "
        "the forward function that made it.",
    ),
    (
        ("KeyError",),
        r"",
        "There is no such key. Print the keys; read one that may be absent by .get(key, default).",
    ),
    (
        ("UnboundLocalError",),
        r"local variable",
        "The name has a value on some paths through the function only. Give it one on all.",
    ),
    (
        ("NameError",),
        r"is not defined",
        "Check the spelling of the name, and that it gets a value or is imported above that line.",
    ),
    (
        ("AttributeError",),
        r"'NoneType' object has no attribute",
        "A value in that line is None. Look for where it comes from, such as a function without a "
        "return.",
    ),
    (
        ("AttributeError",),
        r"before Module\.__init__\(\) call",
        "Begin the constructor with `super().__init__()`.",
    ),
    (
        ("AttributeError",),
        r"^'(\w+\.)?(u?int|float|bool|complex|str|list|tuple|dict)\d*' object has no",
        "A value in that line is of another type than the line takes it for. Print its type, and "
        "look for where it gets its value.",
    ),
    (
        ("AttributeError",),
        r"object has no attribute",
        "Check the spelling of the name, and that it is set before that line runs.",
    ),
    (
        ("TypeError",),
        r"'NoneType'|NoneType object",
        "A value in that line is None. Look for where it comes from, such as a function without a "
        "return.",
    ),
    (
        ("TypeError",),
        r"is not a Module subclass",
        "Hand over layers that were made: `Flatten()` for a class Flatten, `nn.ReLU()` for F.relu.",
    ),
    (
        ("ValueError",),
        r"^Fan in and fan out can not be computed",
        "Only weights have a fan in: leave out what has a single axis, such as biases.",
    ),
    (
        ("ZeroDivisionError",),
        r"",
        "Look for what is divided by in that line, and for the input for which it is 0.",
    ),
)


def remedy(exception: str, text: str, *, placed: bool) -> str:
    """Says what to do about an exception; empty rather than a guess.

    >>> remedy("IndexError", "index 4 is out of bounds for axis 0 with size 4", placed=True)
    'Print the shape of what is indexed in that line, and the index.'
    >>> remedy("IndexError", "no such thing", placed=True)
    ''

    Args:
        exception: name of its type.
        text: its own text.
        placed: whether the message names the line that raised it.
    """
    if exception in _BY_TYPE:
        return _BY_TYPE[exception]
    if not placed:
        for name, part, advice in _WITHOUT_A_LINE:
            if exception == name and re.search(part, text):
                return advice
        return ""
    for types, part, advice in _BY_TEXT:
        if exception in types and re.search(part, text):
            return advice
    return ""
