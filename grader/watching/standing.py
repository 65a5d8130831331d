"""A worker service that stays up between the states of a hand-in that it judges.

Every state gets a host of its own. It is started while nothing else is to be done, and compiles the
sources once, although two ask it to: whoever compares states, and the examination.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.worker.host import Host, SourceFacts
from grader.worker.service import WorkerService


class RememberingHost(Host):
    """A host that is not asked twice to compile the same sources under the same name."""

    def __init__(self, *channel: Any) -> None:
        super().__init__(*channel)
        self._loaded: dict[str, tuple[object, Mapping[str, SourceFacts]]] = {}

    def load(
        self,
        name: str,
        handin: Mapping[str, bytes],
        provided: Mapping[str, bytes],
        refused: Mapping[str, str] | None = None,
    ) -> Callable[[], Mapping[str, SourceFacts]]:
        """See `Host.load`."""
        asked = (dict(handin), dict(provided), dict(refused or {}))
        known = self._loaded.pop(name, None)
        if known is not None and known[0] == asked:
            self._loaded[name] = known
            return lambda: known[1]
        wait = super().load(name, handin, provided, refused)

        def finish() -> Mapping[str, SourceFacts]:
            facts = wait()
            self._loaded[name] = (asked, facts)
            return facts

        return finish


class StandingService(WorkerService):
    """A service that can have the next host ready before it is asked for."""

    host_class = RememberingHost
    _ready: tuple[bool, Host] | None = None

    def host(self, confined: bool = True) -> Host:
        """See `WorkerService.host`."""
        if self._ready is not None and self._ready[0] == confined:
            (_, host), self._ready = self._ready, None
            return host
        return super().host(confined)

    def make_ready(self, confined: bool, host: Host | None = None) -> Host:
        """Has a host be the next that is given out; a fresh one unless it is named."""
        if self._ready is not None and self._ready[1] is not host:
            self._ready[1].close()
        self._ready = (confined, host or super().host(confined))
        return self._ready[1]

    def close(self) -> None:
        """See `WorkerService.close`."""
        if self._ready is not None:
            self._ready[1].close()
            self._ready = None
        super().close()
