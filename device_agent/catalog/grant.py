"""What the owner's policy hands to a tool, besides leave to run. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .guard import Guard
from .tool import Tier


@dataclass(frozen=True, slots=True)
class Grant:
    """
    What one call may reach.

    Attributes:
        owner: Whose call it is; what a tool keeps for one owner it shows to no other.
        tiers: All tiers that the owner of the machine allows.
        roots: Directories that file tools may work in, ``~`` being the user's home.
        closed: Files and directories of the agent itself, which they may not, even inside a root:
            who can write the policy or read the tokens needs no other permission.
        listed: Only programs that the owner listed may run: as a list of words, in a short
            environment, in a directory inside the roots.
        guard: Which windows take input.

    """

    owner: str = ""
    tiers: frozenset[Tier] = frozenset()
    roots: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    listed: bool = False
    guard: Guard = field(default_factory=Guard)

    def as_json(self) -> dict[str, Any]:
        """For the way to the desktop process."""
        return {
            "owner": self.owner,
            "tiers": sorted(tier.value for tier in self.tiers),
            "roots": list(self.roots),
            "closed": list(self.closed),
            "listed": self.listed,
            "guard": self.guard.as_json(),
        }

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Grant":
        """Read it again; what is absent is not granted."""
        return cls(
            owner=content.get("owner", ""),
            tiers=frozenset(Tier(word) for word in content.get("tiers", ())),
            roots=tuple(content.get("roots", ())),
            closed=tuple(content.get("closed", ())),
            listed=content.get("listed", False),
            guard=Guard.of_json(content.get("guard", {})),
        )
