"""A ledger (台账): a model with its policy, workflow and columns, from which the shared pages come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from qingfeng.core.access import Policy
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column
from qingfeng.core.errors import NotVisible
from qingfeng.core.face import Face
from qingfeng.core.workflow import Move, Outcome, Workflow
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
    """A condition that a reader may add.

    Args:
        name: key in the address.
        label: what stands before it.
        choices: from the reader to (value, label) pairs; None for a date or a text.
        rows: from what was chosen to the rows.
        kind: choice, date or text; a date reaches ``rows`` as YYYY-MM-DD.
    """

    name: str
    label: Text
    choices: Callable[[Actor], Sequence[tuple[str, Text]]] | None
    rows: Callable[[str], Q]
    kind: str = "choice"

    def options(self, actor: Actor) -> dict[str, str]:
        """The choices of a reader, value -> label."""
        return {str(key): str(label) for key, label in self.choices(actor)} if self.choices else {}


@dataclass(frozen=True)
class Order:
    """An order that an index of the model gives; the last field is unique.

    All fields run the same way: ascending, or each with a minus. A page's place is one comparison
    of row values, so none of them may be empty.
    """

    key: str
    label: Text
    fields: tuple[str, ...]

    def __post_init__(self) -> None:
        if len({name.startswith("-") for name in self.fields}) != 1:
            raise ValueError(f"order {self.key}: all fields ascend, or all descend")

    @property
    def is_descending(self) -> bool:
        return self.fields[0].startswith("-")

    @property
    def names(self) -> tuple[str, ...]:
        """The fields without their direction."""
        return tuple(name.lstrip("-") for name in self.fields)


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
        move: the command that makes one move: (actor, record, move, version, **answers);
            :func:`qingfeng.core.services.move` if not given.
        move_many: the verb that makes one move of many: (actor, ids, move, **answers);
            :func:`qingfeng.core.services.move_many` if not given.
        face: from a record to the clock to draw.
        facts: the columns of the record's page.
        panels: further parts of the record's page.
        importer: the command that writes one imported row: (actor=, row=); None: no import.
        imports: the action of the policy that opens the import page; the importer asks again.
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
    imports: StrEnum | None = None
    search: Callable[[str], Q] | None = None
    reads: EventKind | None = None

    def __post_init__(self) -> None:
        meta = self.policy.model._meta  # noqa: SLF001 - Django's documented name
        for order in self.orders:
            fields = [meta.get_field("id" if name == "pk" else name) for name in order.names]
            if any(getattr(one, "null", False) for one in fields):
                raise ValueError(f"{self.key}: order {order.key} has a field that may be empty")
            if not getattr(fields[-1], "unique", False):
                raise ValueError(f"{self.key}: order {order.key} must end in a unique field")
        keys = {order.key for order in self.orders}
        for column in self.columns:
            if column.order and column.order not in keys:
                raise ValueError(f"{self.key}: column {column.name} sorts by no order")

    def template_columns(self) -> list[Column]:
        """The columns of the import template."""
        return [column for column in self.columns if column.in_template]

    def takes_sheets_of(self, actor: Actor) -> bool:
        """Whether the actor may open the import page."""
        return self.importer is not None and bool(self.policy.arms(actor, self.imports))

    def bulk_moves(self, actor: Actor) -> list[Move[Any]]:
        """The moves that the bar of a list offers: those whose answers may serve many records."""
        moves = self.workflow.moves.values() if self.workflow else ()
        offered = [
            move
            for move in moves
            if move.target is not None
            and all(ask.bulk for ask in move.asks)
            and self.policy.arms(actor, move.action)
        ]
        return sorted(offered, key=lambda move: not move.forward)

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
