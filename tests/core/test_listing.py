"""A list shows exactly what a reader may see, in order, page by page, by an index."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingfeng.core import listing
from qingfeng.core.access import EVERY_ROW, NO_ROW
from qingfeng.core.commands import writing
from qingfeng.core.errors import Refused
from qingfeng.core.ledger import Order
from qingfeng.core.listing import ListQuery

START = date(2021, 9, 1)

ROWS = st.lists(
    st.tuples(
        st.integers(0, 4),  # days after START
        st.integers(1, 3),  # province
        st.integers(1, 4),  # prefecture
        st.integers(1, 2),  # campaign
        st.booleans(),  # sealed
    ),
    max_size=25,
)
ARMS = st.lists(
    st.one_of(
        st.builds(lambda value: ("province", value), st.integers(1, 3)),
        st.builds(lambda value: ("prefecture", value), st.integers(1, 4)),
        st.just(("none", 0)),
    ),
    max_size=4,
)


def arm(kind, value):
    return NO_ROW if kind == "none" else Q(**{kind: value})


def walk(sample, actor, size, order, *, backwards=False):
    """All pages, from the first to the last or the other way."""
    pages, query = [], ListQuery(campaign=1, size=size, order=order)
    while True:
        page = listing.page(sample.ledger, actor, query)
        pages.append([doc.pk for doc in page.rows])
        at = page.previous if backwards else page.next
        if not at:
            return pages, page
        query = ListQuery(
            campaign=1, size=size, order=order, **{"before" if backwards else "after": at}
        )


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS, arms=ARMS, size=st.integers(1, 6), order=st.sampled_from(["due", "latest"]))
def test_pages_are_what_a_list_sorted_by_hand_shows(sample, lin, rows, arms, size, order):
    sample.Doc.objects.all().delete()
    with writing():
        made = [
            sample.Doc.objects.create(
                title=str(number), due_on=START + timedelta(days), province=province,
                prefecture=prefecture, campaign=campaign, is_sealed=sealed,
            )
            for number, (days, province, prefecture, campaign, sealed) in enumerate(rows)
        ]  # fmt: skip
    sample.VIEWS[lin.id] = [arm(*one) for one in arms]
    wanted = [
        doc.pk
        for doc in sorted(made, key=lambda doc: (doc.due_on, doc.pk), reverse=order == "latest")
        if doc.campaign == 1
        and not doc.is_sealed
        and any(getattr(doc, kind, None) == value for kind, value in arms)
    ]
    pages, last = walk(sample, lin, size, order)
    assert [pk for page in pages for pk in page] == wanted
    assert all(len(page) == size for page in pages[:-1])
    assert last.count_text == str(len(wanted))
    query = ListQuery(campaign=1, order=order)
    assert [doc.pk for doc in listing.walk(sample.ledger, lin, query, size=3)] == wanted
    if last.previous:
        back, _first = walk_back(sample, lin, size, order, last)
        assert [pk for page in reversed(back) for pk in page] + pages[-1] == wanted


def walk_back(sample, actor, size, order, page):
    pages = []
    while page.previous:
        query = ListQuery(campaign=1, size=size, order=order, before=page.previous)
        page = listing.page(sample.ledger, actor, query)
        pages.append([doc.pk for doc in page.rows])
        assert page.next
    return pages, page


def test_above_a_thousand_nothing_is_counted(sample, worker):
    sample.Doc.objects.bulk_create(
        [sample.Doc(title=str(number), due_on=START) for number in range(1001)]
    )
    page = listing.page(sample.ledger, worker, ListQuery(campaign=1))
    assert (page.count_text, len(page.rows)) == ("1,000+", listing.PAGE)
    sample.VIEWS[worker.id] = [Q(title__lt="x", province=1), Q(prefecture=1)]
    assert listing.page(sample.ledger, worker, ListQuery(campaign=1)).count_text == "1,000+"
    sample.Doc.objects.filter(title="0").delete()
    assert listing.page(sample.ledger, worker, ListQuery(campaign=1)).count_text == "1,000"


@pytest.mark.parametrize("arms", [1, 3])
def test_a_page_asks_as_many_questions_for_one_row_as_for_fifty(sample, lin, write, arms):
    sample.VIEWS[lin.id] = [Q(province=1), Q(prefecture=1), Q(title="文件1")][:arms]
    write()

    def asked():
        with CaptureQueriesContext(connection) as found:
            listing.page(sample.ledger, lin, ListQuery(campaign=1))
        return len(found)

    once = asked()
    for _turn in range(60):
        write()
    assert asked() == once == 3


def test_who_reaches_nothing_sees_nothing(sample, lin, write):
    write()
    page = listing.page(sample.ledger, lin, ListQuery(campaign=1))
    assert (page.rows, page.count_text, page.next) == ([], "0", "")


@pytest.mark.parametrize(
    "at", ["x", "W10", "WzEsMl0", "WyIyMDIxLTEwLTE0Il0", "WyIyMDIxLTEwLTE0IixudWxsXQ",
           "WyIyMDIxLTEwLTE0IiwxZTMwXQ", "WyIyMDIxLTEwLTE0Iiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
           quote("é"), "é"],
)  # fmt: skip
def test_a_damaged_place_is_refused(sample, worker, at):
    with pytest.raises(Refused):
        listing.page(sample.ledger, worker, ListQuery(after=at))


@pytest.mark.parametrize("filters", [{"state": "x"}, {"since": "2021-02-30"}, {"since": "x"}])
def test_a_value_that_a_filter_does_not_have_is_refused(sample, worker, filters):
    with pytest.raises(Refused):
        listing.page(sample.ledger, worker, ListQuery(filters=filters))


def test_filters_and_views_narrow_the_list(sample, worker, write):
    write(state="done")
    wanted = write(due_on=date(2021, 10, 20))
    write(due_on=date(2021, 10, 1))
    page = listing.page(
        sample.ledger, worker, ListQuery(view="open", filters={"since": "2021-10-14"})
    )
    assert page.rows == [wanted]
    assert [(one.name, words) for one, _value, words in page.filters] == [("since", "2021-10-14")]


def test_an_order_runs_one_way_ends_unique_and_has_no_empty_field(sample):
    from dataclasses import replace

    with pytest.raises(ValueError, match="ascend"):
        Order("x", "x", ("-due_on", "id"))
    for fields, words in ((("id", "due_on"), "unique"), (("quantity", "id"), "empty")):
        with pytest.raises(ValueError, match=words):
            replace(sample.ledger, orders=[Order("due", "x", fields)])
    with pytest.raises(ValueError, match="no order"):
        replace(sample.ledger, orders=[Order("x", "x", ("due_on", "id"))])


# -- the plans --------------------------------------------------------------------------------


@pytest.fixture
def many(sample, db):
    sample.Doc.objects.bulk_create(
        [
            sample.Doc(
                title=str(number), due_on=START + timedelta(number % 90),
                province=number % 30 + 1, prefecture=number % 300 + 1,
            )
            for number in range(20_000)
        ]
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan_of(sql):
    """The plan of a statement in the database's own words."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.usefixtures("many")
def test_each_arm_reads_its_own_index_and_sorts_nothing(sample, lin, subtests):
    middle = sample.Doc.objects.filter(province=3).order_by("due_on", "id")[300]
    deep = listing.token(middle, sample.ledger.orders[0])
    for arms, indexes in (
        ([EVERY_ROW], ["doc_nation"]),
        ([Q(province=3)], ["doc_province"]),
        ([Q(prefecture=33)], ["doc_prefecture"]),
        ([Q(province=3), Q(prefecture=44)], ["doc_province", "doc_prefecture"]),
    ):
        sample.VIEWS[lin.id] = arms
        for order in ("due", "latest"):
            for at in ("", deep):
                query = ListQuery(campaign=1, order=order, after=at)
                with subtests.test(arms=arms, order=order, at=at):
                    check_plan(sample, lin, query, indexes)


def check_plan(sample, actor, query, indexes):
    with CaptureQueriesContext(connection) as found:
        page = listing.page(sample.ledger, actor, query)
    assert page.rows
    (sql,) = [one["sql"] for one in found if "ORDER BY 1" in one["sql"]]
    plan = plan_of(sql)
    for name in indexes:
        assert name in plan, plan
    # What is sorted is the few rows that the arms give, never an arm itself.
    inner = ["SELECT" + part.split(") AS arm_")[0] for part in sql.split("FROM (SELECT")[1:]]
    assert len(inner) == len(indexes)
    for arm_sql in inner:
        plan = plan_of(arm_sql)
        assert "TEMP B-TREE" not in plan, plan
        assert "Sort" not in plan, plan
        assert "SCAN sample_doc" not in plan.replace("SCAN sample_doc USING", ""), plan
        assert "Seq Scan" not in plan, plan
