"""The register: its first page and one 100,000 rows deep, for three reaches of reader."""

from __future__ import annotations

from bench.ground import REQUIREMENTS, figure, issue, p95, p95s, prepare, times, work

NAME = "register"
UNITS = 16_000
SMALL = 10_000 // REQUIREMENTS
DEPTH = 100_000
CALLS = 60


def run(size, database):
    """Measure at 10,000 rows, add the other units and measure again with all rows there."""
    del database
    ground = prepare(SMALL)
    before = pages(ground, issue(ground, "small"), 1 / 100)
    prepare(UNITS * size, ground)
    campaign = issue(ground, "full")
    work(campaign, ground.users["nation_reporter"])
    figures = []
    for (who, place), (taken, rows) in pages(ground, campaign, size).items():
        base = before[who, place][0]
        name = f"{who}, {place} of {rows:,}"
        times_as_long = p95(taken.processor) / p95(base.processor)
        figures += [
            *p95s(name, taken, base, 30),
            figure(
                f"{name}, processor time to 10,000 rows",
                times_as_long,
                "times",
                baseline=1,
                target=1.5,
            ),
        ]
    return figures


def pages(ground, campaign, size):
    """For each reader and page: its times, and how many rows the reader's list has."""
    from qingfeng.accounts.models import User
    from qingfeng.campaigns.ledgers import duties_ledger as ledger
    from qingfeng.core.listing import ListQuery, page, token
    from qingfeng.core.models.clocked import NEVER

    order = ledger.orders[0]
    found = {}
    for who in ("county", "province", "national"):
        rows = ledger.policy.scope(ground.users[who]).filter(campaign=campaign)
        rows = rows.filter(due_on__lt=NEVER)
        count = rows.count()
        depth = int(min(DEPTH * size, count * 0.9))
        at = rows.order_by(*order.fields)[depth : depth + 1].get()
        for place, after in (("first page", ""), ("deep page", token(at, order))):
            query = ListQuery(campaign=campaign.pk, view="open", after=after)

            def read(who=who, query=query):
                # Each request reads its actor and the actor's grants anew.
                page(ledger, User.objects.get(username=who), query)

            found[who, place] = times(read, CALLS), count
    return found
