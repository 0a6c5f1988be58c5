"""List, record, one move, a bulk move, a file: the same for every ledger."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingfeng.core import attachments, listing, numbering
from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.columns import cells
from qingfeng.core.errors import Conflict, NotVisible, Refused
from qingfeng.core.ledger import Ledger
from qingfeng.core.listing import ListQuery
from qingfeng.core.models.attachment import Attachment
from qingfeng.core.pages.forms import BulkForm, MoveForm
from qingfeng.core.people import names_of
from qingfeng.core.workflow import Move
from qingfeng.trail.queries import history

#: Records of one ledger that a search shows.
MOST_FOUND = 20
#: Records of one bulk move from a page; more than that is a job for an import.
MOST_AT_ONCE = 10_000


def actor_of(request: HttpRequest) -> Actor:
    """Who is signed in."""
    return cast("Actor", request.user)


def query_of(request: HttpRequest, ledger: Ledger) -> ListQuery:
    """What an address asks of a list. The campaign is the one the reader works in."""
    get = request.GET
    campaign = get.get("campaign", "")
    return ListQuery(
        campaign=int(campaign) if campaign.isdecimal() else getattr(request, "campaign_id", None),
        view=get.get("view", ""),
        filters={one.name: get.get(one.name, "") for one in ledger.filters},
        order=get.get("order", ""),
        after=get.get("after", ""),
        before=get.get("before", ""),
    )


def _without(get: QueryDict, *names: str, **changes: str) -> str:
    """The present address with some conditions taken out or changed, from the first page."""
    kept = {
        name: value
        for name, value in get.items()
        if name not in {*names, "after", "before"} and value
    }
    return "?" + urlencode({**kept, **changes})


@require_GET
def register(request: HttpRequest, key: str) -> HttpResponse:
    """The list of a ledger."""
    ledger, actor = ledgers.get(key), actor_of(request)
    page = listing.page(ledger, actor, query_of(request, ledger))
    columns = [column for column in ledger.columns if column.in_list]
    bulk_moves = [
        move
        for move in (ledger.workflow.moves.values() if ledger.workflow and ledger.move_many else ())
        if move.target is not None
        and all(ask.bulk for ask in move.asks)
        and ledger.policy.arms(actor, move.action)
    ]
    get = request.GET
    context = {
        "ledger": ledger,
        "page": page,
        "columns": columns,
        "rows": [_row(ledger, columns, record) for record in page.rows],
        "tabs": [
            {
                "title": view.title,
                "url": _without(get, "view", view=view.key),
                "is_current": view == page.view,
            }
            for view in ledger.views
        ],
        "chips": [
            {"label": one.label, "value": words, "remove_url": _without(get, one.name)}
            for one, _value, words in page.filters
        ],
        "open_filters": [
            (one, one.choices(actor), get.get(one.name, "")) for one in ledger.filters
        ],
        "orders": [
            (order, _without(get, "order", order=order.key), order == page.order)
            for order in ledger.orders
        ],
        "kept": [
            (name, value)
            for name, value in get.items()
            if name in {"view", "order", "campaign"} and value
        ],
        "next_url": page.next and _without(get, after=page.next),
        "previous_url": page.previous and _without(get, before=page.previous),
        "export_url": reverse("ledgers:export", args=[key]) + _without(get),
        "bulk_moves": bulk_moves,
        "clear_url": "?" + urlencode({"view": page.view.key} if page.view else {}),
    }
    return render(request, "core/register.html", context)


def _row(ledger: Ledger, columns: list[Any], record: Any) -> dict[str, Any]:
    kind = ledger.workflow.kinds.get(record.state) if ledger.workflow else None
    face = ledger.face(record) if ledger.face else None
    return {
        "pk": record.pk,
        "url": reverse("ledgers:record", args=[ledger.key, record.pk]),
        "cells": cells(columns, record),
        "kind": str(kind or ""),
        "state": ledger.workflow.label(record.state) if ledger.workflow else "",
        "face": face,
        "mark": face.kind if face and face.kind in ("over", "soon") else "",
    }


def _open(request: HttpRequest, key: str, pk: int) -> tuple[Ledger, Any]:
    ledger = ledgers.get(key)
    record = ledger.policy.get(actor_of(request), pk=pk)
    return ledger, record


@require_GET
def record(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One record: its clock, what can be done and why not, its facts, files and history."""
    ledger, found = _open(request, key, pk)
    return render(request, "core/record.html", record_context(request, ledger, found))


def record_context(request: HttpRequest, ledger: Ledger, record: Any) -> dict[str, Any]:
    """What the page of a record shows."""
    actor = actor_of(request)
    told = history(record.subject) if hasattr(record, "subject") else []
    names = names_of(one.actor for one in told)
    workflow = ledger.workflow
    face = ledger.face(record) if ledger.face else None
    kind = str(workflow.kinds[record.state]) if workflow else ""
    return {
        "ledger": ledger,
        "record": record,
        "kind": kind,
        "state": workflow.label(record.state) if workflow else "",
        "face": face,
        "offers": workflow.offers(record, actor) if workflow and ledger.move else [],
        "facts": cells(ledger.facts, record),
        "panels": [
            (panel, panel.context(record, actor)) for panel in ledger.panels if not panel.is_aside
        ],
        "side_panels": [
            (panel, panel.context(record, actor)) for panel in ledger.panels if panel.is_aside
        ],
        "files": attachments.of(record) if hasattr(record, "ledger") else [],
        "history": [(one, names.get(one.actor) or _("a former user")) for one in told],
    }


def _move_of(ledger: Ledger, name: str, record: Any, actor: Actor) -> Move[Any]:
    if ledger.workflow is None or ledger.move is None or name not in ledger.workflow.moves:
        raise NotVisible
    move = ledger.workflow.moves[name]
    ledger.policy.check(actor, move.action, record)
    return move


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, key: str, pk: int, name: str) -> HttpResponse:
    """Ask what a move asks, and make it."""
    ledger, found = _open(request, key, pk)
    actor = actor_of(request)
    asked = _move_of(ledger, name, found, actor)
    status = 200
    if request.method == "POST":
        form = MoveForm(request.POST, request.FILES, move=asked, record=found, actor=actor)
        if form.is_valid():
            assert ledger.move is not None
            try:
                ledger.move(
                    actor, found, name, version=form.cleaned_data["version"], **form.answers()
                )
            except Conflict as error:
                # What was typed stays; the form now carries the version just shown.
                form.add_error(None, str(error.message))
                data = request.POST.copy()
                found.refresh_from_db()
                data["version"] = str(found.version)
                form.data = data
                status = error.status
            except Refused as error:
                form.add_error(
                    error.field if error.field in form.fields else None, str(error.message)
                )
                status = error.status
            else:
                messages.success(request, _("Done: %(move)s.") % {"move": str(asked.label)})
                return HttpResponseRedirect(reverse("ledgers:record", args=[key, pk]))
        else:
            status = 422
    else:
        form = MoveForm(initial={"version": found.version}, move=asked, record=found, actor=actor)
    workflow = ledger.workflow
    assert workflow is not None
    return render(
        request,
        "core/move.html",
        {
            "ledger": ledger,
            "record": found,
            "move": asked,
            "form": form,
            "refusal": None if status == 409 else workflow.refusal(name, found, actor),
        },
        status=status,
    )


@require_POST
def bulk(request: HttpRequest, key: str) -> HttpResponse:
    """Make one move of every chosen record; say which could not follow, and why."""
    ledger, actor = ledgers.get(key), actor_of(request)
    workflow = ledger.workflow
    name = request.POST.get("move", "")
    if workflow is None or ledger.move_many is None or name not in workflow.moves:
        raise NotVisible
    asked = workflow.moves[name]
    ids = [int(pk) for pk in request.POST.getlist("pk") if pk.isdecimal()][:MOST_AT_ONCE]
    if not ids:
        raise Refused(_("No record is chosen; tick those that shall move."))
    asks = [ask for ask in asked.asks if ask.bulk]
    if len(asks) != len(asked.asks):
        raise Refused(_("“%s” is made one by one.") % asked.label)
    is_asked = "confirmed" in request.POST or not asks
    form = BulkForm(request.POST if is_asked else None, asks=asks, actor=actor,
                    initial={"move": name})  # fmt: skip
    if is_asked and form.is_valid():
        outcome = ledger.move_many(actor=actor, ids=ids, move=name, **form.answers())
        refused = dict(outcome.refused)
        stayed = ledger.policy.scope(actor).filter(pk__in=refused)
        return render(
            request,
            "core/bulk_done.html",
            {
                "ledger": ledger,
                "move": asked,
                "moved": ngettext("%d record moved", "%d records moved", len(outcome.moved))
                % len(outcome.moved),
                "stayed": [(one, refused[one.pk]) for one in stayed],
                "back": request.POST.get("back", ""),
            },
        )
    return render(
        request, "core/bulk.html", {"ledger": ledger, "move": asked, "form": form, "ids": ids},
        status=422 if is_asked else 200,
    )  # fmt: skip


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find a record by its number, or by what its ledger can be searched for."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()[:100]
    held = numbering.holder(text) if text else None
    if held is not None and held.record is not None:
        ledger = next((one for one in ledgers.every() if one.key == held.series.ledger), None)
        if ledger and ledger.policy.scope(actor).filter(pk=held.record).exists():
            return HttpResponseRedirect(reverse("ledgers:record", args=[ledger.key, held.record]))
    found = []
    for ledger in ledgers.every() if text else ():
        if ledger.search is not None:
            rows = ledger.policy.scope(actor).filter(ledger.search(text))
            order = ledger.orders[0].fields
            records = list(rows.select_related(*ledger.related).order_by(*order)[:MOST_FOUND])
            if records:
                found.append((ledger, records))
    return render(request, "core/search.html", {"text": text, "found": found})


@require_GET
def attachment(request: HttpRequest, key: str, pk: int, file: int) -> HttpResponse:
    """A file of a record, to whoever may see the record; always as a download."""
    _ledger, found = _open(request, key, pk)
    row = Attachment.objects.filter(ledger=key, record=found.pk, pk=file).first()
    if row is None:
        raise NotVisible
    return cast(
        "HttpResponse",
        FileResponse(
            row.file.open("rb"), as_attachment=True, filename=row.name,
            content_type="application/octet-stream",
        ),
    )  # fmt: skip
