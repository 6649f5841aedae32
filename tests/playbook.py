"""Write a session test as a script: ``>>`` something happens, ``<<`` the session wants this."""

from typing import Protocol, Self

from device_agent.protocol.effects import Effect
from device_agent.protocol.events import Event


class Session(Protocol):
    """What all four sessions have in common."""

    def handle(self, event: Event) -> list[Effect]: ...


class Playbook:
    """Each ``>>`` must be answered by exactly the ``<<`` lines that follow it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.unclaimed: list[Effect] = []

    def __rshift__(self, event: Event) -> Self:
        assert not self.unclaimed, f"the session also wanted {self.unclaimed}"
        self.unclaimed = self.session.handle(event)
        return self

    def __lshift__(self, expected: Effect) -> Self:
        assert self.unclaimed, f"the session did not want {expected}"
        assert self.unclaimed.pop(0) == expected
        return self

    def ends(self) -> None:
        """Nothing more was wanted."""
        assert not self.unclaimed, f"the session also wanted {self.unclaimed}"
