"""The desk of releases and the drafts: who opens them, what they show, what they send, how they say what is wrong."""

from __future__ import annotations

import pytest

from services.statistics.errors import NotFrozen, ReleaseUnderWay
from shared.errors import Invalid, NotAllowed, NotFound, Problem, StaleVersion
from shared.identity.actor import PEOPLE, Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_statistics import (
    CODE,
    DIGEST,
    RELEASE_ID,
    FakeDrafts,
    FakeReleases,
    make_checked,
    make_draft,
    make_release,
    make_report,
    make_snapshot,
)

RELEASES = "/statistics/releases"
RELEASE = f"{RELEASES}/{RELEASE_ID}"
TABLE = f"{RELEASE}/{CODE}"
DRAFTS = "/statistics/drafts"
READERS = {Role.MINISTRY, Role.STATISTICS_HEAD, Role.AUDITOR}
MAKERS = {Role.MINISTRY, Role.STATISTICS_HEAD}
OF_PAGE = {
    RELEASES: READERS,
    RELEASE: READERS,
    TABLE: MAKERS,
    DRAFTS: MAKERS | {Role.PROVINCE_REVIEWER},
}


def signed_in(role: Role) -> tuple[Portal, FakeReleases]:
    portal = make_portal()
    portal.sign_in(role)
    kept = portal.app.extensions["deps"].releases
    assert isinstance(kept, FakeReleases)
    return portal, kept


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_each_page_is_open_to_its_readers_alone(role: Role) -> None:
    portal, _ = signed_in(role)

    statuses = {path: portal.browser.get(path).status_code for path in OF_PAGE}

    assert statuses == {path: 200 if role in readers else 403 for path, readers in OF_PAGE.items()}


def test_a_closed_period_says_which_filings_it_waits_for() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.frozen.append(
        make_snapshot(
            period="2026-02",
            state="waiting",
            frozen_at=None,
            missing={"enterprise-3": 7},
            unreadable={"enterprise-2": 1},
            is_overdue=True,
        )
    )

    page = portal.browser.get(RELEASES).text

    assert "尚缺：企业3表 7 份" in page
    assert "有报表无法读取，未计入：企业2表 1 份。等待时间过长" in page
    assert '<option value="2026-01">2026年1月</option>' in page
    assert '<option value="2026-02">' not in page


def test_the_desk_shows_a_year_and_leads_to_the_others() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.frozen.append(make_snapshot(period="2025-12"))

    latest = portal.browser.get(RELEASES).text
    before = portal.browser.get(f"{RELEASES}?year=2025").text

    assert '<th scope="row">2026年1月</th>' in latest
    assert '<th scope="row">2025年12月</th>' not in latest
    assert '<th scope="row">2025年12月</th>' in before
    assert "2025年还没有制过表。" in before
    assert '<option value="2026-01">' in before


def test_the_auditor_reads_counts_and_prepares_nothing() -> None:
    portal, _ = signed_in(Role.AUDITOR)

    listed = portal.browser.get(RELEASES).text
    page = portal.browser.get(RELEASE).text

    assert "开始制表" not in listed
    assert "核查结论" in page
    assert "控制合计" not in page
    assert TABLE not in page
    assert portal.post(RELEASES, kind="monthly", period="2026-01").status_code == 403


def test_a_release_is_prepared_once_for_a_key() -> None:
    portal, kept = signed_in(Role.MINISTRY)

    answer = portal.post(RELEASES, kind="monthly", period="2026-01", key="k1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{RELEASE}?done=release_prepared"
    assert kept.sent == [("monthly", "2026-01")]


@pytest.mark.parametrize(
    ("refusal", "status", "anchor"),
    [
        (NotFrozen(), 409, "period"),
        (ReleaseUnderWay(), 409, "kind"),
        (Invalid([Problem("/period", "period_kind", "报告期的种类与资料不符。")]), 422, "period"),
    ],
)
def test_what_cannot_be_prepared_is_said_beside_its_field(refusal: Invalid, status: int, anchor: str) -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.refuses = refusal

    answer = portal.post(RELEASES, kind="annual", period="2026-01")

    assert answer.status_code == status
    assert f'id="{anchor}-e"' in answer.text
    assert '<option value="annual" selected>' in answer.text
    assert '<option value="2026-01" selected>' in answer.text


def test_what_is_made_of_made_up_facts_says_so_on_every_page_of_the_desk() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    genuine = [portal.browser.get(each).text for each in (RELEASES, RELEASE, TABLE)]
    kept.release = make_release(title="【样例数据】服务外包月度统计资料", nature="样例数据")

    made_up = [portal.browser.get(each).text for each in (RELEASES, RELEASE, TABLE)]

    assert ["样例数据" in page for page in (*genuine, *made_up)] == [False] * 3 + [True] * 3


def test_a_release_that_is_checked_shows_how_far_it_is_and_asks_anew() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.release = make_release(state="draft", checked=None, progress={"done": 3, "total": 8})

    answer = portal.browser.get(RELEASE)

    assert 'max="8" value="3"' in answer.text
    assert answer.headers["Refresh"] == "10"


def test_the_outcome_shows_counts_control_totals_and_hidden_cells() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    different = {"form": "enterprise-3", "measure": "execution_cny", "ours": "199000.00", "filing": "200000.00"}
    kept.the_report = make_report(controls=[different])

    answer = portal.browser.get(RELEASE)

    assert "Refresh" not in answer.headers
    assert DIGEST in answer.text
    assert "-1,000.00" in answer.text
    assert "不一致" in answer.text
    assert "33.3%" in answer.text
    assert TABLE in answer.text


def test_a_fault_says_what_to_do_and_the_findings_where_and_how_closely() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    leak = {"code": "leak", "label": "有单元格可以被推算，不能发布"}
    kept.release = make_release(
        state="failed",
        state_label="核查未通过",
        checked=make_checked(verdict="fail", verdict_label="不通过", faults=[leak], findings=2),
    )
    finding = {
        "kind": "leak",
        "kind_label": "已隐去，但可以推算",
        "measure": "execution_cny",
        "at": [{"dimension": "place", "code": "540000"}],
        "attacker": "public",
        "attacker_label": "任何读者",
        "interval": {"low": "49000", "high": "51000"},
        "required": {"low": "40000", "high": "60000"},
        "sums": ["全国＝各省之和"],
        "where": [],
    }
    kept.the_report = make_report(findings_counted=2, findings=[finding])

    page = portal.browser.get(RELEASE).text

    assert "这类问题不能以例外签发。" in page
    assert "地区 540000" in page
    assert "49,000.00 至 51,000.00" in page
    assert "另有 1 处未列出。" in page
    assert TABLE not in page


def test_a_set_too_large_to_be_handed_over_says_what_is_large_and_what_to_do() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    reason = {"code": "too_large", "label": "资料超过一次可以提供的大小"}
    kept.release = make_release(
        state="failed",
        state_label="核查未通过",
        checked=make_checked(verdict="fail", verdict_label="不通过", faults=[reason]),
    )
    tables = [
        {"code": "annual_class", "title": "分业务类别", "bytes": 700_000},
        {"code": "small", "title": "小表", "bytes": 9},
    ]
    kept.the_report = make_report(oversize={"bytes": 1_300_000, "limit": 1_048_576, "tables": tables})

    page = portal.browser.get(RELEASE).text

    assert "整批资料为 1,270 KB，一次最多可以提供 1,024 KB。" in page
    assert '<tr><th scope="row">分业务类别</th><td class="number">684 KB</td></tr>' in page
    assert "减少最大的表的分组层级" in page
    assert "签发</button>" not in page


def test_whoever_prepared_a_release_sees_why_another_person_has_to_sign_it() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.release = make_release(prepared_by="somebody", open_actions=["withdraw"])
    page = portal.browser.get(RELEASE).text

    portal, kept = signed_in(Role.MINISTRY)
    kept.release = make_release(open_actions=["withdraw"])
    of_ministry = portal.browser.get(RELEASE).text

    assert "须由另一位服贸司统计负责人签发。" in page
    assert "由服贸司统计负责人签发。" in of_ministry
    assert "签发</button>" not in page + of_ministry


def test_signing_off_what_needs_a_judgement_asks_for_the_reason() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    review = {"code": "mostly_hidden", "label": "有的表隐去的数值超过三分之一"}
    kept.release = make_release(
        open_actions=["approve"], checked=make_checked(verdict="review", verdict_label="须人工判断", reviews=[review])
    )
    kept.refuses = Invalid([Problem("/exception_reason", "reason_missing", "核查结果须人工判断，签发须说明理由。")])

    missing = portal.post(f"{RELEASE}/approval", version="2", statement="同意", exception_reason=" ")
    kept.refuses = None
    signed = portal.post(f"{RELEASE}/approval", version="2", statement="同意", exception_reason="已逐表核对")

    assert missing.status_code == 422
    assert 'id="exception_reason-e"' in missing.text
    assert ">同意</textarea>" in missing.text
    assert signed.status_code == 303
    assert kept.sent == [(RELEASE_ID, "approval", 2, {"statement": "同意", "exception_reason": "已逐表核对"})]


def test_nothing_is_asked_for_where_the_check_left_nothing_to_judge() -> None:
    portal, kept = signed_in(Role.STATISTICS_HEAD)
    kept.release = make_release(open_actions=["approve"])

    page = portal.browser.get(RELEASE).text

    assert 'id="statement"' in page
    assert 'id="exception_reason"' not in page


def test_the_day_of_publication_is_set_and_a_wrong_one_is_said_at_its_field() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.release = make_release(state="approved", open_actions=["schedule"])

    empty = portal.post(f"{RELEASE}/schedule", version="3", publish_on="")
    kept.refuses = Invalid([Problem("/publish_on", "day_over", "发布日期不能早于今天。")])
    over = portal.post(f"{RELEASE}/schedule", version="3", publish_on="2026-01-01")
    kept.refuses = None
    set_ = portal.post(f"{RELEASE}/schedule", version="3", publish_on="2026-03-05")

    assert (empty.status_code, over.status_code, set_.status_code) == (422, 422, 303)
    assert "请选择发布日期。" in empty.text
    assert 'id="publish_on-e"' in over.text
    assert kept.sent == [(RELEASE_ID, "schedule", 3, {"publish_on": "2026-03-05"})]


@pytest.mark.parametrize(("refusal", "status"), [(StaleVersion(), 412), (NotAllowed(), 403), (ReleaseUnderWay(), 409)])
def test_an_act_that_is_refused_leaves_the_page_with_the_reason(refusal: StaleVersion, status: int) -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.release = make_release(open_actions=["withdraw"])
    kept.refuses = refusal

    answer = portal.post(f"{RELEASE}/withdrawal", version="2")

    assert answer.status_code == status
    assert refusal.message in answer.text


def test_a_release_whose_data_was_corrected_says_how_a_corrected_one_is_made() -> None:
    portal, kept = signed_in(Role.MINISTRY)
    kept.release = make_release(state="published", outdated_since="2026-03-01T02:00:00+00:00")

    page = portal.browser.get(RELEASE).text

    assert "2026-03-01 10:00 更正。" in page
    assert "数据已更正" in portal.browser.get(RELEASES).text


def test_a_table_before_its_release_is_marked_and_its_hidden_cells_too() -> None:
    portal, _ = signed_in(Role.MINISTRY)

    page = portal.browser.get(TABLE).text

    assert "尚未发布，" in page
    assert '<span class="visually-hidden">不公布</span>' in page
    assert portal.browser.get(f"{RELEASE}/nothing").status_code == 404


def test_a_draft_is_drawn_as_it_is_asked_for_and_marked_unpublished() -> None:
    portal, _ = signed_in(Role.PROVINCE_REVIEWER)
    drafts = portal.app.extensions["deps"].table_drafts
    assert isinstance(drafts, FakeDrafts)

    page = portal.browser.get(f"{DRAFTS}?table={CODE}&period=2026-01&layer=filed&unit=yi").text

    assert drafts.asked == [(CODE, {"period": "2026-01", "layer": "filed"})]
    assert "未发布。" in page
    assert '<td class="number">15.00</td><td class="number">50.0</td><td class="number">75.0</td>' in page


def test_a_draft_is_given_out_as_a_file() -> None:
    portal, _ = signed_in(Role.PROVINCE_REVIEWER)
    drafts = portal.app.extensions["deps"].table_drafts

    page = portal.browser.get(f"{DRAFTS}?table={CODE}&period=2026-01").text
    given = portal.browser.get(f"{DRAFTS}/{CODE}/csv?period=2026-01&layer=filed")

    assert f"{DRAFTS}/{CODE}/workbook?period=2026-01" in page
    assert given.data == b"a,b"
    assert drafts.asked[-1] == (f"{CODE}/csv", {"period": "2026-01", "layer": "filed"})


def test_nothing_is_drawn_before_a_table_is_chosen_and_a_wrong_period_gives_way() -> None:
    portal, _ = signed_in(Role.MINISTRY)
    drafts = portal.app.extensions["deps"].table_drafts

    portal.browser.get(DRAFTS)
    before = list(drafts.asked)
    portal.browser.get(f"{DRAFTS}?table={CODE}&period=2025")

    assert before == []
    assert drafts.asked == [(CODE, {"period": "2026-03", "layer": "approved"})]


def test_a_draft_without_numbers_or_out_of_sight_says_so() -> None:
    portal, _ = signed_in(Role.PROVINCE_REVIEWER)
    drafts = portal.app.extensions["deps"].table_drafts
    drafts.draft = make_draft(values=[], dimensions=[{"code": "place", "title": "地区", "items": []}])

    empty = portal.browser.get(f"{DRAFTS}?table={CODE}")
    drafts.refuses = NotFound()
    unseen = portal.browser.get(f"{DRAFTS}?table={CODE}")

    assert "本期没有可以列入此表的数据。" in empty.text
    assert unseen.status_code == 404
    assert "不在您的范围内" in unseen.text
