"""Words for people, grants, invitations and changes to the divisions; where the faults of a form stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.clock import SHANGHAI
from shared.errors import Problem
from shared.identity.actor import ROLE_LABELS, Role

GRANT_STATES = {
    "proposed": ("待确认", "warning"),
    "in_force": ("生效", "success"),
    "refused": ("未通过", "danger"),
    "ended": ("已终止", "secondary"),
}
KINDS = {
    "open": "设立",
    "close": "撤销",
    "rename": "更名",
    "move": "改隶",
    "merge": "合并",
    "split": "拆分",
}
LEVELS = {"province": "省级", "city": "地级", "county": "县级"}
SET_STATES = {
    "proposed": ("待确认", "warning"),
    "confirmed": ("已生效", "success"),
    "refused": ("未通过", "danger"),
    "withdrawn": ("已撤回", "secondary"),
}
INVITATIONS = {"colleague": "共同填报", "transfer": "移交主账户负责人", "recovery": "变更主账户负责人"}
INVITATION_STATES = {
    "proposed": ("待确认", "warning"),
    "open": ("待本人答复", "primary"),
    "accepted": ("已接受", "success"),
    "declined": ("已谢绝", "secondary"),
    "withdrawn": ("已撤回", "secondary"),
    "refused": ("未通过", "danger"),
}
GIVEN = {
    Role.ADMINISTRATOR: (Role.MINISTRY, Role.DIRECTORY_DESK, Role.AUDITOR, Role.ADMINISTRATOR),
    Role.MINISTRY: (Role.PROVINCE_REVIEWER,),
    Role.PROVINCE_REVIEWER: (Role.CITY_REVIEWER, Role.COUNTY_REVIEWER),
    Role.CITY_REVIEWER: (Role.COUNTY_REVIEWER,),
}
"""The roles that each role is offered in the form; what may be given is identity's to decide."""


@dataclass(frozen=True)
class Fault:
    """A fault at a field of a form."""

    anchor: str
    message: str


def faults(problems: Iterable[Problem], prefix: str = "") -> tuple[Fault, ...]:
    """Return the faults at their fields; `prefix` begins the ids of the form's fields."""
    return tuple(Fault(prefix + each.pointer.rsplit("/", 1)[-1], each.message) for each in problems)


def moment(text: str) -> str:
    """Return a moment of an answer in the words of the pages, in Asia/Shanghai."""
    return f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def roles_given(role: Role) -> tuple[tuple[str, str], ...]:
    """Return value and label of each role that the form offers."""
    return tuple((each.value, ROLE_LABELS[each]) for each in GIVEN.get(role, ()))
