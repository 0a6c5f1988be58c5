"""Which campaign the reader works in: chosen once, kept in the session, shown in the top bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from qingfeng.campaigns.models import Campaign
from qingfeng.campaigns.queries import open_to
from qingfeng.core.actor import Actor
from qingfeng.orgs.reach import top_grant

KEY = "campaign"


@dataclass(frozen=True)
class Scope:
    """What the top bar shows: a label, and where to change it."""

    label: str
    url: str


class InCampaign:
    """Give every request of a signed-in person ``campaign_now``, and the top bar its two labels."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith("/accounts/"):
            found = current(request)
            asked: Any = request
            asked.campaign_now = found
            asked.campaign_id = found.pk if found else None
            if found is not None:
                asked.campaign = Scope(str(found), "/campaigns/")
            grant = top_grant(cast("Actor", request.user))
            if grant is not None:
                asked.place = Scope(grant.reach_label, "/units/")
        return self.get_response(request)


def current(request: HttpRequest) -> Campaign | None:
    """The campaign chosen last, else the newest that runs; None where the reader sees none."""
    open_ = open_to(cast("Actor", request.user))
    chosen = request.session.get(KEY)
    return next((one for one in open_ if one.pk == chosen), open_[0] if open_ else None)
