"""The life of a registration in a real browser: suspended, changed, expired by the clock, registered again, ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser

from services.registration.form.terms import TERMS
from services.registration.operations.watching import watch
from services.sandbox.story.judgement import accepted, today
from shared.clock import SHANGHAI, FixedClock
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.bad_input_server import served
from tests.support.browser import Visitor
from tests.support.portal_over_registration import portal_over
from tests.support.registration import make_actor
from tests.support.registration_site import Site
from tests.support.registration_wire import OPINION, act, operator, submitted, uploaded, wire_form

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OWN = operator(31)
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER, account_id="d1" * 16)
MINISTRY = Actor("d2" * 16, Role.MINISTRY, division=COUNTRY)
FORM = {"website": "https://standing.example", "icp_number": "浙ICP备33330001号-1"}
UNTIL = today() + timedelta(days=45)


@pytest.fixture(scope="module")
def people(
    shared_site: Site, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Visitor]]:
    """The operator, the department and the ministry, each at a browser of their own."""
    with served(shared_site, tmp_path_factory.mktemp("gunicorn") / "log") as gunicorn, ExitStack() as stack:
        found = {}
        for name, actor in (("own", OWN), ("department", DEPARTMENT), ("ministry", MINISTRY)):
            portal = stack.enter_context(portal_over(f"http://127.0.0.1:{gunicorn.port}", shared_site.issuer, actor))
            visitor = Visitor.at(chromium, portal.url)
            key, value = portal.cookie
            visitor.page.context.add_cookies([{"name": key, "value": value, "url": portal.url}])
            stack.callback(visitor.page.context.close)
            found[name] = visitor
        yield found


def judged(site: Site, registration_id: str, version: int, until: str, **changes: str) -> int:
    """Have the department accept what was submitted, with papers until a day."""
    version = act(site, DEPARTMENT, registration_id, version, "review", {})
    body = accepted(wire_form(**FORM | changes)) | {"confirms_carried": True}
    body["facts"] = dict(body["facts"]) | {"licence_valid_until": until}  # type: ignore[call-overload]
    answer = site.call(DEPARTMENT, "PUT", f"/registrations/{registration_id}/review", version, json=body)
    assert answer.status_code == 200, answer.text
    return act(site, DEPARTMENT, registration_id, answer.get_json()["version"], "approval", OPINION)


def test_a_registration_is_suspended_changed_expires_is_renewed_and_ends(
    shared_site: Site, people: dict[str, Visitor]
) -> None:
    site, own, department, ministry = shared_site, people["own"], people["department"], people["ministry"]
    registration_id, version = submitted(site, OWN, **FORM)
    department.go("/reviews?order=due")
    department.sees("前办结")
    department.keep("40-queue-by-due-day")
    judged(site, registration_id, version, UNTIL.isoformat())
    page = f"/registrations/{registration_id}"

    own.go("/home")
    own.sees("办理变更")
    own.keep("41-home-papers-end")
    own.press("办理变更")
    own.sees("还有 45 天")
    own.keep("42-registration-in-force")

    department.go(page)
    department.press("暂停注册")
    department.press("确认暂停")
    department.sees("处需要修改")
    department.keep("43-suspend-refused")
    department.page.select_option("#ground", "conditions_not_met")
    department.fill(reason="运营团队已撤销，请整改。")
    department.press("确认暂停")
    department.sees("已暂停注册")
    department.keep("44-suspended")
    own.go("/home")
    own.sees("查看暂停理由")
    department.press("恢复注册")
    department.fill(reason="已整改。")
    department.press("确认恢复")
    department.sees("已恢复注册")

    own.go(page)
    own.press("申请变更")
    own.keep("45-change-asked")
    own.press("开始变更")
    own.sees("已生成变更申请")
    own.go(f"{page}/steps/6")
    own.sees("没有任何变更")
    own.keep("46-change-nothing-changed")
    version = site.call(OWN, "GET", page).get_json()["version"]
    changed = site.call(OWN, "PUT", f"{page}/form", version, json=wire_form(**FORM, phone="0571-99999999"))
    own.go(page)
    own.sees("须提交的新材料")
    own.keep("47-change-in-progress")
    ministry.go("/registry")
    ministry.sees("云采服务外包交易平台")
    ministry.keep("48-registry")
    files = {"files": [{"file_id": uploaded(site, OWN, registration_id, "1", "变更后")}]}
    version = site.call(OWN, "PUT", f"{page}/materials/1", changed.get_json()["version"], json=files).get_json()[
        "version"
    ]
    version = act(site, OWN, registration_id, version, "submission", {"undertaking": True})
    department.go(page)
    department.sees("变更申请：待审核")
    department.keep("49-change-submitted")
    judged(site, registration_id, version, UNTIL.isoformat(), phone="0571-99999999")

    gone = UNTIL + timedelta(days=TERMS.grace_days + 1)
    later = FixedClock(datetime(gone.year, gone.month, gone.day, 9, tzinfo=SHANGHAI))
    watch(replace(site.wired.deps, clock=later), "c" * 32)
    own.go("/home")
    own.sees("请重新注册")
    own.keep("50-home-expired")
    own.go(page)
    own.sees("证照有效期届满")
    own.keep("51-expired")
    own.press("重新注册")
    own.press("开始重新注册")
    own.sees("已生成重新注册的申请")
    version = site.call(OWN, "GET", page).get_json()["version"]
    version = act(site, OWN, registration_id, version, "submission", {"undertaking": True})
    judged(site, registration_id, version, "长期", phone="0571-99999999")

    department.go(page)
    department.press("告知拟注销")
    department.page.select_option("#ground", "not_operating")
    department.fill(reason="网址三个月无法访问。")
    department.press("发出告知")
    department.press("注销")
    department.keep("52-deregistration")
    department.fill(reason="同意注销。")
    department.press("确认注销")
    department.sees("期限未满")
    own.go("/home")
    own.press("陈述意见")
    own.press("陈述意见")
    own.keep("53-statement")
    own.fill(statement="平台已停止运营，没有异议。")
    own.press("提交意见")
    own.sees("意见已提交")
    own.keep("54-stated")
    department.go(page)
    department.press("注销")
    department.fill(reason="期限内已陈述意见，同意注销。")
    department.press("确认注销")
    department.sees("已注销")
    department.keep("55-deregistered")

    ended = site.call(OWN, "GET", page).get_json()
    assert (ended["standing"], ended["round"], ended["in_force"]) == ("deregistered", 2, 3)
    assert [fault for visitor in people.values() for fault in visitor.faults] == []
