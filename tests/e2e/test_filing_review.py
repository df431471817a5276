"""Filing as unit, department, ministry and the public see it in a browser: from 登记单位信息 to a verified receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from services.filing.repository.decisions import COLLECTION as DECISIONS
from services.sandbox.processes import System
from services.sandbox.story import judgement
from services.sandbox.story.site import Json, Person, Site, code_in, new_password
from services.sandbox.story.unit import Unit, make_unit
from shared.mongo.client import connect
from tests.support.browser import Visitor
from tests.support.office_visit import county_reviewer, demo_offices, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COUNTY = "330110"
"""A county in which no other test files: its queue holds the filing of this one alone."""

TITLE = "服务外包人力资源情况登记表"
REASON = "受训人员人数请核实。"
EXPLANATION = "新设两个交付中心，人员增加一倍。"
SIGN_OFF = {"unit_head": "王小明", "statistics_head": "李晓红", "filler": "周海", "phone": "0571-88888888"}


@pytest.fixture
def undecided(system: System) -> None:
    """The ministry has decided nothing yet, whatever another test had it decide."""
    with connect(system.stack.mongod.uri) as mongo:
        mongo["filing"][DECISIONS].delete_many({})


def year() -> int:
    return judgement.today().year - 1


def workforce(trained: int) -> dict[str, Any]:
    """Return the answers of 企业4表: staff has doubled, which asks for an explanation."""
    answers: dict[str, Any] = {}
    for first, before, now in ((401, 100, 200), (411, 80, 100), (421, 40, trained)):
        answers[str(first)] = {"1": before, "2": now}
        answers |= {str(first + step): {"2": 0} for step in range(1, 6)}
        answers[str(first + 3)] = {"2": now}
    return answers


def sign_up(visitor: Visitor, site: Site, unit: Unit) -> str:
    """Open an account as an enterprise; return its password."""
    password = new_password()
    visitor.go("/sign-up")
    visitor.page.get_by_label("服务外包企业").check()
    visitor.fill(credit_code=unit.code, unit_name=unit.name, division=COUNTY, email=unit.email)
    visitor.fill(contact_person="李晓红", phone="0571-88888888")
    visitor.press("发送激活码")
    visitor.fill(code=code_in(site.mail_to(unit.email, "激活")), password=password, repeated=password)
    visitor.press("开通账号")
    sign_in(visitor, unit.email, password)
    return password


def register(visitor: Visitor) -> None:
    visitor.keep("80-home-unknown-unit")
    visitor.press("登记单位信息")
    visitor.fill(uscc="123", legal_representative="王小明")
    visitor.press("登记")
    visitor.sees("处需要修改")
    visitor.keep("81-unit-refused")
    visitor.page.locator("#errors a").first.click()
    assert visitor.page.evaluate("document.activeElement.id") == "uscc"
    visitor.fill(uscc="")
    visitor.press("登记")
    visitor.sees("单位信息已登记")
    visitor.sees("暂不能填报")
    visitor.keep("82-tasks-blocked")
    visitor.press("单位基本信息")
    visitor.sees("单位登记")
    visitor.keep("83-unit")


def decide(ministry: Visitor) -> None:
    """The ministry decides that the year and this one are collected, after a slip."""
    ministry.press("期满填报决定")
    ministry.page.select_option("#edition", "2022")
    ministry.fill(from_period=str(year()), to_period=str(year() - 1), document="商办服贸函〔2026〕1号")
    ministry.fill(ground="新制度批准前，按现行制度继续填报。")
    ministry.press("记录决定")
    ministry.sees("处需要修改")
    ministry.keep("84-decision-refused")
    ministry.fill(to_period=f"{year() + 1}-12")
    ministry.press("记录决定")
    ministry.sees("决定已记录")
    ministry.keep("85-decision")


def begin(visitor: Visitor) -> str:
    """Begin 企业4表 from the to-do list; return the filing's id."""
    visitor.go("/home")
    visitor.keep("86-home-tasks")
    row = visitor.page.locator(f"#task-enterprise-4-{year()}")
    with visitor.page.expect_navigation():
        row.get_by_role("button").click()
    return visitor.page.url.split("?")[0].rsplit("/", 1)[-1]


def file(person: Person, filing_id: str, answers: dict[str, Any]) -> Json:
    """Type and submit, with every query explained."""
    path = f"/filings/{filing_id}"
    filing = person.ask("GET", path)
    saved = person.ask("PUT", f"{path}/content", 200, filing["version"], json={"answers": answers})
    explanations = {each["key"]: EXPLANATION for each in saved["findings"] if each["severity"] == "query"}
    assert explanations
    content = {"answers": answers, "explanations": explanations}
    saved = person.ask("PUT", f"{path}/content", 200, saved["version"], json=content)
    signed = {"sign_off": {**SIGN_OFF, "reported_on": judgement.today().isoformat()}, "duties_read": True}
    return dict(person.ask("POST", f"{path}/submission", 200, saved["version"], json=signed))


def give_back(county: Visitor, unit: Unit) -> None:
    """Return one field; take that back, and return it again."""
    county.press("报表审核")
    county.sees(unit.name)
    county.keep("87-queue")
    county.press(unit.name)
    county.keep("88-review")
    county.sees(EXPLANATION)
    county.press("审核通过")
    county.sees("还有 2 处疑问及说明未核对")
    county.keep("89-review-refused")
    return_one(county)
    county.sees("已退回填报单位修改")
    county.keep("90-queue-done")
    county.press("查看或撤销刚才的决定")
    county.sees("数据异常，说明不足")
    county.press("撤销决定")
    county.sees("恢复为待审核")
    county.sees("（已撤销）")
    county.keep("91-review-undone")
    return_one(county)


def return_one(county: Visitor) -> None:
    county.page.locator("input[name='pointers'][value='/421/2']").check()
    county.page.locator("input[name='pointers'][value='/424/2']").check()
    county.page.select_option("#reason_code", "implausible")
    county.fill(reason=REASON, signatory="余杭区商务局 陈明")
    county.press("退回修改")


def approve(county: Visitor, unit: Unit) -> None:
    county.press("报表审核")
    county.press(unit.name)
    county.sees("的差异（")
    assert county.page.locator("#diff ~ .wide-table tbody tr").count() == 2
    county.page.locator("input[name='seen']").check()
    county.sees("核对进度已保存。")
    county.page.reload()
    expect(county.page.locator("input[name='seen']")).to_be_checked()
    county.keep("93-review-again")
    county.press("审核通过")
    county.sees("已审核通过")
    county.sees("没有待审核的报表")


def go_up(system: System, site: Site, filing_id: str) -> None:
    """Let the departments above the county approve too, the ministry last."""
    offices = demo_offices(system)
    opinion = {"opinion": "同意上报。", "signatory": "陈明"}
    for name in ("city.330100", "province.330000", "ministry"):
        person, path = site.sign_in(*offices[name], service="filing"), f"/filings/{filing_id}"
        person.ask("POST", f"{path}/approval", 200, person.ask("GET", path)["version"], json=opinion)


def look_back(visitor: Visitor, filing_id: str, folder: Path) -> None:
    """The unit reads its versions, the differences, a field's past and the decisions, and takes its receipt."""
    visitor.go("/filings")
    visitor.page.locator(".row-states", has_text="已审核通过").wait_for()
    visitor.keep("94-list")
    visitor.press(TITLE)
    visitor.sees("第 2 次报送")
    visitor.sees(REASON)
    visitor.keep("95-versions")
    for name, words in (("receipt.json", "回执（JSON）"), ("receipt.pdf", "回执（PDF）"), ("filing.json", "报送内容")):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("link", name=words).first.click()
        download.value.save_as(folder / name)
    visitor.press("与第 1 次比较")
    visitor.sees("有改动")
    visitor.keep("96-changes")
    visitor.go(f"/filings/{filing_id}/versions/1")
    visitor.sees("从业人员期末人数")
    visitor.sees("余杭区商务主管部门意见：退回")
    visitor.keep("97-version")
    visitor.go(f"/filings/{filing_id}/fields?pointer=/421/2")
    visitor.sees("没有往期审定的数值")
    visitor.keep("98-field")


def verify(anybody: Visitor, folder: Path) -> None:
    receipt, content = (folder / "receipt.json").read_bytes(), (folder / "filing.json").read_bytes()
    anybody.go("/receipts/verify")
    anybody.press("核验")
    anybody.sees("请选择回执文件")
    anybody.keep("99-verify-refused")
    show(anybody, receipt, content)
    anybody.sees("回执真实")
    anybody.sees("内容一致")
    anybody.sees("第 2 次报送")
    anybody.keep("99-verify-genuine")
    show(anybody, (folder / "receipt.pdf").read_bytes(), content.replace(b'"filler":"', b'"filler":"x'))
    anybody.sees("内容不一致")
    show(anybody, receipt.replace(b'"payload":"ey', b'"payload":"eY'), content)
    anybody.sees("回执不真实")
    anybody.keep("99-verify-forged")


def show(anybody: Visitor, receipt: bytes, content: bytes) -> None:
    for name, body in (("receipt", receipt), ("content", content)):
        payload = FilePayload(name=f"{name}.json", mimeType="application/json", buffer=body)
        anybody.page.set_input_files(f"#{name}", files=[payload])
    anybody.press("核验")


def read_the_rules(anybody: Visitor) -> None:
    anybody.press("审核规则与空白表")
    anybody.page.select_option("#form", "enterprise-4")
    anybody.page.select_option("#severity", "query")
    anybody.press("筛选")
    anybody.sees("从业人员期末人数比上年变动较大")
    anybody.keep("99-rules")
    with anybody.page.expect_download() as download:
        anybody.page.get_by_role("link", name=f"服务外包统企业4表　{TITLE}", exact=True).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("undecided")
def test_an_enterprise_registers_files_is_returned_corrected_and_approved_and_its_receipt_verified(
    system: System, site: Site, chromium: Browser, tmp_path: Path
) -> None:
    unit = make_unit()
    enterprise, ministry, anybody = (Visitor.at(chromium, site.urls["portal"]) for _ in range(3))

    password = sign_up(enterprise, site, unit)
    register(enterprise)
    sign_in(ministry, *demo_offices(system)["ministry"])
    decide(ministry)
    filing_id = begin(enterprise)
    person = site.sign_in(unit.email, password, service="filing")
    file(person, filing_id, workforce(trained=90))
    county = county_reviewer(system, site, chromium, COUNTY)
    give_back(county, unit)
    enterprise.go("/tasks")
    enterprise.sees("按退回意见修改")
    enterprise.keep("92-tasks-returned")
    file(person, filing_id, workforce(trained=50))
    approve(county, unit)
    go_up(system, site, filing_id)
    look_back(enterprise, filing_id, tmp_path)
    verify(anybody, tmp_path)
    read_the_rules(anybody)
    ministry.press("报表审核")
    ministry.press("全部已报送")
    ministry.sees(unit.name)
    ministry.keep("99-ministry-queue")

    assert [each.faults for each in (enterprise, ministry, county, anybody)] == [[], [], [], []]
