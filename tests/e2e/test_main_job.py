"""The main job in a real browser: an operator registers, a county returns and approves, the 名录库 answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload

from services.sandbox.processes import System
from services.sandbox.programs import PROJECT
from services.sandbox.story import judgement, materials
from services.sandbox.story.site import Site, code_in, new_password, text_of
from services.sandbox.story.unit import DIVISION, Unit, make_unit
from tests.support.browser import Visitor
from tests.support.office_visit import appoint, sign_in, sign_in_first

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

CHOICES = ("registration_type", "advanced_technology_enterprise")
FIVES = ("top_suppliers", "top_buyers")
QUESTION = "备案证明上的有效期看不清，是否已续期？"
AMONG_US = "拟退回，请市局知悉。"
REASON = "网站备案证明已过期，请提供有效证明。"


def sign_up(operator: Visitor, site: Site, unit: Unit, password: str) -> None:
    operator.go("/")
    operator.keep("01-sign-in")
    operator.press("凭统一社会信用代码开通账号")
    operator.fill(credit_code="9133010", unit_name=unit.name, division=DIVISION, email=unit.email)
    operator.fill(contact_person="李晓红", phone="0571-88888888")
    operator.page.get_by_label("服务外包交易平台运营主体").check()
    operator.press("发送激活码")
    operator.sees("处需要修改")
    operator.keep("02-sign-up-refused")
    operator.fill(credit_code=unit.code)
    operator.press("发送激活码")
    operator.keep("03-activation")
    operator.fill(code=code_in(site.mail_to(unit.email, "激活")), password=password, repeated=password)
    operator.press("开通账号")
    operator.sees("账号已开通")


def fill_in(operator: Visitor, unit: Unit) -> None:
    page, form = operator.page, unit.form()
    for group in ("traits", "conditions"):
        for box in page.locator(f"input[name^='{group}/']").all():
            box.check()
    operator.keep("05-step-1")
    operator.press("保存并继续")
    assert page.input_value("#f-credit_code") == unit.code
    for step in (2, 3, 4):
        for control in page.locator(".paper [name]").all():
            key = str(control.get_attribute("name"))
            if key not in (*CHOICES, *FIVES) and key in form:
                control.fill(str(form[key]))
        for key in CHOICES:
            for radio in page.locator(f"input[name='{key}'][value='{str(form[key]).lower()}']").all():
                radio.check()
        for key in FIVES:
            names = form[key]
            assert isinstance(names, list)
            for control, name in zip(page.locator(f"input[name='{key}']").all(), names, strict=False):
                control.fill(name)
        if step == 3:
            refuse_a_wrong_value(operator, unit)
        operator.keep(f"06-step-{step}")
        operator.press("保存并继续")


def refuse_a_wrong_value(operator: Visitor, unit: Unit) -> None:
    operator.fill(**{"f-icp_number": "没有备案"})
    operator.press("保存并继续")
    operator.sees("处需要修改")
    operator.keep("06-step-3-refused")
    operator.fill(**{"f-icp_number": unit.icp_number})


def upload(operator: Visitor, slot: str, name: str, content: bytes) -> None:
    payload = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    operator.page.set_input_files(f"#upload-{slot}", files=[payload])
    operator.page.locator(f"#material-{slot} .file-facts a", has_text=name).wait_for(timeout=60_000)


def hand_in(operator: Visitor, unit: Unit, folder: Path) -> None:
    upload_address = operator.page.url
    operator.page.goto(upload_address.replace("/steps/5", "/steps/6"))
    operator.sees("还需补充")
    operator.keep("07-step-6-missing")
    printed = print_form(operator, folder)
    operator.page.goto(upload_address)
    disguised = FilePayload(name="营业执照.pdf", mimeType="application/pdf", buffer=b"MZ" + bytes(4096))
    operator.page.set_input_files("#upload-2", files=[disguised])
    operator.page.locator("#material-2 .fault").wait_for()
    operator.keep("08-step-5-refused")
    upload(operator, "1", "注册信息表（盖章）.pdf", materials.stamped_scan(printed, unit.name))
    upload(operator, "2", "营业执照副本.pdf", materials.licence(unit.name, unit.code, "王小明"))
    upload(operator, "3", "平台首页截屏.png", materials.screenshot(unit.platform))
    upload(operator, "4", "平台运营方案.docx", materials.plan(unit.platform))
    for part in ("management_rules", "service_process", "fees", "quality_assurance"):
        with operator.page.expect_response(lambda answer: answer.url.endswith("/materials/4")):
            operator.page.locator(f"#material-4 input[value='{part}']").check()
    operator.sees("四项内容齐全")
    upload(operator, "5", "网站备案证明.jpg", materials.certificate(unit.host, unit.icp_number, "2025-12-31"))
    operator.keep("08-step-5")
    operator.press("下一步：核对提交")


def print_form(operator: Visitor, folder: Path) -> bytes:
    address = operator.page.get_by_role("link", name="打印注册信息表").first.get_attribute("href")
    answer = operator.page.request.get(f"{operator.base}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    (folder / "form.pdf").write_bytes(answer.body())
    return answer.body()


def submit(operator: Visitor, button: str) -> None:
    operator.page.check("#undertaking")
    operator.press(button)
    operator.sees("已提交")


def give_back(county: Visitor, unit: Unit) -> None:
    county.go("/reviews?state=submitted")
    county.keep("11-queue")
    county.press(unit.platform)
    county.press("开始审核")
    county.page.get_by_role("link", name="注册信息表（盖章）.pdf").click()
    county.sees("第 1 页，共 2 页")
    county.page.get_by_role("button", name="下一页").click()
    county.sees("第 2 页，共 2 页")
    county.page.get_by_role("link", name="平台运营方案.docx").click()
    county.sees("收费标准")
    county.page.get_by_role("link", name="网站备案证明.jpg").click()
    county.sees("第 1 页，共 1 页")
    county.page.check("input[name='material-5-verdict'][value='expired']")
    county.page.fill("textarea[name='material-5-note']", REASON)
    read_facts(county, unit)
    county.keep("12-review")
    county.press("保存审核记录")
    county.sees("审核记录已保存")
    talk(county, unit)
    county.press("退回修改…")
    county.press("确认退回")
    county.sees("请填写理由类别")
    county.page.select_option("#reason_code", "materials_unclear")
    county.fill(reason=REASON, signatory="西湖区商务局 陈明")
    county.keep("13-return")
    county.press("确认退回")
    county.sees("已退回申请人修改")
    county.keep("14-returned")


def read_facts(county: Visitor, unit: Unit) -> None:
    """Type what stands on the materials; one reading differs from the form."""
    for key, value in (judgement.facts(unit.form()) | {"licence_representative": "王大明"}).items():
        if isinstance(value, bool):
            county.page.check(f"input[name='fact-{key}'][value='{'yes' if value else 'no'}']")
        elif value == "长期":
            county.page.check(f"input[name='endless-{key}']")
        else:
            county.page.fill(f"#fact-{key}", str(value))


def talk(county: Visitor, unit: Unit) -> None:
    """Ask the filer about material 5, and the departments among themselves about the whole."""
    review = county.page.url
    county.go(review.removeprefix(county.base).partition("?")[0].replace("/reviews/", "/registrations/") + "/threads")
    for place, visibility, text in (("/materials/5", "filer", QUESTION), ("", "internal", AMONG_US)):
        county.page.select_option("#at", place)
        county.page.check(f"input[name='visibility'][value='{visibility}']")
        county.fill(text=text)
        county.press("发出意见")
        county.sees(text)
    county.keep("12-threads")
    county.page.goto(review)
    county.sees(QUESTION)
    county.sees("不一致")


def answer(operator: Visitor, site: Site, unit: Unit) -> None:
    """Read the question beside the material and answer it; nothing of the departments' own talk is there."""
    operator.sees(QUESTION)
    operator.press("答复")
    operator.page.get_by_role("textbox", name="答复").fill("已更换为2028年到期的证明。")
    operator.press("发送答复")
    operator.sees("已更换为2028年到期的证明。")
    operator.keep("15-threads-operator")
    assert AMONG_US not in operator.page.content()


def is_genuine(folder: Path, name: str) -> bool:
    """Ask the command that anybody can run."""
    words = [sys.executable, "-m", "services.registration.printing.verify"]
    files = [str(folder / name), str(folder / "certificates.pem")]
    return subprocess.run([*words, *files], check=False, cwd=PROJECT, stdout=subprocess.DEVNULL).returncode == 0


def verify_the_sheets(visitor: Visitor, path: str, tmp_path: Path) -> None:
    """Take both decision sheets, once they are made, and the certificates, and verify the sheets as anybody would."""
    look_again(visitor, path, "#sheets ~ *", "注册审核决定书")
    with visitor.page.expect_download() as certificates:
        visitor.page.get_by_role("link", name="签名证书（PEM）").click()
    certificates.value.save_as(tmp_path / "certificates.pem")
    for title in ("注册审核决定书", "注册补正通知书"):
        with visitor.page.expect_download() as sheet:
            visitor.page.get_by_role("link", name=title).click()
        sheet.value.save_as(tmp_path / "sheet.pdf")
        pdf = (tmp_path / "sheet.pdf").read_bytes()
        (tmp_path / "changed.pdf").write_bytes(pdf.replace(b"0", b"1", 1))
        assert [is_genuine(tmp_path, name) for name in ("sheet.pdf", "changed.pdf")] == [True, False]


def mend(operator: Visitor, site: Site, unit: Unit) -> None:
    assert REASON not in text_of(site.mail_to(unit.email, "退回"))
    operator.go("/home")
    operator.keep("15-home-returned")
    operator.press("按审核意见修改")
    operator.sees(REASON)
    operator.page.get_by_role("link", name="材料5").first.click()
    operator.page.wait_for_url("**/steps/5*")
    assert operator.page.locator(".upload-input").count() == 1
    operator.keep("15-step-5-returned")
    step = operator.page.url
    answer(operator, site, unit)
    operator.page.goto(step)
    operator.page.get_by_role("button", name="移除").click()
    operator.sees("文件已移除")
    upload(operator, "5", "网站备案证明-2028.jpg", materials.certificate(unit.host, unit.icp_number, "2028-12-31"))
    operator.press("下一步：核对提交")
    submit(operator, "重新提交")


def approve(county: Visitor, unit: Unit) -> None:
    county.go("/reviews?state=submitted")
    county.press(unit.platform)
    county.sees("网站备案证明-2028.jpg")
    county.press("开始审核")
    county.sees("本轮沿用了上一轮")
    county.page.get_by_role("button", name="其余均符合要求").click()
    county.page.fill("#fact-licence_representative", "王大明")
    county.page.fill("#reason-licence_representative", "执照为旧照，法定代表人已变更，见变更通知书。")
    for key in ("icp_number", "icp_site", "icp_subject"):
        county.page.fill(f"#fact-{key}", str(judgement.facts(unit.form())[key]))
    county.page.check("input[name='confirms_carried']")
    county.page.fill("#opinion", "材料齐全、真实有效")
    county.keep("16-review-second")
    county.press("审核通过…")
    county.fill(opinion="符合注册条件，同意注册。", signatory="西湖区商务局 陈明")
    county.keep("17-approval")
    county.press("确认通过")
    county.sees("已审核通过")


def see_the_acknowledgement(visitor: Visitor, path: str, shot: str) -> None:
    look_again(visitor, path, ".head-state", "名录库已接收")
    visitor.keep(shot)


def look_again(visitor: Visitor, path: str, place: str, text: str) -> None:
    """Open a page until a text stands at a place of it: what another process does comes when it comes."""
    for _ in range(60):
        visitor.go(path)
        if visitor.page.locator(place, has_text=text).count():
            return
        visitor.page.wait_for_timeout(500)
    pytest.fail(f"{text} did not arrive")


def test_a_platform_registers_is_returned_mended_approved_and_acknowledged(
    system: System, site: Site, chromium: Browser, tmp_path: Path
) -> None:
    unit, password = make_unit(), new_password()
    operator, county, desk = (Visitor.at(chromium, site.urls["portal"]) for _ in range(3))

    sign_up(operator, site, unit, password)
    sign_in(operator, unit.email, password)
    operator.keep("04-home-empty")
    operator.press("新建平台注册")
    fill_in(operator, unit)
    hand_in(operator, unit, tmp_path)
    operator.keep("09-step-6-complete")
    submit(operator, "提交审核")
    address = operator.page.url.removeprefix(site.urls["portal"]).split("?")[0]
    sign_in_first(county, appoint(system, site, "county_reviewer", DIVISION), "10-first-password")
    give_back(county, unit)
    mend(operator, site, unit)
    approve(county, unit)

    see_the_acknowledgement(operator, address, "18-operator-acknowledged")
    see_the_acknowledgement(county, address, "19-county-acknowledged")
    verify_the_sheets(operator, address, tmp_path)
    sign_in_first(desk, appoint(system, site, "directory_desk"))
    desk.keep("20-ledger")
    desk.page.locator(".ledger tbody tr", has_text="新增单位").first.locator("a").click()
    desk.sees("验证通过")
    desk.keep("21-message")
    assert [*operator.faults, *county.faults, *desk.faults] == []
