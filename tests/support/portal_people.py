"""Identity's interfaces about people as the portal sees them: answers by address, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.codes.division_changes import Change
from shared.errors import NotFound, TongbaoError

ACCOUNT_ID, GRANT_ID, INVITATION_ID = "a" * 32, "e" * 32, "c" * 32


def make_held(**changes: Any) -> dict[str, Any]:
    """Return a grant in force as who fills its place sees it."""
    return {
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
    } | changes


def make_holder(*grants: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an account with its grants as who fills its places sees it."""
    return {
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
    } | changes


def make_invitation(**changes: Any) -> dict[str, Any]:
    """Return an invitation as its unit sees it."""
    return {
        "id": INVITATION_ID,
        "version": 1,
        "kind": "colleague",
        "state": "open",
        "email": "wang@yuncai.example",
        "display_name": "王同事",
        "stays": False,
        "asked_at": "2026-03-01T08:00:00Z",
        "expires_at": "2026-03-08T08:00:00Z",
    } | changes


UNIT = {"credit_code": "91330106000000019W", "name": "杭州云采科技有限公司"}


def make_colleagues(*, is_principal: bool = True) -> dict[str, Any]:
    """Return the people of a unit, the asking one first."""
    row = {"version": 2, "since": "2026-03-01"}
    return {
        "unit": UNIT,
        "is_principal": is_principal,
        "colleagues": [
            row
            | {
                "account_id": "1" * 32,
                "display_name": "李晓红",
                "email": "li@yuncai.example",
                "is_principal": is_principal,
                "is_me": True,
            },
            row
            | {
                "account_id": ACCOUNT_ID,
                "display_name": "王同事",
                "email": "wang@yuncai.example",
                "is_principal": not is_principal,
                "is_me": False,
            },
        ],
        "invitations": [make_invitation(email="new@yuncai.example", display_name="新同事")],
    }


def make_recovery(**changes: Any) -> dict[str, Any]:
    """Return a recovery that waits for a second reviewer."""
    return (
        make_invitation(
            kind="recovery",
            state="proposed",
            unit=UNIT,
            division="330106",
            division_name="浙江省杭州市西湖区",
            reason="原负责人已离职，单位出具加盖公章的变更函。",
            is_proposed_by_me=False,
            open_actions=["confirm", "refuse"],
        )
        | changes
    )


CHANGE = {
    "kind": "merge",
    "code": "330105",
    "on": "2027-07-01",
    "name": "",
    "level": None,
    "parent": "",
    "successors": ["330106"],
}


def make_change_set(**changes: Any) -> dict[str, Any]:
    """Return changes to the divisions that wait for a second person."""
    return {
        "id": "d" * 32,
        "version": 1,
        "state": "proposed",
        "document": "国函〔2027〕18号",
        "changes": [CHANGE],
        "proposed_at": "2027-06-01T08:00:00Z",
        "is_proposed_by_me": False,
        "open_actions": ["confirm", "refuse"],
    } | changes


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    """Return a page with these rows."""
    return {"items": list(items), "next_cursor": ""}


@dataclass
class FakePeople:
    """Answers by address; `error` is raised by the next change, and `sent` keeps what was asked for."""

    answers: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            "/accounts": page_of(make_holder()),
            "/colleagues": make_colleagues(),
            "/me/invitations": {"items": []},
            "/recoveries": page_of(make_recovery()),
            "/division-changes": page_of(make_change_set()),
        }
    )
    sent: list[tuple[str, Any, int | None]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)
    error: TongbaoError | None = None

    def read(self, url: str, token: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        if url not in self.answers:
            raise NotFound
        return self.answers[url]

    def create(self, url: str, token: str, body: object, key: str, address: str = "") -> dict[str, Any]:
        return self._taken(url, body, None)

    def change(self, url: str, token: str, body: object, version: int, key: str) -> dict[str, Any]:
        return self._taken(url, body, version)

    def preview_table(self, token: str, content: bytes) -> dict[str, Any]:
        return self._taken("/division-changes/table", content, None)

    def division_changes(self) -> tuple[Change, ...]:
        return ()

    def _taken(self, url: str, body: object, version: int | None) -> dict[str, Any]:
        self.sent.append((url, body, version))
        if self.error is not None:
            raise self.error
        return self.reply
