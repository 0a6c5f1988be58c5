"""A ledger (台账): a model with its policy, workflow and columns, from which the shared pages come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from qingfeng.core.access import Policy
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column
from qingfeng.core.errors import NotVisible
from qingfeng.core.face import Face
from qingfeng.core.workflow import Outcome, Workflow
from qingfeng.trail import EventKind

Text = str | Promise


@dataclass(frozen=True)
class View:
    """A ready view of a ledger, shown as a tab."""

    key: str
    title: Text
    rows: Callable[[Actor], Q]


@dataclass(frozen=True)
class Filter:
    """A condition that a reader may add."""

    name: str
    label: Text
    choices: Callable[[Actor], Sequence[tuple[str, Text]]]
    rows: Callable[[str], Q]


@dataclass(frozen=True)
class Order:
    """An order that an index of the model gives; the last field is unique."""

    key: str
    label: Text
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """A further part of a record's page."""

    title: Text
    template: str
    context: Callable[[Any, Actor], Mapping[str, Any]]
    is_aside: bool = False


@dataclass(frozen=True)
class Ledger:
    """Everything the shared pages need to know.

    Args:
        key: name in addresses and on the trail.
        title: what the register is called.
        policy: who sees and does what.
        workflow: the life of its records, or None.
        columns: of list, spreadsheet and template; the first is the row's heading.
        views: tabs; the first is shown when none is asked for.
        filters: conditions to add.
        orders: ways to sort; the first is the default.
        related: relations that a list reads with its rows.
        scope: the field that names the campaign, if its registers show one at a time.
        move: the command that makes one move: (actor, record, move, version, **answers).
        move_many: the verb that makes one move of many: (actor, ids, move, **answers).
        face: from a record to the clock to draw.
        facts: the columns of the record's page.
        panels: further parts of the record's page.
        importer: the command that writes one imported row: (actor, row).
        search: from what was typed into the search to the rows it may mean.
        reads: the event that a reading leaves, for sensitive ledgers.
    """

    key: str
    title: Text
    policy: Policy[Any]
    columns: Sequence[Column]
    orders: Sequence[Order]
    workflow: Workflow[Any] | None = None
    views: Sequence[View] = ()
    filters: Sequence[Filter] = ()
    related: Sequence[str] = ()
    scope: str | None = None
    move: Callable[..., Any] | None = None
    move_many: Callable[..., Outcome] | None = None
    face: Callable[[Any], Face | None] | None = None
    facts: Sequence[Column] = ()
    panels: Sequence[Panel] = ()
    importer: Callable[..., Any] | None = None
    search: Callable[[str], Q] | None = None
    reads: EventKind | None = None

    def rows(self) -> QuerySet[Any]:
        """The rows as a list reads them; who may see which is the policy's."""
        rows: QuerySet[Any] = self.policy.model._default_manager.all()  # noqa: SLF001
        return rows.select_related(*self.related)


_ledgers: dict[str, Ledger] = {}


def register(ledger: Ledger) -> Ledger:
    """Add a ledger; call it in an app's ``ledgers.py``, which is imported on start."""
    _ledgers[ledger.key] = ledger
    return ledger


def get(key: str) -> Ledger:
    """A ledger by its key.

    Raises:
        NotVisible: there is none.
    """
    if key not in _ledgers:
        raise NotVisible
    return _ledgers[key]


def every() -> list[Ledger]:
    """All ledgers."""
    return list(_ledgers.values())
