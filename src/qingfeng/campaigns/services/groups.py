"""Leading groups, their meetings, and instructions that become duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import (
    Assignment,
    Campaign,
    GroupDuty,
    GroupMember,
    Instruction,
    LeadingGroup,
    Meeting,
)
from qingfeng.campaigns.policy import CampaignAction, campaigns
from qingfeng.campaigns.workflow import begin
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command
from qingfeng.core.errors import Denied, Refused
from qingfeng.core.numbering import SeriesKey, take
from qingfeng.orgs.models import Role, Unit
from qingfeng.orgs.reach import holding
from qingfeng.trail import EventKind, Subject

GROUP_FORMED = EventKind("leading_group.formed", gettext_lazy("formed the leading group"))
MEETING_HELD = EventKind("meeting.held", gettext_lazy("recorded the meeting"))
INSTRUCTED = EventKind("meeting.instructed", gettext_lazy("recorded the instruction"))
DUTY_GIVEN = EventKind("assignment.instructed", gettext_lazy("assigned the duty by instruction"))


def _in_reach(actor: Actor, units: Sequence[Unit]) -> None:
    """Refuse units beyond the reach of the actor's campaign office."""
    rule = holding(Role.OFFICE, unit="pk")
    ids = {unit.pk for unit in units}
    for arm in rule(actor):
        ids -= set(Unit.objects.filter(arm, pk__in=ids).values_list("pk", flat=True))
    if ids:
        name = Unit.objects.filter(pk__in=ids).values_list("name", flat=True).first()
        raise Denied(_("%s lies beyond the reach of your campaign office.") % name)


@command
def form_leading_group(
    *,
    actor: Actor,
    campaign: Campaign,
    unit: Unit,
    name: str,
    members: Sequence[tuple[str, str, GroupDuty]],
) -> LeadingGroup:
    """Form the leading group of a campaign at a unit: (name, post, duty) of each member."""
    campaigns.check(actor, CampaignAction.VIEW, campaign)
    _in_reach(actor, [unit])
    if LeadingGroup.objects.filter(campaign=campaign, unit=unit).exists():
        raise Refused(_("%s has its leading group already.") % unit.name)
    if not any(duty == GroupDuty.HEAD for _name, _post, duty in members):
        raise Refused(_("A leading group has a head; name one."), field="members")
    group = LeadingGroup.objects.create(campaign=campaign, unit=unit, name=name)
    GroupMember.objects.bulk_create(
        [
            GroupMember(group=group, full_name=full_name, post=post, duty=duty)
            for full_name, post, duty in members
        ]
    )
    GROUP_FORMED.record(
        actor=actor.id, subject=Subject("leading_group", group.pk), unit=unit.pk, data={}
    )
    return group


@command
def hold_meeting(
    *, actor: Actor, group: LeadingGroup, topic: str, held_on: date, minutes: str = ""
) -> Meeting:
    """Record a meeting of a leading group; it takes the next number of its unit."""
    campaigns.check(actor, CampaignAction.VIEW, group.campaign)
    _in_reach(actor, [group.unit])
    if held_on > timezone.localdate():
        raise Refused(
            _("The meeting is dated after today; record it when it was held."), field="held_on"
        )
    meeting = Meeting.objects.create(
        group=group, number="", topic=topic, held_on=held_on, minutes=minutes
    )
    key = SeriesKey(group.unit_id, "meeting", held_on.year, f"{group.unit.mark or '教整办'}纪")
    meeting.number = take(key, meeting.pk)
    meeting.save()
    MEETING_HELD.record(
        actor=actor.id,
        subject=Subject("meeting", meeting.pk),
        unit=group.unit_id,
        data={"number": meeting.number},
    )
    return meeting


@command
def instruct(
    *, actor: Actor, meeting: Meeting, text: str, units: Sequence[Unit], due_on: date
) -> list[Assignment]:
    """Record a decision of a meeting; each unit it names gets it as a duty."""
    campaigns.check(actor, CampaignAction.VIEW, meeting.group.campaign)
    _in_reach(actor, units)
    if not units:
        raise Refused(_("Say which units the instruction binds."), field="units")
    if due_on < meeting.held_on:
        raise Refused(_("The deadline lies before the meeting."), field="due_on")
    instruction = Instruction.objects.create(
        meeting=meeting, text=text, by=actor.id, at=timezone.now()
    )
    INSTRUCTED.record(
        actor=actor.id,
        subject=Subject("instruction", instruction.pk),
        unit=meeting.group.unit_id,
        data={"units": [unit.pk for unit in units]},
    )
    given = []
    for unit in units:
        duty = begin(
            unit=unit, campaign=meeting.group.campaign, instruction=instruction,
            title=text[:200], target_on=due_on, legal_on=due_on,
        )  # fmt: skip
        DUTY_GIVEN.record(
            actor=actor.id, subject=duty.subject, unit=unit.pk, data={"meeting": meeting.pk}
        )
        given.append(duty)
    return given
