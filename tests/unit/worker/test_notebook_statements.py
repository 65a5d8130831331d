"""Statements that train, and definitions that only a run of the whole notebook reaches."""

import ast
import textwrap

import pytest

from grader.worker.inside.notebook_statements import opened, training, trains

FUNCTIONS = textwrap.dedent(
    """
    def step_once(x):
        optimizer.step()
    def run_epoch(loader):
        for x in loader:
            step_once(x)
    def experiment():
        return run_epoch(loader)
    class Trainer:
        def train(self):
            while True:
                loss.backward()
        def evaluate(self):
            for x in self.loader:
                self.model(x)
    def gradient(x):
        y = x.sum()
        y.backward()
        return x.grad
    def loops(x):
        for each in x:
            print(each)
    """
)


def judged(statement):
    tree = ast.parse(FUNCTIONS + textwrap.dedent(statement))
    return trains(tree.body[-1], training(tree.body))


@pytest.mark.parametrize(
    "statement",
    [
        "for x in loader:\n    loss.backward()",
        "with tqdm(x) as bar:\n    while True:\n        optimizer.step()",
        "for x in loader:\n    step_once(x)",
        "losses = experiment()",
        "history = Trainer().train()",
        "model.fit(x, y, epochs=10)",
        "results = [run_epoch(each) for each in loaders]",
    ],
)
def test_what_trains_is_found(statement):
    assert judged(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "for i in range(100):\n    x = a @ x",
        "loops(x)",
        "loss.backward()",
        "g = gradient(x)",
        "x = scaler.fit(x)",
        "accuracy = Trainer().evaluate()",
        "def again():\n    return experiment()",
        "if True:\n    run_epoch(x)\n    def f():\n        pass",
        "x = 1",
    ],
)
def test_what_does_not_train_is_run(statement):
    assert not judged(statement)


def names(text):
    statements = opened(ast.parse(text).body, ast.parse)
    return [(type(each).__name__, each.lineno) for each in statements]


def test_main_blocks_give_their_definitions():
    text = "if __name__ == '__main__':\n    import a\n    def f(): pass\n    a.run()\nx = 1"
    assert names(text) == [("Import", 2), ("FunctionDef", 3), ("Assign", 5)]
    assert names("if __name__ != '__main__':\n    import a") == [("If", 1)]


def test_code_of_cell_magics_is_taken_out():
    text = "x = 1\nget_ipython().run_cell_magic('time', '', 'def f():\\n    pass\\ny = 1\\n')"
    assert names(text) == [("Assign", 1), ("FunctionDef", 2), ("Assign", 2)]
    code = compile(ast.Module(list(opened(ast.parse(text).body, ast.parse)), []), "a", "exec")
    made = {}
    exec(code, made)  # noqa: S102  # what notebooks would do
    assert made["f"]() is None
    assert names("get_ipython().run_line_magic('time', 'y = 1')") == [("Assign", 1)]


@pytest.mark.parametrize("magic", ["bash", "writefile", "html"])
def test_code_that_is_no_python_stays_where_it_is(magic):
    assert names(f"get_ipython().run_cell_magic('{magic}', '', 'x = 1')") == [("Expr", 1)]


def test_broken_code_of_a_magic_is_a_fault_of_its_line():
    with pytest.raises(SyntaxError, match="invalid syntax") as raised:
        names("\n\nget_ipython().run_cell_magic('time', '', 'a = 1\\nx = = 1')")
    assert raised.value.lineno == 3
