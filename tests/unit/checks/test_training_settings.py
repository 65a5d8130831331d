"""A rubric's settings of a training: how they are read, and which one a machine uses."""

import jsonschema
import pytest

from grader.checks.training import KIND
from grader.checks.training_loops import LOOPS
from grader.checks.training_settings import GRACE, GRACE_S, Calibration, Setting, parse
from grader.machine import Machine
from grader.records import Limits

CURVE = [[0.6, 0], [0.8, 1]]
GPU, CPU = {"device": "cuda", "wall_s": 60}, {"device": "cpu", "wall_s": 600}
LEAST = {"data": "synthetic", "epochs": 2, "wall_s": 40, "curve": CURVE}


def rubric(*settings, loop="torch_classifier", **keys):
    return {"loop": loop, "settings": [{**LEAST, **each} for each in settings or ({},)], **keys}


def params(*settings, **keys):
    return parse(rubric(*settings, **keys))


def machine(*data, trains=True, **keys):
    return Machine(trains=trains, data=dict.fromkeys(data or ("synthetic",), lambda: None), **keys)


class TestReading:
    def test_what_is_not_given_has_the_defaults_that_the_schema_states(self):
        (setting,) = params().settings
        assert (setting.data, setting.epochs, setting.wall_s) == ("synthetic", 2, 40)
        assert setting.curve.credit(0.7) == 0.5
        assert (setting.classes, setting.train, setting.held_out) == (0, 0, 0)
        assert (setting.validation, setting.memory_mib, setting.seeds) == (1000, 6144, 3)
        assert (setting.device, setting.parameters, setting.ceiling) == ("any", 0, 1.0)
        assert (setting.on, setting.calibrated) == ("test", None)

    def test_what_is_given_is_kept(self):
        given = {
            "classes": 6,
            "train": 500,
            "validation": 0,
            "held_out": 900,
            "device": "cuda",
            "parameters": 30_000,
            "memory_mib": 2000,
            "seeds": 1,
            "ceiling": 0.9,
        }
        (setting,) = params(given, on="train").settings
        assert {name: getattr(setting, name) for name in given} == given
        assert setting.on == "train"

    def test_the_calibration_is_read(self):
        calibrated = {"mean": 0.82, "std": 0.01, "runs": 5}
        (setting,) = params({"calibrated": calibrated}).settings
        assert setting.calibrated == Calibration(0.82, 0.01, 5)

    def test_a_setting_s_options_stand_over_those_of_the_check(self):
        options = {"learning_rate": 0.1, "batch": 32}
        first, second = params({}, {"options": {"batch": 8}}, options=options).settings
        assert dict(first.options) == {"learning_rate": 0.1, "batch": 32}
        assert dict(second.options) == {"learning_rate": 0.1, "batch": 8}

    def test_the_worker_gets_somewhat_more_than_the_budget(self):
        (setting,) = params({"wall_s": 40, "memory_mib": 3000}).settings
        assert setting.limits == Limits(GRACE * 40 + GRACE_S, 3000)
        assert setting.limits.wall_s > setting.wall_s

    def test_the_loop_says_what_its_workers_need(self):
        assert params().library == "torch"
        script = {"network": "mlp.MLP", "data_module": "data"}
        assert params(loop="script", options=script).library == ""
        assert params(loop="script", options={**script, "library": "torch"}).library == "torch"

    def test_an_option_of_another_loop_is_told_with_those_that_there_are(self):
        with pytest.raises(ValueError, match="is not an option") as caught:
            params(options={"flags": {}})
        assert str(caught.value) == (
            "'flags' is not an option of the loop torch_classifier. Its options: "
            f"{', '.join(LOOPS['torch_classifier'].properties)}."
        )
        assert "learning_rate" in str(caught.value)

    def test_an_option_that_a_loop_cannot_do_without_is_told_with_what_it_means(self):
        with pytest.raises(ValueError, match="needs the option") as caught:
            params(loop="script", options={"network": "mlp.MLP"})
        assert str(caught.value) == (
            "The loop script needs the option data_module: Dotted path of the module whose "
            "get_cifar10 reads the data."
        )

    def test_a_loop_that_cannot_compare_takes_nothing_to_be_frozen(self):
        assert params({"frozen": [3, 4]}).settings[0].frozen == (3, 4)
        with pytest.raises(ValueError, match="cannot tell") as caught:
            params({"frozen": [3]}, loop="train_function", options={})
        assert str(caught.value) == (
            "The loop train_function cannot tell what training leaves as it was, so it takes no "
            "`frozen`. Leave it out, or choose a loop that can: torch_classifier."
        )

    def test_a_curve_s_own_fault_is_told(self):
        with pytest.raises(ValueError, match="nobody could get full credit"):
            params({"curve": [[0.5, 0], [0.6, 0.5]]})


SCHEMA = {
    "type": "object",
    "properties": dict(KIND.properties),
    "required": list(KIND.required),
    "additionalProperties": False,
}


class TestSchema:
    """What a rubric may say at all."""

    @pytest.mark.parametrize("loop", LOOPS)
    def test_every_loop_s_options_are_known_and_described(self, loop):
        known = SCHEMA["properties"]["options"]["properties"]
        for name, schema in LOOPS[loop].properties.items():
            assert known[name]["description"]
            assert schema["description"]
        assert set(LOOPS[loop].paths) <= set(LOOPS[loop].properties)

    def test_a_whole_check_is_valid(self):
        everything = {
            **LEAST,
            **{"classes": 6, "train": 9, "validation": 0, "held_out": 9, "device": "cpu"},
            **{"parameters": 9, "memory_mib": 9, "seeds": 1, "ceiling": 0.9},
            "calibrated": {"mean": 0.8, "std": 0.0, "runs": 5},
            "options": {"batch": 8},
        }
        data = {"loop": "torch_classifier", "on": "train", "settings": [everything]}
        jsonschema.validate(data, SCHEMA)
        assert parse(data).settings[0].seeds == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"epochs": 0},
            {"wall_s": 0},
            {"wall_s": "an hour"},
            {"curve": []},
            {"curve": [[0.5, 2]]},
            {"curve": [[0.5]]},
            {"data": "mnist"},
            {"device": "tpu"},
            {"ceiling": 0},
            {"seeds": 0},
            {"patience": 3},
            {"options": {"patience": 3}},
            {"calibrated": {"mean": 0.5, "std": -1, "runs": 3}},
            {"calibrated": {"mean": 0.5}},
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, wrong):
        data = rubric(wrong)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, SCHEMA)

    @pytest.mark.parametrize("missing", ["data", "epochs", "wall_s", "curve"])
    def test_what_every_setting_has_to_say(self, missing):
        data = rubric()
        del data["settings"][0][missing]
        with pytest.raises(jsonschema.ValidationError, match=missing):
            jsonschema.validate(data, SCHEMA)


class TestChoice:
    """The first setting that a machine can do is used; else people are told what is lacking."""

    def test_the_first_that_fits_is_used(self):
        both = params(GPU, CPU)
        chosen = both.choose(machine(device="cuda:1"))
        assert isinstance(chosen, Setting)
        assert chosen.device == "cuda"
        assert both.choose(machine()).device == "cpu"

    def test_data_that_are_there_are_preferred_to_better_ones_that_are_not(self):
        both = params({"data": "cifar10"}, {"data": "synthetic"})
        assert both.choose(machine()).data == "synthetic"
        assert both.choose(machine("cifar10", "synthetic")).data == "cifar10"

    def test_without_being_asked_for_nothing_is_trained(self):
        said = params().choose(machine(trains=False))
        assert said == (
            "Not trained: training takes up to minutes, so it runs only when asked for. Give "
            "--training, or name one with --only."
        )

    def test_data_that_are_lacking_are_named_with_the_command_that_adds_them(self):
        said = params({"data": "magic"}).choose(machine())
        assert said == (
            "Not trained: this needs the data set magic (`grader data add magic PATH`)."
        )

    def test_of_several_settings_the_one_that_lacks_least_is_told(self):
        said = params({**GPU, "data": "cinic10"}, {"data": "cifar10"}).choose(machine())
        assert said == (
            "Not trained: this needs the data set cifar10 (`grader data add cifar10 PATH`)."
        )

    def test_a_gpu_that_is_lacking_is_said(self):
        said = params(GPU).choose(machine())
        assert said == "Not trained: this needs a GPU."

    def test_a_gpu_that_cannot_be_used_is_said_with_the_reason(self):
        said = params(GPU).choose(machine(device="cuda").on_cpu("the driver is too old"))
        assert said == "Not trained: this needs a GPU (the driver is too old)."

    def test_data_and_gpu_are_said_together(self):
        said = params({**GPU, "data": "imagenette"}).choose(machine())
        assert said == (
            "Not trained: this needs the data set imagenette (`grader data add imagenette PATH`) "
            "and a GPU."
        )

    def test_a_budget_for_the_processor_alone_is_said_where_a_gpu_is_in_use(self):
        said = params(CPU).choose(machine(device="cuda:1"))
        assert said == (
            "Not trained: its time limit is one for the processor, and cuda:1 is in use. "
            "Give --device cpu."
        )
