"""Every mail of the main job looked at, and what people find in the portal: bell, inbox, choices, templates."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import Browser

from services.sandbox.processes import System
from services.sandbox.story.offices import Account
from services.sandbox.story.play import STEPS, Story
from services.sandbox.story.site import Person, Site, code_in, new_password, text_of
from services.sandbox.story.unit import DIVISION, Unit, make_unit
from tests.support.browser import Visitor
from tests.support.bus import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

EXPECTED = Counter(
    {
        "统报：激活码": 1,
        "【统报】注册信息已提交": 2,
        "【统报】注册信息被退回修改": 1,
        "【统报】平台注册审核通过": 1,
    }
)
"""What the operator is mailed in the main job, by subject."""

LINK = re.compile(r"https?://\S+")
DIVISION_NAME = "西湖区"


class Job:
    """The main job, played once over the services' interfaces."""

    def __init__(self, system: System, site: Site) -> None:
        self.system, self.site = system, site
        self.unit: Unit = make_unit()
        self.password = new_password()
        offices = {row["username"]: Account(row["username"], row["password"]) for row in system.accounts()}
        self.story = Story(site, self.unit, offices, lambda _: b"approved", lambda _: None, lambda _: "", lambda _: "")
        self.story.people["operator"] = self._signed_up()
        for step in STEPS[1:]:
            step(self.story)

    def _signed_up(self) -> Person:
        body = {
            "credit_code": self.unit.code,
            "unit_name": self.unit.name,
            "division": DIVISION,
            "contact_person": "李晓红",
            "email": self.unit.email,
            "phone": "0571-88888888",
        }
        answer = self.site.post("identity", "/signups", body, 202)
        code = code_in(self.site.mail_to(self.unit.email, "激活"))
        path = f"/signups/{answer['signup_id']}/activation"
        self.site.post("identity", path, {"code": code, "password": self.password}, 201)
        return self.site.sign_in(self.unit.email, self.password)

    def mails(self) -> list[EmailMessage]:
        """Return the mails to the operator and to the staff of this story."""
        files = sorted(self.site.mails.glob("*.eml"))
        found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [mail for mail in found if self.unit.tag in str(mail["To"])]

    def confidential(self) -> list[str]:
        """Return what no mail may hold: the texts of the form, the credit code, the reviewer's words."""
        texts = [value for value in self.unit.form().values() if isinstance(value, str) and len(value) > 5]
        lists = [each for value in self.unit.form().values() if isinstance(value, list) for each in value]
        keys = {self.unit.email, DIVISION}
        words = ["网站备案证明已过期", "同意注册", "李晓红", "王小明"]
        return [
            text for text in (*texts, *lists, *words) if text not in keys and not re.fullmatch(r"[\d-]{8,10}", text)
        ]


@pytest.fixture(scope="module")
def job(system: System) -> Iterator[Job]:
    with httpx.Client(timeout=60, trust_env=False) as http:
        from_story = Site(http, system.urls, system.mail_folder, system.keys.jose("story"))
        yield Job(system, from_story)


def test_every_mail_of_the_main_job_is_as_it_should_be(job: Job) -> None:
    def to_operator() -> list[EmailMessage]:
        return [mail for mail in job.mails() if mail["To"] == job.unit.email]

    eventually(lambda: len(to_operator()) >= EXPECTED.total(), 30)

    mails = job.mails()
    assert Counter(str(mail["Subject"]) for mail in to_operator()) == EXPECTED
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    for mail in mails:
        text = text_of(mail)
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["From"] == "tongbao@example.cn"
        assert mail["X-Envelope-To"] == mail["To"]
        assert mail.get_content_type() == "text/plain"
        assert "您好" in text
        assert "$" not in text
        assert [secret for secret in job.confidential() if secret in mail.as_string() + text] == [], mail["Subject"]


def test_every_link_in_a_mail_leads_to_a_page(job: Job, chromium: Browser) -> None:
    portal = job.system.urls["portal"]
    links = {link for mail in job.mails() for link in LINK.findall(text_of(mail))}
    operator = signed_in(chromium, portal, job.unit.email, job.password)

    statuses = {link: operator.page.goto(link).status for link in links}  # type: ignore[union-attr]

    assert len(links) >= 2
    assert all(link.startswith(portal) for link in links)
    assert set(statuses.values()) == {200}, statuses


def test_the_operator_finds_the_notices_and_chooses_what_is_mailed(job: Job, chromium: Browser) -> None:
    operator = signed_in(chromium, job.system.urls["portal"], job.unit.email, job.password)
    operator.go("/home")
    operator.keep("60-home-with-notices")
    operator.page.get_by_role("link", name="消息").first.click()
    operator.sees("网站备案证明已过期")
    operator.keep("61-inbox")
    operator.page.get_by_role("button", name=re.compile("查看.*平台注册审核通过")).click()
    operator.sees(job.unit.platform)
    operator.go("/notices")
    operator.press("全部标为已读")
    operator.sees("已全部标为已读")
    operator.keep("62-inbox-read")
    assert operator.page.get_by_text("未读").count() == 0

    operator.press("通知设置")
    operator.page.get_by_label("每日汇总一封").first.check()
    operator.keep("63-preferences")
    operator.press("保存")
    operator.sees("通知设置已保存")

    assert operator.page.get_by_label("每日汇总一封").first.is_checked()
    assert operator.faults == []


def test_the_ministry_words_a_notice_and_returns_to_the_former_words(job: Job, chromium: Browser) -> None:
    ministry = next(row for row in job.system.accounts() if row["role"] == "ministry")
    visitor = signed_in(chromium, job.system.urls["portal"], ministry["username"], ministry["password"])
    visitor.press("通知模板")
    visitor.keep("64-templates")
    visitor.press("平台未予注册")
    visitor.keep("65-template")
    visitor.fill(mail="原因：${reason}")
    visitor.press("存为草稿")
    visitor.sees("属保密内容")
    visitor.keep("66-template-refused")
    visitor.fill(mail="请登录系统查看：\n${link}", text="平台“${platform_name}”没有注册成功。原因：${reason}")
    visitor.press("预览")
    visitor.sees("平台“云采服务外包交易平台”没有注册成功")
    visitor.press("存为草稿")
    visitor.sees("草稿已保存")
    visitor.fill(reason="措辞更平和")
    visitor.keep("67-template-draft")
    visitor.press("发布为新版本")
    visitor.sees("已发布")
    visitor.page.get_by_text("系统原文", exact=True).last.click()
    visitor.page.fill("#reason-0", "恢复原文")
    visitor.keep("68-template-versions")
    visitor.press("恢复系统原文")
    visitor.sees("已恢复")

    assert visitor.faults == []


def signed_in(chromium: Browser, portal: str, username: str, password: str) -> Visitor:
    visitor = Visitor.at(chromium, portal)
    visitor.go("/sign-in")
    visitor.fill(username=username, password=password)
    visitor.press("登录")
    return visitor
