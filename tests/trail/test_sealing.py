"""Sealing: every committed event enters the tree once, in one place, under a signed head."""

from __future__ import annotations

import stat
import threading

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qingfeng.trail import Subject, merkle, proofs, queries, services
from qingfeng.trail.models import Event, Head, Leaves, Pending, Tile
from qingfeng.trail.services import seal
from qingfeng.trail.tiles import Tiles


def sealed():
    """The numbers of the sealed events in the order of the tree."""
    numbers, expected = [], 0
    for row in Leaves.objects.order_by("position"):
        assert row.position == expected
        numbers += range(row.first, row.last + 1)
        expected = len(numbers)
    return numbers


def root_of(numbers):
    bodies = dict(Event.objects.values_list("pk", "body"))
    leaves = [merkle.leaf_hash(bytes(bodies[number])) for number in numbers]
    return merkle.root(merkle.of_leaves(leaves), len(leaves))


@pytest.mark.django_db
def test_sealing_gives_each_event_its_place_and_signs(tell):
    numbers = tell(5)
    assert seal() == 5
    assert seal() == 0
    assert sealed() == numbers
    assert not Pending.objects.exists()
    head = Head.objects.get()
    assert head.size == 5
    assert bytes(head.root) == root_of(numbers)
    exported = queries.head()
    assert proofs.check_head(exported) == (5, root_of(numbers))


@pytest.mark.django_db
def test_nothing_is_signed_when_nothing_was_told():
    assert seal() == 0
    assert queries.head() is None


@pytest.mark.django_db
def test_a_long_range_is_sealed_in_parts(tell, noted, monkeypatch):
    monkeypatch.setattr(services, "SEAL_AT_ONCE", 10)
    many = [(record, None, {}) for record in range(25)]
    numbers = [*tell(3), *noted.record_many(actor=1, ledger="note", rows=many)]
    assert seal() == 28
    assert sealed() == numbers
    assert list(Head.objects.order_by("size").values_list("size", flat=True)) == [10, 20, 28]
    assert bytes(Head.objects.get(size=20).root) == root_of(numbers[:20])


@pytest.mark.django_db
def test_neighbours_are_one_row(tell):
    tell(100)
    seal()
    assert Leaves.objects.count() == 1


@pytest.mark.django_db
def test_what_waits_may_be_sealed_out_of_order_of_numbers(tell):
    # A long transaction commits after a later one was sealed.
    early, late = tell(2), tell(2)
    held = Pending.objects.get(first=early[0])
    held.delete()
    seal()
    Pending.objects.create(first=early[0], last=early[0])
    seal()
    assert sealed() == [early[1], *late, early[0]]


class TestTiles(TestCase):
    """However leaves arrive, the tiles give every root and every proof."""

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.integers(1, 700), min_size=1, max_size=4), st.data())
    def test_tiles_give_the_root_of_every_size(self, portions, data):
        Tile.objects.all().delete()
        leaves: list[bytes] = []
        for portion in portions:
            more = [merkle.leaf_hash(b"%d" % (len(leaves) + at)) for at in range(portion)]
            tiles = Tiles(len(leaves))
            tiles.extend(more)
            tiles.save()
            leaves += more
        memory = merkle.of_leaves(leaves)
        for size in (len(leaves), data.draw(st.integers(1, len(leaves)))):
            stored = Tiles(size).expect(data.draw(st.integers(0, size - 1)))
            assert stored.root() == merkle.root(memory, size)
            index = data.draw(st.integers(0, size - 1))
            assert merkle.inclusion(stored.node, index, size) == merkle.inclusion(
                memory, index, size
            )
        for level, count in Tile.objects.values_list("level", "hashes"):
            assert level <= 1
            assert len(bytes(count)) % 32 == 0


@pytest.mark.django_db
def test_the_key_is_made_once_and_is_the_owner_s_alone(settings, tmp_path):
    from qingfeng.trail import signing

    settings.TRAIL_KEY = tmp_path / "keys" / "trail.pem"
    public = signing.public_key()
    assert stat.S_IMODE(settings.TRAIL_KEY.stat().st_mode) == 0o600
    assert list(settings.TRAIL_KEY.parent.iterdir()) == [settings.TRAIL_KEY]
    signing._key.cache_clear()
    assert signing.public_key() == public
    signing._make(settings.TRAIL_KEY)  # another process was slower
    signing._key.cache_clear()
    assert signing.public_key() == public


@pytest.mark.django_db
def test_a_key_of_another_sort_is_refused(settings, tmp_path):
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from django.core.exceptions import ImproperlyConfigured

    from qingfeng.trail import signing

    settings.TRAIL_KEY = tmp_path / "trail.pem"
    settings.TRAIL_KEY.write_bytes(
        X25519PrivateKey.generate().private_bytes(
            s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()
        )
    )
    with pytest.raises(ImproperlyConfigured, match="no Ed25519 key"):
        signing.public_key()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sealing_does_not_wait_for_a_writer_nor_a_writer_for_sealing(noted, tell):
    tell(2)
    told, done = threading.Event(), threading.Event()

    def long_writer():
        with transaction.atomic():
            noted.record(actor=1, subject=Subject("note", 1), unit=None, data={})
            told.set()
            done.wait(10)
        connection.close()

    writer = threading.Thread(target=long_writer)
    writer.start()
    assert told.wait(10)
    assert seal() == 2  # while the writer's transaction is open
    tell()
    assert seal() == 1  # what was told later is sealed first
    done.set()
    writer.join()
    assert seal() == 1
    numbers = sealed()
    assert numbers == [1, 2, 4, 3] or len(set(numbers)) == 4
    assert bytes(Head.objects.get(size=4).root) == root_of(numbers)


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_side_by_side_lose_nothing(noted):
    from qingfeng.trail.verification import verify

    def write(unit):
        for place in range(20):
            with transaction.atomic():
                noted.record(actor=1, subject=Subject("note", place), unit=unit, data={})
            if place % 5 == 0:
                with transaction.atomic():
                    rows = [(n, unit, {}) for n in range(7)]
                    noted.record_many(actor=1, ledger="note", rows=rows)
        connection.close()

    def keep_sealing():
        while not stop.is_set():
            seal()
        connection.close()

    stop = threading.Event()
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(unit,)) for unit in range(4)]
    for thread in [*sealers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    seal()
    assert sorted(sealed()) == sorted(Event.objects.values_list("pk", flat=True))
    assert Event.objects.count() == 4 * (20 + 4 * 7)
    verdict = verify()
    assert verdict.is_sound, verdict.broken
    assert verdict.events == 192
