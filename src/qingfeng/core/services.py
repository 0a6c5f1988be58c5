"""Verbs that every ledger shares: a move, a bulk move, a reading told, a view kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command, in_chunks
from qingfeng.core.errors import NotVisible, Refused
from qingfeng.core.models.saved_view import SavedView
from qingfeng.core.policy import SavedViewAction, saved_views
from qingfeng.core.workflow import Outcome, Workflow
from qingfeng.trail import EventKind, Subject

VIEW_KEPT = EventKind("view.kept", gettext_lazy("kept a view of a list"))
VIEW_DROPPED = EventKind("view.dropped", gettext_lazy("dropped a view of a list"))

#: Views that one person keeps of one ledger.
MOST_VIEWS = 20


def _workflow(key: str, name: str) -> Workflow[Any]:
    workflow = ledgers.get(key).workflow
    if workflow is None or name not in workflow.moves:
        raise NotVisible
    return workflow


@command
def move(
    key: str, pk: int, name: str, *, actor: Actor, version: int | None = None, **answers: Any
) -> Any:
    """Make one move of one record of a ledger.

    Raises:
        NotVisible: there is no such ledger, record or move for the actor.
        Denied, Refused, Conflict: as :meth:`Workflow.fire` says.
    """
    workflow = _workflow(key, name)
    record = workflow.policy.get(actor, pk=pk)
    return workflow.fire(name, record, actor=actor, version=version, **answers)


def move_many(key: str, ids: Sequence[int], name: str, *, actor: Actor, **answers: Any) -> Outcome:
    """Make one move of many records, in chunks; says which moved and why others did not."""
    outcome = Outcome()

    def work(some: Sequence[int]) -> Outcome:
        return _move_some(key, some, name, actor=actor, **answers)

    for part in in_chunks(list(ids), work):
        outcome += part
    return outcome


@command
def _move_some(key: str, ids: Sequence[int], name: str, *, actor: Actor, **answers: Any) -> Outcome:
    return _workflow(key, name).fire_many(name, ids, actor=actor, **answers)


@command
def read(key: str, pk: int, *, actor: Actor) -> Any:
    """Fetch a record of a ledger whose readings are events, and tell the trail who read it."""
    ledger = ledgers.get(key)
    assert ledger.reads is not None, "reading this ledger is no event"
    record = ledger.policy.get(actor, pk=pk)
    ledger.reads.record(actor=actor.id, subject=record.subject, unit=record.unit_key, data={})
    return record


@command
def keep_view(key: str, name: str, query: str, *, actor: Actor) -> SavedView:
    """Keep a view of a list under a name; the same name again replaces it.

    Args:
        key: the ledger.
        name: what the tab is called.
        query: the list's address behind the question mark.
        actor: whose view it becomes.
    """
    own = saved_views.scope(actor).filter(ledger=ledgers.get(key).key)
    view = own.filter(name=name).first()
    if view is None and own.count() >= MOST_VIEWS:
        raise Refused(
            _("You keep %s views of this list already; drop one first.") % MOST_VIEWS, field="name"
        )
    view = view or SavedView(owner_id=actor.id, ledger=key, name=name)
    view.query = query
    view.save()
    VIEW_KEPT.record(actor=actor.id, subject=Subject("view", view.pk), unit=None, data={"of": key})
    return view


@command
def drop_view(pk: int, *, actor: Actor) -> None:
    """Drop a kept view."""
    view = saved_views.get(actor, SavedViewAction.DROP, pk=pk)
    VIEW_DROPPED.record(
        actor=actor.id, subject=Subject("view", pk), unit=None, data={"of": view.ledger}
    )
    view.delete()
