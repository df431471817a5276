"""A fake of the notification service, as the portal sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.notification import (
    NoticeAnswer,
    PreferencesAnswer,
    TemplateAnswer,
    TemplateRow,
    WordingAnswer,
)
from shared.errors import Invalid, NotFound, Problem, StaleVersion

WORDING: WordingAnswer = {
    "in_app": {"title": "注册信息被退回修改", "text": "平台“${platform_name}”被退回：${reason}"},
    "email": {"subject": "【统报】注册信息被退回修改", "text": "请登录查看：\n${link}"},
}


def make_notice(**changes: object) -> NoticeAnswer:
    """Return an unread notice about the registration r1."""
    notice = {
        "id": "n1",
        "at": "2026-03-02T01:00:00+00:00",
        "occasion": "registration.returned",
        "category_label": "平台注册",
        "title": "注册信息被退回修改",
        "text": "平台“云采”的注册信息被退回。原因：<b>请更换</b>",
        "link": "/registrations/r1#website",
        "read_at": None,
        "settled_at": None,
        "mailed": "at_once",
    }
    return cast(NoticeAnswer, {**notice, **changes})


def make_template(**changes: object) -> TemplateAnswer:
    """Return the template of returned registrations, in its first published version."""
    version = {"no": 1, "at": "2026-03-01T01:00:00+00:00", "by": "m1", "reason": "统一措辞", "returned_to": None}
    shipped = {"no": 0, "at": None, "by": None, "reason": "", "returned_to": None}
    template = {
        "key": "registration.returned",
        "title": "注册信息被退回修改",
        "category": "registration",
        "category_label": "平台注册",
        "mandatory": True,
        "published": 1,
        "has_draft": False,
        "version": 3,
        "current": WORDING,
        "draft": None,
        "draft_at": None,
        "has_notice": True,
        "has_mail": True,
        "in_app_variables": [{"name": "platform_name", "label": "平台名称", "sample": "云采"}],
        "email_variables": [{"name": "link", "label": "查看链接", "sample": "https://tongbao.example.cn/"}],
        "versions": [{**version, "wording": WORDING}, {**shipped, "wording": WORDING}],
        "open_actions": ["edit", "return"],
    }
    return cast(TemplateAnswer, {**template, **changes})


@dataclass
class FakeNotifications:
    """Keeps notices, choices and templates in memory; `error` is raised by the inbox instead."""

    notices: list[NoticeAnswer] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)
    items: dict[str, TemplateAnswer] = field(default_factory=dict)
    steps: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    error: Exception | None = None

    def list(self, token: str, cursor: str = "", limit: int = 20) -> tuple[list[NoticeAnswer], str]:
        if self.error is not None:
            raise self.error
        return self.notices[:limit], ""

    def unread(self, token: str) -> int:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return sum(notice["read_at"] is None for notice in self.notices)

    def read(self, token: str, notice_id: str) -> None:
        if notice_id not in {notice["id"] for notice in self.notices}:
            raise NotFound
        self._mark({notice_id})

    def read_all(self, token: str) -> None:
        self._mark({notice["id"] for notice in self.notices})

    def preferences(self, token: str) -> PreferencesAnswer:
        row = {
            "category": "registration",
            "label": "平台注册",
            "mail": self.choices.get("registration"),
            "mandatory": ["注册信息被退回修改"],
            "optional": ["注册信息已提交"],
        }
        return cast(PreferencesAnswer, {"version": 1, "digest_hour": 8, "choices": [row]})

    def set_preferences(self, token: str, version: int, choices: Mapping[str, str]) -> None:
        self.choices.update(choices)

    def templates(self, token: str) -> list[TemplateRow]:
        return list(self.items.values())

    def template(self, token: str, key: str) -> TemplateAnswer:
        if key not in self.items:
            raise NotFound
        return self.items[key]

    def preview(self, token: str, key: str, wording: WordingAnswer) -> WordingAnswer:
        self._check(wording)
        return cast(
            WordingAnswer,
            {
                "in_app": {name: text.replace("${platform_name}", "云采") for name, text in wording["in_app"].items()},
                "email": wording["email"],
            },
        )

    def edit(self, token: str, key: str, version: int, wording: WordingAnswer) -> None:
        self._check(wording)
        if version != self.items[key]["version"]:
            raise StaleVersion
        self.items[key] = make_template(draft=wording, has_draft=True, version=version + 1)

    def discard(self, token: str, key: str, version: int) -> None:
        self.steps.append(("discard", key))

    def publish(self, token: str, key: str, version: int, reason: str) -> None:
        if not reason:
            raise Invalid([Problem("/reason", "empty", "此项不能为空。")])
        self.steps.append(("publish", reason))

    def return_to(self, token: str, key: str, version: int, no: int, reason: str) -> None:
        self.steps.append((f"return {no}", reason))

    def ping(self) -> None:
        return None

    def _check(self, wording: WordingAnswer) -> None:
        if "${reason}" in wording["email"]["text"]:
            message = "邮件正文第 1 行：“审核意见”属保密内容，不能写入邮件。"
            raise Invalid([Problem("/email/text", "confidential_variable", message, "${link}")])

    def _mark(self, ids: set[str]) -> None:
        self.notices = [
            cast(NoticeAnswer, {**notice, "read_at": "2026-03-02T02:00:00+00:00"}) if notice["id"] in ids else notice
            for notice in self.notices
        ]


@dataclass
class FakeCounts:
    """Keeps counts until they are dropped."""

    kept: dict[str, int] = field(default_factory=dict)

    def get(self, name: str) -> int | None:
        return self.kept.get(name)

    def put(self, name: str, value: int) -> None:
        self.kept[name] = value

    def drop(self, name: str) -> None:
        self.kept.pop(name, None)
