"""The home page with a million duties behind it, for a reporter, a province and the nation."""

from __future__ import annotations

from bench.ground import REQUIREMENTS, issue, p95s, prepare, times, work

NAME = "home"
UNITS = 16_000
SMALL = 10_000 // REQUIREMENTS
CALLS = 60


def run(size, database):
    """Measure at 10,000 duties, add the other units and measure again."""
    del database
    from qingfeng.campaigns.models import Campaign
    from qingfeng.core.commands import writing

    ground = prepare(SMALL)
    small = issue(ground, "small")
    work(small, ground.users["nation_reporter"])
    before = opened(ground)
    with writing():  # the page shows the campaign that runs
        Campaign.objects.filter(pk=small.pk).update(state="closed")
    prepare(UNITS * size, ground)
    full = issue(ground, "full")
    work(full, ground.users["nation_reporter"])
    count = full.assignments.count()
    return [
        figure
        for who, taken in opened(ground).items()
        for figure in p95s(f"home page of {who}, {count:,} duties", taken, before[who], 80)
    ]


def opened(ground):
    """Times of the home page, the whole request, for each reader."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.SECOND_FACTOR = False  # as in the demo
    found = {}
    for title, who in (("a reporter", "reporter"), ("a province's reviewer", "province"),
                       ("the national office", "office")):  # fmt: skip
        client = Client()
        client.force_login(ground.users[who])

        def get(client=client):
            answer = client.get("/", secure=True)  # cookies go over HTTPS only
            if answer.status_code != 200:
                raise RuntimeError(f"the home page answers {answer.status_code}")

        found[title] = times(get, CALLS)
    return found
