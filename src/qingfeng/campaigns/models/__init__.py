"""Plan, campaign, batch, stage, task, requirement; assignments; leading groups and meetings."""

from qingfeng.campaigns.models.assignment import Assignment, AssignmentState, Report, Step
from qingfeng.campaigns.models.campaign import (
    Batch,
    Campaign,
    CampaignKind,
    CampaignState,
    Cascade,
    GateReview,
    PlanVersion,
    Requirement,
    Stage,
    Task,
)
from qingfeng.campaigns.models.groups import (
    GroupDuty,
    GroupMember,
    Instruction,
    LeadingGroup,
    Meeting,
)

__all__ = [
    "Assignment",
    "AssignmentState",
    "Batch",
    "Campaign",
    "CampaignKind",
    "CampaignState",
    "Cascade",
    "GateReview",
    "GroupDuty",
    "GroupMember",
    "Instruction",
    "LeadingGroup",
    "Meeting",
    "PlanVersion",
    "Report",
    "Requirement",
    "Stage",
    "Step",
    "Task",
]
