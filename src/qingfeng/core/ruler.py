"""The stage ruler's geometry: stages on one scale of days, with today's mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

#: Pixels that a ruler has at least: on a phone, on a tablet, beside a wide page.
PHONE, TABLET, WIDE = 320, 640, 1000


class Stage(Protocol):
    """What the ruler reads of a stage; state is a kind: idle, active or done."""

    title: Any
    starts_on: date
    ends_on: date
    state: Any


@dataclass(frozen=True)
class Segment:
    """One stage as drawn; positions are shares of the whole, from 0 to 1."""

    title: str
    starts_on: date
    ends_on: date
    kind: str
    x: float
    width: float
    number: int
    days: int
    dates_fit: str  # "": always, "no-phone", "wide-only", or "never"


@dataclass(frozen=True)
class Ruler:
    """All that the template draws."""

    segments: list[Segment]
    weeks: list[float]
    filled: float | None
    today: float | None
    now: Segment | None
    day_number: int
    side: str  # which way the flag of today points: start, middle or end
    names_fit: bool
    names_fit_phone: bool


def text_width(text: str, size: int = 14) -> float:
    """About how wide a line of text is, in pixels: a Chinese character is a square."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.56 for letter in text)


def ruler(stages: Sequence[Stage], today: date, dates: Sequence[str] = ()) -> Ruler | None:
    """Lay stages out between the first start and the last end.

    Args:
        stages: in order; a stage may begin before the one before it ends.
        today: the day to mark; outside the whole there is no mark.
        dates: each stage's dates in words, to see whether they fit beside the name.
    """
    if not stages:
        return None
    first = min(stage.starts_on for stage in stages)
    last = max(stage.ends_on for stage in stages)
    whole = (last - first).days + 1

    def share(day: date) -> float:
        return (day - first).days / whole

    segments = []
    for number, stage in enumerate(stages, 1):
        x, width = (
            share(stage.starts_on),
            share(stage.ends_on + timedelta(1)) - share(stage.starts_on),
        )
        title = str(stage.title)
        wanted = text_width(title) + 16 + text_width(dates[number - 1] if dates else "", 13)
        fit = (
            "no-phone"
            if wanted < width * TABLET
            else "wide-only"
            if wanted < width * WIDE
            else "never"
        )
        kind = str(getattr(stage.state, "value", stage.state))
        segments.append(
            Segment(title, stage.starts_on, stage.ends_on, kind, x, width, number,
                    (stage.ends_on - stage.starts_on).days + 1, fit)
        )  # fmt: skip
    inside = first <= today <= last
    now = next((segment for segment in segments if segment.kind == "active"), None)
    at = share(today) + 1 / whole if inside else None
    step = 7 if whole <= 400 else 28
    return Ruler(
        segments=segments,
        weeks=[days / whole for days in range(step, whole, step)],
        filled=at,
        today=at,
        now=now,
        day_number=(today - now.starts_on).days + 1 if now else 0,
        side="middle" if at is None or 0.26 < at < 0.74 else "start" if at <= 0.26 else "end",
        names_fit=_fit(segments, TABLET),
        names_fit_phone=_fit(segments, PHONE),
    )


def _fit(segments: Sequence[Segment], pixels: int) -> bool:
    """Whether every name fits above its own stage; the last one may lean out to the left."""
    room = [segment.width * pixels - 6 for segment in segments]
    if len(room) > 1:
        spare = room[-2] - text_width(segments[-2].title)
        room[-1] += max(spare, 0.0)
    return all(
        text_width(segment.title) <= place for segment, place in zip(segments, room, strict=True)
    )
