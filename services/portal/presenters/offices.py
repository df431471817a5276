"""View-models of the people in offices, whom the level above appoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.portal.model.people import HeldAnswer, HolderAnswer
from services.portal.presenters.words import Badge
from shared.identity.actor import COUNTRY, ROLE_LABELS, Role

_STATES = {
    "proposed": Badge("待确认", "warning"),
    "in_force": Badge("生效", "success"),
    "refused": Badge("未通过", "danger"),
    "ended": Badge("已终止", "secondary"),
}
_PAST = Badge("已到期", "secondary")

GIVEN = {
    Role.ADMINISTRATOR: (
        Role.MINISTRY,
        Role.STATISTICS_HEAD,
        Role.DIRECTORY_DESK,
        Role.SHARING_DESK,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    Role.MINISTRY: (Role.PROVINCE_REVIEWER,),
    Role.PROVINCE_REVIEWER: (Role.CITY_REVIEWER, Role.COUNTY_REVIEWER),
    Role.CITY_REVIEWER: (Role.COUNTY_REVIEWER,),
}
"""The roles that each role is offered in the form; what may be given is identity's to decide."""


@dataclass(frozen=True)
class GrantView:
    """A grant; `heirs` took over from a division that is no more."""

    id: str
    role: str
    division: str
    badge: Badge
    term: str
    valid_to: str
    notes: tuple[str, ...]
    heirs: str
    acts: tuple[str, ...]


@dataclass(frozen=True)
class HolderView:
    """A person with the grants whose places one fills."""

    id: str
    name: str
    details: tuple[str, ...]
    version: int
    is_disabled: bool
    grants: tuple[GrantView, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Offered:
    """What the forms offer: roles, and the divisions directly below; with `needs_none` also no division."""

    roles: tuple[tuple[str, str], ...]
    divisions: tuple[tuple[str, str], ...]
    needs_none: bool


def holder_views(holders: Iterable[HolderAnswer], name_of: Callable[[str], str]) -> tuple[HolderView, ...]:
    """Return the people of a list; `name_of` knows the divisions."""
    return tuple(
        HolderView(
            id=holder["id"],
            name=holder["display_name"],
            details=tuple(_details(holder)),
            version=holder["version"],
            is_disabled=holder["state"] == "disabled",
            grants=tuple(_grant_view(grant, name_of) for grant in holder["grants"]),
            acts=tuple(holder["open_actions"]),
        )
        for holder in holders
    )


def offered(role: Role, division: str, below: Callable[[str], list[tuple[str, str]]]) -> Offered:
    """Return what somebody of this role and division is offered; `below` knows the divisions."""
    roles = tuple((each.value, ROLE_LABELS[each]) for each in GIVEN.get(role, ()))
    if role is Role.ADMINISTRATOR:
        return Offered(roles, ((COUNTRY, ROLE_LABELS[Role.MINISTRY]),), needs_none=True)
    return Offered(roles, tuple(below(division)), needs_none=False)


def _details(holder: HolderAnswer) -> Iterable[str]:
    yield holder["username"]
    if holder["email"] not in ("", holder["username"]):
        yield holder["email"]
    if holder["must_change_password"]:
        yield "尚未用首次密码登录"


def _grant_view(grant: HeldAnswer, name_of: Callable[[str], str]) -> GrantView:
    is_over = grant["is_past"] and grant["state"] in ("in_force", "proposed")
    until = f"，至 {grant['valid_to']}" if grant["valid_to"] else ""
    notes = ["由我授予或提名"] if grant["is_proposed_by_me"] else []
    notes += [f"原因：{grant['reason']}"] if grant["reason"] else []
    return GrantView(
        id=grant["id"],
        role=grant["role_label"],
        division=grant["division_name"] or "",
        badge=_PAST if is_over else _STATES[grant["state"]],
        term=f"{grant['valid_from']} 起{until}",
        valid_to=grant["valid_to"] or "",
        notes=tuple(notes),
        heirs="、".join(name_of(code) or code for code in grant["successors"]),
        acts=tuple(grant["open_actions"]),
    )
