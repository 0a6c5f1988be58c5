"""The cached hashes of the tree: tiles of 256 neighbours, every eighth level."""

from __future__ import annotations

from collections import defaultdict

from qingfeng.trail import merkle
from qingfeng.trail.models import Tile

WIDTH = 256
HASH = 32


class Tiles:
    """The tree's full subtrees at heights 0, 8, 16 …; the heights between are computed."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._tiles: dict[tuple[int, int], bytearray] = {}
        self._changed: set[tuple[int, int]] = set()

    def _tile(self, level: int, index: int) -> bytearray:
        if (level, index) not in self._tiles:
            row = Tile.objects.filter(level=level, index=index).first()
            self._tiles[level, index] = bytearray(row.hashes if row else b"")
        return self._tiles[level, index]

    def append(self, leaf: bytes) -> None:
        """Add a leaf at the end, and every subtree of a stored height that it fills."""
        level, index, value = 0, self.size, leaf
        self.size += 1
        while True:
            tile = self._tile(level, index // WIDTH)
            tile += value
            self._changed.add((level, index // WIDTH))
            if len(tile) < WIDTH * HASH:
                return
            value = self._fold(tile, 8, 0)
            level, index = level + 1, index // WIDTH

    def _fold(self, tile: bytearray, height: int, index: int) -> bytes:
        """The subtree ``index`` of some height within a tile."""
        hashes = [
            bytes(tile[place * HASH : (place + 1) * HASH])
            for place in range(index << height, (index + 1) << height)
        ]
        while len(hashes) > 1:
            hashes = [
                merkle.node_hash(hashes[place], hashes[place + 1])
                for place in range(0, len(hashes), 2)
            ]
        return hashes[0]

    def node(self, height: int, index: int) -> bytes:
        """The full subtree ``index`` of a height, for :mod:`qingfeng.trail.merkle`."""
        level, rest = divmod(height, 8)
        first = index << rest
        tile = self._tile(level, first // WIDTH)
        return self._fold(tile, rest, (first % WIDTH) >> rest)

    def save(self) -> None:
        """Write the tiles that changed."""
        stored = defaultdict(dict)  # type: ignore[var-annotated]
        for level, index in self._changed:
            stored[level][index] = Tile(
                level=level, index=index, hashes=bytes(self._tiles[level, index])
            )
        for tiles in stored.values():
            Tile.objects.bulk_create(
                tiles.values(),
                update_conflicts=True,
                unique_fields=["level", "index"],
                update_fields=["hashes"],
                batch_size=200,
            )
        self._changed.clear()
