"""The vocabulary of the trail: each kind of event has a name and a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # proofs are checked where there is no Django
    from django.utils.functional import Promise

_KINDS: dict[str, EventKind] = {}


class Subject(NamedTuple):
    """What an event is about: a ledger and the number of a record in it.

    A sealed record stands under the ledger ``sealed`` with an opaque number.
    """

    ledger: str
    record: int


@dataclass(frozen=True)
class EventKind:
    """A kind of event; declaring it registers it.

    Args:
        name: as ``assignment.reported``; it stands in the log for ever.
        sentence: what the actor did, as a predicate: "reported the duty".
        reads: whether it records the reading of something sensitive.
    """

    name: str
    sentence: str | Promise
    reads: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", self.name) or len(self.name) > 48:
            raise ValueError(f"{self.name!r} is no name of an event; write it as ledger.verb")
        if self.name in _KINDS:
            raise ValueError(f"two kinds of event are called {self.name}")
        _KINDS[self.name] = self

    def record(
        self,
        *,
        actor: int | None,
        subject: Subject,
        unit: int | None,
        data: Mapping[str, Any],
        personal: Mapping[str, Any] | None = None,
        at: datetime | None = None,
    ) -> int:
        """Append one event within the caller's transaction; returns its number.

        Args:
            actor: the account that acts, None for System.
            subject: what it is about.
            unit: the unit whose history it belongs to.
            data: facts without personal content, kept for ever.
            personal: personal content: the event holds a salted commitment to it only.
            at: the moment, aware; now if not given.

        Raises:
            TransactionManagementError: outside a transaction.
        """
        from qingfeng.trail import services  # noqa: PLC0415 - models load after kinds

        return services.append(self.name, actor, subject, unit, data, personal, at)

    def record_many(
        self,
        *,
        actor: int | None,
        ledger: str,
        rows: Sequence[tuple[int, int | None, Mapping[str, Any]]],
        at: datetime | None = None,
    ) -> Sequence[int]:
        """Append one event for each of ``rows``: (record, unit, data); returns their numbers."""
        from qingfeng.trail import services  # noqa: PLC0415 - models load after kinds

        return services.append_many(self.name, actor, ledger, rows, at)


def kinds() -> dict[str, EventKind]:
    """Every kind that was declared, by name."""
    return dict(sorted(_KINDS.items()))
