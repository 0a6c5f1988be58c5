"""The mistakes of a plan file as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .errors import PlanError


def report(errors: Sequence[PlanError], file: str) -> Iterator[str]:
    """Two lines for each mistake, and a last one with their number.

    The first is file:line:column, as editors and terminals know how to follow it; the second,
    indented, says what to do.
    """
    for error in errors:
        where = f"{error.where}: " if error.where else ""
        yield f"{file}:{error.line}:{error.column}: {where}{error.message}"
        yield f"    {error.remedy}"
    if errors:
        yield ngettext(
            "%(count)d mistake; nothing was stored.",
            "%(count)d mistakes; nothing was stored.",
            len(errors),
        ) % {"count": len(errors)}
    else:
        yield _("%(file)s: no mistakes.") % {"file": file}
