"""Pages of a register with millions of rows behind it: keyset paging, one index per access arm.

Each arm of the policy gives its own top rows by its own index; one UNION puts them together. A
page is reached by the key of the row before or after it, compared as a row value, so page 10,000
costs what page 1 costs.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
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
    for name in order.names:
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
        found = []
        for name, value in zip(order.names, values, strict=True):
            field = _field(model, name)
            at = field.to_python(value)
            field.run_validators(at)
            assert at is not None, "a key has no empty part"
            found.append(at)
    except Exception as error:
        raise Refused(
            _("The address of this page is damaged; start from the first page.")
        ) from error
    return found


def _field(model: Any, name: str) -> Any:
    meta = model._meta  # noqa: SLF001 - Django's documented name
    return meta.pk if name == "pk" else meta.get_field(name)


@dataclass(frozen=True)
class Course:
    """The way a page is read: its order, forwards or backwards, and the row it starts beyond."""

    order: Order
    key: Sequence[Any] | None = None
    is_backwards: bool = False

    @property
    def is_falling(self) -> bool:
        return self.order.is_descending != self.is_backwards

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of one arm beyond the key, in order."""
        names = self.order.names
        if self.key is not None:
            values = [
                Value(value, output_field=_field(rows.model, name))
                for name, value in zip(names, self.key, strict=True)
            ]
            sign = "<" if self.is_falling else ">"
            rows = rows.filter(RowValue([F(name) for name in names], sign, values))
        return rows.order_by(*(f"-{name}" if self.is_falling else name for name in names))


def top(arms: Sequence[QuerySet[Any]], course: Course, size: int) -> list[Any]:
    """Primary keys of the first rows of all arms together: a UNION of each arm's first rows."""
    union = _union(
        [course.apply(arm).values_list(*course.order.names, "pk")[:size] for arm in arms]
    )
    if union is None:
        return []
    sql, params = union
    way = " DESC" if course.is_falling else ""
    places = ", ".join(f"{at}{way}" for at in range(1, len(course.order.names) + 1))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {places} LIMIT %s", [*params, size])
        return [row[-1] for row in cursor.fetchall()]


def _union(arms: Sequence[QuerySet[Any]]) -> tuple[str, list[Any]] | None:
    """The arms as one statement; a row that several arms give comes once. None if all are empty."""
    parts, params = [], []
    for number, arm in enumerate(arms):
        try:
            sql, some = arm.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        except EmptyResultSet:
            continue
        # Each arm stands in a sub-select: SQLite takes an order and a limit only there.
        parts.append(f"SELECT * FROM ({sql}) AS arm_{number}")  # noqa: S608 - compiled by Django
        params += some
    return (" UNION ".join(parts), params) if parts else None


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
        value = query.filters.get(one.name, "").strip()
        if value:
            words = _words(one, value, actor)
            rows &= one.rows(value)
            chosen.append((one, value, words))
    return rows, view, chosen


def _words(one: Filter, value: str, actor: Actor) -> str:
    """What a filter's value is called.

    Raises:
        Refused: it is none of the filter's.
    """
    if one.kind == "choice":
        words = one.options(actor).get(value)
    elif one.kind == "date":
        try:
            words = date.fromisoformat(value).isoformat()
        except ValueError:
            words = None
    else:
        words = value[:100] if "\0" not in value else None
    if words is None:
        raise Refused(
            _("“%(value)s” is no choice of “%(filter)s”.")
            % {"value": value[:100], "filter": one.label}
        )
    return words


def order_of(ledger: Ledger, query: ListQuery) -> Order:
    """The order asked for, else the ledger's first."""
    return next((one for one in ledger.orders if one.key == query.order), ledger.orders[0])


def page(ledger: Ledger, actor: Actor, query: ListQuery) -> Page:
    """One page of a ledger as its reader may see it.

    Raises:
        Refused: the address names a filter value or a place that does not exist.
    """
    where, view, chosen = conditions(ledger, actor, query)
    order = order_of(ledger, query)
    model = ledger.policy.model
    backwards = bool(query.before)
    at = query.before or query.after
    course = Course(order, _key(model, order, at) if at else None, backwards)
    base = model._default_manager.filter(where)  # noqa: SLF001 - Django's documented name
    keys = top(ledger.policy.branches(actor, base), course, query.size + 1)
    has_more = len(keys) > query.size
    keys = keys[: query.size]
    if backwards:
        keys.reverse()
    by_pk = ledger.rows().in_bulk(keys)
    records = [by_pk[pk] for pk in keys if pk in by_pk]
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


def walk(ledger: Ledger, actor: Actor, query: ListQuery, *, size: int = 500) -> Iterator[Any]:
    """Every row of a query in its order, ``size`` at a time: for exports."""
    where, _view, _filters = conditions(ledger, actor, query)
    order = order_of(ledger, query)
    base = ledger.policy.model._default_manager.filter(where)  # noqa: SLF001 - as above
    key: list[Any] | None = None
    while True:
        keys = top(ledger.policy.branches(actor, base), Course(order, key), size)
        by_pk = ledger.rows().in_bulk(keys)
        records = [by_pk[pk] for pk in keys if pk in by_pk]
        yield from records
        if len(keys) < size or not records:
            return
        key = [getattr(records[-1], name) for name in order.names]


def count_of(ledger: Ledger, actor: Actor, where: Q) -> int:
    """How many rows the actor sees under a condition, counted to MOST_COUNTED + 1 at most."""
    base = ledger.policy.model._default_manager.filter(where)  # noqa: SLF001 - as above
    arms = ledger.policy.branches(actor, base)
    union = _union([arm.order_by().values_list("pk")[: MOST_COUNTED + 1] for arm in arms])
    if union is None:
        return 0
    sql, params = union
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS counted", params)  # noqa: S608 - as above
        return min(int(cursor.fetchone()[0]), MOST_COUNTED + 1)
