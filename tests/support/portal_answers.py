"""Builders of the services' answers to the portal: each gives a valid one, a test states the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.model.answers import (
    FileAnswer,
    FormValues,
    MessageAnswer,
    RegistrationAnswer,
    RegistrationRow,
)

FULL_FORM: FormValues = {
    "operator_name": "杭州云接包信息服务有限公司",
    "legal_representative": "王晓明",
    "credit_code": "91330106MA27WXYX0T",
    "division": "330106",
    "opened_on": "2016-05-18",
    "registered_capital": "1000",
    "registration_type": "domestic",
    "advanced_technology_enterprise": True,
    "postal_address": "浙江省杭州市西湖区文三路 100 号",
    "contact_person": "李芳",
    "phone": "0571-88886666",
    "email": "lifang@example.cn",
    "platform_name": "云接包",
    "website": "https://www.yunjiebao.example.cn",
    "icp_number": "浙ICP备12345678号-1",
    "operating_since": "2017-01-01",
    "trade_volume": "35600.5",
    "main_trades": "软件研发、工业设计",
    "top_suppliers": ["甲公司", "乙公司"],
    "top_buyers": ["丙公司"],
    "background": "背景",
    "organisation": "组织",
    "trade_so_far": "现状",
    "operation_plan": "方案",
    "traits": {"matching": True, "services": True, "online": True},
    "conditions": {"legal_person_and_team": True, "rules_and_quality": True, "users_and_trades": True},
}


def make_file(**changes: object) -> FileAnswer:
    """Return a stored file, a PDF of three pages unless changed."""
    values: dict[str, object] = {
        "file_id": "f1",
        "name": "营业执照.pdf",
        "kind": "pdf",
        "size": 345_678,
        "sha256": "0" * 64,
        "pages": 3,
        "parts": [],
        **changes,
    }
    return cast(FileAnswer, values)


def make_registration(**changes: object) -> RegistrationAnswer:
    """Return a registration, an empty draft unless changed."""
    values: dict[str, object] = {
        "id": "r1",
        "version": 1,
        "state": "draft",
        "state_label": "暂存",
        "division": None,
        "division_name": "",
        "platform_name": "",
        "operator_name": "",
        "created_at": "2026-03-01T02:00:00+00:00",
        "updated_at": "2026-03-01T02:00:00+00:00",
        "submitted_at": None,
        "revision": 0,
        "form": {},
        "materials": {},
        "missing": [],
        "completeness": {
            "done": 3,
            "total": 39,
            "sections": [{"key": "operator", "label": "平台运营主体基本信息", "done": 3, "total": 12}],
        },
        "open_actions": ["save", "submit"],
        "open_parts": None,
        "review": None,
        "checks": [],
        "notes": [],
        "facts": [],
        "directory": None,
        **STANDING,
        "life": make_life(),
        "history": [make_act()],
        **changes,
    }
    return cast(RegistrationAnswer, values)


STANDING: Mapping[str, object] = {
    "standing": "none",
    "standing_label": "未注册",
    "purpose": "first",
    "purpose_label": "注册",
    "round": 0,
    "in_force": 0,
    "valid_until": None,
    "review_due": None,
    "is_late": False,
    "closing_kind": "",
}


def make_life(**changes: object) -> dict[str, object]:
    """Return the life of a registration that never was approved, unless changed."""
    return {
        "since": None,
        "papers": [],
        "expires_on": None,
        "suspension": None,
        "closing": None,
        "ending": None,
        "changes": [],
        "explanation": "",
        "asked_materials": [],
        "review_terms": "",
        **changes,
    }


def make_act(action: str = "create", label: str = "新建", state: str = "暂存") -> dict[str, object]:
    """Return an entry of a registration's history."""
    return {
        "at": "2026-03-01T02:00:00+00:00",
        "actor_id": "a1",
        "action": action,
        "action_label": label,
        "from_state": None,
        "to_state": "draft",
        "to_state_label": state,
    }


def make_review(**changes: object) -> dict[str, object]:
    """Return a review under way, empty unless changed."""
    return {
        "started_at": "2026-03-01T03:00:00+00:00",
        "materials": {},
        "fields": {},
        "conditions": {},
        "carried": [],
        "opinion": "",
        "decision": None,
        "undone": [],
        **changes,
    }


def make_fact(key: str = "licence_name", **changes: object) -> dict[str, object]:
    """Return a fact of material 2 that nobody has looked for yet, unless changed."""
    return {
        "key": key,
        "material": "2",
        "label": "执照上的名称",
        "kind": "name",
        "read": None,
        "stated": None,
        "proposed": None,
        "is_expected": True,
        "is_recorded": False,
        "is_disputed": False,
        "is_settled": True,
        "reason": "",
        "comparisons": [],
        **changes,
    }


def make_thread(**changes: object) -> dict[str, object]:
    """Return a thread about material 5 that the filer reads, with one message of the department, unless changed."""
    message = {
        "no": 1,
        "at": "2026-03-02T02:00:00+00:00",
        "author_id": "c1",
        "side": "department",
        "department": "西湖区",
        "text": "看不清",
    }
    return {
        "id": "t1",
        "visibility": "filer",
        "pointer": "/materials/5",
        "place": "材料5",
        "anchor": "at-materials-5",
        "is_resolved": False,
        "updated_at": "2026-03-02T02:00:00+00:00",
        "unread": 1,
        "can_answer": True,
        "can_resolve": False,
        "messages": [message],
        **changes,
    }


def make_sheet(**changes: object) -> dict[str, object]:
    """Return the sheet of a return, unless changed."""
    return {
        "id": "d1",
        "kind": "return",
        "title": "服务外包交易平台注册补正通知书",
        "number": "统外注〔2026〕330106-0001号",
        "decided_at": "2026-03-02T02:00:00+00:00",
        "size": 700_000,
        "sha256": "ab" * 32,
        "stands": True,
        **changes,
    }


def make_submitted(**changes: object) -> RegistrationAnswer:
    """Return a complete registration under review."""
    values: dict[str, object] = {
        "version": 5,
        "state": "under_review",
        "state_label": "审核中",
        "division": "330106",
        "division_name": "浙江省杭州市西湖区",
        "platform_name": "云接包",
        "operator_name": "杭州云接包信息服务有限公司",
        "submitted_at": "2026-03-01T03:00:00+00:00",
        "revision": 1,
        "form": dict(FULL_FORM),
        "materials": {
            "1": [make_file(file_id="f1", name="注册信息表.pdf", pages=2)],
            "2": [make_file(file_id="f2", name="营业执照.png", kind="png", pages=1)],
            "3": [make_file(file_id="f3", name="成交截屏.zip", kind="zip", pages=4)],
            "4": [
                make_file(
                    file_id="f4",
                    name="运营方案.docx",
                    kind="docx",
                    pages=None,
                    parts=["management_rules", "service_process", "fees", "quality_assurance"],
                )
            ],
            "5": [make_file(file_id="f5", name="备案证明.jpg", kind="jpeg", pages=1)],
        },
        "completeness": {"done": 39, "total": 39, "sections": []},
        "open_actions": ["save_review", "return", "approve", "reject"],
        "review": make_review(),
        **changes,
    }
    return make_registration(**values)


def make_row(registration: RegistrationAnswer) -> RegistrationRow:
    """Return the row of a registration in a list."""
    names = ("id", "version", "state", "state_label", "division", "division_name", "platform_name", "operator_name")
    row: dict[str, object] = {
        name: dict(registration)[name] for name in (*names, "submitted_at", "updated_at", "revision", *STANDING)
    }
    directory = registration["directory"]
    row["directory_state"] = directory["state"] if directory else None
    row["directory_label"] = directory["state_label"] if directory else ""
    return cast(RegistrationRow, row)


def make_message(**changes: object) -> MessageAnswer:
    """Return a message that the directory has accepted, unless changed."""
    values: dict[str, object] = {
        "id": "m1",
        "version": 3,
        "partner": "directory",
        "route": "directory.changes",
        "route_label": "单位变动情况反馈",
        "period": "2026-03",
        "waits": False,
        "may_read_body": False,
        "kind": "UNIT_NEW",
        "state": "accepted",
        "state_label": "名录库已接收",
        "attempts": 1,
        "created_at": "2026-03-01T02:00:00+00:00",
        "sent_at": "2026-03-01T02:00:01+00:00",
        "answered_at": "2026-03-01T02:00:02+00:00",
        "registration_id": "r1",
        "filing_id": "",
        "unit_id": "u1",
        "division": "330106",
        "outcome": "accepted",
        "reason_code": "",
        "digest": "ab" * 32,
        "receipt": {
            "outcome": "accepted",
            "reason": "",
            "directory_id": "MLK-0001",
            "received_at": "2026-03-01T02:00:02+00:00",
            "digest": "ab" * 32,
            "verified": True,
        },
        "open_actions": [],
        "attempts_log": [
            {
                "at": "2026-03-01T02:00:01+00:00",
                "event": "sent",
                "event_label": "已发出，等待回执",
                "attempt": 1,
                "code": "",
            }
        ],
        **changes,
    }
    return cast(MessageAnswer, values)


def make_person(role: str, **changes: object) -> Mapping[str, object]:
    """Return the account part of a sign-in."""
    labels = {
        "operator": "平台运营主体",
        "county_reviewer": "区(县)级商务主管部门",
        "ministry": "商务部",
        "directory_desk": "名录库联络岗",
    }
    return {
        "id": f"account-{role}",
        "role": role,
        "role_label": labels.get(role, role),
        "display_name": "李芳",
        "unit_id": "u1" if role == "operator" else None,
        "division": "330106",
        "division_name": "浙江省杭州市西湖区",
        **changes,
    }
