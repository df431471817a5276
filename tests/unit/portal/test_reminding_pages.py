"""The page of scheduled jobs, and urging units from a list."""

from __future__ import annotations

from typing import cast

import httpx
import pytest

from services.portal.clients.http import ServiceHttp
from services.portal.clients.reminding import HttpReminding
from shared.errors import Invalid
from tests.support.portal import Portal, make_portal
from tests.support.portal_reminding import FakeReminding, make_ended, make_job, make_run

MISSING = f"{'u' * 32}|enterprise-4|2025||杭州<软件>有限公司"


def fake_of(portal: Portal) -> FakeReminding:
    """Return what stands for the filing service."""
    return cast(FakeReminding, portal.app.extensions["deps"].reminding)


def signed_in(role: str, *jobs: object) -> Portal:
    """Return the portal with somebody signed in and these jobs."""
    portal = make_portal()
    fake_of(portal).found = list(jobs)  # type: ignore[arg-type]  # answers
    portal.sign_in(role)
    return portal


@pytest.mark.parametrize("role", ["ministry", "administrator"])
def test_the_keepers_find_the_jobs_in_the_navigation(role: str):
    portal = signed_in(role, make_job())

    page = portal.browser.get("/jobs").text

    assert 'href="/jobs" aria-current="page"' in page
    assert "提醒尚未报送的单位" in page
    assert "每天 07:00" in page
    assert "2026-01-10 07:00" in page
    assert "完成" in page
    assert "查看单位 3000，提醒单位 412" in page


@pytest.mark.parametrize("role", ["operator", "county_reviewer", "auditor"])
def test_nobody_else_sees_the_jobs(role: str):
    portal = signed_in(role, make_job())

    answer = portal.browser.get("/jobs")

    assert answer.status_code == 403


def test_an_administrator_has_a_job_run_now():
    portal = signed_in("administrator", make_job())

    answer = portal.post("/jobs/filing.reminders/runs")
    page = portal.browser.get(answer.headers["Location"]).text

    assert fake_of(portal).asked == ["filing.reminders"]
    assert "已安排立即运行" in page


def test_the_ministry_looks_and_does_not_run():
    portal = signed_in("ministry", make_job())

    page = portal.browser.get("/jobs").text
    answer = portal.post("/jobs/filing.reminders/runs")

    assert "立即运行" not in page
    assert answer.status_code == 403
    assert fake_of(portal).asked == []


@pytest.mark.parametrize(
    ("changes", "words", "is_open"),
    [
        ({"run": make_run()}, ("运行中", "2026-01-09 07:00 开始，查看单位 500"), False),
        (
            {"run": make_run(attempt=2, retry_at="2026-01-08T23:05:00+00:00", error="Unavailable")},
            ("等待重试", "第 2 次未成（Unavailable），2026-01-09 07:05 再试"),
            True,
        ),
        ({"is_asked": True}, ("即将运行", "等待工作进程取走"), False),
        ({"ended": []}, ("空闲", "尚未运行"), True),
        (
            {
                "ended": [
                    make_ended(outcome="failed", outcome_label="失败", error="Unavailable", counts={}, is_asked=True)
                ]
            },
            ("失败", "Unavailable", "手动"),
            True,
        ),
    ],
)
def test_a_job_says_how_it_stands(changes: dict[str, object], words: tuple[str, ...], is_open: bool):
    portal = signed_in("administrator", make_job(**changes))

    page = portal.browser.get("/jobs").text

    assert [each for each in words if each not in page] == []
    assert ('type="submit" disabled' not in page) is is_open


def test_units_that_were_ticked_are_urged_and_each_has_its_own_answer():
    portal = signed_in("county_reviewer")
    fake_of(portal).results = (("sent", "已催报"), ("urged_today", "今天已催报过"))
    second = f"{'v' * 32}|platform-1|2025|{'p' * 32}|云采|科技"

    page = portal.post("/reminders", missing=[MISSING, second, MISSING]).text

    assert [(each["form"], each["item"]) for each in fake_of(portal).urged] == [
        ("enterprise-4", ""),
        ("platform-1", "p" * 32),
    ]
    assert "选中 2 份，已向单位发出 1 份的催报通知" in page
    assert page.index("杭州&lt;软件&gt;有限公司") < page.index("已催报</span>") < page.index("云采|科技")
    assert "今天已催报过" in page
    assert "/completeness/missing?form=enterprise-4&amp;period=2025" in page


@pytest.mark.parametrize("missing", [[], ["x"], ["a|b|c|d"]])
def test_nothing_chosen_is_said(missing: list[str]):
    portal = signed_in("county_reviewer")

    answer = portal.post("/reminders", missing=missing)

    assert answer.status_code == 422
    assert "请至少选择一个尚未报送的单位" in answer.text
    assert fake_of(portal).urged == []


def test_what_the_service_refuses_is_said():
    portal = signed_in("county_reviewer")
    fake_of(portal).error = Invalid([], "报告期格式不正确。")

    answer = portal.post("/reminders", missing=[MISSING])

    assert answer.status_code == 422
    assert "报告期格式不正确" in answer.text


def test_a_unit_urges_nobody():
    portal = signed_in("operator")

    answer = portal.post("/reminders", missing=[MISSING])

    assert answer.status_code == 403


def test_the_jobs_of_all_services_are_listed_and_each_is_run_by_its_own():
    asked: list[str] = []

    def service(name: str) -> ServiceHttp:
        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {name}{request.url.path}")
            return httpx.Response(200, json={"items": [make_job(name=f"{name}.nightly")]})

        return ServiceHttp(f"http://{name}", transport=httpx.MockTransport(answer))

    client = HttpReminding(service("filing"), {"exchange": service("exchange")})

    names = [job["name"] for job in client.jobs("token")]
    client.run_now("token", "exchange.anchors")
    client.run_now("token", "filing.reminders")

    assert names == ["filing.nightly", "exchange.nightly"]
    assert asked[2:] == ["POST exchange/jobs/exchange.anchors/runs", "POST filing/jobs/filing.reminders/runs"]
