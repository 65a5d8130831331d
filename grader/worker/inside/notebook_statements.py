"""What notebooks have at the top level, and modules do not: training, main blocks, magic calls.

A notebook is run by its author from the first cell to the last. Here it is run for what it defines,
in every worker anew, without its data; so statements that train are left out, and definitions are
taken from wherever a run of the whole notebook would reach them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from .syntax import kind_of

# Calls of a training step; a loop around one trains, whatever else it does.
_STEPS: Final = frozenset(
    {"apply_gradients", "backward", "fit", "minimize", "step", "train_on_batch", "zero_grad"}
)
_EPOCHS: Final = frozenset({"epochs", "max_epochs", "nb_epoch", "num_epochs", "n_epochs"})
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINING: Final = (*_FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)
_PYTHON_MAGICS: Final = frozenset({"capture", "prun", "time"})


@dataclass(frozen=True)
class Training:
    """What a notebook's own functions have to do with training, by their names.

    Attributes:
        trainers: have a loop of training steps, or call a function that has.
        steps: take a training step.
    """

    trainers: frozenset[str] = frozenset()
    steps: frozenset[str] = _STEPS


def training(statements: Collection[ast.stmt]) -> Training:
    """Finds the functions and methods that train."""
    called, looped = _steps_of(statements)
    steps, trainers = set(_STEPS), set[str]()
    while True:
        known = len(steps) + len(trainers)
        steps |= {name for name, calls in called.items() if calls & steps}
        trainers |= {
            name for name, calls in called.items() if looped[name] & steps or calls & trainers
        }
        if len(steps) + len(trainers) == known:
            return Training(frozenset(trainers), frozenset(steps))


def _steps_of(
    statements: Collection[ast.stmt],
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Returns what each function calls, anywhere and in loops, by the function's own name."""
    called: dict[str, set[str]] = {}
    looped: dict[str, set[str]] = {}
    for statement in statements:
        members = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for member in members:
            if isinstance(member, _FUNCTIONS):
                name = member.name
                called.setdefault(name, set()).update(map(_called, _calls(member)))
                for loop in _inside(member, _LOOPS):
                    looped.setdefault(name, set()).update(map(_called, _calls(loop)))
    return called, {name: looped.get(name, set()) for name in called}


def trains(statement: ast.stmt, known: Training) -> bool:
    """Says whether a top-level statement trains and defines nothing that could be asked for."""
    if kind_of(statement) != "other" or any(_inside(statement, _DEFINING)):
        return False
    if any(_is_training_call(call, known) for call in _calls(statement)):
        return True
    return any(
        _called(call) in known.steps for loop in _inside(statement, _LOOPS) for call in _calls(loop)
    )


def _is_training_call(call: ast.Call, known: Training) -> bool:
    """Says whether a call trains by itself, as `model.fit(x, y, epochs=5)` does."""
    name = _called(call)
    is_fit = name in _STEPS and any(each.arg in _EPOCHS for each in call.keywords)
    return is_fit or name in known.trainers


def opened(
    statements: Collection[ast.stmt], parse: Callable[[str], ast.Module]
) -> Iterator[ast.stmt]:
    """Takes definitions out of main blocks, and code out of the calls of cell magics.

    A notebook runs as `__main__`, so what it defines in `if __name__ == "__main__":` is there
    afterwards. What else is in such a block was put there so as not to be run on import.

    Args:
        statements: of the top level.
        parse: makes a tree of a cell's text; raises SyntaxError.

    Raises:
        SyntaxError: a cell magic's code is no Python.
    """
    for statement in statements:
        code = _magic_code(statement)
        if code is not None:
            try:
                inner = parse(code).body
            except SyntaxError as error:
                where = (None, statement.lineno, None, None)
                raise SyntaxError(error.msg, where) from error
            for each in opened(inner, parse):
                _put_at(each, statement.lineno)
                yield each
        elif isinstance(statement, ast.If) and _is_main(statement.test):
            yield from (each for each in statement.body if isinstance(each, _DEFINING))
        else:
            yield statement


def _magic_code(statement: ast.stmt) -> str | None:
    """Returns the code in `get_ipython().run_cell_magic('time', '', 'code')`, and the like."""
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython")), attr="run_cell_magic"
                ),
                args=[ast.Constant(value=str(magic)), _, ast.Constant(value=str(code))],
            )
        ) if magic in _PYTHON_MAGICS:
            return code
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython")),
                    attr="run_line_magic" | "magic",
                ),
                args=[ast.Constant(value="time"), ast.Constant(value=str(code))],
            )
        ):
            return code
    return None


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return True
    return False


def _put_at(statement: ast.stmt, line: int) -> None:
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0
        elif "lineno" in node._attributes:  # parts of patterns, and names of imports
            vars(node).update(lineno=line, end_lineno=line, col_offset=0, end_col_offset=0)


def _inside(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    return (each for each in ast.walk(node) if isinstance(each, kinds))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def _called(call: ast.Call) -> str:
    """Returns the last name of what is called: `step` of `optimizer.step()`."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
