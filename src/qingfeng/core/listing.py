"""Pages of a register with millions of rows behind it: keyset paging, one index per access arm.

Each arm of the policy gives its own top rows by its own index; they are merged here. A page is
reached by the key of the row before or after it, compared as a row value, so page 10,000 costs
what page 1 costs.
"""

from __future__ import annotations

import base64
import heapq
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.expressions import Func
from django.utils.translation import gettext as _

from qingfeng.core.actor import Actor
from qingfeng.core.errors import Refused
from qingfeng.core.ledger import Filter, Ledger, Order, View

PAGE = 50
MOST_COUNTED = 1000


class RowValue(Func):
    """``(a, b) > (x, y)``: one comparison that an index on (a, b) answers."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, fields: Sequence[Any], sign: str, values: Sequence[Any]) -> None:
        self.sign, self.width = sign, len(fields)
        super().__init__(*fields, *values)

    def as_sql(  # type: ignore[override]  # the template's parts do not apply
        self,
        compiler: Any,
        connection: Any,  # noqa: ARG002 - Django's signature
        **_extra: Any,
    ) -> tuple[str, list[Any]]:
        parts, params = [], []
        for expression in self.get_source_expressions():
            sql, some = compiler.compile(expression)
            parts.append(sql)
            params += some
        left, right = parts[: self.width], parts[self.width :]
        return f"({', '.join(left)}) {self.sign} ({', '.join(right)})", params


@dataclass(frozen=True)
class ListQuery:
    """What a reader asks of a list; it comes from the address."""

    campaign: int | None = None
    view: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    after: str = ""
    before: str = ""
    size: int = PAGE


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    rows: list[Any]
    view: View | None
    filters: list[tuple[Filter, str, str]]
    order: Order
    next: str
    previous: str
    count: int
    is_more: bool

    @property
    def count_text(self) -> str:
        """The count, or that it is above what is counted."""
        return f"{MOST_COUNTED:,}+" if self.is_more else f"{self.count:,}"


def token(record: Any, order: Order) -> str:
    """The key of a row as it stands in an address."""
    values = []
    for name in order.fields:
        value = getattr(record, name)
        values.append(value.isoformat() if isinstance(value, date) else value)
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _key(model: Any, order: Order, text: str) -> list[Any]:
    """The row key of an address.

    Raises:
        Refused: it is damaged.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [
            model._meta.get_field(name).to_python(value)  # noqa: SLF001 - Django's documented name
            for name, value in zip(order.fields, values, strict=True)
        ]
    except Exception as error:
        raise Refused(
            _("The address of this page is damaged; start from the first page.")
        ) from error


def _ordered(rows: QuerySet[Any], order: Order, *, backwards: bool) -> QuerySet[Any]:
    return rows.order_by(*(f"-{name}" if backwards else name for name in order.fields))


def _beyond(rows: QuerySet[Any], order: Order, key: Sequence[Any], *, backwards: bool) -> Any:
    model = rows.model
    values = [
        Value(value, output_field=model._meta.get_field(name))  # noqa: SLF001 - as above
        for name, value in zip(order.fields, key, strict=True)
    ]
    return rows.filter(
        RowValue([F(name) for name in order.fields], "<" if backwards else ">", values)
    )


def conditions(ledger: Ledger, actor: Actor, query: ListQuery) -> tuple[Q, View | None, list[Any]]:
    """The conditions of a query besides access, its view, and its filters with their words."""
    rows = Q()
    if ledger.scope and query.campaign is not None:
        rows &= Q(**{ledger.scope: query.campaign})
    view = next((one for one in ledger.views if one.key == query.view), None)
    if view is None and ledger.views:
        view = ledger.views[0]
    if view is not None:
        rows &= view.rows(actor)
    chosen = []
    for one in ledger.filters:
        value = query.filters.get(one.name, "")
        if not value:
            continue
        labels = {str(key): str(label) for key, label in one.choices(actor)}
        if value not in labels:
            raise Refused(
                _("“%(value)s” is no choice of “%(filter)s”.")
                % {"value": value, "filter": one.label}
            )
        rows &= one.rows(value)
        chosen.append((one, value, labels[value]))
    return rows, view, chosen


def page(ledger: Ledger, actor: Actor, query: ListQuery) -> Page:
    """One page of a ledger as its reader may see it.

    Raises:
        Refused: the address names a filter value or a place that does not exist.
    """
    where, view, chosen = conditions(ledger, actor, query)
    order = next((one for one in ledger.orders if one.key == query.order), ledger.orders[0])
    model = ledger.policy.model
    backwards = bool(query.before)
    base = model._default_manager.filter(where)  # noqa: SLF001 - Django's documented name
    at = query.before or query.after
    key = _key(model, order, at) if at else None
    found: list[list[tuple[Any, ...]]] = []
    for arm in ledger.policy.branches(actor, base):
        rows = arm if key is None else _beyond(arm, order, key, backwards=backwards)
        names = list(dict.fromkeys([*order.fields, "pk"]))
        top = _ordered(rows, order, backwards=backwards).values_list(*names)
        found.append(list(top[: query.size + 1]))
    merged = list(
        itertools.islice(_distinct(heapq.merge(*found, reverse=backwards)), query.size + 1)
    )
    has_more = len(merged) > query.size
    merged = merged[: query.size]
    if backwards:
        merged.reverse()
    by_pk = ledger.rows().in_bulk([row[-1] for row in merged])
    records = [by_pk[row[-1]] for row in merged if row[-1] in by_pk]
    has_next = has_more if not backwards else True
    has_previous = has_more if backwards else bool(at)
    count = count_of(ledger, actor, where)
    return Page(
        rows=records,
        view=view,
        filters=chosen,
        order=order,
        next=token(records[-1], order) if has_next and records else "",
        previous=token(records[0], order) if has_previous and records else "",
        count=min(count, MOST_COUNTED),
        is_more=count > MOST_COUNTED,
    )


def _distinct(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Rows that several arms give, once: they stand side by side after the merge."""
    return (row for row, _same in itertools.groupby(rows))


def count_of(ledger: Ledger, actor: Actor, where: Q) -> int:
    """How many rows the actor sees under a condition, counted to MOST_COUNTED + 1 at most."""
    base = ledger.policy.model._default_manager.filter(where)  # noqa: SLF001 - as above
    seen: set[Any] = set()
    arms = ledger.policy.branches(actor, base)
    for arm in arms:
        rows = arm.order_by()[: MOST_COUNTED + 1]
        if len(arms) == 1:
            return rows.count()
        seen.update(rows.values_list("pk", flat=True))
        if len(seen) > MOST_COUNTED:
            break
    return len(seen)
