"""The registration wizard, on fakes."""

from __future__ import annotations

import re

import pytest

from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import FULL_FORM, make_file, make_registration, make_review, make_submitted

STEP_3 = "/registrations/r1/steps/3"


@pytest.fixture
def portal() -> Portal:
    portal = make_portal(make_registration(form=dict(FULL_FORM)))
    portal.sign_in()
    return portal


def make_returned() -> Portal:
    mark = {"verdict": "not_legible", "verdict_label": "无法辨认", "note": "看不清编号"}
    wrong = {"verdict": "correct", "verdict_label": "需更正", "note": "与材料5不一致"}
    returned = make_submitted(
        state="returned",
        state_label="退回",
        open_actions=["save", "submit"],
        open_parts=["/form/icp_number", "/materials/5"],
        review=make_review(materials={"5": mark}, fields={"icp_number": wrong}),
    )
    portal = make_portal(returned)
    portal.sign_in()
    return portal


def typed(**changes: str) -> dict[str, object]:
    form = {key: value for key, value in FULL_FORM.items() if isinstance(value, str)}
    return {**form, "top_suppliers": ["甲公司", "", "丁公司"], "top_buyers": ["丙公司"], **changes}


def test_a_new_draft_is_filled_with_what_the_account_knows(portal: Portal) -> None:
    portal.registrations.items.clear()

    answer = portal.post("/registrations", key="key-of-the-page")

    form = portal.registrations.items["r1"]["form"]
    assert answer.headers["Location"] == "/registrations/r1/steps/1"
    assert form["credit_code"] == "91330106MA27WXYX0T"
    assert form["email"] == "operator@example.cn"


def test_a_step_is_saved_and_leads_to_the_next(portal: Portal) -> None:
    answer = portal.post(STEP_3, version="1", go="next", **typed(platform_name="新名称"))

    form = portal.registrations.items["r1"]["form"]
    assert answer.headers["Location"] == "/registrations/r1/steps/4?done=saved"
    assert form["platform_name"] == "新名称"
    assert form["top_suppliers"] == ["甲公司", "丁公司"]
    assert form["operator_name"] == FULL_FORM["operator_name"]


@pytest.mark.parametrize(
    ("typed", "stored"), [("１０００．５", "1000.5"), ("1,234,567.8", "1234567.8"), ("12,34", "12,34"), ("-5", "-5")]
)
def test_an_amount_may_be_typed_wide_or_with_thousands_set_apart(portal: Portal, typed: str, stored: str) -> None:
    portal.post("/registrations/r1/steps/2", version="1", registered_capital=typed)

    assert portal.registrations.items["r1"]["form"]["registered_capital"] == stored


def test_confirmations_are_kept_one_by_one(portal: Portal) -> None:
    portal.post("/registrations/r1/steps/1", version="1", **{"traits/matching": "true"})

    form = portal.registrations.items["r1"]["form"]

    assert form["traits"] == {"matching": True, "services": False, "online": False}


def test_a_refused_value_is_shown_beside_its_field_and_the_others_are_saved(portal: Portal) -> None:
    portal.registrations.refused = {"website": "网址应以 http:// 或 https:// 开头。"}
    portal.registrations.items["r1"]["form"].pop("website")

    answer = portal.post(STEP_3, version="1", go="next", **typed(website="yunjiebao", platform_name="新名称"))

    assert answer.status_code == 422
    assert '<a href="#f-website">网址：网址应以 http:// 或 https:// 开头。</a>' in answer.text
    assert re.search(r'id="f-website-e">网址应以', answer.text)
    assert 'value="yunjiebao"' in answer.text
    assert portal.registrations.items["r1"]["form"]["platform_name"] == "新名称"
    assert 'name="version" value="2"' in answer.text


def test_a_page_made_of_an_older_version_is_not_saved_over_the_newer(portal: Portal) -> None:
    portal.registrations.items["r1"]["version"] = 4

    answer = portal.post(STEP_3, version="1", go="next", **typed(platform_name="我的名称"))

    assert answer.status_code == 412
    assert "内容已在别处更新" in answer.text
    assert 'value="我的名称"' in answer.text
    assert "<strong>别处保存的内容：</strong>云接包" in answer.text
    assert portal.registrations.items["r1"]["form"]["platform_name"] == "云接包"


def test_autosave_answers_with_the_version_to_go_on_with(portal: Portal) -> None:
    answer = portal.browser.post(
        f"{STEP_3}/autosave",
        data={"csrf_token": portal.csrf(), "version": "1", **typed(platform_name="新名称")},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.json is not None
    assert answer.json["version"] == 2
    assert answer.json["errors"] == []


def test_autosave_of_an_older_version_tells_of_the_conflict(portal: Portal) -> None:
    portal.registrations.items["r1"]["version"] = 4

    answer = portal.browser.post(
        f"{STEP_3}/autosave",
        data={"csrf_token": portal.csrf(), "version": "1", **typed()},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.status_code == 412
    assert answer.json is not None
    assert answer.json["code"] == "stale_version"


def test_every_field_is_explained_and_bound_to_its_explanation(portal: Portal) -> None:
    pages = [portal.browser.get(f"/registrations/r1/steps/{step}").text for step in (1, 2, 3, 4)]

    described = [
        name for page in pages for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()
    ]
    ids = {name for page in pages for name in re.findall(r'id="([^"]+)"', page)}

    assert len(described) > 30
    assert set(described) <= ids


def test_a_returned_registration_opens_the_faulty_parts_only() -> None:
    portal = make_returned()

    page = portal.browser.get(STEP_3).text
    materials = portal.browser.get("/registrations/r1/steps/5").text

    assert 'name="icp_number"' in page
    assert 'name="website"' not in page
    assert "与材料5不一致" in page
    assert 'id="upload-5"' in materials
    assert 'id="upload-2"' not in materials
    assert "看不清编号" in materials


def test_a_locked_field_cannot_be_changed_by_a_made_up_post() -> None:
    portal = make_returned()

    portal.post(
        STEP_3, version="5", go="stay", **typed(icp_number="浙ICP备87654321号", website="https://other.example.cn")
    )

    form = portal.registrations.items["r1"]["form"]
    assert form["icp_number"] == "浙ICP备87654321号"
    assert form["website"] == FULL_FORM["website"]


def test_the_parts_of_the_plan_are_noted_per_file(portal: Portal) -> None:
    portal.registrations.items["r1"]["materials"] = {"4": [make_file(file_id="p1"), make_file(file_id="p2")]}

    portal.post(
        "/registrations/r1/materials/4/parts", **{"parts-p1": ["fees", "nonsense"], "parts-p2": ["service_process"]}
    )

    parts = [file["parts"] for file in portal.registrations.items["r1"]["materials"]["4"]]
    assert parts == [["fees"], ["service_process"]]


def test_the_material_page_says_which_parts_are_missing(portal: Portal) -> None:
    portal.registrations.items["r1"]["materials"] = {"4": [make_file(parts=["fees", "management_rules"])]}

    page = portal.browser.get("/registrations/r1/materials/4").text

    assert "还缺：服务流程、服务质量保证措施" in page


def test_a_file_can_be_taken_out(portal: Portal) -> None:
    portal.registrations.items["r1"]["materials"] = {"2": [make_file(file_id="p1"), make_file(file_id="p2")]}

    portal.post("/registrations/r1/materials/2/files/p1/removal")

    assert [file["file_id"] for file in portal.registrations.items["r1"]["materials"]["2"]] == ["p2"]


def test_what_is_missing_is_listed_with_links_to_the_fields(portal: Portal) -> None:
    portal.registrations.act_error = Invalid(
        [
            Problem("/form/website", "required", "请填写“网址”。"),
            Problem("/materials/5", "material_missing", "缺少材料5。"),
            Problem("/form/traits/online", "not_confirmed", "请确认：线上运营。"),
        ]
    )

    answer = portal.post("/registrations/r1/submission", version="1", undertaking="true")

    assert answer.status_code == 422
    assert 'href="/registrations/r1/steps/3#f-website"' in answer.text
    assert 'href="/registrations/r1/steps/5#material-5"' in answer.text
    assert 'href="/registrations/r1/steps/1#f-traits-online"' in answer.text


def test_what_is_wrong_is_listed_by_the_name_of_its_field() -> None:
    missing = [
        {"pointer": f"/form/{key}", "code": code, "message": message, "expected": "", "indicator": ""}
        for key, code, message in (
            ("opened_on", "date_in_future", "日期不能晚于今天。"),
            ("platform_name", "bad", "含有不允许的字符。"),
            ("website", "required", "请填写“网址”。"),
        )
    ]
    portal = make_portal(make_registration(id="r1", missing=missing))
    portal.sign_in()

    page = portal.browser.get("/registrations/r1/steps/6").text

    assert "开业(成立)时间：日期不能晚于今天。" in page
    assert "名称（平台信息）：含有不允许的字符。" in page
    assert ">请填写“网址”。<" in page


def test_what_was_submitted_is_not_said_to_be_ready_for_it() -> None:
    portal = make_portal(make_registration(id="r1", state="submitted", state_label="待审核", open_actions=["withdraw"]))
    portal.sign_in()

    check = portal.browser.get("/registrations/r1/steps/6").text
    fields = portal.browser.get("/registrations/r1/steps/2").text

    assert "待审核”，不能修改或提交" in check
    assert "可以提交" not in check
    assert "自动保存" not in fields


def test_a_long_text_is_never_cut_by_the_page(portal: Portal) -> None:
    pages = [portal.browser.get(f"/registrations/r1/steps/{no}").text for no in (2, 3, 4)]

    assert not any("maxlength" in page for page in pages)


def test_submission_needs_the_undertaking(portal: Portal) -> None:
    answer = portal.post("/registrations/r1/submission", version="1")

    assert answer.status_code == 422
    assert portal.registrations.acts == []


def test_a_platform_registered_already_is_told_with_its_reason(portal: Portal) -> None:
    problem = Problem("/form/website", "website_taken", "该网址已由其他平台注册。")
    portal.registrations.act_error = Conflict("该平台已注册。", problems=[problem])

    answer = portal.post("/registrations/r1/submission", version="1", undertaking="true")

    assert answer.status_code == 409
    assert "该网址已由其他平台注册。" in answer.text


def test_what_people_typed_is_never_markup(portal: Portal) -> None:
    portal.registrations.items["r1"]["form"]["platform_name"] = "<script>alert(1)</script>"

    pages = [
        portal.browser.get(url).text for url in ("/home", "/registrations/r1", STEP_3, "/registrations/r1/steps/6")
    ]

    assert not any("<script>alert" in page for page in pages)


def test_a_withdrawal_and_a_resumption_are_taken_on_the_version_of_the_page() -> None:
    portal = make_portal(make_submitted(open_actions=["withdraw", "resume"]))
    portal.sign_in()

    withdrawn = portal.post("/registrations/r1/withdrawal", version="5")
    stale = portal.post("/registrations/r1/resumption", version="5")

    assert withdrawn.headers["Location"] == "/registrations/r1?done=withdrawn"
    assert stale.status_code == 412
    assert portal.registrations.acts == [("r1", "withdraw", {})]
