"""PyTorch networks made of blocks that are judged elsewhere: how many, how wide, how connected.

As `torch_module`, but the class of the blocks is a stand-in while the network is made and run, so
that a wrong block is charged once. Further outputs tell of the calls of the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.torch_module import PROPERTIES as OF_MODULES
from grader.conventions.torch_module import TORCH_MODULE
from grader.worker.program import Program, Replies
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
    return TORCH_MODULE.complete(_standing_in(session, subject, call), subject, _plain(call), rng)


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, fills and runs on every call.

    The outputs are `out`, and what `torch_blocks.restore` tells of the calls of the blocks. There
    is none of that where a network uses blocks of another class.
    """
    answers: list[Answer] = []
    for call in calls:
        standing_in = _standing_in(session, subject, call)
        (answer,) = TORCH_MODULE.forward(standing_in, subject, [_plain(call)])
        blocks = standing_in.blocks
        if isinstance(answer, Computed) and isinstance(blocks, dict):
            answer = replace(answer, outputs={**answer.outputs, **blocks})
        answers.append(answer)
    return answers


def _plain(call: Call) -> Call:
    options = {k: v for k, v in call.options.items() if k != "blocks"}
    return replace(call, options={**options, "made_by": "torch_blocks.maker"})


def _standing_in(session: Session, subject: Subject, call: Call) -> _StandingIn:
    return _StandingIn(session, subject.path, call.options.get("blocks", "ResidualBlock"))


@dataclass(slots=True)
class _StandingIn:
    """A session in which the blocks are stand-ins while a program runs, and no longer.

    All of it is one program, so that what a program answers depends on nothing before it.

    Attributes:
        blocks: the calls that the stand-ins of the last program have noted.
    """

    session: Session
    network: str
    name: str
    blocks: Any = None

    def run(self, program: Program) -> Replies:
        """Runs a program; see `Session.run`."""
        whole = Program()
        owner = whole.resolve(self.network)
        whole.call(whole.driver("torch_blocks.replace"), (owner, self.name))
        inner = whole.include(program)
        noted = whole.export(whole.call(whole.driver("torch_blocks.restore")))
        replies = self.session.run(whole)
        self.blocks = replies.value(noted)
        return replies.of(program, inner)

    def end_group(self) -> None:
        """See `Session.end_group`."""
        self.session.end_group()


NETWORK_OF_BLOCKS: Final = Convention(
    name="network_of_blocks",
    summary="as torch_module, with stand-ins for the blocks that the network is made of",
    properties=PROPERTIES,
    forward=forward,
    complete=complete,
    by_autograd=True,
    library="torch",
)
