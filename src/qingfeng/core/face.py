"""The face of a clock: what a duty's time looks like, apart from the record it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Face:
    """One clock to draw; built from a record by whoever knows its clock.

    Args:
        started_on: the day the time began to run.
        target_on: the day aimed at, if the rules name one before the latest.
        legal_on: the latest legal date, before any extension.
        due_on: the date that counts now, suspension and extension included.
        suspended_on: the day the clock was stopped for a while, if it stands still now.
        stopped_on: the day the duty was done.
        today: the day it is drawn.
        unit: "natural" or "working": which days are counted.
        spans_not_counted: first and last day of every stretch that does not count.
        words: what is said in bold, such as 余2个工作日.
        kind: one of the eight kinds of status.
    """

    started_on: date
    due_on: date | None
    today: date
    words: str
    kind: str = "active"
    target_on: date | None = None
    legal_on: date | None = None
    suspended_on: date | None = None
    stopped_on: date | None = None
    unit: str = "natural"
    spans_not_counted: Sequence[tuple[date, date]] = field(default=())

    @property
    def at(self) -> date:
        """The day up to which time has been used."""
        return self.stopped_on or self.suspended_on or self.today

    @property
    def ends_on(self) -> date:
        """The right edge of the scale: the limit, or today once past it."""
        return max(self.due_on or self.at, self.at)

    def share(self, day: date) -> float:
        """Where a day stands on the scale, from 0 at the start to 1 at the edge."""
        whole = max((self.ends_on - self.started_on).days, 1)
        return min(max((day - self.started_on).days / whole, 0.0), 1.0)

    @property
    def used(self) -> float:
        """How much of the scale has been used; never past the limit."""
        return min(self.share(self.at), self.limit)

    @property
    def overrun(self) -> float:
        """How much of the scale lies past the limit."""
        return max(self.share(self.at) - self.limit, 0.0)

    @property
    def limit(self) -> float:
        """Where the black tick stands: the date that counts."""
        return self.share(self.due_on) if self.due_on else 1.0

    @property
    def target(self) -> float | None:
        """Where the dashed tick stands, if the target is not the limit itself."""
        if self.target_on is None or self.target_on == self.due_on:
            return None
        return self.share(self.target_on)

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Stretches not counted, as (from, width)."""
        found = []
        for first, last in self.spans_not_counted:
            left, right = self.share(first), self.share(last)
            # A single day has a width too: one day of the scale.
            right = min(right + 1 / max((self.ends_on - self.started_on).days, 1), 1.0)
            if left < 1 and right > left:
                found.append((left, right - left))
        return found

    @property
    def day_number(self) -> int:
        """Which day of the clock it is, the start being the first; natural days."""
        return (self.at - self.started_on).days + 1

    def note(self, day: str, *, short: bool = False) -> str:
        """What stands under the bar, given the date that matters already in words."""
        if short:
            return day
        if self.kind == "over":
            return _("was due %(day)s") % {"day": day}
        if self.kind == "done":
            return _("finished %(day)s") % {"day": day}
        if self.kind == "pause":
            return _("stopped since %(day)s") % {"day": day}
        return _("due %(day)s") % {"day": day}

    @property
    def note_day(self) -> date | None:
        """The date that matters: when it was finished, stopped, or is due."""
        if self.kind == "done":
            return self.stopped_on or self.due_on
        if self.kind == "pause":
            return self.suspended_on or self.due_on
        return self.due_on
