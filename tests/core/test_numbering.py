"""Numbers are official in form, without gaps where committed, and never given twice."""

import threading
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.core import numbering
from qingfeng.core.commands import writing
from qingfeng.core.errors import Conflict, Refused
from qingfeng.core.models import RecordNumber, Series
from qingfeng.core.models.record import WriteOutsideCommandError
from qingfeng.core.numbering import SeriesKey

LEADS = SeriesKey(unit=7, ledger="lead", year=2021, prefix="岚线")
CASES = SeriesKey(unit=7, ledger="case", year=2021, prefix="岚案")


@contextmanager
def commanding():
    """As within a command: one transaction, records may be saved."""
    with transaction.atomic(), writing():
        yield


@pytest.fixture
def _commanding(db):
    with commanding():
        yield


@pytest.mark.usefixtures("_commanding")
class TestTaking:
    def test_numbers_are_written_officially_and_follow_one_another(self):
        assert [numbering.take(LEADS, record) for record in (31, 32)] == [
            "岚线〔2021〕1号",
            "岚线〔2021〕2号",
        ]

    def test_each_unit_ledger_and_year_counts_for_itself(self):
        numbering.take(LEADS, 1)
        others = [
            CASES,
            LEADS._replace(year=2022),
            LEADS._replace(unit=8, prefix="青线"),
        ]
        assert [numbering.take(key, 1) for key in others] == [
            "岚案〔2021〕1号",
            "岚线〔2022〕1号",
            "青线〔2021〕1号",
        ]

    def test_several_series_at_once_answer_in_the_order_asked(self):
        wanted = [(LEADS, 1), (CASES, 1), (LEADS, 2), (CASES, 2)]
        assert numbering.take_many(wanted) == [
            "岚线〔2021〕1号",
            "岚案〔2021〕1号",
            "岚线〔2021〕2号",
            "岚案〔2021〕2号",
        ]

    def test_a_new_mark_waits_for_the_new_year(self):
        numbering.take(LEADS, 1)
        assert numbering.take(LEADS._replace(prefix="岚举"), 2) == "岚线〔2021〕2号"
        assert numbering.take(LEADS._replace(prefix="岚举", year=2022), 3) == "岚举〔2022〕1号"

    def test_two_series_cannot_write_the_same_number(self):
        numbering.take(LEADS, 1)
        with pytest.raises(Refused, match="岚线"):
            numbering.take(LEADS._replace(unit=8), 1)

    @pytest.mark.parametrize("mark", ["", "岚〔线"])
    def test_a_unit_without_a_proper_mark_is_refused(self, mark):
        with pytest.raises(Refused):
            numbering.take(LEADS._replace(prefix=mark), 1)
        assert not Series.objects.exists()

    def test_a_record_has_one_valid_number_in_a_series(self):
        numbering.take(LEADS, 1)
        with pytest.raises(IntegrityError), transaction.atomic():
            numbering.take(LEADS, 1)


def test_outside_a_command_no_number_is_taken(db):
    with pytest.raises(WriteOutsideCommandError):
        numbering.take(LEADS, 1)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_taken():
    with writing(), pytest.raises(WriteOutsideCommandError):
        numbering.take(LEADS, 1)


@pytest.mark.django_db(transaction=True)
def test_what_rolls_back_leaves_no_gap():
    with commanding():
        numbering.take(LEADS, 1)
    with commanding():
        assert numbering.take(LEADS, 2) == "岚线〔2021〕2号"
        transaction.set_rollback(True)
    with commanding():
        assert numbering.take(LEADS, 3) == "岚线〔2021〕2号"


@pytest.mark.usefixtures("_commanding")
class TestReserving:
    def test_reserved_numbers_are_given_to_records_in_chunks(self):
        numbering.take(LEADS, 1)
        numbers = numbering.reserve(LEADS, 5)
        assert numbers == range(2, 7)
        assert numbering.take(LEADS, 2) == "岚线〔2021〕7号"
        assert numbering.fill(LEADS, numbers[:2], [11, 12]) == [
            "岚线〔2021〕2号",
            "岚线〔2021〕3号",
        ]
        assert numbering.gaps(LEADS) == [range(4, 7)]
        numbering.fill(LEADS, numbers[2:], [13, 14, 15])
        assert numbering.gaps(LEADS) == []

    def test_a_number_that_was_not_reserved_is_refused(self):
        numbering.reserve(LEADS, 2)
        with pytest.raises(ValueError, match="reserved"):
            numbering.fill(LEADS, [2, 3], [11, 12])
        with pytest.raises(ValueError, match="reserved"):
            numbering.fill(CASES, [1], [11])

    def test_as_many_records_as_numbers(self):
        with pytest.raises(ValueError, match="zip"):
            numbering.fill(LEADS, numbering.reserve(LEADS, 2), [11])

    def test_a_number_is_given_once(self):
        numbers = numbering.reserve(LEADS, 1)
        numbering.fill(LEADS, numbers, [11])
        with pytest.raises(IntegrityError), transaction.atomic():
            numbering.fill(LEADS, numbers, [12])

    @pytest.mark.parametrize("count", [0, -1])
    def test_nothing_cannot_be_reserved(self, count):
        with pytest.raises(ValueError, match="at least one"):
            numbering.reserve(LEADS, count)


@pytest.mark.usefixtures("_commanding")
class TestVoiding:
    def test_a_void_number_stays_listed_and_is_not_given_again(self):
        number = numbering.take(LEADS, 1)
        assert str(numbering.void(number, " 重复登记 ")) == number
        assert [(str(v), v.record, v.void_reason) for v in numbering.voided(LEADS)] == [
            ("岚线〔2021〕1号", 1, "重复登记")
        ]
        assert numbering.gaps(LEADS) == []
        assert numbering.take(LEADS, 1) == "岚线〔2021〕2号"

    def test_a_reserved_number_that_nobody_got_can_be_voided(self):
        numbering.reserve(LEADS, 3)
        numbering.void("岚线〔2021〕2号", "批量登记中断")
        assert numbering.gaps(LEADS) == [range(1, 2), range(3, 4)]
        assert [v.record for v in numbering.voided(LEADS)] == [None]
        with pytest.raises(IntegrityError), transaction.atomic():
            numbering.fill(LEADS, [2], [5])

    def test_twice_is_a_conflict_that_says_when(self):
        numbering.take(LEADS, 1)
        first = numbering.void("岚线〔2021〕1号", "重复登记")
        with pytest.raises(Conflict) as caught:
            numbering.void("岚线〔2021〕1号", "又一次")
        assert caught.value.at == first.voided_at

    @pytest.mark.parametrize(
        "number", ["岚线〔2021〕2号", "岚线〔2022〕1号", "岚线〔2021〕01号", "岚线[2021]1号", ""]
    )
    def test_what_was_never_taken_cannot_be_voided(self, number):
        numbering.take(LEADS, 1)
        with pytest.raises(Refused) as caught:
            numbering.void(number, "重复登记")
        assert caught.value.field == "number"

    def test_a_reason_is_needed(self):
        number = numbering.take(LEADS, 1)
        with pytest.raises(Refused) as caught:
            numbering.void(number, "  ")
        assert caught.value.field == "reason"


@pytest.mark.usefixtures("_commanding")
class TestLookingUp:
    def test_a_number_leads_to_its_record(self):
        numbering.take_many([(LEADS, 41), (CASES, 42)])
        found = numbering.holder(" 岚案〔2021〕1号 ")
        assert (found.ledger, found.record) == ("case", 42)

    @pytest.mark.parametrize("number", ["岚案〔2021〕2号", "岚案", ""])
    def test_what_is_no_number_leads_nowhere(self, number):
        numbering.take(CASES, 42)
        assert numbering.holder(number) is None

    def test_a_series_that_has_not_begun_has_nothing(self):
        assert numbering.gaps(LEADS) == []
        assert not numbering.voided(LEADS).exists()


@given(steps=st.lists(st.tuples(st.sampled_from("trfv"), st.integers(1, 4)), max_size=25))
@pytest.mark.django_db(transaction=True)
def test_gaps_are_what_a_list_kept_by_hand_shows(steps):
    with commanding():
        RecordNumber.objects.all().delete()
        Series.objects.all().delete()
        last, held, void, record = 0, set(), set(), 0
        for step, size in steps:
            open_numbers = sorted(set(range(1, last + 1)) - held - void)
            if step == "t":
                record += 1
                last += 1
                assert numbering.take(LEADS, record) == f"岚线〔2021〕{last}号"
                held.add(last)
            elif step == "r":
                assert numbering.reserve(LEADS, size) == range(last + 1, last + size + 1)
                last += size
            elif step == "f" and open_numbers:
                some = open_numbers[:size]
                numbering.fill(LEADS, some, range(record + 1, record + len(some) + 1))
                record += len(some)
                held.update(some)
            elif step == "v" and last >= size and size not in void:
                numbering.void(f"岚线〔2021〕{size}号", "试")
                void.add(size)
        listed = {n for gap in numbering.gaps(LEADS) for n in gap}
        assert listed == set(range(1, last + 1)) - held - void


@pytest.mark.django_db(transaction=True)
def test_many_threads_take_gapless_numbers_and_never_wait_for_each_other():
    threads, rounds = 6, 12
    failures, given_out = [], []

    def work(worker):
        try:
            for turn in range(rounds):
                record = 1000 * worker + turn
                pair = [(LEADS, record), (CASES, record)]
                if worker % 2:
                    pair.reverse()  # asked for in either order, locked in one
                fails = turn % 4 == 3
                with commanding():
                    texts = numbering.take_many(pair)
                    transaction.set_rollback(fails)
                if not fails:
                    given_out.extend(texts)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    crew = [threading.Thread(target=work, args=(worker,)) for worker in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()

    committed = threads * rounds * 3 // 4
    assert failures == []
    assert sorted(given_out) == sorted(
        key_text
        for mark in ("岚线", "岚案")
        for key_text in (f"{mark}〔2021〕{n}号" for n in range(1, committed + 1))
    )
    for key in (LEADS, CASES):
        assert numbering.gaps(key) == []
        assert Series.objects.get(ledger=key.ledger).next == committed + 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_different_series_do_not_wait_for_each_other():
    other = LEADS._replace(unit=8, prefix="青线")
    with commanding():
        numbering.take_many([(LEADS, 1), (other, 1)])
    taken = threading.Event()

    def take_other():
        try:
            with commanding():
                numbering.take(other, 2)
            taken.set()
        finally:
            connections.close_all()

    with commanding():
        numbering.take(LEADS, 2)  # and keep its counter locked
        thread = threading.Thread(target=take_other)
        thread.start()
        assert taken.wait(timeout=10)
    thread.join()
    assert connection.vendor == "postgresql"
