"""Verbs of the unit tree: open, rename, move, merge, close; people, relations, roles, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import User
from qingfeng.accounts.queries import AUDITOR, SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command
from qingfeng.core.errors import Conflict, Denied, Refused
from qingfeng.orgs.models import (
    Affiliation,
    OrganKind,
    Person,
    Place,
    Post,
    Rank,
    ReachKind,
    Relation,
    RelationKind,
    Role,
    RoleGrant,
    SupervisionArea,
    SupervisionGroup,
    Tier,
    Unit,
    UnitPlacement,
)
from qingfeng.orgs.policy import (
    GrantAction,
    GroupAction,
    PersonAction,
    UnitAction,
    grants,
    groups,
    people,
    units,
)
from qingfeng.orgs.workflow import life
from qingfeng.trail import EventKind, Subject

UNIT_OPENED = EventKind("unit.opened", gettext_lazy("opened the unit"))
UNIT_RENAMED = EventKind("unit.renamed", gettext_lazy("renamed the unit"))
UNIT_MOVED = EventKind("unit.moved", gettext_lazy("moved the unit"))
UNIT_CLOSED = EventKind("unit.closed", gettext_lazy("closed the unit"))
UNIT_MERGED = EventKind("unit.merged", gettext_lazy("merged the unit into another"))
PERSON_ENTERED = EventKind("person.entered", gettext_lazy("entered the person"))
POST_GIVEN = EventKind("person.post_given", gettext_lazy("recorded the post"))
RELATION_DECLARED = EventKind("person.relation_declared", gettext_lazy("declared a relation"))
GRANT_PROPOSED = EventKind("grant.proposed", gettext_lazy("proposed the role"))
GROUP_FORMED = EventKind("group.formed", gettext_lazy("formed the supervision group"))
GROUP_ASSIGNED = EventKind("group.assigned", gettext_lazy("assigned units to the group"))


def columns_of(place: Place) -> dict[str, int | None]:
    """The province, prefecture and county columns of whatever stands in a place."""
    return {
        "province_id": place.pk if place.tier == Tier.PROVINCE else place.province_id,
        "prefecture_id": place.pk if place.tier == Tier.PREFECTURE else place.prefecture_id,
        "county_id": place.pk if place.tier == Tier.COUNTY else None,
    }


# -- units ----------------------------------------------------------------------------------------


@command
def open_unit(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: OrganKind,
    place: Place,
    short_name: str = "",
    mark: str = "",
    parent: Unit | None = None,
    affiliation: Affiliation = Affiliation.LOCAL,
    opened_on: date | None = None,
) -> Unit:
    """Open a unit in a place, within the actor's reach."""
    if Unit.objects.filter(code=code).exists():
        raise Refused(_("Code %s is taken by another unit; give another.") % code, field="code")
    opened_on = opened_on or timezone.localdate()
    unit = Unit.objects.create(
        code=code, name=name, short_name=short_name or name, mark=mark, kind=kind,
        place=place, tier=place.tier, parent=parent, affiliation=affiliation,
        opened_on=opened_on, **columns_of(place),
    )  # fmt: skip
    units.check(actor, UnitAction.EDIT, unit)
    UnitPlacement.objects.create(
        unit=unit, name=name, place=place, parent=parent, kind=kind, from_on=opened_on
    )
    UNIT_OPENED.record(
        actor=actor.id, subject=Subject("unit", unit.pk), unit=unit.pk, data={"code": code}
    )
    return unit


def _next_placement(unit: Unit, on: date, reason: str, **changes: Any) -> None:
    """End the present placement on a day and begin the next one."""
    present = unit.placements.get(until_on=None)
    if on <= present.from_on:
        raise Refused(
            _("The change must be later than %s, when the present state began.")
            % present.from_on.isoformat(),
            field="on",
        )
    present.until_on = on
    present.save()
    UnitPlacement.objects.create(
        **{
            "unit": unit, "name": present.name, "place": present.place,
            "parent": present.parent, "kind": present.kind, **changes,
        },
        from_on=on,
        reason=reason,
    )  # fmt: skip


def _change(unit: Unit, version: int, **changes: Any) -> Unit:
    """Write a unit's columns unless someone else did since."""
    rows = Unit.objects.filter(pk=unit.pk, version=version)
    if not rows.update(version=F("version") + 1, **changes):
        raise Conflict(_("This unit was changed just now; look at it again."))
    unit.refresh_from_db()
    return unit


def _open(unit: Unit) -> None:
    if unit.closed_on is not None:
        raise Refused(_("%s is closed.") % unit.name)


@command
def rename_unit(
    *, actor: Actor, unit: Unit, name: str, short_name: str, on: date, reason: str = ""
) -> Unit:
    """Give a unit another name from a day on; the past keeps the old one."""
    units.check(actor, UnitAction.EDIT, unit)
    _open(unit)
    _next_placement(unit, on, reason, name=name)
    UNIT_RENAMED.record(
        actor=actor.id, subject=Subject("unit", unit.pk), unit=unit.pk, data={"name": name}
    )
    return _change(unit, unit.version, name=name, short_name=short_name)


@command
def move_unit(
    *, actor: Actor, unit: Unit, place: Place, parent: Unit | None, on: date, reason: str = ""
) -> Unit:
    """Move a unit to another place or superior from a day on."""
    units.check(actor, UnitAction.EDIT, unit)
    _open(unit)
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise Refused(_("A unit cannot stand under itself."), field="parent")
        above = above.parent
    _next_placement(unit, on, reason, place=place, parent=parent)
    UNIT_MOVED.record(
        actor=actor.id, subject=Subject("unit", unit.pk), unit=unit.pk, data={"place": place.pk}
    )
    unit = _change(
        unit, unit.version, place=place, parent=parent, tier=place.tier, **columns_of(place)
    )
    # A command asks again: nobody moves a unit out of his own reach.
    units.check(actor, UnitAction.EDIT, unit)
    return unit


@command
def close_unit(*, actor: Actor, unit: Unit, on: date, reason: str) -> Unit:
    """Close a unit on a day."""
    units.check(actor, UnitAction.EDIT, unit)
    _open(unit)
    return _close(actor, unit, on, reason, UNIT_CLOSED, {})


def _close(
    actor: Actor, unit: Unit, on: date, reason: str, kind: EventKind, data: dict[str, Any]
) -> Unit:
    present = unit.placements.get(until_on=None)
    if on <= present.from_on:
        raise Refused(_("A unit cannot close before it opened."), field="on")
    present.until_on = on
    present.reason = reason
    present.save()
    kind.record(actor=actor.id, subject=Subject("unit", unit.pk), unit=unit.pk, data=data)
    return _change(unit, unit.version, closed_on=on)


@command
def merge_unit(*, actor: Actor, unit: Unit, into: Unit, on: date, reason: str) -> Unit:
    """Merge a unit into another of the same line: it closes, its people move."""
    units.check(actor, UnitAction.EDIT, unit)
    units.check(actor, UnitAction.EDIT, into)
    _open(unit)
    _open(into)
    if unit.pk == into.pk or unit.kind != into.kind:
        raise Refused(_("A unit merges into another unit of its own line."), field="into")
    Person.objects.filter(unit=unit).update(unit=into)
    Unit.objects.filter(parent=unit).update(parent=into, version=F("version") + 1)
    return _close(actor, unit, on, reason, UNIT_MERGED, {"into": into.pk})


# -- people ---------------------------------------------------------------------------------------


@command
def enter_person(
    *,
    actor: Actor,
    unit: Unit,
    full_name: str,
    number: str | None = None,
    post: str = "",
    rank: Rank = Rank.BELOW,
    is_head: bool = False,
    is_leader: bool = False,
) -> Person:
    """Enter a person of a unit, with the post held."""
    if number and Person.objects.filter(number=number).exists():
        raise Refused(_("Number %s is entered already.") % number, field="number")
    person = Person.objects.create(full_name=full_name, number=number or None, unit=unit)
    people.check(actor, PersonAction.EDIT, person)
    if post:
        Post.objects.create(
            person=person, unit=unit, title=post, rank=rank, is_head=is_head,
            is_leader=is_leader or is_head,
        )  # fmt: skip
    PERSON_ENTERED.record(
        actor=actor.id, subject=Subject("person", person.pk), unit=unit.pk, data={}
    )
    return person


@command
def declare_relation(
    *, actor: Actor, person: Person, other: Person, kind: RelationKind
) -> Relation:
    """Declare a relation of one's own, for recusal."""
    people.check(actor, PersonAction.VIEW, person)
    if person.user_id != actor.id:
        raise Denied(_("Only the person declares a relation."))
    if person.pk == other.pk:
        raise Refused(_("A relation is with another person."), field="other")
    relation, _made = Relation.objects.get_or_create(
        person=person, other=other, defaults={"kind": kind}
    )
    RELATION_DECLARED.record(
        actor=actor.id, subject=Subject("person", person.pk), unit=person.unit_id, data={}
    )
    return relation


# -- roles ----------------------------------------------------------------------------------------


@command
def propose_grant(
    *,
    actor: Actor,
    user: User,
    role: Role,
    reach: ReachKind,
    from_on: date,
    until_on: date | None = None,
    place: Place | None = None,
    line: OrganKind | None = None,
    unit: Unit | None = None,
    group: SupervisionGroup | None = None,
    campaign: int | None = None,
) -> RoleGrant:
    """Propose a role for a person; another administrator decides."""
    if office_of(user) in (SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR):
        raise Refused(
            _("%s holds an administrator's or auditor's office and takes no role in a campaign.")
            % user.full_name,
            field="user",
        )
    if until_on is not None and until_on < from_on:
        raise Refused(_("The role ends before it begins."), field="until_on")
    needed: dict[ReachKind, Any] = {
        ReachKind.NATION: True, ReachKind.PLACE: place, ReachKind.LINE: line,
        ReachKind.GROUP: group, ReachKind.UNIT: unit,
    }  # fmt: skip
    if not needed[reach]:
        raise Refused(_("Say where the role reaches."), field="reach")
    grant = RoleGrant.objects.create(
        user=user, role=role, reach=reach, place=place, line=line or "", unit=unit, group=group,
        campaign=campaign, from_on=from_on, until_on=until_on, proposed_by=actor.id or 0,
    )  # fmt: skip
    grants.check(actor, GrantAction.PROPOSE, grant)
    GRANT_PROPOSED.record(
        actor=actor.id,
        subject=grant.subject,
        unit=unit.pk if unit else None,
        data={"user": user.pk, "role": str(role), "reach": str(reach)},
    )
    return grant


@command
def move_grant(
    *, actor: Actor, grant: RoleGrant, move: str, version: int | None = None, **answers: Any
) -> RoleGrant:
    """Approve, refuse or end a role."""
    return life.fire(move, grant, actor=actor, version=version, **answers)


# -- supervision groups -----------------------------------------------------------------------------


@command
def form_group(
    *, actor: Actor, name: str, sent_by: Unit, from_on: date, until_on: date | None = None
) -> SupervisionGroup:
    """Form a supervision group of an office."""
    if SupervisionGroup.objects.filter(name=name).exists():
        raise Refused(_("There is a group “%s” already.") % name, field="name")
    group = SupervisionGroup.objects.create(
        name=name, sent_by=sent_by, from_on=from_on, until_on=until_on
    )
    groups.check(actor, GroupAction.EDIT, group)
    GROUP_FORMED.record(
        actor=actor.id, subject=Subject("group", group.pk), unit=sent_by.pk, data={}
    )
    return group


@command
def assign_areas(*, actor: Actor, group: SupervisionGroup, areas: Iterable[Unit]) -> None:
    """Set the units a group watches."""
    groups.check(actor, GroupAction.EDIT, group)
    chosen: Sequence[Unit] = list(areas)
    SupervisionArea.objects.filter(group=group).exclude(unit__in=chosen).delete()
    SupervisionArea.objects.bulk_create(
        [SupervisionArea(group=group, unit=unit) for unit in chosen], ignore_conflicts=True
    )
    GROUP_ASSIGNED.record(
        actor=actor.id,
        subject=Subject("group", group.pk),
        unit=group.sent_by_id,
        data={"units": len(chosen)},
    )
