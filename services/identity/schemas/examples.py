"""Bodies for the description of the interface, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

from services.identity.schemas.clients import CLIENT_EXAMPLES
from services.identity.schemas.sign_ins import SIGN_IN_EXAMPLES

_PASSWORD = "一句只有我知道的话-2026"  # noqa: S105  an invented one
_ACCOUNT: Mapping[str, object] = {
    "id": "01990000000070008000000000000009",
    "role": "county_reviewer",
    "role_label": "区（县）级商务主管部门",
    "display_name": "张审核",
    "unit_id": None,
    "division": "330106",
    "division_name": "浙江省杭州市西湖区",
}
_ACCOUNT_ROW: Mapping[str, object] = {
    "id": "01990000000070008000000000000009",
    "display_name": "张审核",
    "username": "zhang.shenhe",
    "email": "zhang@department.example",
    "version": 1,
    "state": "active",
    "created_at": "2026-03-01T08:00:00Z",
    "must_change_password": True,
    "open_actions": ["reset_password", "disable"],
    "grants": [
        {
            "id": "0199000000007000800000000000000b",
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
    ],
}

_UNIT: Mapping[str, object] = {"credit_code": "91330106000000019W", "name": "杭州云采科技有限公司"}
_INVITATION: Mapping[str, object] = {
    "id": "0199000000007000800000000000000c",
    "version": 1,
    "kind": "colleague",
    "state": "open",
    "email": "wang@yuncai.example",
    "display_name": "王同事",
    "stays": False,
    "asked_at": "2026-03-01T08:00:00Z",
    "expires_at": "2026-03-08T08:00:00Z",
}
_RECOVERY: Mapping[str, object] = {
    **_INVITATION,
    "kind": "recovery",
    "state": "proposed",
    "unit": _UNIT,
    "division": "330106",
    "division_name": "浙江省杭州市西湖区",
    "reason": "原负责人已离职，单位出具加盖公章的变更函。",
    "is_proposed_by_me": False,
    "open_actions": ["confirm", "refuse"],
}

_CHANGE: Mapping[str, object] = {
    "kind": "merge",
    "code": "330105",
    "on": "2027-07-01",
    "name": "",
    "level": None,
    "parent": "",
    "successors": ["330106"],
}
_CHANGE_SET: Mapping[str, object] = {
    "id": "0199000000007000800000000000000d",
    "version": 1,
    "state": "proposed",
    "document": "国函〔2027〕18号",
    "changes": [_CHANGE],
    "proposed_at": "2027-06-01T08:00:00Z",
    "is_proposed_by_me": False,
    "open_actions": ["confirm", "refuse"],
}

EXAMPLES: Mapping[str, object] = {
    **CLIENT_EXAMPLES,
    **SIGN_IN_EXAMPLES,
    "NothingIn": {},
    "SignUpIn": {
        "credit_code": "91330106000000019W",
        "unit_name": "杭州云采科技有限公司",
        "division": "330106",
        "contact_person": "李晓红",
        "email": "contact@yuncai.example",
        "phone": "0571-88888888",
        "role": "operator",
    },
    "SignUpOut": {"signup_id": "01990000000070008000000000000004"},
    "ActivationIn": {"code": "40718265", "password": _PASSWORD},
    "ActivationOut": {"account_id": "01990000000070008000000000000005", "username": "contact@yuncai.example"},
    "PasswordIn": {"current_password": _PASSWORD, "new_password": "另一句只有我知道的话-2026"},
    "MeOut": {**_ACCOUNT, "username": "zhang.shenhe", "email": "", "phone": "", "unit": None},
    "AccountIn": {
        "username": "zhang.shenhe",
        "display_name": "张审核",
        "role": "county_reviewer",
        "division": "330106",
        "valid_to": "2027-12-31",
        "email": "zhang@department.example",
        "phone": "0571-88888880",
    },
    "NewGrantIn": {"username": "zhang.shenhe", "role": "county_reviewer", "division": "330108"},
    "ReasonIn": {"reason": "已调离岗位。"},
    "TermIn": {"valid_to": "2027-12-31"},
    "AccountRowOut": _ACCOUNT_ROW,
    "AccountCreatedOut": {**_ACCOUNT_ROW, "first_password": "kT7=mPq2Zr-Xw9Yh+Bc4", "is_mailed": False},
    "InvitationIn": {"email": "wang@yuncai.example", "display_name": "王同事"},
    "TransferIn": {"account_id": None, "email": "wang@yuncai.example", "display_name": "王同事", "stays": True},
    "CodeIn": {"code": "40718265"},
    "AnswerIn": {"code": "40718265"},
    "EnrolmentIn": {"code": "40718265", "display_name": "王同事", "phone": "0571-88888881", "password": _PASSWORD},
    "RecoveryIn": {
        "credit_code": "91330106000000019W",
        "email": "wang@yuncai.example",
        "display_name": "王同事",
        "reason": "原负责人已离职，单位出具加盖公章的变更函。",
    },
    "InvitationOut": _INVITATION,
    "UnitRoleIn": {"role": "enterprise"},
    "UnitRoleOut": {"roles": ["operator", "enterprise"]},
    "PeopleOut": {
        "unit": _UNIT,
        "roles": ["operator"],
        "is_principal": True,
        "colleagues": [
            {
                "account_id": "01990000000070008000000000000009",
                "display_name": "李晓红",
                "email": "contact@yuncai.example",
                "version": 1,
                "since": "2026-03-01",
                "is_principal": True,
                "is_me": True,
            }
        ],
        "invitations": [_INVITATION],
    },
    "UnitOut": _UNIT,
    "ReceivedListOut": {
        "items": [
            {"id": _INVITATION["id"], "kind": "colleague", "unit": _UNIT, "expires_at": _INVITATION["expires_at"]}
        ]
    },
    "EnrolledOut": {"username": "wang@yuncai.example"},
    "RecoveryOut": _RECOVERY,
    "RecoveryPageOut": {"items": [_RECOVERY], "next_cursor": ""},
    "DivisionsOut": {
        "on": "2026-03-01",
        "items": [{"code": "330106", "name": "西湖区", "level": "county", "parent": "330100"}],
    },
    "ChangesOut": {"items": [_CHANGE]},
    "ChangesIn": {
        "changes": [{"kind": "merge", "code": "330105", "on": "2027-07-01", "successors": ["330106"]}],
    },
    "ChangeSetIn": {
        "document": "国函〔2027〕18号",
        "changes": [{"kind": "merge", "code": "330105", "on": "2027-07-01", "successors": ["330106"]}],
    },
    "PreviewOut": {
        "changes": [_CHANGE],
        "faults": [{"line": 2, "field": "code", "code": "division_unknown", "message": "当日没有这个行政区划。"}],
        "impacts": [{"code": "330105", "name": "浙江省杭州市拱墅区", "grants": 3, "units": 12}],
    },
    "ChangeSetOut": _CHANGE_SET,
    "ChangeSetPageOut": {"items": [_CHANGE_SET], "next_cursor": ""},
    "ReviewersOut": {
        "items": [{"account_id": "01990000000070008000000000000009", "display_name": "张审核"}],
        "next_cursor": "",
    },
    "ContactPageOut": {
        "items": [
            {
                "account_id": "01990000000070008000000000000009",
                "email": "zhang@department.example",
                "display_name": "张审核",
            }
        ],
        "next_cursor": "",
    },
    "AccountPageOut": {"items": [_ACCOUNT_ROW], "next_cursor": ""},
}
"""Bodies for the interface's description, by the name of their schema."""
