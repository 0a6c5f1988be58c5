"""The cached hashes of the tree: tiles of 256 neighbours, every eighth level."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from qingfeng.trail import merkle
from qingfeng.trail.models import Tile

WIDTH = 256
HASH = 32


class Tiles:
    """The tree's full subtrees at heights 0, 8, 16 …; the heights between are computed."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._changed: set[tuple[int, int]] = set()

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._tiles:
            row = Tile.objects.filter(level=level, index=index).first()
            self._tiles[level, index] = bytes(row.hashes) if row else b""
        return self._tiles[level, index]

    def expect(self, *positions: int) -> Tiles:
        """Load in one query what a proof needs: the tiles above some leaves and above the end."""
        wanted, level, last = Q(), 0, self.size // WIDTH
        places = {position // WIDTH for position in positions} | {last}
        while True:
            wanted |= Q(level=level, index__in=places)
            if last == 0:
                break
            places, level, last = {place // WIDTH for place in places}, level + 1, last // WIDTH
        for at, index, hashes in Tile.objects.filter(wanted).values_list(
            "level", "index", "hashes"
        ):
            self._tiles[at, index] = bytes(hashes)
        return self

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaves at the end, and every subtree of a stored height that they fill."""
        level, place, values = 0, self.size, leaves
        self.size += len(leaves)
        while values:
            filled, start = [], 0
            first_filled = place // WIDTH
            while start < len(values):
                key = level, (place + start) // WIDTH
                room = WIDTH - (place + start) % WIDTH
                tile = self._tile(*key) + b"".join(values[start : start + room])
                self._tiles[key] = tile
                self._changed.add(key)
                start += room
                if len(tile) == WIDTH * HASH:
                    filled.append(merkle.fold(tile))
            level, place, values = level + 1, first_filled, filled

    def node(self, height: int, index: int) -> bytes:
        """The full subtree ``index`` of a height, for :mod:`qingfeng.trail.merkle`."""
        level, rest = divmod(height, 8)
        first = index << rest
        start = first % WIDTH * HASH
        return merkle.fold(self._tile(level, first // WIDTH)[start : start + (HASH << rest)])

    def root(self) -> bytes:
        """The head of the tree."""
        return merkle.root(self.node, self.size)

    def save(self) -> None:
        """Write the tiles that changed."""
        Tile.objects.bulk_create(
            [
                Tile(level=level, index=index, hashes=self._tiles[level, index])
                for level, index in sorted(self._changed)
            ],
            update_conflicts=True,
            unique_fields=["level", "index"],
            update_fields=["hashes"],
            batch_size=200,
        )
        self._changed.clear()
