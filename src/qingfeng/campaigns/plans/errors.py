"""What is wrong with a plan file: each error with its line, its place and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from qingfeng.core.errors import Refused


@dataclass(frozen=True, order=True)
class PlanError:
    """One mistake. `line` and `column` count from 1; `where` is a path of fields and keys."""

    line: int
    column: int
    where: str
    message: str
    remedy: str


class PlanErrors(Refused):
    """The plan is refused as a whole; `errors` are in the order of the file."""

    def __init__(self, errors: Iterable[PlanError], *, name: str) -> None:
        self.errors = sorted(set(errors))
        self.name = name
        first = self.errors[0]
        message = ngettext(
            "%(name)s has %(count)d mistake. Line %(line)d: %(first)s",
            "%(name)s has %(count)d mistakes. First, line %(line)d: %(first)s",
            len(self.errors),
        ) % {
            "name": name,
            "count": len(self.errors),
            "line": first.line,
            "first": first.message,
        }
        super().__init__(message, field="plan")
