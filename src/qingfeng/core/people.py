"""Names of people for sentences and lists, from whatever model signs in."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _


def names_of(ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of several actors in one query; None is System."""
    wanted = {pk for pk in ids if pk is not None}
    users = get_user_model()._default_manager.filter(pk__in=wanted) if wanted else []  # noqa: SLF001
    names: dict[int | None, str] = {user.pk: str(user) for user in users}
    names[None] = _("System")
    return names


def name_of(pk: int | None) -> str:
    """The name of one actor."""
    return names_of([pk]).get(pk, _("a former user"))
