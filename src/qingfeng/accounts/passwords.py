"""Rules of passwords beyond Django's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class ThreeKindsOfCharacter:
    """At least three of: lower case, upper case, digits, other characters.

    Practice of classified protection, level 3; the standard asks for complexity without a number.
    """

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's signature
        kinds = [
            any(letter.islower() for letter in password),
            any(letter.isupper() for letter in password),
            any(letter.isdigit() for letter in password),
            any(not letter.isalnum() for letter in password),
        ]
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return _("Use at least three kinds of character: lower case, upper case, digits, others.")


class NotThePresentOne:
    """A changed password differs from the one before; else changing it at intervals means nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="same_password")

    def get_help_text(self) -> str:
        return _("Choose another password than the present one.")
