"""`./qingfeng plan issue FILE`: a plan opens its campaign, issued by a person who signs in here."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="User name of whoever issues it.")
@click.option("--unit", required=True, help="Code of the unit whose campaign office issues it.")
@click.option("--amend", is_flag=True, help="The next version of a plan that is issued already.")
def issue(file: Path, username: str, unit: str, amend: bool) -> None:
    """Issue the plan in FILE, or its next version, and lay it out to every unit it selects.

    The password is asked for: a plan is issued by a person, at the terminal too. A laying-out
    that was cut off is finished by issuing the same file again.
    """
    from django.contrib.auth import authenticate  # noqa: PLC0415 - set up by then
    from django.db.models import Q  # noqa: PLC0415

    from qingfeng.accounts.models import User  # noqa: PLC0415
    from qingfeng.campaigns import services  # noqa: PLC0415
    from qingfeng.campaigns.models import Campaign, Cascade  # noqa: PLC0415
    from qingfeng.campaigns.plans.check import report  # noqa: PLC0415
    from qingfeng.campaigns.plans.errors import PlanErrors  # noqa: PLC0415
    from qingfeng.campaigns.plans.reader import read  # noqa: PLC0415
    from qingfeng.orgs.models import Unit  # noqa: PLC0415

    try:
        plan = read(file)
    except PlanErrors as errors:
        for line in report(errors.errors, str(file)):
            click.echo(line)
        raise SystemExit(1) from errors
    password = click.prompt("Password", hide_input=True)
    user = authenticate(None, username=username, password=password)
    if not isinstance(user, User):
        raise click.ClickException("the user name or the password is wrong")
    issuing = Unit.objects.filter(Q(code=unit), closed_on=None).first()
    if issuing is None:
        raise click.ClickException(f"there is no unit with the code {unit}")
    text = file.read_text(encoding="utf-8")

    def tell(done: int, total: int) -> None:
        click.echo(f"\rlaid out to {done} of {total} units", nl=False)

    campaign = Campaign.objects.filter(key=plan.key).first()
    open_ = Cascade.objects.filter(campaign=campaign, finished_at=None).first()
    if campaign is not None and open_ is not None and open_.version == plan.version:
        services.resume_cascade(open_, actor=user, tell=tell)
    elif amend:
        if campaign is None:
            raise click.ClickException(f"no campaign {plan.key} is open; leave out --amend")
        services.amend_plan(campaign, text, actor=user, name=file.name, tell=tell)
    else:
        campaign = services.issue_plan(
            text, actor=user, issued_by=issuing, name=file.name, tell=tell
        )
    click.echo(f"\n{campaign} is issued, version {plan.version}")
