"""List, record, one move, a bulk move, a file: the same for every ledger."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qingfeng.core import attachments, listing, numbering, services
from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column, cells
from qingfeng.core.errors import Conflict, NotVisible, Refused
from qingfeng.core.ledger import Ledger, Order
from qingfeng.core.listing import ListQuery
from qingfeng.core.models.attachment import Attachment
from qingfeng.core.pages.forms import MoveForm
from qingfeng.core.people import names_of
from qingfeng.core.policy import saved_views
from qingfeng.core.workflow import Move
from qingfeng.trail import kinds
from qingfeng.trail.queries import history, readings

#: Records of one ledger that a search shows.
MOST_FOUND = 20


def actor_of(request: HttpRequest) -> Actor:
    """Who is signed in."""
    return cast("Actor", request.user)


def whole(text: str) -> int | None:
    """A key as it stands in an address or a form, or None if it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def query_of(request: HttpRequest, ledger: Ledger) -> ListQuery:
    """What an address asks of a list. The campaign is the one the reader works in."""
    get = request.GET
    campaign = whole(get.get("campaign", ""))
    return ListQuery(
        campaign=getattr(request, "campaign_id", None) if campaign is None else campaign,
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


def _plain(get: QueryDict) -> QueryDict:
    """An address without its place in the list."""
    plain = get.copy()
    for name in ("after", "before", "campaign"):
        plain.pop(name, None)
    return plain


def _sorting(column: Column, order: Order) -> str:
    """How a heading says that the list is sorted by it."""
    if not column.order or column.order != order.key:
        return ""
    return "descending" if order.is_descending else "ascending"


@require_GET
def register(request: HttpRequest, key: str) -> HttpResponse:
    """The list of a ledger."""
    ledger, actor = ledgers.get(key), actor_of(request)
    page = listing.page(ledger, actor, query_of(request, ledger))
    columns = [column for column in ledger.columns if column.in_list]
    get = request.GET
    kept = saved_views.scope(actor).filter(ledger=key)
    is_kept = any(QueryDict(view.query) == _plain(get) for view in kept)
    context = {
        "ledger": ledger,
        "page": page,
        "columns": columns,
        "rows": [_row(ledger, columns, record) for record in page.rows],
        "tabs": [
            {
                "label": view.title,
                "url": _without(get, "view", view=view.key),
                "is_current": view == page.view and not is_kept,
            }
            for view in ledger.views
        ]
        + [
            {
                "label": view.name,
                "url": f"?{view.query}",
                "is_current": QueryDict(view.query) == _plain(get),
            }
            for view in kept
        ],
        "keep_url": reverse("ledgers:keep_view", args=[key])
        + "?"
        + urlencode({"query": _plain(get).urlencode()}),
        "chips": [
            {"label": one.label, "value": words, "remove_url": _without(get, one.name)}
            for one, _value, words in page.filters
        ],
        "open_filters": [
            (one, one.options(actor).items(), get.get(one.name, "")) for one in ledger.filters
        ],
        "headings": [
            (
                column,
                _without(get, "order", order=column.order) if column.order else "",
                _sorting(column, page.order),
            )
            for column in columns
        ],
        "orders": [
            (order, _without(get, "order", order=order.key))
            for order in ledger.orders
            if order != page.order
        ],
        "kept": [
            (name, value)
            for name, value in get.items()
            if name in {"view", "order", "campaign"} and value
        ],
        "next_url": page.next and _without(get, after=page.next),
        "previous_url": page.previous and _without(get, before=page.previous),
        "export_url": reverse("ledgers:export", args=[key]) + _without(get),
        "bulk_moves": ledger.bulk_moves(actor),
        "takes_sheets": ledger.takes_sheets_of(actor),
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
    ledger = ledgers.get(key)
    if ledger.reads is not None:
        found = services.read(key, pk, actor=actor_of(request))
    else:
        ledger, found = _open(request, key, pk)
    return render(request, "core/record.html", record_context(request, ledger, found))


def record_context(request: HttpRequest, ledger: Ledger, record: Any) -> dict[str, Any]:
    """What the page of a record shows."""
    actor = actor_of(request)
    has_history = hasattr(record, "subject")
    told = history(record.subject) if has_history else []
    told = [one for one in told if not _is_reading(one.kind)]
    seen = readings(record.subject, limit=20) if has_history and ledger.reads else []
    names = names_of(one.actor for one in [*told, *seen])
    workflow = ledger.workflow
    face = ledger.face(record) if ledger.face else None
    kind = str(workflow.kinds[record.state]) if workflow else ""
    return {
        "ledger": ledger,
        "record": record,
        "kind": kind,
        "state": workflow.label(record.state) if workflow else "",
        "face": face,
        "offers": workflow.offers(record, actor) if workflow else [],
        "facts": cells(ledger.facts, record),
        "panels": [
            (panel, panel.context(record, actor)) for panel in ledger.panels if not panel.is_aside
        ],
        "side_panels": [
            (panel, panel.context(record, actor)) for panel in ledger.panels if panel.is_aside
        ],
        "files": attachments.of(record) if hasattr(record, "ledger") else [],
        "seen": [(one, names.get(one.actor) or _("a former user")) for one in seen],
        "history": [(one, names.get(one.actor) or _("a former user")) for one in told],
    }


def _is_reading(name: str) -> bool:
    kind = kinds().get(name)
    return kind is not None and kind.reads


def _make(ledger: Ledger, record: Any, name: str, actor: Actor, **answers: Any) -> None:
    """Make a move by the ledger's own command, or the one that all share."""
    if ledger.move is not None:
        ledger.move(actor, record, name, **answers)
    else:
        services.move(ledger.key, record.pk, name, actor=actor, **answers)


def _move_of(ledger: Ledger, name: str, record: Any, actor: Actor) -> Move[Any]:
    if ledger.workflow is None or name not in ledger.workflow.moves:
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
            try:
                _make(
                    ledger, found, name, actor,
                    version=form.cleaned_data["version"], **form.answers(),
                )  # fmt: skip
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


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find a record by its number, or by what its ledger can be searched for."""
    actor, text = actor_of(request), request.GET.get("q", "").replace("\0", "").strip()[:100]
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
