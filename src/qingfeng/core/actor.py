"""Who acts: a signed-in person, or System for jobs."""

from __future__ import annotations

from typing import Any, Protocol


class Actor(Protocol):
    """What the ground floors need to know of whoever acts."""

    @property
    def id(self) -> Any: ...

    @property
    def full_name(self) -> str: ...

    @property
    def is_system(self) -> bool: ...


class _System:
    """Jobs act as System. It keeps clocks, notices, tallies and seals; it writes no business record."""

    id = None
    full_name = "System"
    is_system = True

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Actor = _System()
