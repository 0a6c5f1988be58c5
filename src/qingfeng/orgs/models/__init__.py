"""Units and their placements over time, people, posts, role grants, supervision groups."""

from qingfeng.orgs.models.people import Person, Post, Rank, Relation, RelationKind
from qingfeng.orgs.models.places import Place, Tier
from qingfeng.orgs.models.roles import GrantState, ReachKind, Role, RoleGrant
from qingfeng.orgs.models.supervision import SupervisionArea, SupervisionGroup
from qingfeng.orgs.models.units import Affiliation, OrganKind, Placed, Unit, UnitPlacement

__all__ = [
    "Affiliation",
    "GrantState",
    "OrganKind",
    "Person",
    "Place",
    "Placed",
    "Post",
    "Rank",
    "ReachKind",
    "Relation",
    "RelationKind",
    "Role",
    "RoleGrant",
    "SupervisionArea",
    "SupervisionGroup",
    "Tier",
    "Unit",
    "UnitPlacement",
]
