"""Verification: every hash computed again, every column, head and content compared."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from qingfeng.trail import body, merkle, proofs, signing
from qingfeng.trail.comparison import BrokenError, Ranges, compared, leaf_hashes
from qingfeng.trail.models import Head, Leaves, Pending, Tile
from qingfeng.trail.tiles import HASH, WIDTH

#: Events compared at once: some ten megabytes.
BATCH = 20_000
#: Below this many events one process is done before a second has started.
WORTH_SHARING = 200_000


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many sealed events hold, and the first thing broken."""

    events: int
    broken: str = ""
    event: int | None = None

    @property
    def is_sound(self) -> bool:
        return not self.broken


def verify(*, exported: Sequence[Mapping[str, Any]] = (), trusted: Sequence[str] = ()) -> Verdict:
    """Recompute the whole trail from the stored bytes and name the first event that is broken.

    Checks that every event is in the tree or waits for it, that its columns repeat its bytes,
    that the tree gives every signed head, that the signatures hold, and that personal content
    is what was committed to or was erased with an event.

    Args:
        exported: heads that were taken out of the database earlier; the tree must hold them too.
        trusted: public keys, base64, that signed heads before the present key did.
    """
    walk = _Walk(exported, trusted)
    try:
        walk.sealed()
        walk.waiting()
        walk.whole()
    except BrokenError as fault:
        return Verdict(walk.tree.good, str(fault), fault.event)
    return Verdict(walk.tree.size)


class _Tree:
    """The tree as computed again, beside the cached tiles and the signed heads.

    A leaf that differs from its cached hash is only suspect: the next signed head tells whether
    the event was changed or the cache was.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self.keys = keys
        self.size = 0
        #: Events up to the last head that held.
        self.good = 0
        self._first_after_good: int | None = None
        self._suspect: int | None = None
        self._hashes = b""
        self._events: list[int] = []
        #: Hashes of the full subtrees of height 8, 16 …, and the first event of each.
        self._levels: list[bytes] = []
        self._firsts: list[list[int]] = []
        self._tiles: dict[tuple[int, int], bytes] = {}

    def add(self, events: Sequence[int], hashes: bytes) -> None:
        """Add leaves, side by side; ``events`` are their numbers, to name the one that broke."""
        if self._first_after_good is None:
            self._first_after_good = events[0]
        start = 0
        while start < len(events):
            stop = min(len(events), start + WIDTH - len(self._events))
            self._hashes += hashes[start * HASH : stop * HASH]
            self._events += events[start:stop]
            if len(self._events) == WIDTH:
                self._close()
            start = stop
        self.size += len(events)

    def _close(self) -> None:
        """A tile of leaves is full: compare it, and lift its hash."""
        level, hashes, events = 0, self._hashes, self._events
        self._hashes, self._events = b"", []
        while True:
            self._compare(level, hashes, events)
            if level == len(self._levels):
                self._levels.append(b"")
                self._firsts.append([])
            self._levels[level] += merkle.fold(hashes)
            self._firsts[level].append(events[0])
            if len(self._firsts[level]) % WIDTH:
                return
            hashes, events = self._levels[level][-WIDTH * HASH :], self._firsts[level][-WIDTH:]
            level += 1

    def _compare(self, level: int, hashes: bytes, events: Sequence[int]) -> None:
        """Compare a tile, or the beginning of one, with the cached one; note the first suspect."""
        if self._suspect is not None:
            return
        stored = self._stored(level, len(self._firsts[level]) if level < len(self._firsts) else 0)
        if stored[: len(hashes)] == hashes:
            return
        self._suspect = next(
            event
            for place, event in enumerate(events)
            if stored[place * HASH : (place + 1) * HASH]
            != hashes[place * HASH : (place + 1) * HASH]
        )

    def _stored(self, level: int, index: int) -> bytes:
        if (level, index) not in self._tiles:
            rows = Tile.objects.filter(level=level, index__gte=index, index__lt=index + 80)
            self._tiles = {key: value for key, value in self._tiles.items() if key[0] != level}
            for at, hashes in rows.values_list("index", "hashes"):
                self._tiles[level, at] = bytes(hashes)
        return self._tiles.get((level, index), b"")

    def root(self) -> bytes:
        """The head of what was added so far."""
        result = merkle.fold(self._hashes)
        for level in self._levels:
            # What fills a tile is lifted already; the rest stands side by side.
            result = merkle.fold_onto(level[len(level) // (WIDTH * HASH) * WIDTH * HASH :], result)
        return result or merkle.EMPTY

    def compare_head(self, head: Head) -> None:
        """Compare with a signed head of this very size."""
        if self._hashes:
            self._compare(0, self._hashes, self._events)
        if self.root() != bytes(head.root):
            raise self._fault(head.size)
        if self._suspect is not None:
            raise BrokenError(
                gettext_noop("The cached hash of event %(event)s is damaged; the event is sound."),
                self._suspect,
            )
        if not self._is_signed(head):
            raise BrokenError(
                gettext_noop("The head of %(size)s events is not signed by a key trusted here."),
                size=head.size,
            )
        self.good, self._first_after_good = head.size, None

    def _fault(self, size: int) -> BrokenError:
        if self._suspect is not None:
            return BrokenError(
                gettext_noop("Event %(event)s is not what was sealed: its bytes were changed."),
                self._suspect,
            )
        return BrokenError(
            gettext_noop(
                "From event %(event)s on, the events do not give the signed head of %(size)s: one "
                "of them was changed, or the head was."
            ),
            self._first_after_good,
            size=size,
        )

    def _is_signed(self, head: Head) -> bool:
        key = self.keys.get(head.key)
        return key is not None and proofs.is_signed(
            key, head.size, bytes(head.root), body.moment(head.at), bytes(head.signature)
        )


class _Walk:
    """One verification, from the first leaf to the last waiting event."""

    def __init__(self, exported: Sequence[Mapping[str, Any]], trusted: Sequence[str]) -> None:
        own = signing.public_key()
        keys = [own, *(base64.b64decode(key) for key in trusted)]
        self.tree = _Tree({proofs.name_of_key(key): key for key in keys})
        self.exported: dict[int, bytes] = {}
        for head in exported:
            self._take(head)

    def _take(self, head: Mapping[str, Any]) -> None:
        key = self.tree.keys.get(str(head.get("key")))
        if key is None:
            raise proofs.BadProofError(
                gettext("The exported head is signed by a key that is not trusted here.")
            )
        size, root = proofs.check_head(head, base64.b64encode(key).decode())
        self.exported[size] = root

    def sealed(self) -> None:
        """Walk the tree's leaves in their order, as long as there are more."""
        while batches := list(self._batches()):
            leaves = sum(last - first + 1 for batch in batches for first, last in batch)
            shared = leaves >= WORTH_SHARING and not connection.in_atomic_block
            for batch, hashes in compared(batches, (os.cpu_count() or 1) if shared else 1):
                events = [one for first, last in batch for one in range(first, last + 1)]
                self._add(events, hashes)
        tree, signed = self.tree, self._signed_size()
        if tree.good < tree.size:
            raise BrokenError(
                gettext_noop("The last %(count)s events of the tree are under no signed head."),
                count=tree.size - tree.good,
            )
        if signed > tree.size and next(self._batches(), None):
            return self.sealed()  # sealed meanwhile
        if (claimed := max([signed, *self.exported])) > tree.size:
            raise BrokenError(
                gettext_noop(
                    "The tree has %(size)s events, a signed head says %(signed)s: the end is gone."
                ),
                size=tree.size,
                signed=claimed,
            )
        return None

    def _signed_size(self) -> int:
        return Head.objects.order_by("-size").values_list("size", flat=True).first() or 0

    def _batches(self) -> Iterator[Ranges]:
        """Ranges of events in the order of the tree, BATCH events at a time."""
        expected, room = self.tree.size, BATCH
        rows = Leaves.objects.filter(position__gte=expected).order_by("position")
        batch: list[tuple[int, int]] = []
        for position, first, last in rows.values_list("position", "first", "last").iterator():
            if position != expected or last < first:
                raise BrokenError(
                    gettext_noop("Place %(place)s of the tree is missing."), first, place=expected
                )
            expected += last - first + 1
            start = first
            while start <= last:
                stop = min(last, start + room - 1)
                batch.append((start, stop))
                room -= stop - start + 1
                start = stop + 1
                if room == 0:
                    yield batch
                    batch, room = [], BATCH
        if batch:
            yield batch

    def _add(self, events: Sequence[int], hashes: bytes) -> None:
        """Add leaves, and stop at each head on the way to compare it."""
        tree, start, before = self.tree, 0, self.tree.size
        heads = Head.objects.filter(size__gt=before, size__lte=before + len(events))
        signed = {head.size: head for head in heads}
        sizes = {size for size in self.exported if before < size <= before + len(events)}
        for size in sorted({*signed, *sizes, before + len(events)}):
            stop = size - before
            if stop > start:
                tree.add(events[start:stop], hashes[start * HASH : stop * HASH])
                start = stop
            if size in signed:
                tree.compare_head(signed[size])
            if size in self.exported and self.exported[size] != tree.root():
                raise BrokenError(
                    gettext_noop("The tree of %(size)s events is not that of the exported head."),
                    events[stop - 1],
                    size=size,
                )

    def waiting(self) -> None:
        """Compare what is not sealed yet."""
        for first, last in list(Pending.objects.values_list("first", "last")):
            for start in range(first, last + 1, BATCH):
                leaf_hashes([(start, min(last, start + BATCH - 1))])

    def whole(self) -> None:
        """Every event stands in the tree once, or waits for it once: none was slipped in."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT COUNT(*) FROM trail_event),"
                " (SELECT COALESCE(SUM(last - first + 1), 0) FROM trail_leaves),"
                " (SELECT COALESCE(SUM(last - first + 1), 0) FROM trail_pending)"
            )
            events, sealed, waiting = map(int, cursor.fetchone())
            if events == sealed + waiting:
                return
            cursor.execute(
                "SELECT MIN(e.id) FROM trail_event e WHERE"
                " COALESCE((SELECT l.last FROM trail_leaves l WHERE l.first <= e.id"
                " ORDER BY l.first DESC LIMIT 1), -1) < e.id"
                " AND NOT EXISTS (SELECT 1 FROM trail_pending p"
                " WHERE e.id BETWEEN p.first AND p.last)"
            )
            (stray,) = cursor.fetchone()
        if stray is None:
            raise BrokenError(gettext_noop("An event stands in the tree twice."))
        raise BrokenError(
            gettext_noop("Event %(event)s was slipped in: it is neither sealed nor waiting."),
            stray,
        )
