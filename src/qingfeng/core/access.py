"""Access is a queryset: one rule lists, fetches, counts, exports and authorises.

A rule maps an actor to arms, each a ``Q`` over the rows it opens. Grants add; bars always win.
What is hidden is 404, what is seen but forbidden is 403.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, Case, Model, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qingfeng.core import commands
from qingfeng.core.actor import Actor
from qingfeng.core.errors import Denied, NotVisible

M = TypeVar("M", bound=Model)

EVERY_ROW = ~Q(pk__in=[])
NO_ROW = Q(pk__in=[])

Rule = Callable[[Actor], Iterable[Q]]


def everyone(_actor: Actor) -> Iterable[Q]:
    """Open every row to whoever is signed in."""
    return [EVERY_ROW]


@dataclass(frozen=True)
class Grant:
    """Who may do one thing: rules that add up, and the words for a refusal."""

    rules: Sequence[Rule]
    who: str | Promise


@dataclass(frozen=True)
class Bar:
    """Rows closed to an actor whatever was granted: recusal, sealing, legal hold."""

    name: str
    rows: Callable[[Actor], Q | None]
    reason: str | Promise


@dataclass(frozen=True)
class Policy(Generic[M]):
    """Who may do what to which rows of one model.

    Args:
        model: the model whose rows are guarded.
        view: the action that makes a row visible at all.
        grants: for each action, who may.
        bars: what closes rows nevertheless; checked for every action.
    """

    model: type[M]
    view: StrEnum
    grants: Mapping[StrEnum, Grant]
    bars: Sequence[Bar] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if self.view not in self.grants:
            raise ValueError(f"{self.model.__name__}: nobody may view")
        for action, grant in self.grants.items():
            if not grant.rules:
                raise ValueError(f"{self.model.__name__}.{action}: no rule; say NO_ROW instead")

    # -- rows ---------------------------------------------------------------------------------

    def arms(self, actor: Actor, action: StrEnum | None = None) -> list[Q]:
        """The rows open to the actor, as alternatives that each suit one index."""
        found: list[Q] = []
        for rule in self.grants[action or self.view].rules:
            for arm in rule(actor):
                if not arm:
                    raise ValueError("an empty Q opens every row by accident; say EVERY_ROW")
                if arm == EVERY_ROW:
                    return [EVERY_ROW]
                if arm not in found:
                    found.append(arm)
        return found

    def barred(self, actor: Actor) -> Q | None:
        """The rows closed to the actor, or None."""
        closed = [rows for bar in self.bars if (rows := bar.rows(actor)) is not None]
        return reduce(or_, closed) if closed else None

    def open(self, rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
        """Take the barred rows out of a queryset."""
        closed = self.barred(actor)
        return rows if closed is None else rows.exclude(closed)

    def scope(self, actor: Actor, action: StrEnum | None = None) -> QuerySet[M]:
        """The rows on which the actor may do the action, as one queryset."""
        commands.asked()
        arms = self.arms(actor, action)
        rows = self.model._default_manager.all()  # noqa: SLF001 - Django's documented name
        if not arms:
            return rows.none()
        return self.open(rows.filter(reduce(or_, arms)), actor)

    def branches(
        self, actor: Actor, rows: QuerySet[M], action: StrEnum | None = None
    ) -> list[QuerySet[M]]:
        """``rows`` once for each arm: what a list reads, each by its own index."""
        commands.asked()
        return [self.open(rows.filter(arm), actor) for arm in self.arms(actor, action)]

    # -- one row ------------------------------------------------------------------------------

    def get(self, actor: Actor, action: StrEnum | None = None, **lookup: Any) -> M:
        """Fetch a row: NotVisible if it is hidden, Denied if it is seen but forbidden."""
        try:
            record = self.scope(actor).get(**lookup)
        except self.model.DoesNotExist:  # type: ignore[attr-defined]
            raise NotVisible from None
        if action is not None and action != self.view:
            self.check(actor, action, record)
        return record

    def actions(self, actor: Actor, record: M) -> frozenset[StrEnum]:
        """Everything the actor may do to one row, asked in one query."""
        commands.asked()
        if record.pk is None:
            return frozenset()
        columns = {}
        for action in self.grants:
            arms = self.arms(actor, action)
            if arms == [EVERY_ROW]:
                columns[f"may_{action.name}"] = Value(True)
            elif arms:
                columns[f"may_{action.name}"] = Case(  # type: ignore[assignment]
                    When(reduce(or_, arms), then=Value(True)),
                    default=Value(False),
                    output_field=BooleanField(),
                )
        rows = self.open(self.model._default_manager.filter(pk=record.pk), actor)  # noqa: SLF001
        row = rows.annotate(**columns).values(*columns).first() if columns else None
        if row is None:
            return frozenset()
        return frozenset(action for action in self.grants if row.get(f"may_{action.name}"))

    def allows(self, actor: Actor, action: StrEnum, record: M) -> bool:
        """Whether the actor may do the action to this row now."""
        return self.scope(actor, action).filter(pk=record.pk).exists()

    def refusal(self, actor: Actor, action: StrEnum, record: M) -> str | None:
        """Why the actor may not, or None."""
        if self.allows(actor, action, record):
            return None
        for bar in self.bars:
            rows = bar.rows(actor)
            if (
                rows is not None
                and self.model._default_manager.filter(  # noqa: SLF001
                    rows, pk=record.pk
                ).exists()
            ):
                return str(bar.reason)
        return self.only(action)

    def only(self, action: StrEnum) -> str:
        """The sentence of a refusal: who may do this."""
        return _("Only %(who)s may do this.") % {"who": self.grants[action].who}

    def check(self, actor: Actor, action: StrEnum, record: M) -> None:
        """Raise Denied unless the actor may do the action to this row."""
        reason = self.refusal(actor, action, record)
        if reason is not None:
            raise Denied(reason)
