"""Bodies for the interface's description, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

_AT = "2026-03-04T01:00:00+00:00"

_WORDING: Mapping[str, object] = {
    "in_app": {"title": "注册信息被退回修改", "text": "平台“${platform_name}”的注册信息被退回。原因：${reason}"},
    "email": {
        "subject": "【统报】注册信息被退回修改",
        "text": "您好：\n\n您单位的平台注册有新进展，请登录查看：\n${link}\n",
    },
}

_ROW: Mapping[str, object] = {
    "key": "registration.returned",
    "title": "注册信息被退回修改",
    "category": "registration",
    "category_label": "平台注册",
    "mandatory": True,
    "published": 1,
    "has_draft": False,
    "version": 3,
}

EXAMPLES: Mapping[str, object] = {
    "EmptyIn": {},
    "NoticesOut": {
        "items": [
            {
                "id": "5f0c2f3d9a7b4c1e8d6a5b4c3d2e1f00",
                "at": _AT,
                "occasion": "registration.returned",
                "category": "registration",
                "category_label": "平台注册",
                "title": "注册信息被退回修改",
                "text": "平台“云采服务外包交易平台”的注册信息被退回，请按审核意见修改后重新提交。原因：请重新上传营业执照。",
                "link": "/registrations/01990000000070008000000000000001",
                "read_at": None,
                "mailed": "at_once",
                "template_version": 1,
            }
        ],
        "next_cursor": "",
    },
    "UnreadOut": {"unread": 1},
    "PreferencesIn": {"choices": [{"category": "registration", "mail": "digest"}]},
    "PreferencesOut": {
        "version": 2,
        "digest_hour": 8,
        "choices": [
            {
                "category": "registration",
                "label": "平台注册",
                "mail": "digest",
                "mandatory": ["注册信息被退回修改"],
                "optional": ["注册信息已提交"],
            }
        ],
    },
    "MailsOut": {
        "items": [
            {
                "id": "5f0c2f3d9a7b4c1e8d6a5b4c3d2e1f00",
                "at": _AT,
                "account_id": "01990000000070008000000000000002",
                "occasion": "registration.returned",
                "template_version": 1,
                "state": "uncertain",
                "state_label": "是否送达不明，需人工核实",
                "attempts": 1,
                "due_at": _AT,
                "changed_at": _AT,
                "code": "broken_off",
            }
        ],
        "next_cursor": "",
    },
    "WordingIn": _WORDING,
    "WordingOut": _WORDING,
    "PublicationIn": {"reason": "按司内意见统一措辞。"},
    "ReturnIn": {"version": 0, "reason": "新措辞引起误解，恢复原文。"},
    "TemplatesOut": {"items": [_ROW]},
    "TemplateOut": {
        **_ROW,
        "current": _WORDING,
        "draft": None,
        "draft_by": None,
        "draft_at": None,
        "has_notice": True,
        "has_mail": True,
        "in_app_variables": [{"name": "platform_name", "label": "平台名称", "sample": "云采服务外包交易平台"}],
        "email_variables": [{"name": "link", "label": "查看链接", "sample": "https://tongbao.example.cn/notices"}],
        "versions": [
            {
                "no": 1,
                "at": _AT,
                "by": "01990000000070008000000000000003",
                "reason": "按司内意见统一措辞。",
                "returned_to": None,
                "wording": _WORDING,
            }
        ],
        "open_actions": ["edit", "return"],
    },
}
