"""Clocks are first-class: what moves a deadline, stated as changes to a record's fields.

Every function returns the fields to change, so that a workflow's effect can pass them on in its
compare-and-swap. Suspension moves the target and the latest date alike by the days suspended;
an extension is asked for by one person and decided by another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qingfeng.core.actor import Actor
from qingfeng.core.calendar import calendar
from qingfeng.core.commands import in_chunks, job
from qingfeng.core.errors import Refused
from qingfeng.core.face import Face
from qingfeng.core.models.clocked import NEVER, Clocked, ClockUnit, Extension, Suspension
from qingfeng.core.workflow import REASON, Ask, Guard, Kind, Move, Moving
from qingfeng.trail import EventKind

Changes = dict[str, Any]

#: Days before a deadline from which it is called soon.
SOON_DAYS = 3


# -- dates ------------------------------------------------------------------------------------


def after(start: date, days: int, unit: str) -> tuple[date, bool]:
    """The date ``days`` after ``start``, and whether it is provisional (year not published)."""
    if unit == ClockUnit.WORKING:
        due = calendar().add(start, days)
        return due.on, due.is_provisional
    return start + timedelta(days=days), False


def days_between(first: date, last: date, unit: str) -> int:
    """Days from ``first`` to ``last``, the day after ``first`` being day one."""
    if unit == ClockUnit.WORKING:
        return calendar().between(first, last)
    return (last - first).days


def next_alarm(
    due_on: date, today: date, warn: Sequence[int], escalate: Sequence[int]
) -> tuple[date, int]:
    """The next day something is to be said about a deadline, and its step.

    Steps below zero are warnings (days before), above zero escalations (their rank).
    """
    if due_on == NEVER:
        return NEVER, 0
    steps = [(due_on - timedelta(days=days), -days) for days in warn] + [
        (due_on + timedelta(days=days), rank) for rank, days in enumerate(escalate, start=1)
    ]
    return min((step for step in steps if step[0] > today), default=(NEVER, 0))


# -- changes ----------------------------------------------------------------------------------


def running(record: Clocked, today: date, **changes: Any) -> Changes:
    """The clock runs: the latest date is the live deadline.

    ``changes`` may name new dates; what it does not name is the record's.
    """
    target = changes.get("target_on", record.target_on)
    legal = changes.get("legal_on", record.legal_on)
    due_on = legal or target or NEVER
    alarm_on, step = next_alarm(due_on, today, *record.alarm_days())
    return {**changes, "due_on": due_on, "alarm_on": alarm_on, "alarm_step": step}


def waiting(due_on: date) -> Changes:
    """The record waits for somebody else until ``due_on``; its own limits keep still."""
    return {"due_on": due_on, "alarm_on": due_on + timedelta(days=1), "alarm_step": 1}


def stopped(today: date) -> Changes:
    """The work is done: nothing is due any more."""
    return {"stopped_on": today, "due_on": NEVER, "alarm_on": NEVER, "alarm_step": 0}


def paused(today: date) -> Changes:
    """The clock is suspended: nothing is due until it resumes."""
    return {"suspended_on": today, "due_on": NEVER, "alarm_on": NEVER, "alarm_step": 0}


def resumed(record: Clocked, today: date) -> Changes:
    """The clock goes on: both dates move by the days suspended."""
    if record.suspended_on is None:
        raise ValueError("the clock is not suspended")
    days = days_between(record.suspended_on, today, record.clock_unit)
    moved: Changes = {"suspended_on": None}
    for name in ("target_on", "legal_on"):
        on = getattr(record, name)
        if on is not None:
            moved[name], provisional = after(on, days, record.clock_unit)
            moved["is_provisional"] = provisional or moved.get("is_provisional", False)
    return running(record, today, **moved)


# -- the face -----------------------------------------------------------------------------------


def days_left(record: Clocked, today: date) -> int:
    """Days until the deadline, in the record's own counting; negative when past it."""
    if record.due_on >= today:
        return days_between(today, record.due_on, record.clock_unit)
    return -max(1, days_between(record.due_on, today, record.clock_unit))


def face(record: Any, kind: Kind, today: date | None = None) -> Face | None:
    """The clock of a record as it is drawn, or None if it has no deadline.

    ``kind`` is what the workflow says of its state; a running clock turns it to soon or over.
    """
    today = today or timezone.localdate()
    limit = record.legal_on or record.target_on
    if limit is None or record.started_on is None:
        return None
    due_on: date = limit if record.due_on == NEVER else record.due_on
    is_working = record.clock_unit == ClockUnit.WORKING
    if record.stopped_on is not None:
        words, kind = _("finished"), Kind.DONE
    elif record.suspended_on is not None:
        words, kind = _("deadline suspended"), Kind.PAUSE
    elif record.due_on == NEVER:
        words = ""
    else:
        left = days_left(record, today)
        if left < 0:
            kind = Kind.OVER
            words = (
                ngettext("%d working day over", "%d working days over", -left)
                if is_working
                else ngettext("%d day over", "%d days over", -left)
            ) % -left
        elif left == 0:
            words, kind = _("due today"), Kind.WAIT if kind == Kind.WAIT else Kind.SOON
        else:
            words = (
                ngettext("%d working day left", "%d working days left", left)
                if is_working
                else ngettext("%d day left", "%d days left", left)
            ) % left
            if left <= SOON_DAYS and kind != Kind.WAIT:
                kind = Kind.SOON
    return Face(
        started_on=record.started_on,
        due_on=due_on,
        today=today,
        words=words,
        kind=str(kind),
        target_on=record.target_on,
        legal_on=record.legal_on,
        suspended_on=record.suspended_on,
        stopped_on=record.stopped_on,
        unit=record.clock_unit,
    )


# -- moves that every clocked ledger shares -----------------------------------------------------

SUSPENDED = EventKind("clock.suspended", gettext_lazy("suspended the deadline"))
RESUMED = EventKind("clock.resumed", gettext_lazy("resumed the deadline"))
EXTENSION_ASKED = EventKind("clock.extension_asked", gettext_lazy("asked for an extension"))
EXTENSION_GRANTED = EventKind("clock.extension_granted", gettext_lazy("granted the extension"))
EXTENSION_REFUSED = EventKind("clock.extension_refused", gettext_lazy("refused the extension"))


def open_extension(record: Any) -> Extension | None:
    """The extension asked for and not yet decided."""
    return Extension.objects.filter(
        ledger=record.ledger, record=record.pk, decision=Extension.Decision.ASKED
    ).first()


def _suspend(moving: Moving[Any]) -> Mapping[str, Any]:
    Suspension.objects.create(
        ledger=moving.record.ledger,
        record=moving.record.pk,
        from_on=moving.today,
        reason=moving.answers["note"],
    )
    return paused(moving.today)


def _resume(moving: Moving[Any]) -> Mapping[str, Any]:
    Suspension.objects.filter(
        ledger=moving.record.ledger, record=moving.record.pk, until_on=None
    ).update(until_on=moving.today)
    return resumed(moving.record, moving.today)


def _ask(moving: Moving[Any]) -> Mapping[str, Any]:
    until_on: date = moving.answers["until_on"]
    limit = moving.record.legal_on or moving.record.target_on
    if limit is not None and until_on <= limit:
        raise Refused(
            _("The new date must be later than %s, the present deadline.") % limit.isoformat(),
            field="until_on",
        )
    Extension.objects.create(
        ledger=moving.record.ledger,
        record=moving.record.pk,
        until_on=until_on,
        reason=moving.answers["note"],
        asked_by=moving.actor.id,
        asked_at=moving.now,
    )
    return {}


def _decide(moving: Moving[Any], decision: Extension.Decision) -> Extension:
    extension = open_extension(moving.record)
    if extension is None:
        raise Refused(_("No extension is asked for."))
    extension.decision = decision
    extension.decided_by = moving.actor.id
    extension.decided_at = moving.now
    extension.save()
    return extension


def _grant(moving: Moving[Any]) -> Mapping[str, Any]:
    extension = _decide(moving, Extension.Decision.GRANTED)
    record, until_on = moving.record, extension.until_on
    # A suspension since the asking may have moved a date further; it is never taken back.
    dates: Changes = {
        "legal_on": max(record.legal_on or until_on, until_on),
        "target_on": max(record.target_on or until_on, until_on),
    }
    # A suspended clock keeps still; it starts from the new dates when it is resumed.
    return running(record, moving.today, **dates) if record.suspended_on is None else dates


def _refuse(moving: Moving[Any]) -> Mapping[str, Any]:
    _decide(moving, Extension.Decision.REFUSED)
    return {}


def _another_person(actor: Actor, record: Any) -> bool:
    extension = open_extension(record)
    return extension is None or extension.asked_by != actor.id


HAS_CLOCK = Guard[Any](
    "has_clock",
    lambda _actor, record: record.target_on is not None or record.legal_on is not None,
    gettext_lazy("It has no deadline."),
)
IS_RUNNING = Guard[Any](
    "is_running",
    lambda _actor, record: record.suspended_on is None,
    gettext_lazy("The deadline is suspended."),
)
IS_SUSPENDED = Guard[Any](
    "is_suspended",
    lambda _actor, record: record.suspended_on is not None,
    gettext_lazy("The deadline is not suspended."),
)
NOTHING_ASKED = Guard[Any](
    "nothing_asked",
    lambda _actor, record: open_extension(record) is None,
    gettext_lazy("An extension is asked for already and waits for a decision."),
)
SOMETHING_ASKED = Guard[Any](
    "something_asked",
    lambda _actor, record: open_extension(record) is not None,
    gettext_lazy("No extension is asked for."),
)
ANOTHER_PERSON = Guard[Any](
    "another_person",
    _another_person,
    gettext_lazy("Whoever asked for the extension cannot decide it; another person must."),
)


def clock_moves(states: Sequence[StrEnum], *, asks: StrEnum, decides: StrEnum) -> list[Move[Any]]:
    """The moves of the clock, for a workflow's table.

    Args:
        states: in which the clock can be moved.
        asks: the action of whoever may ask for an extension.
        decides: the action of whoever suspends, resumes and decides.
    """

    def move(
        name: str,
        label: Any,
        event: EventKind,
        action: StrEnum,
        effect: Callable[[Moving[Any]], Mapping[str, Any]],
        guards: Sequence[Guard[Any]],
        questions: Sequence[Ask] = (REASON,),
    ) -> Move[Any]:
        return Move(
            name, states, None, action, event, label, guards=guards, effect=effect, asks=questions
        )

    until = Ask("until_on", gettext_lazy("New deadline"), "date", required=True)
    return [
        move("suspend", gettext_lazy("Suspend the deadline"), SUSPENDED, decides, _suspend,
             (HAS_CLOCK, IS_RUNNING)),
        move("resume", gettext_lazy("Resume the deadline"), RESUMED, decides, _resume,
             (IS_SUSPENDED,), ()),
        move("ask_extension", gettext_lazy("Ask for an extension"), EXTENSION_ASKED, asks, _ask,
             (HAS_CLOCK, IS_RUNNING, NOTHING_ASKED), (until, REASON)),
        move("grant_extension", gettext_lazy("Grant the extension"), EXTENSION_GRANTED, decides,
             _grant, (SOMETHING_ASKED, ANOTHER_PERSON), ()),
        move("refuse_extension", gettext_lazy("Refuse the extension"), EXTENSION_REFUSED, decides,
             _refuse, (SOMETHING_ASKED, ANOTHER_PERSON)),
    ]  # fmt: skip


# -- the job that rings ---------------------------------------------------------------------------


@job
def ring(today: date | None = None) -> int:
    """Send the warnings and escalations of today, and set every clock to its next one.

    A model may define ``on_alarm(rows, today)``, which says whom to tell. Returns how many rang.
    """
    from qingfeng.core.models.clocked import clocked_models  # noqa: PLC0415 - beside its use

    today = today or timezone.localdate()
    rung = 0
    for model in clocked_models():
        ids = list(model.objects.filter(alarm_on__lte=today).values_list("pk", flat=True))

        def work(some: Sequence[int], model: Any = model) -> int:
            rows = list(model.for_alarm(some))
            model.on_alarm(rows, today)
            for row in rows:
                row.alarm_on, row.alarm_step = next_alarm(row.due_on, today, *row.alarm_days())
            model.objects.bulk_update(rows, ["alarm_on", "alarm_step"])
            return len(rows)

        rung += sum(in_chunks(ids, work))
    return rung
