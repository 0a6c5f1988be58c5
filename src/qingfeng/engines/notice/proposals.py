"""An optional hook for a language model: what it proposes is marked, and must quote the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qingfeng.engines.notice.findings import Bearing, Finding, Origin, Task

MOST = 200  # proposals read from one answer: a model that floods is cut short


@dataclass(frozen=True, slots=True)
class Proposal:
    """A task that a model suggests. `quote` and unit names must occur in the text, or are dropped."""

    quote: str
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()


class Proposer(Protocol):
    """Anything that reads a text and suggests tasks. Where it sends the text is its owner's choice."""

    def propose(self, text: str) -> Iterable[Proposal]:
        """Suggestions for the text, best first."""


def proposed(proposer: Proposer, text: str, known: Sequence[Task]) -> list[Task]:
    """The proposals that quote the text and that the rules did not find, each marked as proposed."""
    out: list[Task] = []
    for number, one in enumerate(proposer.propose(text)):
        if number >= MOST:
            break
        at = text.find(one.quote) if one.quote.strip() else -1
        if at < 0:
            continue
        end = at + len(one.quote)
        if any(task.start < end and at < task.end for task in (*known, *out)):
            continue
        out.append(
            Task(
                at,
                end,
                one.quote,
                0.3,
                "proposed by a language model, quoted from the text",
                section=None,
                stage=None,
                leads=_named(text, one.leads),
                supports=_named(text, one.supports),
                deadline=None,
                quantities=(),
                bearing=Bearing.PRESCRIBED,
                origin=Origin.PROPOSED,
            )
        )
    return out


def _named(text: str, names: tuple[str, ...]) -> tuple[Finding, ...]:
    out = []
    for name in names:
        at = text.find(name) if name.strip() else -1
        if at >= 0:
            out.append(Finding(at, at + len(name), name, 0.3, "proposed by a language model"))
    return tuple(out)
