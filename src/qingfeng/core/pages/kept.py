"""Views of a list that a reader keeps: each is a link with a name."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qingfeng.core import ledger as ledgers
from qingfeng.core import services
from qingfeng.core.errors import Refused
from qingfeng.core.ledger import Ledger
from qingfeng.core.pages.views import actor_of
from qingfeng.core.policy import saved_views


class KeepForm(forms.Form):
    """The name of a view."""

    name = forms.CharField(
        label=gettext_lazy("Name of the view"),
        max_length=40,
        help_text=gettext_lazy(
            "It stands beside the ready views, for you alone. The same name replaces it."
        ),
    )


def conditions_of(ledger: Ledger, text: str) -> str:
    """What of an address is a view: view, filters and order, nothing else."""
    asked = QueryDict(text[:2000])
    names = ["view", "order", *(one.name for one in ledger.filters)]
    return urlencode([(name, asked[name]) for name in names if asked.get(name)])


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the list as it is shown, under a name."""
    ledger, actor = ledgers.get(key), actor_of(request)
    query = conditions_of(ledger, request.GET.get("query", ""))
    form = KeepForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                view = services.keep_view(key, form.cleaned_data["name"], query, actor=actor)
            except Refused as error:
                form.add_error(error.field, str(error.message))
            else:
                messages.success(request, _("Kept: %s.") % view.name)
                return HttpResponseRedirect(f"{reverse('ledgers:list', args=[key])}?{query}")
    context = {
        "ledger": ledger,
        "form": form,
        "query": query,
        "kept": saved_views.scope(actor).filter(ledger=key),
    }
    return render(request, "core/keep.html", context, status=status)


@require_POST
def drop(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Drop a kept view."""
    ledger = ledgers.get(key)
    services.drop_view(pk, actor=actor_of(request))
    return HttpResponseRedirect(reverse("ledgers:keep_view", args=[ledger.key]))
