"""Programs of operations on a hand-in's objects: every operation, and everything it may raise."""

import numpy as np
import pytest

from grader.worker.inside import operations as ops
from grader.worker.inside.executor import MAX_MESSAGE, Executor, Missing, describe, export
from grader.worker.inside.values import Opaque, Slot


class Names:
    def __init__(self, names):
        self.names = names

    def resolve(self, dotted):
        if dotted not in self.names:
            raise Missing(f"`{dotted}` does not exist.", ("near",))
        return self.names[dotted]


def run(program, notes=None, **names):
    return Executor(Names(names), lambda: notes).run(program)


def handin_function(source, name, filename="<handin>/layers.py"):
    namespace = {}
    exec(compile(source, filename, "exec"), namespace)  # noqa: S102  # a hand-in's code object
    return namespace[name]


class Box:
    pass


class TestOperations:
    def test_call_gives_positions_and_names(self):
        def f(*args, **kwargs):
            return [*args, kwargs]

        program = [
            (ops.RESOLVE, "f"),
            (ops.CALL, Slot(0), (1, "a"), {"b": 2}),
            (ops.EXPORT, Slot(1)),
        ]
        assert run(program, f=f) == [
            (ops.DONE, None),
            (ops.DONE, None),
            (ops.VALUE, [1, "a", {"b": 2}]),
        ]

    def test_items_and_attributes_are_taken(self):
        box = Box()
        box.inner = {"key": (7, 8)}
        program = [
            (ops.RESOLVE, "box"),
            (ops.ATTRIBUTE, Slot(0), "inner"),
            (ops.ITEM, Slot(1), "key"),
            (ops.ITEM, Slot(2), 1),
            (ops.EXPORT, Slot(3)),
        ]
        assert run(program, box=box)[-1] == (ops.VALUE, 8)

    def test_items_and_attributes_are_set(self):
        box = Box()
        program = [
            (ops.RESOLVE, "box"),
            (ops.NEW, {}),
            (ops.SET_ATTRIBUTE, Slot(0), "settings", Slot(1)),
            (ops.SET_ITEM, Slot(1), "mode", "test"),
        ]
        assert run(program, box=box) == [(ops.DONE, None)] * 4
        assert box.settings == {"mode": "test"}

    def test_a_new_value_is_one_object_for_all_who_refer_to_it(self):
        def fill(target):
            target.append(1)

        program = [
            (ops.RESOLVE, "fill"),
            (ops.NEW, []),
            (ops.CALL, Slot(0), (Slot(1),), {}),
            (ops.CALL, Slot(0), (Slot(1),), {}),
            (ops.EXPORT, Slot(1)),
        ]
        assert run(program, fill=fill)[-1] == (ops.VALUE, [1, 1])

    def test_slots_are_filled_in_however_deep(self):
        program = [
            (ops.NEW, 3),
            (ops.NEW, {"a": [Slot(0), (Slot(0), {"b": Slot(0)})]}),
            (ops.EXPORT, Slot(1)),
        ]
        assert run(program)[-1] == (ops.VALUE, {"a": [3, (3, {"b": 3})]})

    def test_names_are_the_keys_of_a_mapping_or_the_attributes_of_an_object(self):
        box = Box()
        box.weight = 1
        program = [
            (ops.NEW, {"W1": 0, 3: 0}),
            (ops.NAMES, Slot(0)),
            (ops.RESOLVE, "box"),
            (ops.NAMES, Slot(2)),
        ]
        results = run(program, box=box)
        assert results[1] == (ops.VALUE, ["W1", "3"])
        assert "weight" in results[3][1]

    @pytest.mark.parametrize(
        ("value", "described"),
        [
            ((1, 2), ("tuple", 2)),
            ([], ("list", 0)),
            ({"a": 1}, ("dict", 1)),
            (np.zeros((2, 3)), ("ndarray", 2)),
            (np.float64(1), ("float64", -1)),
            (None, ("NoneType", -1)),
            (type("Own", (tuple,), {})((1,)), ("tuple", 1)),
            (type("N" * 300, (), {})(), ("N" * 100, -1)),
        ],
    )
    def test_describe_names_the_type_and_counts(self, value, described):
        program = [(ops.RESOLVE, "value"), (ops.DESCRIBE, Slot(0))]
        assert run(program, value=value)[1] == (ops.VALUE, described)

    def test_arguments_are_the_names_of_the_parameters(self):
        def f(x, *rest, reg=0.0, **more):
            return x, rest, reg, more

        program = [(ops.RESOLVE, "f"), (ops.ARGUMENTS, Slot(0))]
        assert run(program, f=f)[1] == (ops.VALUE, ["x", "rest", "reg", "more"])

    def test_a_numpy_type_can_be_passed_on(self):
        program = [
            (ops.NUMPY, "float32"),
            (ops.RESOLVE, "zeros"),
            (ops.CALL, Slot(1), (2, Slot(0)), {}),
            (ops.EXPORT, Slot(2)),
        ]
        assert run(program, zeros=np.zeros)[-1][1].dtype == np.float32

    def test_notes_are_asked_for(self):
        assert run([(ops.NOTES,)], notes={"written": 3}) == [(ops.VALUE, {"written": 3})]

    def test_an_unknown_operation_is_a_fault_of_that_operation_alone(self):
        results = run([(99,), (ops.NEW, 1)])
        assert results[0][0] == ops.RAISED
        assert results[0][1][:2] == ("ValueError", "99 is not an operation of this worker")
        assert results[1] == (ops.DONE, None)


class TestFaults:
    def test_a_missing_name_comes_with_the_closest(self):
        assert run([(ops.RESOLVE, "f")]) == [(ops.MISSING, ("`f` does not exist.", ("near",)))]

    def test_what_refers_to_a_fault_is_not_reached_and_names_the_first_cause(self):
        program = [
            (ops.RESOLVE, "f"),
            (ops.CALL, Slot(0), (), {}),
            (ops.NEW, [Slot(1)]),
            (ops.EXPORT, Slot(2)),
            (ops.NEW, 1),
        ]
        assert [result[0] for result in run(program)] == [
            *[ops.MISSING, ops.NOT_REACHED, ops.NOT_REACHED, ops.NOT_REACHED, ops.DONE]
        ]
        assert [payload for _, payload in run(program)[1:4]] == [0, 0, 0]

    def test_an_exception_comes_with_the_place_in_the_hand_in(self):
        f = handin_function("def g(x):\n    return x.shpe\n\ndef f(x):\n    return g(x)\n", "f")
        program = [(ops.RESOLVE, "f"), (ops.CALL, Slot(0), (np.zeros(2),), {})]
        status, fault = run(program, f=f)[1]
        assert status == ops.RAISED
        assert fault == (
            "AttributeError",
            "'numpy.ndarray' object has no attribute 'shpe'",
            "layers.py",
            2,
            "g",
        )

    def test_the_place_is_the_last_of_the_hand_in_and_not_the_librarys(self):
        f = handin_function("import numpy as np\ndef f():\n    np.zeros((2, -1))\n", "f")
        assert run([(ops.RESOLVE, "f"), (ops.CALL, Slot(0), (), {})], f=f)[1][1][2:] == (
            *("layers.py", 3, "f"),
        )

    def test_without_a_place_in_the_hand_in_none_is_claimed(self):
        assert run([(ops.NEW, {}), (ops.ITEM, Slot(0), "W1")])[1] == (
            ops.RAISED,
            ("KeyError", "'W1'", "", 0, ""),
        )

    @pytest.mark.parametrize("error", [SystemExit(0), KeyboardInterrupt(), GeneratorExit()])
    def test_what_would_end_a_program_is_a_fault_like_any_other(self, error):
        def f():
            raise error

        results = run([(ops.RESOLVE, "f"), (ops.CALL, Slot(0), (), {}), (ops.NEW, 1)], f=f)
        assert results[1][1][0] == type(error).__name__
        assert results[2] == (ops.DONE, None)

    def test_an_exception_whose_text_raises_is_still_described(self):
        class HostileError(Exception):
            def __str__(self):
                raise SystemExit

        assert describe(HostileError())[:2] == ("HostileError", "(its text could not be read)")

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("my own\nwords", "my own\nwords"),
            ("", ""),
            (
                "{{function_node __wrapped__MatMul_device_/job:localhost/device:CPU:0}} Matrix "
                "size-incompatible: In[0]: [2,5], In[1]: [9,9] [Op:MatMul] name: ",
                "Matrix size-incompatible: In[0]: [2,5], In[1]: [9,9]",
            ),
        ],
    )
    @pytest.mark.parametrize("wrapped", [False, True])
    def test_of_keras_and_tensorflow_the_words_that_say_it_are_left(self, text, told, wrapped):
        if wrapped:
            text = (
                f"Exception encountered when calling Net.call().\n\n\x1b[1m{text}\x1b[0m\n\n"
                "Arguments received by Net.call():\n  • x=tf.Tensor(shape=(2, 5), dtype=float32)"
            )
        assert describe(ValueError(text))[1] == told

    def test_long_texts_and_names_are_cut(self):
        error = type("E" * 300, (Exception,), {})("x" * 9000)
        assert list(map(len, describe(error)[:2])) == [100, MAX_MESSAGE]
        executor = Executor(type("N", (), {"resolve": _raise_long})(), lambda: None)
        assert len(executor.run([(ops.RESOLVE, "f")])[0][1][0]) == MAX_MESSAGE

    def test_asking_for_the_arguments_of_what_has_none_is_a_fault(self):
        status, fault = run([(ops.NEW, 3), (ops.ARGUMENTS, Slot(0))])[1]
        assert (status, fault[0]) == (ops.RAISED, "TypeError")


def _raise_long(_self, _dotted):
    raise Missing("x" * 9000)


class Sub(np.ndarray):
    def __array_finalize__(self, _other):
        self.told = True

    def tolist(self):
        return ["a lie"]


class TestExport:
    @pytest.mark.parametrize("value", [None, True, 3, 2.5, "text"])
    def test_plain_values_pass(self, value):
        assert export(value) is value

    def test_an_array_is_copied(self):
        array = np.arange(3.0)
        exported = export(array)
        array[:] = 0
        assert exported.tolist() == [0, 1, 2]

    def test_a_subclass_becomes_a_plain_array(self):
        exported = export(np.arange(3.0).view(Sub))
        assert type(exported) is np.ndarray
        assert exported.tolist() == [0, 1, 2]

    def test_a_masked_array_shows_its_numbers(self):
        exported = export(np.ma.masked_array([1.0, 2.0], mask=[True, False]))
        assert type(exported) is np.ndarray
        assert exported.tolist() == [1, 2]

    @pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64, np.bool_, np.complex64])
    def test_a_numpy_number_becomes_an_array_without_axes(self, kind):
        exported = export(kind(1))
        assert type(exported) is np.ndarray
        assert (exported.shape, exported.dtype) == ((), np.dtype(kind))

    def test_long_doubles_become_doubles(self):
        assert export(np.ones(2, np.longdouble)).dtype == np.float64
        assert export(np.longdouble(1)).dtype == np.float64

    def test_swapped_bytes_are_put_in_order(self):
        exported = export(np.array([1.0, 2.0], ">f8"))
        assert exported.dtype == np.dtype("float64")
        assert exported.tolist() == [1, 2]

    def test_an_array_of_objects_becomes_opaque(self):
        array = np.array([None, {}], dtype=object).reshape(2, 1)
        assert export(array) == Opaque("array of Python objects with shape (2, 1)")

    def test_subclasses_of_containers_become_plain_containers(self):
        pair = type("Pair", (tuple,), {})((1, 2))
        special = type("Special", (dict,), {})(a=pair)
        exported = export([special])
        assert exported == [{"a": (1, 2)}]
        assert type(exported[0]) is dict
        assert type(exported[0]["a"]) is tuple

    def test_keys_that_are_no_text_are_left_out(self):
        odd = type("Odd", (str,), {})("b")
        assert export({"a": 1, 2: 3, (4,): 5, None: 6, True: 7, odd: 8}) == {"a": 1}

    @pytest.mark.parametrize("kind", [list, tuple])
    def test_a_value_is_exported_four_levels_deep_and_no_deeper(self, kind):
        value = np.zeros(1)
        for _ in range(4):
            value = kind([{"k": value} if isinstance(value, dict) else value])
        found = export(value)
        for _ in range(4):
            (found,) = found
        assert type(found) is np.ndarray
        found = export(kind([value]))
        for _ in range(4):
            (found,) = found
        assert found == Opaque(kind.__name__)

    def test_an_overwritten_numpy_name_does_not_matter(self, monkeypatch):
        monkeypatch.setattr(np, "array", lambda *_args, **_more: None)
        assert export(np.ones(2)).tolist() == [1, 1]

    @pytest.mark.parametrize("kind", [list, tuple])
    def test_a_container_of_1024_items_is_exported(self, kind):
        assert export(kind(range(1024))) == kind(range(1024))
        assert len(export({str(n): n for n in range(1024)})) == 1024

    @pytest.mark.parametrize(
        "value", [list(range(1025)), tuple(range(1025)), dict.fromkeys(map(str, range(1025)))]
    )
    def test_a_container_that_is_too_long_becomes_opaque(self, value):
        assert export(value) == Opaque(type(value).__name__)

    def test_a_list_that_holds_itself_ends(self):
        value = []
        value.append(value)
        exported = export(value)
        while isinstance(exported, list):
            (exported,) = exported
        assert exported == Opaque("list")

    def test_a_dict_that_holds_itself_ends(self):
        value = {}
        value["self"] = value
        exported = export(value)
        while isinstance(exported, dict):
            exported = exported["self"]
        assert exported == Opaque("dict")

    def test_another_object_becomes_opaque_by_the_name_of_its_type(self):
        assert export(Box()) == Opaque("Box")
        assert export(type("N" * 300, (), {})()) == Opaque("N" * 100)
        assert export(type("Text", (str,), {})("a")) == Opaque("Text")
