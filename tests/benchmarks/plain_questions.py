"""The rubric's questions without a grader: called directly, in the process that compares.

    prepare FILE                         draws inputs, asks the reference, keeps both
    differences FILE HANDIN visible|all  what the course's notebook does

The first knows the grader, in order to read the rubric and draw the same inputs; judging needs
NumPy and the hand-in only.
"""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "umass_ece697ls_a1"
ROOT = "ece662"
Question = dict[str, Any]


def load(file: str) -> list[Question]:
    """Reads the questions that `prepare` kept."""
    return pickle.loads(Path(file).read_bytes())  # noqa: S301 - written by this file, just now


def judge(question: Question) -> None:
    """Asks the hand-in that is on the path, and compares as a plain test would."""
    for case in question["cases"]:
        found = ask(question, case)
        for name, expected in case["expected"].items():
            np.testing.assert_allclose(found[name], expected, rtol=1e-7, atol=1e-8, err_msg=name)


def ask(question: Question, case: Question) -> dict[str, Any]:
    """Calls the subject as its convention says; returns outputs and gradients by name."""
    case = copy.deepcopy(case)
    return _CALLS[question["convention"]](question, case)


def _find(path: str) -> Any:
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join((ROOT, *parts[:length])))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise LookupError(path)


def _layer(question: Question, case: Question) -> dict[str, Any]:
    function = _find(question["forward"] or question["subject"])
    out, cache = _stepped(function, case)
    found = {"out": out}
    for path in case["options"].get("watch", ()):
        name, key = path.split(".")
        found[path] = case["inputs"][name][key]
    if question["kind"] == "gradient":
        gradients = _find(question["subject"])(case["upstream"], cache)
        if len(question["wrt"]) == 1:
            gradients = (gradients,)
        found |= {f"d{name}": g for name, g in zip(question["wrt"], gradients, strict=True)}
    return found


def _stepped(function: Callable[..., Any], case: Question) -> Any:
    inputs, options = case["inputs"], case["options"]
    stepped = options.get("stepped", ())
    steps = len(inputs[stepped[0]]) if stepped else 1
    result = None
    for step in range(steps):
        if step == steps - 1:
            for name, entries in options.get("before_last", {}).items():
                inputs[name].update(entries)
        result = function(*(v[step] if name in stepped else v for name, v in inputs.items()))
    return result


def _loss(question: Question, case: Question) -> dict[str, Any]:
    value, gradient = _find(question["subject"])(*case["inputs"].values())
    return {"loss": value, "d" + next(iter(case["inputs"])): gradient}


def _rule(question: Question, case: Question) -> dict[str, Any]:
    inputs, options = case["inputs"], case["options"]
    w, config = inputs["w"], inputs.get("config")
    handed_in = config
    steps = options.get("steps", 1)
    for step in range(steps):
        dw = inputs["dw"] if steps == 1 else inputs["dw"][step]
        w, config = _find(question["subject"])(w, dw, config)
    state = handed_in if options.get("in_place") else config
    return {"next_w": w} | {f"config.{key}": state[key] for key in options.get("state", ())}


def _network(question: Question, case: Question) -> dict[str, Any]:
    network = _made(question, case)
    wanted = case["options"].get("ask", "loss")
    if wanted == "params":
        return dict(network.params)
    x, y = case["inputs"]["X"], case["inputs"].get("y")
    for _ in range(case["options"].get("warm", 0)):
        network.loss(x, y)
    if wanted == "scores":
        return {"scores": network.loss(x)}
    value, gradients = network.loss(x, y)
    return {"loss": value} | {f"d{name}": gradients[name] for name in gradients}


def _made(question: Question, case: Question) -> Any:
    given = {
        name: getattr(np, value["numpy"]) if isinstance(value, dict) else value
        for name, value in case["options"].get("construct", {}).items()
    }
    network = _find(question["subject"])(**given)
    for name, value in case["options"].get("attributes", {}).items():
        setattr(network, name, value)
    network.params.update({k: v for k, v in case["inputs"].items() if k not in ("X", "y")})
    return network


_CALLS: dict[str, Callable[[Question, Question], dict[str, Any]]] = {
    "functions_with_cache": _layer,
    "loss_with_gradient": _loss,
    "update_rule": _rule,
    "network_with_loss": _network,
}


def differences(questions: list[Question]) -> float:
    """Compares every element of every gradient with a central difference; the largest error."""
    helper = _find("gradient_check")
    worst = 0.0
    for question in questions:
        if question["kind"] != "gradient":
            continue
        for case in question["cases"]:
            found = ask(question, case)
            for name, numeric in _numeric(helper, question, copy.deepcopy(case)):
                claimed = found[f"d{name}"]
                scale = np.maximum(1e-8, np.abs(claimed) + np.abs(numeric))
                worst = max(worst, float(np.max(np.abs(claimed - numeric) / scale)))
    return worst


def _numeric(helper: Any, question: Question, case: Question) -> Iterator[tuple[str, Any]]:
    inputs = case["inputs"]
    if question["convention"] == "functions_with_cache":
        function = _find(question["forward"])
        for name in question["wrt"]:
            yield (
                name,
                helper.eval_numerical_gradient_array(
                    lambda _: function(*inputs.values())[0], inputs[name], case["upstream"]
                ),
            )
    elif question["convention"] == "loss_with_gradient":
        function = _find(question["subject"])
        (name, x), (_, y) = list(inputs.items())[:2]
        yield name, helper.eval_numerical_gradient(lambda _: function(x, y)[0], x, verbose=False)
    else:
        network = _made(question, case)
        for name in sorted(network.params):
            yield (
                name,
                helper.eval_numerical_gradient(
                    lambda _: network.loss(inputs["X"], inputs["y"])[0],
                    network.params[name],
                    verbose=False,
                ),
            )


def prepare(file: str) -> dict[str, int]:
    """Draws every question's inputs, asks the reference, and keeps both; returns counts."""
    sys.path[:0] = [str(PROJECT), str(PROJECT / "reference" / "handins" / ASSIGNMENT)]
    _provided_beside_the_reference()
    from grader.assignments import rubrics_dir
    from grader.checks import CHECK_KINDS
    from grader.rubric import find_rubric, load_rubric

    rubric = load_rubric(find_rubric(ASSIGNMENT, rubrics_dir()), CHECK_KINDS)
    specs = [(criterion, spec) for criterion in rubric.criteria for spec in criterion.checks]
    questions = [
        _question(criterion, spec)
        for criterion, spec in specs
        if spec.kind in ("output", "gradient")
    ]
    Path(file).write_bytes(pickle.dumps(questions))
    gradients = [question for question in questions if question["kind"] == "gradient"]
    return {
        "checks": len(specs),
        "checks_visible": sum(spec.visibility == "visible" for _, spec in specs),
        "plain": len(questions),
        "plain_visible": sum(question["visible"] for question in questions),
        "gradients": len(gradients),
        "gradients_visible": sum(question["visible"] for question in gradients),
    }


def _provided_beside_the_reference() -> None:
    """Lets the reference's package find what the course provides, such as `layer_utils`."""
    package = importlib.import_module(ROOT)
    package.__path__.append(str(PROJECT / "student_template" / ASSIGNMENT / ROOT))


def _question(criterion: Any, spec: Any) -> Question:
    from grader.checks.draws import draw_inputs

    params = spec.params
    question: Question = {
        "id": f"{'visible' if spec.visibility == 'visible' else 'hidden'}:{spec.id}",
        "visible": spec.visibility == "visible",
        "kind": spec.kind,
        "subject": criterion.subject,
        "convention": params.common.convention.name,
        "forward": getattr(params, "forward", ""),
        "wrt": getattr(params, "wrt", ()),
        "cases": [],
    }
    for number, case in enumerate(params.common.cases):
        if case.beyond_text:
            continue
        rng = np.random.default_rng(number)
        options = dict(case.options)
        inputs = draw_inputs(case.inputs, case.sizes, rng)
        kept: Question = {"inputs": inputs, "options": options, "upstream": None}
        if options.get("params_std"):
            made = _made(question, {"inputs": {}, "options": options})
            for name, value in sorted(made.params.items()):
                mean = 1.0 if name.startswith("gamma") else 0.0
                inputs[name] = rng.normal(mean, options["params_std"], np.shape(value))
        if spec.kind == "gradient" and question["convention"] == "functions_with_cache":
            ahead = ask({**question, "kind": "output"}, kept)
            kept["upstream"] = rng.normal(size=ahead["out"].shape)
        kept["expected"] = _deterministic(params, ask(question, kept))
        question["cases"].append(kept)
    return question


def _deterministic(params: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Keeps what the rubric compares."""
    if getattr(params, "own_forward", False):
        return {}
    wanted = getattr(params, "outputs", ()) or found
    return {name: found[name] for name in wanted}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare(sys.argv[2])))
    else:
        sys.path.insert(0, sys.argv[3])
        _provided_beside_the_reference()
        asked = [q for q in load(sys.argv[2]) if q["visible"] or sys.argv[4] == "all"]
        print(differences(asked))
