"""The person or machine behind a request, with role and scope."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of the survey (regulation 总说明（五）–（十）), of the system's own upkeep, and of its machines."""

    OPERATOR = "operator"
    ENTERPRISE = "enterprise"
    TRAINING_INSTITUTION = "training_institution"
    COUNTY_REVIEWER = "county_reviewer"
    CITY_REVIEWER = "city_reviewer"
    PROVINCE_REVIEWER = "province_reviewer"
    MINISTRY = "ministry"
    STATISTICS_HEAD = "statistics_head"
    DIRECTORY_DESK = "directory_desk"
    SHARING_DESK = "sharing_desk"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SERVICE = "service"


ROLE_LABELS = {
    Role.OPERATOR: "服务外包交易平台运营主体",
    Role.ENTERPRISE: "服务外包企业",
    Role.TRAINING_INSTITUTION: "培训机构",
    Role.COUNTY_REVIEWER: "区（县）级商务主管部门",
    Role.CITY_REVIEWER: "地（市）级商务主管部门",
    Role.PROVINCE_REVIEWER: "省级商务主管部门",
    Role.MINISTRY: "商务部服务贸易和商贸服务业司",
    Role.STATISTICS_HEAD: "服贸司统计负责人",
    Role.DIRECTORY_DESK: "名录库交换岗",
    Role.SHARING_DESK: "共享数据库交换岗",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计员",
    Role.SERVICE: "系统服务",
}
"""The names of the roles for people."""

REVIEWERS = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.PROVINCE_REVIEWER})
UNIT_ROLES = frozenset({Role.OPERATOR, Role.ENTERPRISE, Role.TRAINING_INSTITUTION})

MACHINES = frozenset({Role.SERVICE})
"""Roles of programs; nobody has an account in one of them."""

PEOPLE = frozenset(Role) - MACHINES
"""Roles of people."""

COUNTRY = "000000"
"""The division code that stands for the whole country."""


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role and over what.

    A unit's person has `unit_id`; a reviewer has `division`, a six-digit code (GB/T 2260), `000000` for the ministry.
    """

    account_id: str
    role: Role
    unit_id: str | None = None
    division: str | None = None
