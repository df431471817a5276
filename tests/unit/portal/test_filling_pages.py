"""The page of a form that is filled in: as on paper, saved as typed, with everything that is found beside its field."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from services.portal.model.filing import FilingAnswer
from shared.errors import Conflict, Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import make_verdict
from tests.support.portal_filing import FILING_ID, make_evidence, make_filing

PAGE = f"/filings/{FILING_ID}"
SIGNED = {
    "unit_head": "王小明",
    "statistics_head": "李晓红",
    "filler": "周海",
    "phone": "0571-88888888",
    "reported_on": "2026-03-02",
}
VERDICT = make_verdict(text="601 与去年相差太大", pointers=["/601/2"])


def opened(form: str = "platform-1", **changes: object) -> Portal:
    """Return the portal with an operator signed in, who fills a form in."""
    portal = make_portal()
    portal.sign_in("operator")
    keep(portal, make_filing(form, **{"unit_id": "u1", **changes}))
    return portal


def keep(portal: Portal, filing: FilingAnswer) -> None:
    portal.filings.items[filing["id"]] = filing


def save(portal: Portal, values: Mapping[str, object], url: str = PAGE) -> TestResponse:
    return portal.browser.post(url, data={"csrf_token": portal.csrf(), "version": "1", **values})


def field(page: str, name: str) -> str:
    """Return the tag of a field."""
    found = re.search(rf'<(?:input|textarea|select)[^>]* name="{re.escape(name)}"[^>]*>', page)
    assert found, name
    return found[0]


def test_a_form_stands_as_on_paper_with_its_head_columns_and_dashes() -> None:
    portal = opened()

    page = portal.browser.get(PAGE).text

    for words in (
        "服务外包统平台1表",
        "国统制〔2022〕45号",
        "2025年03月",
        "一、服务采购商",
        "其中：",
        "上年同期",
        "指标解释",
    ):
        assert words in page
    assert 'aria-label="601 采购商数量，本年（家）"' in field(page, "/601/2")
    assert 'name="/602/1"' not in page
    assert page.count('aria-label="此格不填"') > 10


@pytest.mark.parametrize(
    "form", ["enterprise-1", "enterprise-2", "enterprise-3", "enterprise-4", "enterprise-5", "platform-1"]
)
def test_every_label_and_description_of_a_page_leads_somewhere(form: str) -> None:
    portal = opened(form)

    page = portal.browser.get(PAGE).text

    ids = set(re.findall(r' id="([^"]+)"', page))
    pattern = page[page.find("<template>") : page.rfind("</template>")] if "<template>" in page else ""
    named = {each for names in re.findall(r'aria-describedby="([^"]+)"', page) for each in names.split()}
    assert named - ids == set()
    assert set(re.findall(r' for="([^"]+)"', page)) - ids == set()
    assert len(re.findall(r' id="([^"]+)"', page)) == len(ids)
    assert pattern == "" or "999999" in pattern


def test_what_is_typed_is_saved_and_what_is_refused_stays_on_the_page() -> None:
    portal = opened()

    answer = save(portal, {"/601/2": "320", "/602/2": "很多"})

    stored = portal.filings.items[FILING_ID]
    assert answer.status_code == 422
    assert stored["answers"] == {"601": {"2": 320}}
    assert 'value="很多"' in field(answer.text, "/602/2")
    assert 'aria-invalid="true"' in field(answer.text, "/602/2")
    assert "未保存" in answer.text


def test_a_saved_form_goes_on_to_the_sign_off_where_asked() -> None:
    portal = opened()

    answer = save(portal, {"/601/2": "320", "go": "submit"})

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/submission")


def test_another_window_does_not_overwrite_and_nothing_typed_is_lost() -> None:
    portal = opened(version=5)

    answer = save(portal, {"/601/2": "777"})

    assert answer.status_code == 412
    assert 'value="777"' in field(answer.text, "/601/2")
    assert 'id="version" value="5"' in answer.text
    assert portal.filings.items[FILING_ID]["answers"] == {}


def test_the_script_gets_the_page_as_it_is_after_the_save() -> None:
    portal = opened()

    answer = portal.browser.post(
        f"{PAGE}/autosave",
        data={"csrf_token": portal.csrf(), "version": "1", "/604/2": "5", "/605/2": "6"},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.status_code == 200
    assert 'id="version" value="2"' in answer.text
    assert "已填 2 / " in answer.text


def test_the_script_is_told_of_a_stale_version() -> None:
    portal = opened(version=2)

    answer = portal.browser.post(
        f"{PAGE}/autosave",
        data={"csrf_token": portal.csrf(), "version": "1"},
        headers={"X-Requested-With": "fetch"},
    )

    assert answer.status_code == 412
    assert answer.get_json()["code"] == "stale_version"


def test_a_finding_stands_once_in_full_and_is_referred_to_elsewhere() -> None:
    wrong = {"604": {"2": 300}, **{str(code): {"2": 10} for code in range(605, 610)}}
    portal = opened(answers=wrong)

    page = portal.browser.get(PAGE).text

    at_first = page[page.index('id="at-604-2-m"') :][:600]
    at_second = page[page.index('id="at-605-2-m"') :][:600]
    assert "604 应等于 605+" in at_first
    assert '见 <a href="#at-604-2">604</a>' in at_second
    assert '<a href="#at-604-2">企业采购商应等于各行业之和' in page


def test_a_query_is_explained_beside_its_field() -> None:
    portal = opened("enterprise-1")
    page = portal.browser.get(PAGE).text
    key = re.search(r'name="explain:([^"]+)"', page)
    assert key is not None

    save(portal, {f"explain:{key[1]}": "新注册，尚未领取"})

    assert portal.filings.items[FILING_ID]["explanations"] == {key[1]: "新注册，尚未领取"}


def test_a_follow_up_shows_once_it_is_asked() -> None:
    before, after = opened("enterprise-2"), opened("enterprise-2", answers={"211": {"where": "2"}})

    pages = [portal.browser.get(PAGE).text for portal in (before, after)]

    assert 'id="at-211-country-c" data-asked hidden' in pages[0]
    assert 'id="at-211-country-c" data-asked>' in pages[1]


def test_what_is_offered_names_its_source_and_is_taken_with_one_press() -> None:
    offers = [
        {"pointer": "/601/1", "value": 300, "source": "previous", "source_label": "上年审定数"},
        {"pointer": "/611/1", "value": 9, "source": "previous", "source_label": "上年审定数"},
    ]
    portal = opened(suggestions=offers)

    page = portal.browser.get(PAGE).text
    one = save(portal, {"take": "/601/1"})

    assert "上年审定数：300" in page
    assert one.location.endswith("#at-601-1")
    assert portal.filings.items[FILING_ID]["answers"] == {"601": {"1": 300}}


def test_everything_that_is_offered_is_taken_at_once() -> None:
    offers = [
        {"pointer": "/102", "value": "某公司", "source": "directory", "source_label": "名录库"},
        {
            "pointer": "/101/uscc",
            "value": "91330106000000019W",
            "source": "registration",
            "source_label": "平台注册信息",
        },
    ]
    portal = opened("enterprise-1", suggestions=offers)

    save(portal, {"take": "*"})

    answers = portal.filings.items[FILING_ID]["answers"]
    assert answers == {"102": "某公司", "101": {"uscc": "91330106000000019W"}}


def test_rows_come_and_go_without_scripts() -> None:
    rows = [{"fee": "1"}, {"fee": "2"}]
    portal = opened("enterprise-5", answers={"502": rows})
    typed = {"/502:row": ["0", "1"], "/502/0/fee": "1", "/502/1/fee": "2"}

    more = save(portal, {**typed, "add": "/502"})
    less = save(portal, {**typed, "drop": "/502/0"})

    assert 'name="/502/2/fee"' in more.text
    assert less.status_code == 303
    assert portal.filings.items[FILING_ID]["answers"] == {"502": [{"fee": "2"}]}


def test_a_returned_form_opens_what_the_department_named_and_says_why() -> None:
    versions = [{"no": 1, "submitted_at": "2026-01-31T01:00:00+00:00", "is_in_force": False, "decision": VERDICT}]
    portal = opened(
        state="returned",
        versions=versions,
        open_pointers=["/601/2"],
        answers={"601": {"1": 1, "2": 2}, "602": {"2": 3}},
        revision=1,
    )

    page = portal.browser.get(PAGE).text
    save(portal, {"/601/2": "9", "/602/2": "4"})

    assert page.count("601 与去年相差太大") == 2  # above the form, and at the line
    assert 'name="/601/2"' in page
    assert 'name="/602/2"' not in page
    assert portal.filings.items[FILING_ID]["answers"] == {"601": {"1": 1, "2": 9}, "602": {"2": 3}}


def test_a_form_in_review_is_shown_with_its_receipt_and_can_be_taken_back() -> None:
    actions = [{"action": "withdraw", "label": "撤回"}]
    portal = opened(state="submitted", open_actions=actions, revision=1, submitted_at="2026-03-01T01:00:00+00:00")
    portal.filings.versions[FILING_ID, 1] = {"sign_off": SIGNED}  # type: ignore[typeddict-item]  # all that is read

    page = portal.browser.get(PAGE).text
    taken = save(portal, {}, f"{PAGE}/withdraw")

    assert "下载回执（PDF）" in page
    assert "王小明" in page
    assert 'name="/601/2"' not in page
    assert taken.location == f"{PAGE}?done=filing_withdrawn"
    assert portal.filings.acts == [(FILING_ID, "withdraw", {})]


def test_a_department_is_led_to_the_review() -> None:
    portal = make_portal()
    portal.sign_in("county_reviewer")
    keep(portal, make_filing())

    answer = portal.browser.get(PAGE)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/review")


def test_the_sign_off_names_the_duties_and_lists_what_is_to_be_explained() -> None:
    portal = opened("enterprise-1")

    page = portal.browser.get(f"{PAGE}/submission").text

    assert page.count("《统计法》第") == 3
    assert "explain:e1-no-code@/101/uscc" in page
    assert 'value="李芳"' in field(page, "filler")
    assert 'value="2026-03-02"' in field(page, "reported_on")


def test_a_form_is_submitted_with_its_foot_and_the_explanations_typed_last() -> None:
    portal = opened("enterprise-1", explanations={"e1-gone@/117/cny": "已不成问题"})
    said = {"explain:e1-no-code@/101/uscc": "新注册"}

    answer = save(portal, {**SIGNED, **said, "duties_read": "true"}, f"{PAGE}/submission")

    assert answer.location == f"{PAGE}?done=filing_submitted"
    assert portal.filings.acts[-1] == (FILING_ID, "submit", {"sign_off": SIGNED, "duties_read": True})
    assert portal.filings.items[FILING_ID]["explanations"] == {"e1-no-code@/101/uscc": "新注册"}


def test_what_is_wrong_with_the_foot_stands_at_its_field_with_what_was_typed() -> None:
    portal = opened()
    portal.filings.error = Invalid(
        [Problem("/sign_off/phone", "phone_malformed", "电话号码有误。"), Problem("/duties_read", "x", "请确认义务。")]
    )

    answer = save(portal, {**SIGNED, "phone": "12"}, f"{PAGE}/submission")

    assert answer.status_code == 422
    assert 'value="12"' in field(answer.text, "phone")
    assert "联系电话：电话号码有误。" in answer.text
    assert "请确认义务。" in answer.text


def test_evidence_is_passed_on_and_put_to_the_filing() -> None:
    portal = opened()
    sent = {"csrf_token": portal.csrf(), "file": (io.BytesIO(b"%PDF-1.7 records"), "交易记录.pdf")}

    answer = portal.browser.post(f"{PAGE}/evidence", data=sent, content_type="multipart/form-data")

    assert answer.location.endswith("#evidence")
    assert portal.filings.uploads == [("交易记录.pdf", 16)]
    assert [each["file_id"] for each in portal.filings.items[FILING_ID]["evidence"]] == ["e1"]


def test_a_refused_file_says_why_at_the_evidence() -> None:
    portal = opened()
    portal.filings.error = Invalid([Problem("/file", "virus", "文件含有恶意内容。")])
    sent = {"csrf_token": portal.csrf(), "file": (io.BytesIO(b"x"), "a.pdf")}

    answer = portal.browser.post(f"{PAGE}/evidence", data=sent, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "文件含有恶意内容。" in answer.text


def test_evidence_without_the_token_of_the_page_is_refused() -> None:
    portal = opened()

    answer = portal.browser.post(
        f"{PAGE}/evidence", data={"file": (io.BytesIO(b"x"), "a.pdf")}, content_type="multipart/form-data"
    )

    assert answer.status_code == 403
    assert portal.filings.uploads == []


def test_evidence_is_taken_out() -> None:
    portal = opened(evidence=[make_evidence(file_id="e1"), make_evidence(file_id="e2")])

    portal.post(f"{PAGE}/evidence/e1/removal")

    assert [each["file_id"] for each in portal.filings.items[FILING_ID]["evidence"]] == ["e2"]


def test_nothing_to_report_is_said_with_its_reason_and_taken_back() -> None:
    portal = opened("enterprise-3")

    page = portal.browser.get(PAGE).text
    save(portal, {"nil_reason": "本月没有执行"}, f"{PAGE}/nil")
    nil = portal.browser.get(PAGE).text
    save(portal, {"version": "2"}, f"{PAGE}/nil")

    assert "零报" in page
    assert "本期没有应填报的内容：本月没有执行" in nil
    assert portal.filings.items[FILING_ID]["nil_reason"] is None


@pytest.mark.parametrize(("action", "lands"), [("discard", "/tasks?done="), ("correct", f"{PAGE}?done=")])
def test_an_act_leads_on(action: str, lands: str) -> None:
    portal = opened(open_actions=[{"action": action, "label": ""}])

    answer = save(portal, {}, f"{PAGE}/{action}")

    assert answer.location.startswith(lands)


def test_a_form_that_cannot_be_saved_now_keeps_what_was_typed_on_the_page() -> None:
    portal = opened()
    portal.filings.error = Conflict("退回时未要求修改此项。")

    answer = save(portal, {"/601/2": "5"})

    assert answer.status_code == 409
    assert 'value="5"' in field(answer.text, "/601/2")
    assert "退回时未要求修改此项。" in answer.text


def test_a_list_is_searched_by_code_and_name_and_only_leaves_are_offered() -> None:
    portal = opened()

    found = portal.browser.get("/code-lists/industry/2011?q=软件开发").get_json()["items"]
    counties = portal.browser.get("/code-lists/divisions?q=西湖").get_json()["items"]
    unknown = portal.browser.get("/code-lists/industry?q=x")

    assert {"code": "6510", "name": "软件开发"} in found
    assert all(len(each["code"]) == 4 for each in found)
    assert counties == [{"code": "330106000000", "name": "浙江省杭州市西湖区"}]
    assert unknown.status_code == 404
