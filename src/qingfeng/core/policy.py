"""Who may do what with what core itself keeps: the saved views of lists."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.core.access import Grant, Policy
from qingfeng.core.actor import Actor
from qingfeng.core.models.saved_view import SavedView


class SavedViewAction(StrEnum):
    VIEW = "view"
    DROP = "drop"


def own(actor: Actor) -> Iterable[Q]:
    """One's own views."""
    yield Q(owner=actor.id)


saved_views = Policy(
    SavedView,
    view=SavedViewAction.VIEW,
    grants={
        SavedViewAction.VIEW: Grant([own], _("whoever keeps the view")),
        SavedViewAction.DROP: Grant([own], _("whoever keeps the view")),
    },
)
