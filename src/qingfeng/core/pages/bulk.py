"""A bulk move: which records cannot follow and why, what it asks, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qingfeng.core import ledger as ledgers
from qingfeng.core import services
from qingfeng.core.actor import Actor
from qingfeng.core.errors import NotVisible, Refused
from qingfeng.core.ledger import Ledger
from qingfeng.core.pages.forms import BulkForm
from qingfeng.core.pages.views import actor_of, whole
from qingfeng.core.workflow import Move, Outcome

#: Records of one bulk move from a page; a page of a list holds fewer.
MOST_AT_ONCE = 1000


def split(
    ledger: Ledger, move: Move[Any], ids: Sequence[int], actor: Actor
) -> tuple[list[int], list[tuple[Any, str]]]:
    """Which of the chosen records can follow, and the others with the reason; hidden ones in neither."""
    workflow = ledger.workflow
    assert workflow is not None, "only what has a workflow moves"
    rows = ledger.rows().filter(pk__in=ledger.policy.scope(actor).filter(pk__in=ids).values("pk"))
    allowed = set(
        ledger.policy.scope(actor, move.action).filter(pk__in=ids).values_list("pk", flat=True)
    )
    able: list[int] = []
    stuck: list[tuple[Any, str]] = []
    for record in rows.order_by("pk"):
        reason: str | None = None
        if record.pk not in allowed:
            reason = ledger.policy.only(move.action)
        elif record.state not in move.sources:
            reason = workflow.refusal(move.name, record, actor)
        else:
            refusals = (guard.refusal(actor, record) for guard in move.guards)
            reason = next((one for one in refusals if one is not None), None)
        if reason is None:
            able.append(record.pk)
        else:
            stuck.append((record, reason))
    return able, stuck


def _make(ledger: Ledger, move: Move[Any], ids: Sequence[int], actor: Actor,
          answers: dict[str, Any]) -> Outcome:  # fmt: skip
    if ledger.move_many is not None:
        return ledger.move_many(actor=actor, ids=ids, move=move.name, **answers)
    return services.move_many(ledger.key, ids, move.name, actor=actor, **answers)


@require_POST
def bulk(request: HttpRequest, key: str) -> HttpResponse:
    """Make one move of every chosen record; say beforehand which cannot follow, and why."""
    ledger, actor = ledgers.get(key), actor_of(request)
    moves = {move.name: move for move in ledger.bulk_moves(actor)}
    if request.POST.get("move", "") not in moves:
        raise NotVisible
    asked = moves[request.POST["move"]]
    ids = [pk for text in request.POST.getlist("pk") if (pk := whole(text)) is not None]
    if not ids:
        raise Refused(_("No record is chosen; tick those that shall move."))
    if len(ids) > MOST_AT_ONCE:
        raise Refused(_("More than %s records at once; choose fewer.") % f"{MOST_AT_ONCE:,}")
    able, stuck = split(ledger, asked, ids, actor)
    # Nothing is asked and nobody stays behind: one click is enough.
    is_sure = "confirmed" in request.POST or (not asked.asks and not stuck)
    form = BulkForm(request.POST if is_sure else None, asks=asked.asks, actor=actor,
                    initial={"move": asked.name})  # fmt: skip
    status = 200
    if is_sure and form.is_valid():
        try:
            outcome = _make(ledger, asked, able, actor, form.answers())
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            refused = dict(outcome.refused)
            late = ledger.rows().filter(pk__in=refused)
            context = {
                "ledger": ledger,
                "move": asked,
                "moved": ngettext("%d record moved", "%d records moved", len(outcome.moved))
                % len(outcome.moved),
                "stayed": [*stuck, *((one, refused[one.pk]) for one in late)],
            }
            return render(request, "core/bulk_done.html", context)
    if is_sure:
        status = 422
    context = {"ledger": ledger, "move": asked, "form": form, "ids": able, "stuck": stuck}
    return render(request, "core/bulk.html", context, status=status)
