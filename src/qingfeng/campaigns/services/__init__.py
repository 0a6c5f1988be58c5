"""Verbs of campaigns, each in the room of what it works on."""

from qingfeng.campaigns.services.carry import carry_over
from qingfeng.campaigns.services.closing import close_campaign, closing_state, review_gate
from qingfeng.campaigns.services.duties import (
    add_step,
    assign_part,
    finish_step,
    move_duties,
    move_duty,
)
from qingfeng.campaigns.services.groups import (
    form_leading_group,
    hold_meeting,
    instruct,
)
from qingfeng.campaigns.services.issuing import amend_plan, issue_plan, resume_cascade

__all__ = [
    "add_step",
    "amend_plan",
    "assign_part",
    "carry_over",
    "close_campaign",
    "closing_state",
    "finish_step",
    "form_leading_group",
    "hold_meeting",
    "instruct",
    "issue_plan",
    "move_duties",
    "move_duty",
    "resume_cascade",
    "review_gate",
]
