"""The whole system: a department urges a unit, whose person finds it in the inbox and in the mail."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from services.sandbox.processes import System
from services.sandbox.story.judgement import today
from services.sandbox.story.site import Site, text_of
from shared.ids import new_id
from tests.support.browser import Visitor
from tests.support.enterprise_visit import enrol

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

GROUND = {"document": "商办服贸函〔2026〕2号", "ground": "新制度批准前按现行制度填报。"}


def test_a_unit_that_a_department_urged_finds_it_in_inbox_and_mail(
    system: System, site: Site, chromium: Browser
) -> None:
    offices = {row["username"]: row["password"] for row in system.accounts()}
    ministry, county, administrator = (
        site.sign_in(name, offices[name], service="filing") for name in ("ministry", "county.330106", "administrator")
    )
    year = str(today().year)
    decision = {"edition": "2022", "from_period": year, "to_period": year, **GROUND}
    ministry.ask("POST", "/collection-decisions", 201, json=decision, headers={"Idempotency-Key": new_id()})
    visitor = Visitor.at(chromium, site.urls["portal"])
    unit, person = enrol(visitor, site)
    unit_id = person.ask("GET", "/units/mine")["id"]

    item = {"unit_id": unit_id, "form": "enterprise-4", "period": year}
    urged = county.ask("POST", "/reminders", json={"items": [item, {**item, "form": "enterprise-5"}]})
    again = ministry.ask("POST", "/reminders", json={"items": [item]})
    mail = site.mail_to(unit.email, "商务主管部门催报")
    visitor.go("/notices")
    visitor.sees("浙江省杭州市西湖区商务主管部门催报")
    visitor.sees("服务外包国际认证情况登记表")
    visitor.keep("reminders-inbox")
    jobs = {each["name"] for each in administrator.ask("GET", "/jobs")["items"]}

    assert [each["result"] for each in (*urged["items"], *again["items"])] == ["sent", "sent", "urged_today"]
    assert "2 份报表" in text_of(mail)
    assert "/tasks" in text_of(mail)
    assert unit.name not in text_of(mail)
    assert "服务外包人力资源情况登记表" not in text_of(mail)
    assert {"filing.reminders", "filing.digests"} <= jobs
    assert visitor.faults == []
    visitor.page.context.close()
