"""What every record of a ledger has: a version, and a name on the trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from qingfeng.core.commands import is_writing
from qingfeng.trail import Subject


class WriteOutsideCommandError(AssertionError):
    """A record was saved or deleted outside a command: a fault of the program."""


class Guarded(models.Model):
    """A row that only commands and jobs write."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not is_writing():
            raise WriteOutsideCommandError(f"{type(self).__name__} is written by services only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if not is_writing():
            raise WriteOutsideCommandError(f"{type(self).__name__} is written by services only")
        return super().delete(*args, **kwargs)


class Record(Guarded):
    """A row of a ledger with a life: state, version and history.

    ``ledger`` is the key under which it stands on the trail. ``unit_key`` is the unit whose
    history it belongs to. A sealed ledger overrides ``subject`` with an opaque one.
    """

    ledger: ClassVar[str]
    state: Any

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def subject(self) -> Subject:
        return Subject(self.ledger, self.pk)

    @property
    def unit_key(self) -> int | None:
        return getattr(self, "unit_id", None)
