"""What can go wrong with a request, each error one HTTP status and one clear sentence."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class QingfengError(Exception):
    """Base of all errors that a person is told about."""

    status = 500

    def __init__(self, message: str | Promise = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotVisible(QingfengError):
    """The record does not exist, or the actor may not know that it does: the same answer."""

    status = 404

    def __init__(self, message: str | Promise = "") -> None:
        super().__init__(message or _("There is no such record, or it is not open to you."))


class Denied(QingfengError):
    """The actor sees the record but may not do this with it."""

    status = 403


class Conflict(QingfengError):
    """Somebody else changed the record since it was shown."""

    status = 409

    def __init__(
        self, message: str | Promise = "", *, who: str = "", at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.who = who
        self.at = at


class Refused(QingfengError):
    """A rule of the work forbids it now; the message names the rule and what to do."""

    status = 422

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
