"""Pages of one's own account and, for the two administrators, of all accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingfeng.accounts import services
from qingfeng.accounts.forms import LanguageForm, OfficeForm, OpenAccountForm
from qingfeng.accounts.models import Office, User
from qingfeng.accounts.policy import AccountAction
from qingfeng.accounts.policy import accounts as policy
from qingfeng.accounts.queries import (
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    office_of,
    standing,
    with_waiting,
)
from qingfeng.core.actor import Actor
from qingfeng.core.errors import NotVisible, Refused
from qingfeng.core.pages.views import actor_of
from qingfeng.core.people import names_of
from qingfeng.trail import Subject
from qingfeng.trail.queries import history

ROWS = 50


def _told(user: User, limit: int) -> list[tuple[Any, str]]:
    """What happened to an account, with who did it."""
    events = history(Subject("account", user.pk), limit=limit)
    names = names_of(one.actor for one in events)
    return [(one, names.get(one.actor) or _("a former user")) for one in events]


# -- one's own --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Language, password, second factor, and what the trail tells of one's own sign-ins."""
    actor = actor_of(request)
    user = policy.get(actor, AccountAction.OWN, pk=actor.id)
    form = LanguageForm(
        request.POST or None, initial={"language": user.language or settings.LANGUAGE_CODE}
    )
    if request.method == "POST" and form.is_valid():
        services.choose_language(actor=actor, user=user, language=form.cleaned_data["language"])
        return redirect("accounts:account")
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return render(
        request,
        "accounts/account.html",
        {
            "account": user,
            "form": form,
            "has_factor": bool(factors),
            "oidc": settings.OIDC_NAME if settings.OIDC_SERVER else "",
            "history": _told(user, 20),
        },
    )


# -- all accounts, for the two administrators --------------------------------------------------


def _only_administrators(actor: Actor) -> None:
    if office_of(actor) not in (SYSTEM_ADMIN, SECURITY_ADMIN):
        raise NotVisible


@require_GET
def accounts_list(request: HttpRequest) -> HttpResponse:
    """Accounts by user name; a search finds the beginning of user names and of names."""
    actor = actor_of(request)
    _only_administrators(actor)
    words, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    rows = policy.scope(actor)
    if words:
        rows = rows.filter(username__startswith=words.lower()) | rows.filter(
            full_name__startswith=words
        )
    found = list(with_waiting(rows.filter(username__gt=after)).order_by("username")[: ROWS + 1])
    shown = found[:ROWS]
    more = {"q": words, "after": shown[-1].username} if len(found) > ROWS else None
    return render(
        request,
        "accounts/list.html",
        {
            "rows": [(user, *standing(user)) for user in shown],
            "q": words,
            "next_url": f"?{urlencode(more)}" if more else "",
            "may_open": office_of(actor) == SYSTEM_ADMIN,
        },
    )


@never_cache
@sensitive_variables("password")
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """A new account: entered by the system administrator, opened when the other approves."""
    actor = actor_of(request)
    if office_of(actor) != SYSTEM_ADMIN:
        raise NotVisible
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = services.open_account(actor=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return _show_password(request, user, password, is_new=True)
    return render(request, "accounts/new.html", {"form": form})


def _show_password(
    request: HttpRequest, user: User, password: str, *, is_new: bool
) -> HttpResponse:
    """The one-time password, shown once and kept nowhere."""
    context = {"account": user, "password": password, "is_new": is_new}
    return render(request, "accounts/password.html", context)


@dataclass(frozen=True)
class Verb:
    """One thing that an administrator may do to an account now."""

    name: str
    label: str | Promise
    hint: str | Promise = ""


CLOSE = Verb("close", gettext_lazy("Close the account"), gettext_lazy("Sessions end at once."))
REOPEN = Verb(
    "reopen",
    gettext_lazy("Propose to reopen"),
    gettext_lazy("The security administrator approves."),
)
UNLOCK = Verb("unlock", gettext_lazy("Unlock"))
PASSWORD = Verb(
    "password",
    gettext_lazy("Give a one-time password"),
    gettext_lazy("Hand it over in person; it must be changed at first sign-in."),
)
FACTOR = Verb(
    "factor",
    gettext_lazy("Take the second factor away"),
    gettext_lazy("Only when its owner lost it and stands before you."),
)
LEAVE = Verb(
    "leave",
    gettext_lazy("Propose to take the office away"),
    gettext_lazy("The security administrator approves."),
)


def _verbs(actor: Actor, user: User, *, is_waiting: bool) -> list[Verb]:
    """What the actor may do to the account, in the order it is shown."""
    actions = policy.actions(actor, user)
    verbs: list[Verb] = []
    if AccountAction.MANAGE in actions:
        if user.locked_until:
            verbs.append(UNLOCK)
        if user.is_active:
            verbs += [PASSWORD, CLOSE]
            if user.office and not is_waiting:
                verbs.append(LEAVE)
        elif not is_waiting:
            verbs.append(REOPEN)
        else:
            verbs.append(PASSWORD)
    if AccountAction.RESET_FACTOR in actions and Authenticator.objects.filter(user=user).exists():
        verbs.append(FACTOR)
    return verbs


def _account_of(actor: Actor, pk: int) -> User:
    """An account as the administrators see it; to all others it is not there."""
    _only_administrators(actor)
    policy.get(actor, pk=pk)
    return with_waiting(User.objects.filter(pk=pk)).get()


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, what can be done, and its history."""
    actor = actor_of(request)
    user = _account_of(actor, pk)
    is_waiting: bool = user.is_waiting  # type: ignore[attr-defined]  # annotated
    kind, words = standing(user)
    may_manage = policy.allows(actor, AccountAction.MANAGE, user)
    return render(
        request,
        "accounts/one.html",
        {
            "account": user,
            "kind": kind,
            "words": words,
            "is_waiting": is_waiting,
            "verbs": _verbs(actor, user, is_waiting=is_waiting),
            "may_propose": may_manage and user.is_active and not is_waiting,
            "has_factor": Authenticator.objects.filter(user=user).exists(),
            "history": _told(user, 50),
        },
    )


@require_http_methods(["GET", "POST"])
def office(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose an office for an account."""
    actor = actor_of(request)
    user = _account_of(actor, pk)
    policy.check(actor, AccountAction.MANAGE, user)
    form = OfficeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_office(
                actor=actor, user=user, office=Office(form.cleaned_data["office"])
            )
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Proposed; waits for the security administrator."))
            return _back(user)
    return render(request, "accounts/office.html", {"account": user, "form": form})


def _back(user: User) -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:one", args=[user.pk]))


@never_cache
@sensitive_variables("password")
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing to an account; the service checks who may."""
    actor = actor_of(request)
    user = _account_of(actor, pk)
    match verb:
        case "password":
            password = services.reset_password(actor=actor, user=user)
            return _show_password(request, user, password, is_new=False)
        case "close":
            services.close_account(actor=actor, user=user)
            messages.success(request, _("Closed; its sessions have ended."))
        case "reopen":
            services.reopen_account(actor=actor, user=user)
            messages.success(request, _("Proposed; waits for the security administrator."))
        case "unlock":
            services.unlock(actor=actor, user=user)
            messages.success(request, _("Unlocked."))
        case "factor":
            services.reset_second_factor(actor=actor, user=user)
            messages.success(request, _("Taken away; a new one is set up at the next sign-in."))
        case "leave":
            services.propose_leaving(actor=actor, user=user)
            messages.success(request, _("Proposed; waits for the security administrator."))
        case _:
            raise NotVisible
    return _back(user)


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """The ledger of proposals."""
    _only_administrators(actor_of(request))
    return redirect("ledgers:list", "proposal")
