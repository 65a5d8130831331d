"""Calls a hand-in's function with what its parameters ask for by their names.

Courses fix what a function gets, students choose names and order. A parameter takes the value whose
role its name says; what no name says is filled in the order in which the roles are given.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

# Names are compared in lower case, without underscores.
NAMES: Final[Mapping[str, frozenset[str]]] = {
    role: frozenset(names.split())
    for role, names in {
        "x": "x inputs input data inp z a h v arr array images image img batch example sample xs",
        "labels": "y label labels target targets t ytrue true truth onehot groundtruth gt ys "
        "ylabels",
        "cache": "cache caches memory saved stored state",
        "prediction": "prediction predictions pred preds ypred yhat p probs prob probabilities "
        "output outputs out scores softmaxoutput",
        "activation": "activation activationstr act actstr activationfunction activationfn "
        "activationname activationtype name func function kind mode nonlinearity",
        "grad": "grad gradient derivative deriv isgrad withgrad returngrad derive dgrad",
        "grads": "grads grad gradients gradient g dweights dparams dw",
        "upstream": "dout dy grad gradoutput gradout dloss dl delta error doutput dldout upstream "
        "outputgradient gradient dz da derror dlossdout dldy d",
        "weights": "weights params parameters w",
        "lr": "lr learningrate alpha eta stepsize step rate",
        "hidden": "hiddendims hiddensizes hiddenlayers hidden hdims hiddenunits hiddensize "
        "hiddenlayersizes nhiddenunits h",
        "dims": "dims sizes layers layersizes layerdims alldims units shapes dim",
        "features": "inputdim inputsize indim nfeatures features numfeatures ninputs infeatures "
        "insize nin dinput h0",
        "classes": "nclasses numclasses outputdim outputsize outdim classes noutputs outfeatures k",
        "seed": "seed randomseed rng randomstate",
        "batch_size": "batchsize bs",
        "epsilon": "epsilon eps",
        "halving": "downsample downsampling downsampled isdownsample halve reduce",
        "filters": "planes outplanes cout nout outdim outfilters outc channelsout filters "
        "nfilters numfilters outchannels units nunits numunits outch f nkernels",
        "channels": "inplanes cin nin indim infilters inc channelsin channels inchannels "
        "nchannels numchannels inch inputchannels c depth",
        "side": "side filtersize kernelsize size k poolsize windowsize kernel filterdim pool "
        "window",
        "stride": "stride strides s",
        "pad": "pad padding p",
        "image": "image imagesize inputsize inputdim inputshape inputheight height width insize",
        "model": "model net network module",
        "loader": "dataloader loader trainloader traindataloader validloader valloader data dl "
        "validdataloader valdataloader testloader iterator trainiterator validiterator traindl "
        "validdl valdl trainset validset",
        "criterion": "criterion loss lossfn lossfunction losscriterion losscrit crit lossfunc",
        "optimizer": "optimizer opt optim optimiser",
        "epochs": "epochs epoch nepochs numepochs epochindex",
        "device": "device dev gpu",
    }.items()
}


class Unfilled(TypeError):  # noqa: N818  # it says what happened
    """A function asks for a parameter that has no value here."""


def call(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Calls a function with what its parameters ask for.

    Args:
        function: of the hand-in.
        values: by role, in the order in which parameters with other names take them.

    Raises:
        Unfilled: a parameter without a default is left without a value.
    """
    named = parameters(function)
    if named is None:
        return function(*values.values())
    given: dict[str, Any] = {}
    roles: dict[str, str] = {}
    for parameter in named:
        for role in values:
            if role not in roles.values() and is_named(parameter, role):
                roles[parameter.name] = role
                break
    left = [role for role in values if role not in roles.values()]
    for parameter in named:
        if parameter.name in roles:
            given[parameter.name] = values[roles[parameter.name]]
        elif parameter.default is inspect.Parameter.empty:
            if not left:
                raise Unfilled(
                    f"{getattr(function, '__qualname__', 'the function')} needs an argument "
                    f"`{parameter.name}`, which the assignment does not name"
                )
            given[parameter.name] = values[left.pop(0)]
    ordered = [each for each in named if each.kind is inspect.Parameter.POSITIONAL_ONLY]
    while ordered and ordered[-1].name not in given:
        ordered.pop()
    positional = {each.name: given.pop(each.name, each.default) for each in ordered}
    return function(*positional.values(), **given)


def takes(function: Callable[..., Any], role: str) -> bool:
    """Tells whether a parameter of a function has a name of this role."""
    return any(is_named(parameter, role) for parameter in parameters(function) or ())


def is_named(parameter: inspect.Parameter, role: str) -> bool:
    """Tells whether a parameter's name is one of a role's."""
    return parameter.name.replace("_", "").lower() in NAMES[role]


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """Lists the parameters that take one value each; `None` where nothing is known of them.

    A decorator's function counts by itself, not by what `functools.wraps` says of it; what it hands
    on by `*args` or `**kwargs` is found in the function behind it.
    """
    try:
        behind = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    every = behind
    with suppress(TypeError, ValueError):  # as functools.cache has none of its own
        every = list(inspect.signature(function, follow_wrapped=False).parameters.values())
    kinds = {each.kind for each in every}
    own, handed_on = _of_one_value(every), _of_one_value(behind)
    if inspect.Parameter.VAR_KEYWORD in kinds:
        own = [*handed_on, *_without(own, handed_on)]
    elif inspect.Parameter.VAR_POSITIONAL in kinds:
        named = [each for each in own if each.kind is inspect.Parameter.KEYWORD_ONLY]
        by_position = _without(handed_on, named)
        own = [each.replace(kind=inspect.Parameter.POSITIONAL_ONLY) for each in by_position]
        own += named
    return None if not own and _takes_several(behind) else own  # f(*args): by position, then


def _takes_several(every: list[inspect.Parameter]) -> bool:
    return len(_of_one_value(every)) < len(every)


def _of_one_value(every: list[inspect.Parameter]) -> list[inspect.Parameter]:
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each for each in every if each.kind not in several]


def _without(
    parameters: list[inspect.Parameter], others: list[inspect.Parameter]
) -> list[inspect.Parameter]:
    names = {each.name for each in others}
    return [each for each in parameters if each.name not in names]
