"""What identity answers about people, units' colleagues and changes to the divisions, as far as the pages use it."""

from __future__ import annotations

from typing import Literal, TypedDict


class HeldAnswer(TypedDict):
    """A grant as who fills its place sees it; `successors` took over from a division that is no more."""

    id: str
    role: str
    role_label: str
    division: str | None
    division_name: str | None
    state: str
    is_past: bool
    successors: list[str]
    valid_from: str
    valid_to: str | None
    proposed_at: str
    is_proposed_by_me: bool
    reason: str
    open_actions: list[str]


class HolderAnswer(TypedDict):
    """An account of staff with the grants whose places one fills."""

    id: str
    display_name: str
    username: str
    email: str
    version: int
    state: str
    created_at: str
    must_change_password: bool
    open_actions: list[str]
    grants: list[HeldAnswer]


class OpenedAnswer(HolderAnswer):
    """An account with its first password, where that was made just now and is not mailed."""

    first_password: str | None
    is_mailed: bool


class UnitAnswer(TypedDict):
    """A unit."""

    credit_code: str
    name: str


class ColleagueAnswer(TypedDict):
    """A person who acts for a unit."""

    account_id: str
    display_name: str
    email: str
    version: int
    since: str
    is_principal: bool
    is_me: bool


class InvitationAnswer(TypedDict):
    """An invitation as its unit sees it."""

    id: str
    version: int
    kind: str
    state: str
    email: str
    display_name: str
    stays: bool
    asked_at: str
    expires_at: str


class PeopleAnswer(TypedDict):
    """Who acts for a unit, and who is asked to."""

    unit: UnitAnswer
    roles: list[str]
    is_principal: bool
    colleagues: list[ColleagueAnswer]
    invitations: list[InvitationAnswer]


class ReceivedAnswer(TypedDict):
    """An invitation to oneself."""

    id: str
    kind: str
    unit: UnitAnswer
    expires_at: str


class RecoveryAnswer(InvitationAnswer):
    """A new principal for a unit whose own is gone."""

    unit: UnitAnswer
    division: str
    division_name: str
    reason: str
    is_proposed_by_me: bool
    open_actions: list[str]


class DivisionChange(TypedDict):
    """A change to the divisions."""

    kind: str
    code: str
    on: str
    name: str
    level: str | None
    parent: str
    successors: list[str]


class ChangeFault(TypedDict):
    """What is wrong with a change, by the line of a table or by its number from 1."""

    line: int
    field: str
    code: str
    message: str


class Impact(TypedDict):
    """What a change touches as far as identity knows."""

    code: str
    name: str
    grants: int
    units: int


class PreviewAnswer(TypedDict):
    """What changes would do."""

    changes: list[DivisionChange]
    faults: list[ChangeFault]
    impacts: list[Impact]


class ChangeSetAnswer(TypedDict):
    """The changes of one document."""

    id: str
    version: int
    state: str
    document: str
    changes: list[DivisionChange]
    proposed_at: str
    is_proposed_by_me: bool
    open_actions: list[str]


GrantAct = Literal["confirm", "refuse", "withdraw", "extend", "end"]
AccountAct = Literal["reset_password", "reset_factor", "end_sign_ins", "disable", "enable"]
SecondAct = Literal["confirm", "refuse", "withdraw"]
"""What the second person, or the first, says to what was proposed."""
