"""Laws of dropout: of its mask, of the gradient through it, and of a network that has it."""

from __future__ import annotations

from typing import Final

import numpy as np

from grader.checks.cases import reference_fault
from grader.checks.judging import as_array, describe_value
from grader.checks.law_asked import Asked, with_inputs, with_options
from grader.checks.laws import commonest, dropout_fault, mask_of, never_fault, same_law_fault
from grader.conventions.convention import Call, Computed
from grader.worker.program import Fault, FaultKind

SEEDS: Final = 24  # networks whose losses are compared with as many of the reference
# Networks of which one has to have the reference's commonest loss: of chance 1/4, it is missed by
# one hand-in in 10^6.
SEEDS_OF_FEW: Final = 48


def mask(asked: Asked) -> str | Fault:
    """Train mode: the law of the mask; the seed decides it; without a seed it is drawn anew."""
    x = asked.call.inputs["x"]
    parameters = asked.call.inputs["dropout_param"]
    seeds = (7, 7, 8)
    probes = [with_inputs(asked.call, dropout_param={**parameters, "seed": seed}) for seed in seeds]
    answers = asked.forward(asked.subject.path, asked.call, asked.call, *probes)
    outs = []
    for answer in answers:
        out = asked.output(answer, "out", x.shape)
        if isinstance(out, Fault):
            return out
        outs.append(out)
    fault = dropout_fault(outs[0], x, float(parameters["p"]))
    if fault:
        return fault
    if np.array_equal(outs[0], outs[1]):
        return "two calls without a seed dropped the same elements; expected a new mask each time."
    if not np.array_equal(outs[2], outs[3]):
        return "two calls with the same seed in dropout_param dropped different elements."
    if np.array_equal(outs[2], outs[4]):
        return "seeds 7 and 8 in dropout_param dropped the same elements."
    return ""


def gradient(asked: Asked) -> str | Fault:
    """Backward multiplies by the mask that forward used, which its output over x shows."""
    return _follows_mask(asked, "train") or _follows_mask(asked, "test")


def _follows_mask(asked: Asked, mode: str) -> str | Fault:
    x = asked.call.inputs["x"]
    dout = asked.question.rng(asked.index, 1).normal(size=x.shape)
    parameters = {**asked.call.inputs["dropout_param"], "mode": mode}
    inputs = {**asked.call.inputs, "dropout_param": parameters}
    call = Call(inputs, upstream=dout, wrt=("x",), options=asked.call.options)
    convention = asked.question.params.common.convention
    assert convention.backward is not None  # noqa: S101  # checked by parse
    (answer,) = convention.backward(asked.question.student, asked.subject, [call])
    if mode == "test" and isinstance(answer, Fault) and answer.about == asked.subject.forward:
        return ""  # a forward that has no test mode yet is charged for it where that is asked
    out = asked.output(answer, "out", x.shape)
    if isinstance(out, Fault) and (mode == "train" or isinstance(answer, Fault)):
        return out
    # The share and the factor of what is kept are forward's affair; that there is a mask is ours.
    mask = np.ones(x.shape) if isinstance(out, Fault) else mask_of(out, x)
    if mode == "test":
        # A forward that drops at test time too is charged for it; both gradients fit something.
        fitting = [np.ones_like(mask)] + [mask] * bool(np.isfinite(mask).all())
    elif np.isfinite(mask).all() and mask.any() and not mask.all():
        fitting = [mask]
    else:
        return Fault(
            FaultKind.MALFORMED,
            f"{asked.subject.path} cannot be judged yet: in train mode {asked.subject.forward} "
            "did not keep some elements and set the others to zero.",
            "Mend the forward pass first.",
        )
    assert isinstance(answer, Computed)  # noqa: S101  # output() has returned its fault
    value = answer.gradients.get("x")
    dx = as_array(value)
    if dx is None or dx.dtype.kind not in "fiu" or dx.shape != x.shape:
        return (
            f"in {mode} mode dx is {describe_value(value)}; expected an array of shape {x.shape}."
        )
    off = [
        ~(np.abs(dx - wanted) <= 1e-6 * np.max(np.abs(wanted)))
        for wanted in (dout * each for each in fitting)
    ]
    if not all(each.any() for each in off):
        return ""
    if mode == "test":
        return "in test mode dx is not dout; dropout does nothing there."
    return (
        f"in train mode dx is not dout times the mask that forward used: {int(off[0].sum())} of "
        f"{off[0].size} elements differ."
    )


def varies_with_seed(asked: Asked) -> str | Fault:
    """A network with dropout gives the same loss for the same seed, and other seeds' by its law.

    With few units and a high probability of keeping, most losses are the same one; then that one
    has to be among the student's, whose law is too coarse for other tests. A network that is wrong
    without dropout, too, is charged for that elsewhere; so is one with normalization.
    """
    fault = _seed_fault(asked)
    normalized = "normalization" in asked.call.options["construct"]
    return "" if fault and normalized and not _is_right_without_dropout(asked) else fault


def _seed_fault(asked: Asked) -> str | Fault:
    question, construct = asked.question, asked.call.options["construct"]
    seeds = question.rng(asked.index, 1).integers(1 << 31, size=SEEDS_OF_FEW).tolist()
    probes = [
        with_options(asked.call, construct={**construct, "seed": seed})
        for seed in (seeds[0], *seeds)
    ]
    convention = question.params.common.convention
    expected = []
    for answer in convention.forward(question.reference, asked.subject, probes[1 : SEEDS + 1]):
        if isinstance(answer, Fault):
            raise reference_fault(question, answer)
        expected.append(float(answer.outputs["loss"]))
    common = commonest(np.array(expected))
    losses = []
    asks = probes if common is not None else probes[: SEEDS + 1]
    for answer in asked.forward(asked.subject.path, *asks):
        loss = asked.output(answer, "loss", ())
        if isinstance(loss, Fault):
            return loss
        losses.append(float(loss))
    again, *drawn = losses
    # Sums of the same numbers may be rounded otherwise at another place in memory.
    if not np.isclose(again, drawn[0], rtol=1e-9, atol=0.0, equal_nan=True):
        return "two networks with the same seed gave different training losses."
    if common is not None:
        fault = never_fault("the training loss", np.array(drawn), common)
        return fault if fault and _is_right_without_dropout(asked) else ""
    if len(set(drawn)) == 1:
        return "the training loss is the same for all seeds, so dropout is not applied."
    return same_law_fault("the training loss", np.array(drawn), np.array(expected))


def _is_right_without_dropout(asked: Asked) -> bool:
    off = {**asked.call.options["construct"], "dropout": 1}
    convention = asked.question.params.common.convention
    plain = with_options(asked.call, construct=off)
    (own,) = asked.forward(asked.subject.path, plain)
    (right,) = convention.forward(asked.question.reference, asked.subject, [plain])
    if isinstance(right, Fault):
        raise reference_fault(asked.question, right)
    loss = asked.output(own, "loss", ())
    return not isinstance(loss, Fault) and bool(np.isclose(loss, right.outputs["loss"], rtol=1e-6))
