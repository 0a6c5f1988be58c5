"""The life of a record as one table of moves.

A move stands on one row: where from, where to, who may, what it tells, what must hold, what it
does to the clock. Buttons, refusals with reasons, bulk verbs, documentation diagrams and tests
all derive from the table. A move is a compare-and-swap, so two people cannot both make it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.core.access import Policy
from qingfeng.core.actor import Actor
from qingfeng.core.errors import Conflict, Refused
from qingfeng.core.models.record import Record
from qingfeng.tallies.services import Delta
from qingfeng.tallies.services import add as add_deltas
from qingfeng.trail import EventKind

M = TypeVar("M", bound=Record)
Text = str | Promise


class Kind(StrEnum):
    """The eight kinds of status; a workflow names its states freely but maps each to one."""

    IDLE = "idle"
    ACTIVE = "active"
    WAIT = "wait"
    SOON = "soon"
    OVER = "over"
    DONE = "done"
    BACK = "back"
    PAUSE = "pause"


@dataclass(frozen=True)
class Ask:
    """One thing a move asks of whoever makes it; the pages build the form from it.

    Args:
        name: key under which the answer reaches the effect.
        label: what stands above the field.
        kind: text (one line), long (several), number, date, files, yesno or choice.
        required: whether the move is refused without it.
        hint: what stands below the label.
        choices: for kind choice, from the record to (value, label) pairs.
        bulk: whether one answer may serve many records.
    """

    name: str
    label: Text
    kind: str = "text"
    required: bool = False
    hint: Text = ""
    choices: Callable[[Any, Actor], Sequence[tuple[str, Text]]] | None = None
    bulk: bool = True


NOTE = Ask("note", gettext_lazy("Note"), "long")
REASON = Ask("note", gettext_lazy("Reason"), "long", required=True)


@dataclass(frozen=True)
class Moving(Generic[M]):
    """A move under way: what an effect may read."""

    actor: Actor
    record: M
    answers: Mapping[str, Any]
    now: datetime

    @property
    def today(self) -> Any:
        return timezone.localdate(self.now)


@dataclass(frozen=True)
class Guard(Generic[M]):
    """Something that must hold of actor and record; the reason is shown beside the button."""

    name: str
    holds: Callable[[Actor, M], bool]
    reason: Text | Callable[[Actor, M], Text]

    def refusal(self, actor: Actor, record: M) -> str | None:
        if self.holds(actor, record):
            return None
        return str(self.reason(actor, record) if callable(self.reason) else self.reason)


@dataclass(frozen=True)
class Move(Generic[M]):
    """One row of the table.

    Args:
        name: the verb in code.
        sources: states it can be made from.
        target: state it leads to; None leaves the state as it is.
        action: the permission of the ledger's policy that it needs.
        event: what it tells the trail.
        label: verb and object on the button.
        guards: what must hold besides.
        effect: further fields to change, computed from the move; may write rows of its own.
        asks: what the person must or may say.
        forward: whether it leads on (shown solid); others are outlined.
    """

    name: str
    sources: Sequence[StrEnum]
    target: StrEnum | None
    action: StrEnum
    event: EventKind
    label: Text
    guards: Sequence[Guard[M]] = ()
    effect: Callable[[Moving[M]], Mapping[str, Any]] | None = None
    asks: Sequence[Ask] = ()
    forward: bool = False


@dataclass(frozen=True)
class Offer(Generic[M]):
    """A move as shown to one actor: possible, or refused with its reason."""

    move: Move[M]
    refusal: str | None


@dataclass
class Outcome:
    """What became of a bulk move."""

    moved: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing moved, so that there is nothing to tell."""
        return not self.moved

    def __iadd__(self, other: Outcome) -> Self:
        self.moved += other.moved
        self.refused += other.refused
        return self


@dataclass(frozen=True)
class Moved(Generic[M]):
    """A move that was made, as the tallies see it: the record as it is now, and where from."""

    record: M
    move: str
    before: str
    after: str
    at: datetime


class Workflow(Generic[M]):
    """All moves of one model.

    Args:
        policy: the model's policy.
        states: the StrEnum of states.
        kinds: each state's kind of status.
        initial: the state a record begins in.
        moves: the table.
        counts: from what was moved to the delta rows of the tallies.
        related: relations that guards and effects read, fetched with the rows of a bulk move.
    """

    def __init__(
        self,
        *,
        policy: Policy[M],
        states: type[StrEnum],
        kinds: Mapping[StrEnum, Kind],
        initial: StrEnum,
        moves: Sequence[Move[M]],
        counts: Callable[[Sequence[Moved[M]]], Iterable[Delta]] | None = None,
        related: Sequence[str] = (),
    ) -> None:
        self.policy = policy
        self.model = policy.model
        self.states = states
        self.kinds = dict(kinds)
        self.initial = initial
        self.moves = {move.name: move for move in moves}
        self.counts = counts
        self.related = tuple(related)
        if len(self.moves) != len(moves):
            raise ValueError(f"{self.model.__name__}: two moves share a name")
        missing = [state for state in states if state not in self.kinds]
        if missing:
            raise ValueError(f"{self.model.__name__}: no kind for {missing}")

    def label(self, state: str) -> str:
        """The words of a state; the states enum gives them as ``label``."""
        return str(getattr(self.states(state), "label", state))

    # -- asking -------------------------------------------------------------------------------

    def offers(self, record: M, actor: Actor) -> list[Offer[M]]:
        """The moves to show: forward first; those the actor may never make are absent."""
        actions = self.policy.actions(actor, record)
        offers = [
            Offer(move, self._held_back(move, record, actor))
            for move in self.moves.values()
            if record.state in move.sources and move.action in actions
        ]
        return sorted(offers, key=lambda offer: (offer.refusal is not None, not offer.move.forward))

    def refusal(self, name: str, record: M, actor: Actor) -> str | None:
        """Why the move cannot be made now, or None."""
        move = self.moves[name]
        if record.state not in move.sources:
            return self._wrong_state(move, record)
        return self.policy.refusal(actor, move.action, record) or self._held_back(
            move, record, actor
        )

    def _held_back(self, move: Move[M], record: M, actor: Actor) -> str | None:
        for guard in move.guards:
            if (reason := guard.refusal(actor, record)) is not None:
                return reason
        return None

    def _wrong_state(self, move: Move[M], record: M) -> str:
        return _("“%(move)s” is not possible: the record is “%(state)s”.") % {
            "move": move.label,
            "state": self.label(record.state),
        }

    # -- moving -------------------------------------------------------------------------------

    def fire(
        self, name: str, record: M, *, actor: Actor, version: int | None = None, **answers: Any
    ) -> M:
        """Make a move; call it from a command.

        Args:
            name: the move.
            record: the row as last read.
            actor: who moves.
            version: the version the person saw, if it came with a form.
            answers: what the move asks.

        Raises:
            Denied: the actor may not.
            Refused: a guard holds it back, or an answer is missing.
            Conflict: somebody else moved or changed the record since.
        """
        move = self.moves[name]
        self.policy.check(actor, move.action, record)
        if version is not None and version != record.version:
            raise self._conflict(record)
        if record.state not in move.sources:
            raise self._conflict(record, self._wrong_state(move, record))
        if (reason := self._held_back(move, record, actor)) is not None:
            raise Refused(reason)
        moved = self._apply(move, [record], actor, answers)
        if not moved:
            raise self._conflict(record)
        record.refresh_from_db()
        return record

    def fire_many(
        self,
        name: str,
        ids: Sequence[int],
        *,
        actor: Actor,
        at: datetime | None = None,
        **answers: Any,
    ) -> Outcome:
        """Make a move on many records within one transaction; call it from a chunked command.

        A record that cannot follow is left out with its reason; the others move. ``at`` is the
        moment of the act if it is not now: a demonstration's past.
        """
        move = self.moves[name]
        rows = self.model._default_manager.filter(pk__in=ids).order_by("pk")  # noqa: SLF001
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",))
        # Few related rows serve many records: fetched once each, not once a record.
        records = list(rows.prefetch_related(*self.related))
        seen = set(self.policy.scope(actor).filter(pk__in=ids).values_list("pk", flat=True))
        allowed = set(
            self.policy.scope(actor, move.action).filter(pk__in=ids).values_list("pk", flat=True)
        )
        outcome, able = Outcome(), []
        for record in records:
            if record.pk not in seen:
                continue
            if record.pk not in allowed:
                outcome.refused.append((record.pk, self.policy.only(move.action)))
            elif record.state not in move.sources:
                outcome.refused.append((record.pk, self._wrong_state(move, record)))
            elif (reason := self._held_back(move, record, actor)) is not None:
                outcome.refused.append((record.pk, reason))
            else:
                able.append(record)
        outcome.moved = self._apply(move, able, actor, answers, at)
        return outcome

    def _apply(
        self,
        move: Move[M],
        records: Sequence[M],
        actor: Actor,
        answers: Mapping[str, Any],
        at: datetime | None = None,
    ) -> list[int]:
        for ask in move.asks:
            if ask.required and answers.get(ask.name) in (None, "", [], ()):
                raise Refused(_("“%s” must be given.") % ask.label, field=ask.name)
        now = at or timezone.now()
        groups: dict[tuple[tuple[str, Any], ...], list[M]] = defaultdict(list)
        before = {record.pk: record.state for record in records}
        for record in records:
            changes = dict(move.effect(Moving(actor, record, answers, now))) if move.effect else {}
            if move.target is not None:
                changes["state"] = str(move.target)
            groups[tuple(sorted(changes.items(), key=lambda item: item[0]))].append(record)
        moved: list[M] = []
        for key, members in groups.items():
            changes = dict(key)
            rows = self.model._default_manager  # noqa: SLF001
            if len(members) == 1:
                record = members[0]
                count = rows.filter(
                    pk=record.pk, state=record.state, version=record.version
                ).update(version=F("version") + 1, **changes)
            else:
                # Rows were locked when read, so state and version still hold.
                count = rows.filter(pk__in=[member.pk for member in members]).update(
                    version=F("version") + 1, **changes
                )
            if count != len(members):
                return []
            for member in members:
                for name, value in changes.items():
                    setattr(member, name, value)
                member.version += 1
            moved += members
        self._tell(move, moved, before, actor, answers, now)
        if self.counts is not None and moved:
            add_deltas(
                self.counts(
                    [
                        Moved(record, move.name, before[record.pk], record.state, now)
                        for record in moved
                    ]
                )
            )
        return [record.pk for record in moved]

    def _tell(
        self,
        move: Move[M],
        records: Sequence[M],
        before: Mapping[int, str],
        actor: Actor,
        answers: Mapping[str, Any],
        now: datetime,
    ) -> None:
        note = str(answers.get("note") or "")
        if note or len(records) == 1:
            for record in records:
                move.event.record(
                    actor=actor.id,
                    subject=record.subject,
                    unit=record.unit_key,
                    data={"from": before[record.pk], "to": record.state},
                    personal={"note": note} if note else None,
                    at=now,
                )
        elif records:
            move.event.record_many(
                actor=actor.id,
                ledger=records[0].subject.ledger,
                rows=[
                    (
                        record.subject.record,
                        record.unit_key,
                        {"from": before[record.pk], "to": record.state},
                    )
                    for record in records
                ],
                at=now,
            )

    def _conflict(self, record: M, message: str = "") -> Conflict:
        """Say who changed the record, and when."""
        from qingfeng.core.people import name_of  # noqa: PLC0415 - the registry fills at start
        from qingfeng.trail.queries import last_event  # noqa: PLC0415 - models load later

        last = last_event(record.subject)
        if last is None:
            return Conflict(message or _("This record was changed just now; look at it again."))
        who = name_of(last.actor)
        return Conflict(
            _("%(who)s changed this record at %(when)s. %(message)s")
            % {
                "who": who,
                "when": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
                "message": message,
            },
            who=who,
            at=last.at,
        )

    # -- drawing ------------------------------------------------------------------------------

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for docs/reference/workflows.md."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for move in self.moves.values():
            for source in move.sources:
                lines.append(f"    {source} --> {move.target or source}: {move.name}")
        leaves = {str(state) for state in self.states} - {
            str(source) for move in self.moves.values() if move.target for source in move.sources
        }
        lines += [f"    {state} --> [*]" for state in sorted(leaves)]
        return "\n".join(lines)
