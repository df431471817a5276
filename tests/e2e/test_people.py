"""People in a real browser: a city's reviewer is appointed, a unit is shared and handed over, divisions are kept up."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterator, Mapping

import httpx
import pyotp
import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, FilePayload, Locator

from services.sandbox.keys import STORY
from services.sandbox.processes import System
from services.sandbox.story.judgement import today
from services.sandbox.story.offices import Account
from services.sandbox.story.site import Site, code_in, new_password, text_of
from services.sandbox.story.unit import DIVISION, Unit, make_unit
from shared.identity.actor import COUNTRY
from tests.support.browser import Visitor
from tests.support.bus import eventually
from tests.support.office_visit import appoint, sign_in, sign_in_first

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

HEAD = ("变更类型", "代码", "名称", "级别", "上级代码", "生效日期", "承接代码")
NAME = "云采服务外包交易平台"
NOTHING_OPEN = "目前没有可办理的事项"

OFFICES: Mapping[str, str | None] = {
    "province_reviewer": "330000",
    "city_reviewer": "330100",
    "ministry": COUNTRY,
    "administrator": None,
}
"""The roles of those who act here, with their divisions."""


@pytest.fixture(scope="module")
def offices(system: System) -> dict[str, Account]:
    """An account of each role that nobody has signed in with; a second factor of the demo accounts would be in others' way."""
    with httpx.Client(timeout=30, trust_env=False) as http:
        site = Site(http, system.urls, system.mail_folder, system.keys.jose(STORY))
        return {role: appoint(system, site, role, division) for role, division in OFFICES.items()}


@pytest.fixture(scope="module", autouse=True)
def strict(system: System, offices: dict[str, Account]) -> Iterator[None]:
    """The whole system as it is deployed: no office without a second factor."""
    system.extra["identity"] = {"TONGBAO_SECOND_FACTOR": "required"}
    system.restart("identity")
    yield
    del system.extra["identity"]
    system.restart("identity")


def set_factor_up(visitor: Visitor, shot: str = "") -> str:
    """Set a second factor up as a person with a phone does, and return one of the recovery codes."""
    visitor.press("开始设置")
    secret = "".join(str(visitor.page.locator(".secret").text_content()).split())
    if shot:
        visitor.keep(shot)
    visitor.fill(code=pyotp.TOTP(secret).now())
    visitor.press("启用")
    code = str(visitor.page.locator(".codes code").first.text_content())
    visitor.press("已保存，继续")
    return code


def in_office(site: Site, chromium: Browser, account: Account) -> Visitor:
    """Return somebody at a browser of their own, signed in for the first time and with a second factor."""
    visitor = Visitor.at(chromium, site.urls["portal"])
    sign_in_first(visitor, account)
    set_factor_up(visitor)
    return visitor


def fill_appointment(visitor: Visitor, username: str, division: str) -> None:
    visitor.fill(**{"new-username": username, "new-display_name": "陈明", "new-email": f"{username}@example.com"})
    visitor.page.select_option("#new-division", division)
    visitor.press("开户并任用")


def links(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".top-nav a").all_text_contents()


def test_a_province_appoints_a_city_reviewer_who_signs_in_for_the_first_time(
    offices: dict[str, Account], site: Site, chromium: Browser
) -> None:
    username = f"city-{secrets.token_hex(4)}"
    province = in_office(site, chromium, offices["province_reviewer"])
    city = Visitor.at(chromium, site.urls["portal"])

    province.press("账户管理")
    province.keep("70-people")
    province.fill(**{"new-username": "陈明"})
    province.press("开户并任用")
    province.keep("71-appointment-refused")
    assert province.page.evaluate("document.activeElement.id") == "errors"
    province.page.keyboard.press("Tab")
    province.page.keyboard.press("Enter")
    assert province.page.evaluate("document.activeElement.id") == "new-username"
    fill_appointment(province, username, "330200")
    province.sees("密码只显示这一次")
    first = str(province.page.locator("#first-password").text_content())
    province.keep("72-first-password")
    province.page.reload()
    province.sees("首次密码只显示一次")
    assert first not in province.page.content()

    sign_in(city, username, first)
    city.sees("须修改后才能使用系统")
    password = new_password()
    city.fill(password=password, repeated=password)
    city.press("修改密码")
    city.sees("您的岗位必须使用第二重验证")
    recovery = set_factor_up(city, "73-second-factor")
    city.keep("74-city-reviewer")
    assert links(city) == [
        "待办填报",
        "首页",
        "报表审核",
        "报送完整性",
        "填报日历",
        "沟通记录",
        "合同台账",
        "延期与例外",
        "疑似重复合同",
        "区划调整转办",
        "注册审核",
        "注册名录",
        "统计看板",
        "名录库差异",
        "名录库查询",
        "账户管理",
        "单位负责人变更",
    ]
    assert "宁波市" in str(city.page.locator(".who-name").text_content())
    assert city.page.goto(f"{city.base}/divisions/changes").status == 403  # type: ignore[union-attr]
    city.go("/people")
    city.sees("还没有任用下级人员")
    city.keep("75-nobody-appointed")
    city.go("/recoveries")
    city.sees("没有办理过负责人变更")
    city.fill(credit_code="9133", display_name="赵新", email="zhao@example.com", reason="原负责人离职，收到变更函。")
    city.press("提出，等待确认")
    city.sees("处需要修改")
    city.keep("76-recovery-refused")

    province.go("/people")
    mine = province.page.locator("section", has_text=username)
    mine.locator("summary", has_text="终止").click()
    mine.get_by_label("原因").fill("任期届满")
    with province.page.expect_navigation():
        mine.get_by_role("button", name="终止").click()
    province.sees("权限已终止")
    province.sees("原因：任期届满")
    province.keep("77-grant-ended")
    city.go("/reviews")
    city.sees("登录已结束，或者您的权限已有变动")
    city.keep("78-over-with-the-next-page")
    told = text_of(site.mail_to(f"{username}@example.com", "权限已终止"))
    assert "即时生效" in told
    assert "宁波" not in told
    again = Visitor.at(chromium, site.urls["portal"])
    sign_in(again, username, password)
    again.fill(code=recovery)
    again.page.locator("main button").first.click()
    again.sees(NOTHING_OPEN)
    assert [*province.faults, *city.faults, *again.faults] == []


def signed_up(site: Site, unit: Unit, password: str, chromium: Browser) -> Visitor:
    details = {"credit_code": unit.code, "unit_name": unit.name, "division": DIVISION, "email": unit.email}
    signup = site.post("identity", "/signups", details | {"contact_person": "李晓红", "phone": "0571-88888888"}, 202)
    code = code_in(site.mail_to(unit.email, "激活"))
    site.post("identity", f"/signups/{signup['signup_id']}/activation", {"code": code, "password": password}, 201)
    visitor = Visitor.at(chromium, site.urls["portal"])
    sign_in(visitor, unit.email, password)
    return visitor


def type_in(visitor: Visitor, **values: str) -> None:
    """Type into the draft and go without saving: it is saved by itself."""
    visitor.fill(**{f"f-{name}": value for name, value in values.items()})
    visitor.sees("已自动保存")


def joined(site: Site, chromium: Browser, address: str, name: str, shot: str) -> tuple[Visitor, str]:
    """Follow the link in an invitation's mail, mistype once, open an account, and sign in."""
    mail = text_of(site.mail_to(address, "统报"))
    found = re.search(r"/invitations/\w+", mail)
    code = re.search(r"\b\d{8}\b", mail)
    assert found is not None
    assert code is not None
    visitor, password = Visitor.at(chromium, site.urls["portal"]), new_password()
    visitor.go(found[0])
    visitor.fill(code="00000000", display_name=name, phone="0571-88888881", password=password, repeated=password)
    visitor.press("接受")
    visitor.sees("邀请码不正确")
    visitor.keep(f"{shot}-refused")
    visitor.fill(code=code[0], password=password, repeated=password)
    visitor.press("接受")
    visitor.sees("已接受邀请")
    visitor.keep(f"{shot}-accepted")
    sign_in(visitor, address, password)
    return visitor, password


def draft_of(visitor: Visitor) -> tuple[str, str]:
    """Return what the draft holds for this person, found from their first page."""
    visitor.go("/home")
    visitor.press("继续填报")
    visitor.page.goto(re.sub(r"/steps/\d", "/steps/3", visitor.page.url))
    return visitor.page.input_value("#f-platform_name"), visitor.page.input_value("#f-website")


def test_a_unit_is_shared_and_handed_over_and_nothing_typed_is_lost(site: Site, chromium: Browser) -> None:
    unit, password = make_unit(), new_password()
    colleague_at, heir_at = f"wang-{unit.tag}@example.com", f"zhao-{unit.tag}@example.com"
    first = signed_up(site, unit, password, chromium)
    first.press("新建平台注册")
    draft = first.page.url.removeprefix(first.base).partition("/steps")[0]
    first.go(f"{draft}/steps/3")
    type_in(first, platform_name=NAME)

    first.press("同事与移交")
    first.keep("80-colleagues")
    first.fill(**{"invite-display_name": "王同事", "invite-email": "没有邮箱"})
    first.press("发出邀请")
    first.sees("处需要修改")
    first.keep("81-invitation-refused")
    first.fill(**{"invite-email": colleague_at})
    first.press("发出邀请")
    first.sees("邀请已发出")
    first.keep("82-invited")
    colleague, _ = joined(site, chromium, colleague_at, "王同事", "83-invitation")
    assert draft_of(colleague) == (NAME, "")
    type_in(colleague, website=f"https://www.{unit.host}")
    colleague.go("/colleagues")
    colleague.sees("由主账户负责人办理")
    colleague.keep("84-colleague")

    first.go("/colleagues")
    first.fill(**{"transfer-display_name": "赵接任", "transfer-email": heir_at})
    first.page.check("input[name='stays'][value='no']")
    first.press("发出移交邀请")
    first.sees("对方接受前一切不变")
    first.keep("85-handed-over-once-accepted")
    assert draft_of(first) == (NAME, f"https://www.{unit.host}")
    heir, _ = joined(site, chromium, heir_at, "赵接任", "86-transfer")

    assert draft_of(heir) == (NAME, f"https://www.{unit.host}")
    heir.keep("87-draft-of-the-heir")
    assert draft_of(colleague) == (NAME, f"https://www.{unit.host}")
    heir.go("/colleagues")
    heir.keep("88-colleagues-of-the-heir")
    assert "李晓红" not in heir.page.content()
    assert text_of(site.mail_to(unit.email, "负责人"))
    old = Visitor.at(chromium, site.urls["portal"])
    sign_in(old, unit.email, password)
    old.sees(NOTHING_OPEN)
    old.keep("89-nothing-open")
    old.go(f"{draft}/steps/3")
    assert NAME not in old.page.content()
    assert [*first.faults, *colleague.faults, *heir.faults, *old.faults] == []


def table(*rows: tuple[str, ...]) -> FilePayload:
    """Return a workbook as an office keeps it."""
    book, out = Workbook(), io.BytesIO()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    book.save(out)
    return FilePayload(name="区划变更.xlsx", mimeType="application/octet-stream", buffer=out.getvalue())


def preview(visitor: Visitor, *rows: tuple[str, ...]) -> None:
    visitor.page.set_input_files("#file", files=[table(*rows)])
    visitor.press("上传并预览")


def gone(visitor: Visitor) -> Locator:
    """Return what opens the divisions of 杭州 that are no more."""
    return visitor.page.locator("#d-330100 > details > details > summary")


def in_the_tree(ministry: Visitor, day: str) -> None:
    """Look the changes of `day` up in the tree, by keyboard alone, and the divisions of the eve."""
    ministry.press("区划一览")
    ministry.sees("北京市")
    ministry.go("/divisions/tree?on=1900-01-01&q=桐江")
    ministry.sees("处需要修改")
    ministry.keep("99-tree-day-refused")
    ministry.fill(on=day)
    with ministry.page.expect_navigation():
        ministry.page.keyboard.press("Enter")
    ministry.sees(f"{day} 更名，原名桐庐县")
    ministry.keep("99-tree-searched")
    ministry.press("在区划树中查看")
    gone(ministry).click()
    ministry.sees(f"{day} 并入浙江省杭州市建德市（330182）")
    ministry.sees(f"{day} 承接")
    ministry.keep("99-tree")
    summary = ministry.page.locator("#d-330200 > details > summary")
    summary.focus()
    ministry.page.keyboard.press("Enter")
    assert ministry.page.locator("#d-330205").is_visible()
    ministry.page.keyboard.press("Enter")
    assert not ministry.page.locator("#d-330205").is_visible()


def test_the_ministry_imports_changes_to_the_divisions_and_a_second_person_confirms(
    offices: dict[str, Account], site: Site, chromium: Browser
) -> None:
    document, day = f"国函〔2026〕{secrets.randbelow(900) + 100}号", today().isoformat()
    renamed = ("更名", "330122", "桐江县", "", "", day, "")
    merged = ("合并", "330127", "", "", "", day, "330182")
    ministry = in_office(site, chromium, offices["ministry"])
    second = in_office(site, chromium, offices["administrator"])
    city = in_office(site, chromium, offices["city_reviewer"])
    city.go("/people")
    fill_appointment(city, f"county-{secrets.token_hex(4)}", "330127")
    city.sees("密码只显示这一次")

    ministry.press("行政区划")
    ministry.sees("尚无变更")
    ministry.keep("90-divisions")
    preview(ministry, ("更名", "330122", "", "", "", day, ""), ("合并", "339999", "", "", "", "某日", "330182"))
    ministry.sees("处问题")
    ministry.sees("第 3 行")
    ministry.keep("91-preview-with-faults")
    ministry.page.select_option("#kind", "rename")
    ministry.fill(code="330122", on=day)
    ministry.press("预览")
    ministry.sees("处需要修改")
    ministry.keep("92-one-change-refused")
    preview(ministry, renamed, merged)
    ministry.sees("涉及有效权限 1 项")
    ministry.keep("93-preview")
    ministry.press("提出，等待确认")
    ministry.sees("处需要修改")
    ministry.keep("94-document-missing")
    ministry.fill(**{"propose-document": document})
    ministry.press("提出，等待确认")
    ministry.sees("须由另一人确认后起用")
    ministry.keep("95-proposed")
    own = ministry.page.locator("section", has_text=document)
    assert own.get_by_role("button").all_text_contents() == [f"撤回：{document}"]

    def is_told() -> bool:
        second.go("/notices")
        return second.page.get_by_text(f"依据{document}的行政区划变更已提出").count() > 0

    eventually(is_told, 60)
    second.keep("95-inbox-of-the-second-person")
    second.page.get_by_role("button", name=re.compile("查看.*行政区划变更")).click()
    second.page.wait_for_url("**/divisions/changes")
    shown = second.page.locator("section", has_text=document)
    with second.page.expect_navigation():
        shown.get_by_role("button", name="确认").first.click()
    second.sees("已确认，各项变更自生效日期起用")
    second.keep("96-confirmed")

    def found(text: str) -> list[str]:
        answer = site.http.get(f"{site.urls['portal']}/divisions", params={"q": text})
        return [row["name"] for row in answer.json()["items"]]

    eventually(lambda: bool(found("桐江")), 60)
    assert found("桐江") == ["浙江省杭州市桐江县"]
    assert found("桐庐") == found("淳安") == []
    city.go("/people")
    city.sees("区划已撤并，请处理")
    city.sees("由 浙江省杭州市建德市 承接")
    city.keep("97-to-be-settled")
    ministry.go("/divisions/changes")
    ministry.sees("330122 浙江省杭州市桐江县")
    ministry.keep("98-in-force")
    in_the_tree(ministry, day)
    city.press("区划一览")
    gone(city).click()
    city.sees(f"{day} 并入浙江省杭州市建德市（330182）")
    city.keep("99-tree-of-a-city")
    assert [*ministry.faults, *second.faults, *city.faults] == []
