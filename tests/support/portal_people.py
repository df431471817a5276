"""Identity's interfaces about people and divisions as the portal sees them: what they answer, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from services.portal.model.people import (
    AccountAct,
    ChangeSetAnswer,
    DivisionChange,
    GrantAct,
    HeldAnswer,
    HolderAnswer,
    InvitationAnswer,
    OpenedAnswer,
    PeopleAnswer,
    PreviewAnswer,
    ReceivedAnswer,
    RecoveryAnswer,
    SecondAct,
    UnitAnswer,
)
from shared.codes.division_changes import Change
from shared.errors import TongbaoError

ACCOUNT_ID, GRANT_ID, INVITATION_ID, SET_ID = "a" * 32, "e" * 32, "c" * 32, "d" * 32
UNIT: UnitAnswer = {"credit_code": "91330106000000019W", "name": "杭州云采科技有限公司"}


def make_held(**changes: Any) -> HeldAnswer:
    """Return a grant in force as who fills its place sees it."""
    held = {
        "id": GRANT_ID,
        "role": "county_reviewer",
        "role_label": "区（县）级商务主管部门",
        "division": "330106",
        "division_name": "浙江省杭州市西湖区",
        "state": "in_force",
        "is_past": False,
        "successors": [],
        "valid_from": "2026-03-01",
        "valid_to": None,
        "proposed_at": "2026-03-01T08:00:00Z",
        "is_proposed_by_me": True,
        "reason": "",
        "open_actions": ["extend", "end"],
    }
    return cast(HeldAnswer, held | changes)


def make_holder(*grants: HeldAnswer, **changes: Any) -> HolderAnswer:
    """Return an account with its grants as who fills its places sees it."""
    holder = {
        "id": ACCOUNT_ID,
        "display_name": "张审核",
        "username": "zhang.shenhe",
        "email": "zhang@department.example",
        "version": 3,
        "state": "active",
        "created_at": "2026-03-01T08:00:00Z",
        "must_change_password": False,
        "open_actions": ["reset_password", "disable"],
        "grants": list(grants) or [make_held()],
    }
    return cast(HolderAnswer, holder | changes)


def make_opened(holder: HolderAnswer, first_password: str | None, *, is_mailed: bool = False) -> OpenedAnswer:
    """Return an account as it is answered when it was just opened."""
    return cast(OpenedAnswer, {**holder, "first_password": first_password, "is_mailed": is_mailed})


def make_invitation(**changes: Any) -> InvitationAnswer:
    """Return an invitation as its unit sees it."""
    invitation = {
        "id": INVITATION_ID,
        "version": 1,
        "kind": "colleague",
        "state": "open",
        "email": "wang@yuncai.example",
        "display_name": "王同事",
        "stays": False,
        "asked_at": "2026-03-01T08:00:00Z",
        "expires_at": "2026-03-08T08:00:00Z",
    }
    return cast(InvitationAnswer, invitation | changes)


def make_received(**changes: Any) -> ReceivedAnswer:
    """Return an invitation to oneself."""
    received = {"id": INVITATION_ID, "kind": "transfer", "unit": UNIT, "expires_at": "2026-03-08T08:00:00Z"}
    return cast(ReceivedAnswer, received | changes)


def make_people(*, is_principal: bool = True) -> PeopleAnswer:
    """Return the people of a unit, the asking one first."""
    row = {"version": 2, "since": "2026-03-01"}
    own = {"account_id": "1" * 32, "display_name": "李晓红", "email": "li@yuncai.example"}
    other = {"account_id": ACCOUNT_ID, "display_name": "王同事", "email": "wang@yuncai.example"}
    people = {
        "unit": UNIT,
        "roles": ["operator"],
        "is_principal": is_principal,
        "colleagues": [
            {**row, **own, "is_principal": is_principal, "is_me": True},
            {**row, **other, "is_principal": not is_principal, "is_me": False},
        ],
        "invitations": [make_invitation(email="new@yuncai.example", display_name="新同事")],
    }
    return cast(PeopleAnswer, people)


def make_recovery(**changes: Any) -> RecoveryAnswer:
    """Return a recovery that waits for a second reviewer."""
    recovery = {
        **make_invitation(kind="recovery", state="proposed"),
        "unit": UNIT,
        "division": "330106",
        "division_name": "浙江省杭州市西湖区",
        "reason": "原负责人已离职，单位出具加盖公章的变更函。",
        "is_proposed_by_me": False,
        "open_actions": ["confirm", "refuse"],
    }
    return cast(RecoveryAnswer, recovery | changes)


CHANGE: DivisionChange = {
    "kind": "merge",
    "code": "330105",
    "on": "2027-07-01",
    "name": "",
    "level": None,
    "parent": "",
    "successors": ["330106"],
}


def make_change_set(**changes: Any) -> ChangeSetAnswer:
    """Return changes to the divisions that wait for a second person."""
    change_set = {
        "id": SET_ID,
        "version": 1,
        "state": "proposed",
        "document": "国函〔2027〕18号",
        "changes": [CHANGE],
        "proposed_at": "2027-06-01T08:00:00Z",
        "is_proposed_by_me": False,
        "open_actions": ["confirm", "refuse"],
    }
    return cast(ChangeSetAnswer, change_set | changes)


def make_preview(**changes: Any) -> PreviewAnswer:
    """Return what a merger without faults would do."""
    impact = {"code": "330105", "name": "浙江省杭州市拱墅区", "grants": 3, "units": 12}
    return cast(PreviewAnswer, {"changes": [CHANGE], "faults": [], "impacts": [impact]} | changes)


@dataclass
class _Asked:
    """Keeps what was asked for, with its version where there is one; `error` is raised by every change."""

    sent: list[tuple[Any, ...]] = field(default_factory=list)
    error: TongbaoError | None = None

    def _take(self, *said: object) -> None:
        self.sent.append(said)
        if self.error is not None:
            raise self.error


@dataclass
class FakeOffices(_Asked):
    """`ports.Offices`: one person in office, whatever is done."""

    holders: list[HolderAnswer] = field(default_factory=lambda: [make_holder()])
    opened: OpenedAnswer = field(default_factory=lambda: make_opened(make_holder(), "Abc-123"))
    is_waiting: bool = False

    def list(self, token: str, cursor: str = "", *, is_waiting: bool = False) -> tuple[list[HolderAnswer], str]:
        self.is_waiting = is_waiting
        return self.holders, ""

    def open(self, token: str, key: str, body: Mapping[str, object]) -> OpenedAnswer:
        self._take("open", body)
        return self.opened

    def appoint(self, token: str, key: str, body: Mapping[str, object]) -> HolderAnswer:
        self._take("appoint", body)
        return self.holders[0]

    def act_on_grant(
        self,
        token: str,
        key: str,
        account_id: str,
        grant_id: str,
        version: int,
        act: GrantAct,
        body: Mapping[str, object],
    ) -> HolderAnswer:
        self._take(act, account_id, grant_id, version, body)
        return self.holders[0]

    def act_on_account(self, token: str, key: str, account_id: str, version: int, act: AccountAct) -> HolderAnswer:
        self._take(act, account_id, version)
        return self.opened


@dataclass
class FakeColleagues(_Asked):
    """`ports.Colleagues`: a unit of two people, whatever is done."""

    unit: PeopleAnswer = field(default_factory=make_people)
    mine: list[ReceivedAnswer] = field(default_factory=list)
    recovered: list[RecoveryAnswer] = field(default_factory=lambda: [make_recovery()])

    def people(self, token: str) -> PeopleAnswer:
        return self.unit

    def end(self, token: str, key: str, account_id: str, version: int) -> None:
        self._take("end", account_id, version)

    def invite(self, token: str, key: str, body: Mapping[str, object]) -> None:
        self._take("invite", body)

    def offer(self, token: str, key: str, body: Mapping[str, object]) -> None:
        self._take("offer", body)

    def add_role(self, token: str, key: str, body: Mapping[str, object]) -> None:
        self._take("add_role", body)

    def take_back(self, token: str, key: str, invitation_id: str, version: int) -> None:
        self._take("take_back", invitation_id, version)

    def received(self, token: str) -> list[ReceivedAnswer]:
        return self.mine

    def accept(self, token: str, key: str, invitation_id: str, code: str) -> None:
        self._take("accept", invitation_id, code)

    def decline(self, token: str, key: str, invitation_id: str) -> None:
        self._take("decline", invitation_id)

    def enrol(self, invitation_id: str, body: Mapping[str, str], address: str) -> None:
        self._take("enrol", invitation_id, body)

    def decline_by_code(self, invitation_id: str, code: str, address: str) -> None:
        self._take("decline_by_code", invitation_id, code)

    def recoveries(self, token: str, cursor: str = "") -> tuple[list[RecoveryAnswer], str]:
        return self.recovered, ""

    def propose_recovery(self, token: str, key: str, body: Mapping[str, object]) -> None:
        self._take("propose", body)

    def act_on_recovery(self, token: str, key: str, recovery_id: str, version: int, act: SecondAct) -> None:
        self._take(act, recovery_id, version)


@dataclass
class FakeUpkeep(_Asked):
    """`ports.Upkeep`: one set of changes waits, and every preview is the same; `unreadable` is raised by them."""

    sets: list[ChangeSetAnswer] = field(default_factory=lambda: [make_change_set()])
    seen: PreviewAnswer = field(default_factory=make_preview)
    unreadable: TongbaoError | None = None
    previewed: list[object] = field(default_factory=list)

    def list(self, token: str, cursor: str = "") -> tuple[list[ChangeSetAnswer], str]:
        return self.sets, ""

    def preview(self, token: str, changes: Sequence[Mapping[str, object]]) -> PreviewAnswer:
        return self._seen(changes)

    def preview_table(self, token: str, table: bytes) -> PreviewAnswer:
        return self._seen(table)

    def _seen(self, asked: object) -> PreviewAnswer:
        self.previewed.append(asked)
        if self.unreadable is not None:
            raise self.unreadable
        return self.seen

    def propose(self, token: str, key: str, document: str, changes: Sequence[Mapping[str, object]]) -> None:
        self._take("propose", document, changes)

    def act(self, token: str, key: str, change_set_id: str, version: int, act: SecondAct) -> None:
        self._take(act, change_set_id, version)

    def changes(self) -> tuple[Change, ...]:
        return ()
