"""PyTorch networks made of blocks that are judged elsewhere: how many, how wide, how connected.

As `torch_module`, but the class of the blocks is a stand-in while the network is made and run, so
that a wrong block is charged once. A second output lists the calls of the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.torch_module import PROPERTIES as OF_MODULES
from grader.conventions.torch_module import TORCH_MODULE
from grader.worker.program import Fault, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    **OF_MODULES,
    "blocks": {
        "description": "Name of the class of the blocks, which lies beside the network's.",
        "type": "string",
        "minLength": 1,
    },
}


def complete(session: Session, subject: Subject, call: Call, rng: Any) -> Mapping[str, Any]:
    """Adds drawn values for the parameters outside of the blocks.

    Raises:
        ValueError: the network could not be constructed.
    """
    assert TORCH_MODULE.complete is not None  # noqa: S101  # it has parameters to draw
    _replace(session, subject, call)
    try:
        return TORCH_MODULE.complete(session, subject, _plain(call), rng)
    finally:
        _restore(session)


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, fills and runs on every call.

    The outputs are `out`, and `blocks` with one row for each call of a block: channels of its input
    and its output, stride, and height of the output. There is none where a network uses blocks of
    another class.
    """
    answers: list[Answer] = []
    for call in calls:
        _replace(session, subject, call)
        (answer,) = TORCH_MODULE.forward(session, subject, [_plain(call)])
        blocks = _restore(session)
        if isinstance(answer, Computed) and not isinstance(blocks, Fault) and blocks is not None:
            answer = replace(answer, outputs={**answer.outputs, "blocks": blocks})
        answers.append(answer)
    return answers


def _plain(call: Call) -> Call:
    return replace(call, options={k: v for k, v in call.options.items() if k != "blocks"})


def _replace(session: Session, subject: Subject, call: Call) -> None:
    program = Program()
    owner = program.resolve(subject.path)
    name = call.options.get("blocks", "ResidualBlock")
    program.call(program.driver("torch_blocks.replace"), (owner, name))
    session.run(program)


def _restore(session: Session) -> Any:
    program = Program()
    slot = program.export(program.call(program.driver("torch_blocks.restore")))
    return session.run(program).value(slot)


NETWORK_OF_BLOCKS: Final = Convention(
    name="network_of_blocks",
    summary="as torch_module, with stand-ins for the blocks that the network is made of",
    properties=PROPERTIES,
    forward=forward,
    complete=complete,
    by_autograd=True,
    library="torch",
)
