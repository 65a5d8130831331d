"""Makes canaries: code in the place of a subject that gives nothing, a constant, NaN, an echo.

Whatever the subject gives or keeps is replaced, array by array, at any depth. The code is appended
to the file of a hand-in that is right else.
"""

from __future__ import annotations

from typing import Final

# What stands for a right value `v` of a function whose first input is `a`.
CANARIES: Final = {
    "nothing": "np.zeros(0)",
    "constant": "np.ones(np.shape(v))",
    "nan": "np.full(np.shape(v), np.nan)",
    "wrong_shape": "np.ones((2, *np.shape(v)))",
    "echo": "a",
    "zeros": "np.zeros(np.shape(v))",
}

_SPOILING: Final = '''

import contextlib as _contextlib
import copy as _copy
import functools as _functools
import io as _io

import numpy as _np


def _canary(a, v):
    np = _np
    return {value}


def _is_tensor(value):
    """Tells a tensor or a variable of PyTorch or TensorFlow that has numbers."""
    return hasattr(value, "numpy") and hasattr(value, "dtype")


def _plain(value):
    if not _is_tensor(value):
        return value
    return (value.detach() if hasattr(value, "detach") else value).numpy()


def _is_array(value):
    return _is_tensor(value) or isinstance(value, (_np.ndarray, _np.floating, float))


def _first(values):
    """Finds the first array among arguments, which is what an echo returns."""
    for value in values:
        if _is_array(value):
            return _plain(value)
        if isinstance(value, (list, tuple, dict)):
            inside = value.values() if isinstance(value, dict) else value
            found = _first(inside)
            if found is not None:
                return found
    return None


def _spoiled(a, value):
    if isinstance(value, dict):
        return {{key: _spoiled(a, each) for key, each in value.items()}}
    if type(value) in (list, tuple):
        return type(value)(_spoiled(a, each) for each in value)
    if hasattr(value, "state_dict") or hasattr(value, "get_weights"):
        _spoil_parameters(value)
        return value
    if not _is_array(value):
        return value
    plain = _plain(value)
    a = _np.full(_np.shape(plain), 0.25) if a is None else a  # an echo of no argument
    made = _np.asarray(_canary(a, plain), dtype=_np.asarray(plain).dtype)
    if hasattr(value, "detach"):
        import torch

        made = torch.as_tensor(_np.array(made))
        return made.requires_grad_() if value.requires_grad else made
    if _is_tensor(value):
        import tensorflow as tf

        return (tf.Variable if hasattr(value, "assign") else tf.convert_to_tensor)(made)
    return float(made.ravel()[0]) if isinstance(value, float) and made.size else made


def _keeps(owner):
    found = vars(owner) if hasattr(owner, "__dict__") else {{}}
    return {{
        (name, key): each
        for name, value in found.items()
        if not name.startswith("_")
        for key, each in (value.items() if isinstance(value, dict) else [(None, value)])
    }}


def _spoil_kept(owner, worked_on, before, a):
    """Gives an object what a method has set on another one, spoiled."""
    for (name, key), value in _keeps(worked_on).items():
        if before.get((name, key)) is value:
            continue
        if key is None or not isinstance(getattr(owner, name, None), dict):
            setattr(owner, name, _spoiled(a, getattr(worked_on, name)))
        else:
            getattr(owner, name)[key] = _spoiled(a, value)


def _spoil_parameters(module):
    if hasattr(module, "get_weights"):  # of Keras
        kept = module.get_weights()
        made = [_np.asarray(_spoiled(None, each)) for each in kept]
        pairs = zip(kept, made)
        module.set_weights([m if m.shape == k.shape else 0 * k + 0.5 for k, m in pairs])
        return
    for parameter in getattr(module, "parameters", lambda: ())():
        changed = _spoiled(None, parameter.detach())
        parameter.data = changed if changed.shape == parameter.shape else 0 * parameter.data + 0.5


def _as_canary(function, is_method):
    @_functools.wraps(function)
    def canary(*args, **kwargs):
        a = _first([*(args[1:] if is_method else args), *kwargs.values()])
        if function.__name__ == "__init__":
            function(*args, **kwargs)
            _spoil_kept(args[0], args[0], {{}}, a)
            _spoil_parameters(args[0])
            return None
        # What it does to its arguments, or prints, does not happen.
        copies = _copy.deepcopy(args)
        before = _keeps(copies[0]) if is_method else {{}}
        with _contextlib.redirect_stdout(_io.StringIO()):
            given = function(*copies, **_copy.deepcopy(kwargs))
        if is_method:
            _spoil_kept(args[0], copies[0], before, a)
        return _spoiled(a, given)

    return canary


def _make_canary(owner, name):
    subject = getattr(owner, name)
    if isinstance(owner, type):
        setattr(owner, name, _as_canary(subject, is_method=True))
        return
    if not isinstance(subject, type):
        globals()[name] = _as_canary(subject, is_method=False)
        return
    if any(base.__module__.startswith("torch.autograd") for base in subject.__mro__):
        # its methods are static and get a context first
        made = {{
            each: staticmethod(_as_canary(getattr(subject, each), is_method=False))
            for each in ("forward", "backward")
        }}
    else:
        made = {{
            each: _as_canary(member, is_method=True)
            for each, member in vars(subject).items()
            if callable(member) and (each == "__init__" or not each.startswith("_"))
        }}
    globals()[name] = type(name, (subject,), made)


'''


def canary_source(subject: str, module: str, value: str) -> str:
    """Writes the code that makes a canary of a subject.

    Args:
        subject: dotted path below the root.
        module: dotted name of the module that it is in.
        value: an expression of `a`, the first array that was given, and `v`, the right value.
    """
    *owner, name = subject.removeprefix(f"{module}.").split(".")
    holder = ".".join(owner) or "__import__('sys').modules[__name__]"
    return _SPOILING.format(value=value) + f"_make_canary({holder}, {name!r})\n"
