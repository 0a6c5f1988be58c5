"""China's administrative divisions from county upwards, and the names of the organs in them.

``divisions.tsv`` holds the facts and names their source and date; ``fictional.tsv`` the province
in which demos keep records of conduct.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Tier(StrEnum):
    """How high a place or an organ stands."""

    CENTRAL = "central"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


@dataclass(frozen=True, slots=True)
class Division:
    """One division: its six-digit code (GB/T 2260), name, parent's code (root: empty), tier.

    A county without a prefecture above it, as in the municipalities and in Hainan, has its
    province as parent.
    """

    code: str
    name: str
    parent: str
    tier: Tier

    @property
    def is_fictional(self) -> bool:
        """Whether the division exists in demos only."""
        return self.code.startswith("99")


@cache
def divisions() -> tuple[Division, ...]:
    """Every division, the root first and each parent before its children, fictional ones last."""
    return tuple(
        Division(code, name, parent, Tier(tier))
        for file in ("divisions.tsv", "fictional.tsv")
        for line in files(__package__).joinpath(file).read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for code, name, parent, tier in (line.split("\t"),)
    )


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    found: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions():
        found[division.name].append(division)
    return {name: tuple(same) for name, same in found.items()}


def find(name: str) -> tuple[Division, ...]:
    """The divisions of this full name; several, as every 朝阳区 is one; none if there is none."""
    return _by_name().get(name, ())
