"""Verification names whatever somebody did to the tables behind the triggers' back."""

from __future__ import annotations

import base64

import pytest
from django.db import transaction
from django.utils import translation

from qingfeng.trail import proofs, queries, services, verification
from qingfeng.trail.models import Event, Head, Tile
from qingfeng.trail.services import erase, seal
from qingfeng.trail.verification import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def numbers(tell, monkeypatch):
    """Some 620 sealed events under three heads, two with personal content, and 3 that wait."""
    monkeypatch.setattr(verification, "BATCH", 100)
    told = tell(300)
    seal()
    told += tell(318)
    told += tell(2, personal={"note": "甲"})
    seal()
    return [*told, *tell(3)]


def test_an_untouched_trail_is_sound(numbers):
    verdict = verify()
    assert verdict.is_sound, verdict.broken
    assert verdict.events == 620


def test_an_empty_trail_is_sound():
    assert verify() == verification.Verdict(0)


def body_with(cursor, number, old, new):
    text = bytes(Event.objects.get(pk=number).body).replace(old, new)
    cursor.execute("UPDATE trail_event SET body = %s WHERE id = %s", [text, number])


@pytest.mark.parametrize("place", [0, 255, 256, 299, 300, 617])
def test_changed_bytes_are_named(numbers, tampering, place):
    number = numbers[place]
    with tampering() as cursor:
        body_with(cursor, number, "清风".encode(), "浊流".encode())
    verdict = verify()
    assert verdict.event == number
    assert "is not what was sealed" in verdict.broken


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00"), ("kind", "test.other"), ("actor", 4), ("actor", None),
        ("ledger", "other"), ("record", 8), ("unit", 12), ("unit", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [258, 622])
def test_a_changed_column_is_named_sealed_or_not(numbers, tampering, column, value, place):
    number = numbers[place]
    with tampering() as cursor:
        cursor.execute(f"UPDATE trail_event SET {column} = %s WHERE id = %s", [value, number])
    verdict = verify()
    assert verdict.event == number
    assert "columns" in verdict.broken


def test_the_first_of_several_is_named(numbers, tampering):
    with tampering() as cursor:
        body_with(cursor, numbers[550], "清风".encode(), "浊流".encode())
        body_with(cursor, numbers[40], "清风".encode(), "浊流".encode())
    assert verify().event == numbers[40]


@pytest.mark.parametrize("place", [0, 400, 619, 621])
def test_a_missing_event_is_named(numbers, tampering, place):
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_event WHERE id = %s", [numbers[place]])
    assert verify().event == numbers[place]


def test_the_end_cut_off_is_noticed(numbers, tampering):
    kept = queries.head()
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_leaves WHERE position >= 300")
        cursor.execute("DELETE FROM trail_event WHERE id > %s", [numbers[299]])
        cursor.execute("DELETE FROM trail_content")
        cursor.execute("DELETE FROM trail_pending")
        cursor.execute("DELETE FROM trail_tile WHERE level = 0 AND index > 1".replace(
            " index", ' "index"'))  # fmt: skip
    assert not verify().is_sound
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_head WHERE size > 300")
    assert verify().is_sound  # nothing inside the database tells any more
    verdict = verify(exported=[kept])
    assert not verdict.is_sound
    assert "620" in verdict.broken


def test_an_event_slipped_in_is_named(numbers, tampering):
    stray = Event.objects.get(pk=numbers[5])
    stray.pk = numbers[-1] + 5
    stray.save(force_insert=True)
    assert verify().event == stray.pk


def test_an_event_that_waits_twice_is_noticed(numbers):
    from qingfeng.trail.models import Pending

    Pending.objects.create(first=numbers[-1], last=numbers[-1])
    assert not verify().is_sound


def rewrite(cursor, place, numbers, text):
    """Change an event and make the cached tiles agree, as a careful forger would."""
    body_with(cursor, numbers[place], "清风".encode(), text.encode())
    from qingfeng.trail.merkle import leaf_hash
    from qingfeng.trail.tiles import Tiles

    bodies = (
        Event.objects.filter(pk__in=numbers[:620]).order_by("pk").values_list("body", flat=True)
    )
    Tile.objects.all().delete()
    tiles = Tiles(0)
    tiles.extend([leaf_hash(bytes(one)) for one in bodies])
    tiles.save()
    return tiles


def test_a_forger_who_mends_the_tiles_is_betrayed_by_the_heads(numbers, tampering):
    with tampering() as cursor:
        rewrite(cursor, 400, numbers, "浊流")
    verdict = verify()
    assert verdict.event == numbers[300]  # the first event after the last head that holds
    assert verdict.events == 300


def test_a_forger_who_signs_new_heads_is_betrayed_by_an_exported_one(numbers, tampering):
    kept = queries.head(size=300)
    with tampering() as cursor:
        tiles = rewrite(cursor, 200, numbers, "浊流")
        from qingfeng.trail import body, signing

        for head in Head.objects.all():
            tiles.size = head.size
            root = tiles.root()
            signature = signing.sign(head.size, root, body.moment(head.at))
            cursor.execute(
                "UPDATE trail_head SET root = %s, signature = %s WHERE id = %s",
                [root, signature, head.pk],
            )
    assert verify().is_sound  # who holds the key and the database can forge both
    verdict = verify(exported=[kept])
    assert verdict.event == numbers[299]
    assert "not that of the exported head" in verdict.broken


def test_an_exported_head_that_belongs_here_is_confirmed(numbers):
    assert verify(exported=[queries.head(), queries.head(size=300)]).is_sound


def test_an_exported_head_by_a_stranger_is_refused(numbers):
    head = queries.head() | {"key": "0" * 16}
    with pytest.raises(proofs.BadProofError):
        verify(exported=[head])


def test_heads_of_an_earlier_key_hold_when_that_key_is_named(numbers, settings, tmp_path, tell):
    old = queries.head()["public_key"]
    settings.TRAIL_KEY = tmp_path / "new.pem"
    tell(2)
    seal()
    assert not verify().is_sound
    verdict = verify(trusted=[old])
    assert verdict.is_sound, verdict.broken


def test_a_forged_signature_is_noticed(numbers, tampering):
    with tampering() as cursor:
        cursor.execute("UPDATE trail_head SET signature = %s WHERE size = 300", [bytes(64)])
    verdict = verify()
    assert not verdict.is_sound
    assert "300" in verdict.broken


def test_a_missing_head_leaves_its_events_under_the_next(numbers, tampering):
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_head WHERE size = 300")
    assert verify().is_sound
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_head")
    assert not verify().is_sound


def test_damage_to_the_cache_is_not_blamed_on_the_event(numbers):
    tile = Tile.objects.get(level=0, index=1)
    hashes = bytearray(tile.hashes)
    hashes[0] ^= 1
    Tile.objects.filter(pk=tile.pk).update(hashes=bytes(hashes))
    verdict = verify()
    assert verdict.event == numbers[256]
    assert "the event is sound" in verdict.broken


def test_content_that_was_changed_is_named(numbers, tampering):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE trail_content SET content = %s WHERE event = %s", [b"{}", numbers[619]]
        )
    assert verify().event == numbers[619]


def test_content_put_beside_an_event_without_any_is_named(numbers):
    from qingfeng.trail.models import Content

    Content.objects.create(event=numbers[5], salt=b"x" * 16, content=b"{}")
    assert verify().event == numbers[5]


def test_lawful_erasure_verifies_and_theft_does_not(numbers):
    from qingfeng.trail.models import Content

    with transaction.atomic():
        erase([numbers[618]], actor=5, ground="term expired")
    assert verify().is_sound
    seal()
    assert verify().is_sound
    Content.objects.filter(event=numbers[619]).delete()
    assert verify().event == numbers[619]


@pytest.mark.django_db(transaction=True)
def test_several_processes_find_the_same(tell, tampering, monkeypatch):
    monkeypatch.setattr(verification, "WORTH_SHARING", 1)
    monkeypatch.setattr(verification, "BATCH", 50)
    monkeypatch.setattr(verification.os, "cpu_count", lambda: 2)
    numbers = tell(400)
    seal()
    assert verify() == verification.Verdict(400)
    with tampering() as cursor:
        cursor.execute("UPDATE trail_event SET actor = 5 WHERE id = %s", [numbers[210]])
    verdict = verify()
    assert (verdict.event, verdict.events) == (numbers[210], 0)
    assert str(numbers[210]) in verdict.broken


def test_sealing_notices_an_event_that_is_gone(tell, tampering):
    (number,) = tell()
    with tampering() as cursor:
        cursor.execute("DELETE FROM trail_event WHERE id = %s", [number])
    with pytest.raises(RuntimeError, match="gone"):
        services.seal()


def test_the_public_key_of_a_head_is_the_key_s(numbers):
    head = queries.head()
    assert proofs.name_of_key(base64.b64decode(head["public_key"])) == head["key"]
