import pytest

from grader.checks import function_module


def test_another_convention_is_refused():
    data = {"convention": "torch_function", "function": "layers.F", "order": ["x"]}
    with pytest.raises(ValueError, match="is put to a module of PyTorch, not by the convention"):
        function_module.parse(data)
