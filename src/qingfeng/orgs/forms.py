"""The form by which the system administrator proposes a role."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import User
from qingfeng.orgs.models import OrganKind, Place, ReachKind, Role, SupervisionGroup, Unit

M = TypeVar("M", bound=models.Model)


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


class GrantForm(forms.Form):
    """Who, which role, how far, from when. Rows are named by code or name, for lists are long."""

    user = forms.CharField(label=gettext_lazy("User name"), max_length=64)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    reach = forms.ChoiceField(label=gettext_lazy("Reach"), choices=ReachKind.choices)
    place = forms.CharField(label=gettext_lazy("Place (code)"), max_length=12, required=False)
    line = forms.ChoiceField(
        label=gettext_lazy("Line"), choices=[("", "—"), *OrganKind.choices], required=False
    )
    unit = forms.CharField(label=gettext_lazy("Unit (code)"), max_length=24, required=False)
    group = forms.CharField(
        label=gettext_lazy("Supervision group (name)"), max_length=64, required=False
    )
    from_on = _day(gettext_lazy("From"), initial=timezone.localdate)
    until_on = _day(gettext_lazy("Until"), required=False)

    def clean_user(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["user"].strip()).first()
        if user is None:
            raise forms.ValidationError(_("There is no account of this name; open it first."))
        return user

    def clean_place(self) -> Place | None:
        return _found(Place, code=self.cleaned_data["place"])

    def clean_unit(self) -> Unit | None:
        return _found(Unit, code=self.cleaned_data["unit"])

    def clean_group(self) -> SupervisionGroup | None:
        return _found(SupervisionGroup, name=self.cleaned_data["group"])

    def clean_line(self) -> OrganKind | None:
        value = self.cleaned_data["line"]
        return OrganKind(value) if value else None


def _found(model: type[M], **named: str) -> M | None:
    """The row so named, None if nothing was typed, an error if there is none."""
    typed = next(iter(named.values())).strip()
    if not typed:
        return None
    row = model._default_manager.filter(**named).first()  # noqa: SLF001 - Django's documented name
    if row is None:
        raise forms.ValidationError(_("There is none of this code or name; check it."))
    return row
