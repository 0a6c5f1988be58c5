"""A list as a spreadsheet, the template, and a spreadsheet taken in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingfeng.core import exchange
from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.errors import NotVisible, Refused
from qingfeng.core.exchange import ImportResult, Sheet
from qingfeng.core.ledger import Ledger
from qingfeng.core.pages.views import actor_of, query_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Refused rows that the page shows; the report has them all.
MOST_SHOWN = 50


def _download(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
def export(request: HttpRequest, key: str) -> HttpResponse:
    """Everything the list shows under its present conditions, within the reader's reach."""
    ledger, actor = ledgers.get(key), actor_of(request)
    content = exchange.export(ledger, actor, query_of(request, ledger))
    return _download(content, f"{ledger.key}-{timezone.localdate():%Y%m%d}.xlsx")


def _taking(request: HttpRequest, key: str) -> tuple[Ledger, Actor]:
    """The ledger and its reader, if sheets are taken from this reader."""
    ledger, actor = ledgers.get(key), actor_of(request)
    if not ledger.takes_sheets_of(actor):
        raise NotVisible
    return ledger, actor


@require_GET
def template(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet to fill in."""
    ledger, _actor = _taking(request, key)
    return _download(exchange.template(ledger), f"{ledger.key}-template.xlsx")


class SheetForm(forms.Form):
    """The file to take in."""

    file = forms.FileField(
        label=gettext_lazy("Filled-in template"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy(
            "An .xlsx file. Nothing is kept unless every row is right, or you say so."
        ),
    )


@require_http_methods(["GET", "POST"])
def import_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """Take in a sheet: all of it, or nothing and a report of what is wrong."""
    ledger, actor = _taking(request, key)
    if request.method == "GET":
        return _form(request, ledger, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, ledger, form, status=422)
    file = form.cleaned_data["file"]
    try:
        sheet = exchange.read(file, ledger.template_columns(), actor=actor, title=ledger.title)
    except Refused as error:
        form.add_error("file", str(error.message))
        return _form(request, ledger, form, status=422)
    result = exchange.import_rows(ledger, sheet, actor=actor)
    if not result.refused:
        return _done(request, ledger, result)
    _put(_sent(ledger, actor), file)
    _put(_report(ledger, actor), ContentFile(exchange.error_report(ledger, sheet)))
    context = {
        "ledger": ledger,
        "form": SheetForm(),
        "refused": result.refused[:MOST_SHOWN],
        "refused_count": len(result.refused),
        "good_count": len(sheet.good),
    }
    return render(request, "core/import.html", context, status=422)


def _form(
    request: HttpRequest, ledger: Ledger, form: SheetForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "core/import.html", {"ledger": ledger, "form": form}, status=status)


@require_POST
def import_good(request: HttpRequest, key: str) -> HttpResponse:
    """Take in the good rows of the sheet that was refused last."""
    ledger, actor = _taking(request, key)
    name = _sent(ledger, actor)
    if not default_storage.exists(name):
        raise Refused(_("The file is no longer kept here; send it again."))
    with default_storage.open(name) as file:
        sheet: Sheet = exchange.read(
            file, ledger.template_columns(), actor=actor, title=ledger.title
        )
    # Gone before the rows are written: a second click finds nothing to write twice.
    default_storage.delete(name)
    result = exchange.import_rows(ledger, sheet, actor=actor, only_good=True)
    _put(_report(ledger, actor), ContentFile(exchange.error_report(ledger, sheet)))
    return _done(request, ledger, result)


def _done(request: HttpRequest, ledger: Ledger, result: ImportResult) -> HttpResponse:
    done, left = result.imported, len(result.refused)
    messages.success(request, ngettext("%d row imported", "%d rows imported", done) % done)
    if left:
        words = ngettext("%d row left out", "%d rows left out", left) % left
        messages.warning(request, words)
    return HttpResponseRedirect(reverse("ledgers:list", args=[ledger.key]))


@require_GET
def errors(request: HttpRequest, key: str) -> HttpResponse:
    """What was wrong with the sheet that was refused last, row by row."""
    ledger, actor = _taking(request, key)
    name = _report(ledger, actor)
    if not default_storage.exists(name):
        raise NotVisible
    with default_storage.open(name) as file:
        return _download(file.read(), f"{ledger.key}-errors.xlsx")


# One refused sheet is kept for each person and ledger, until the next takes its place.


def _sent(ledger: Ledger, actor: Actor) -> str:
    return f"imports/{actor.id}-{ledger.key}-sent.xlsx"


def _report(ledger: Ledger, actor: Actor) -> str:
    return f"imports/{actor.id}-{ledger.key}-errors.xlsx"


def _put(name: str, file: Any) -> None:
    default_storage.delete(name)
    file.seek(0)
    default_storage.save(name, file)
