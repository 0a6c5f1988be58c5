"""Writers and folders side by side: nothing is lost, nothing counted twice, nobody waits."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from qingfeng.tallies.models import DeltaRow
from qingfeng.tallies.queries import figures
from qingfeng.tallies.recount import check
from qingfeng.tallies.services import add, fold

WRITERS, ACTS = 4, 40


def in_threads(*functions):
    faults = []

    def run(function):
        try:
            function()
        except Exception as fault:  # noqa: BLE001 - shown below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


@pytest.mark.django_db(transaction=True)
def test_readers_see_every_act_once_while_folders_fold(delta):
    done, running = threading.Event(), [WRITERS]
    seen = []

    def write():
        try:
            for _act in range(ACTS):
                with transaction.atomic():
                    add([delta(1), delta(2)])
        finally:
            running[0] -= 1
            if not running[0]:
                done.set()

    def keep_folding():
        while not done.is_set():
            fold()

    def keep_reading():
        while not done.is_set():
            figure = figures(1, ["test.done"], ["all"])
            seen.append(figure["test.done", "all"])

    in_threads(*[write] * WRITERS, keep_folding, keep_folding, keep_reading)
    fold()
    total = 2 * WRITERS * ACTS
    assert figures(1, ["test.done"], ["all", "u1"]) == {
        ("test.done", "all"): total,
        ("test.done", "u1"): total // 2,
    }
    # Only additions were made: a figure that falls was missing something, or had it twice.
    assert seen == sorted(seen)
    assert all(figure % 2 == 0 for figure in seen)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_open_writer_holds_up_neither_fold_nor_writer(delta):
    wrote, done = threading.Event(), threading.Event()

    def long_writer():
        with transaction.atomic():
            add([delta(1)])
            wrote.set()
            done.wait(20)

    def others():
        assert wrote.wait(20)
        try:
            add([delta(1)])
            assert fold() == 1
            assert figures(1, ["test.done"], ["u1"]) == {("test.done", "u1"): 1}
        finally:
            done.set()

    in_threads(long_writer, others)
    assert DeltaRow.objects.count() == 1
    fold()
    assert figures(1, ["test.done"], ["u1"]) == {("test.done", "u1"): 2}


@pytest.mark.django_db(transaction=True)
def test_a_repair_beside_writers_loses_nothing(delta, counted_records):
    # Each act writes its record and its delta together, as commands do.
    stop = threading.Event()
    repair = counted_records.repair

    def write():
        try:
            for _act in range(ACTS):
                with transaction.atomic():
                    counted_records.act(1)
                if _act % 10 == 0:
                    fold()
        finally:
            stop.set()

    def keep_repairing():
        while not stop.is_set():
            counted_records.spoil()
            repair()

    in_threads(write, keep_repairing)
    repair()
    fold()
    assert check(1, "counted.") == []
    assert figures(1, ["counted.done"], ["all"]) == {("counted.done", "all"): ACTS}
