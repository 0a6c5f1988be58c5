"""The form of a move, built from what the move asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qingfeng.core.actor import Actor
from qingfeng.core.workflow import Ask, Move


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(ManyFilesField, self).clean(one, initial) for one in files]


def field_of(ask: Ask, record: Any, actor: Actor) -> forms.Field:
    """The form field of one thing asked."""
    common: dict[str, Any] = {
        "label": ask.label,
        "required": ask.required,
        "help_text": ask.hint,
    }
    match ask.kind:
        case "long":
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **common)
        case "number":
            return forms.IntegerField(min_value=0, **common)
        case "date":
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
        case "files":
            return ManyFilesField(**common)
        case "yesno":
            return forms.TypedChoiceField(
                choices=[("yes", _("Yes")), ("no", _("No"))],
                coerce=lambda value: value == "yes",
                widget=forms.RadioSelect,
                **common,
            )
        case "choice":
            assert ask.choices is not None, "a choice has choices"
            return forms.ChoiceField(choices=ask.choices(record, actor), **common)
        case _:
            return forms.CharField(max_length=500, **common)


class MoveForm(forms.Form):
    """What a move asks, and the version its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, move: Move[Any], record: Any, actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for ask in move.asks:
            self.fields[ask.name] = field_of(ask, record, actor)

    def answers(self) -> dict[str, Any]:
        """The answers by name, the version apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class BulkForm(forms.Form):
    """What a bulk move asks, the same answer for every record."""

    move = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks: Sequence[Ask], actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ask in asks:
            self.fields[ask.name] = field_of(ask, None, actor)

    def answers(self) -> dict[str, Any]:
        """The answers by name."""
        return {name: value for name, value in self.cleaned_data.items() if name != "move"}
