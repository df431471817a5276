"""A division's own indicators stand below the national form, and are saved beside it, never in it."""

from __future__ import annotations

from services.portal.model.filing import ExtrasAnswer
from shared.errors import Invalid, Problem
from tests.support.portal import Portal, make_portal
from tests.support.portal_filing import FILING_ID, form_answer, make_filing

PAGE = f"/filings/{FILING_ID}"
ADDED = "zhejiang-2022"
PREFIX = f"/extras/{ADDED}"


def added(**changes: object) -> ExtrasAnswer:
    """Return two indicators that a division asks beside the national ones."""
    form = {
        **form_answer("enterprise-4"),
        "title": "浙江省补充",
        "indicators": form_answer("enterprise-4")["indicators"][:2],
    }
    extras = {
        "id": ADDED,
        "division": "330000",
        "division_name": "浙江省",
        "ground": "浙商务〔2025〕1号",
        "form": form,
        "answers": {},
        "shown": {},
        "closed": [],
        "findings": [],
    }
    return {**extras, **changes}  # type: ignore[typeddict-item]  # as named above


def found(**changes: object) -> dict[str, object]:
    """Return a query about one of them."""
    finding = {
        "key": f"{ADDED}:h-sum@/401/2",
        "rule": "h-sum",
        "severity": "query",
        "title": "与全国口径不一致，请说明。",
        "text": "与全国口径不一致，请说明。",
        "expected": "",
        "pointers": [f"{PREFIX}/401/2"],
        "indicators": ["401"],
        "explanation": "",
    }
    return {**finding, **changes}


def opened(*extras: ExtrasAnswer, **changes: object) -> Portal:
    portal = make_portal()
    portal.sign_in("operator")
    portal.filings.items[FILING_ID] = make_filing("platform-1", **{"unit_id": "u1", "extras": list(extras), **changes})
    return portal


def save(portal: Portal, **values: str) -> int:
    named = {name.replace("X", PREFIX): value for name, value in values.items()}
    sent = {"csrf_token": portal.csrf(), "version": "1", **named}
    return portal.browser.post(PAGE, data=sent).status_code


def stored(portal: Portal) -> dict[str, object]:
    filing = portal.filings.items[FILING_ID]
    return {"national": filing["answers"], "added": filing["extras"][0]["answers"]}


def test_they_stand_under_their_division_with_its_ground() -> None:
    portal = opened(added())

    page = portal.browser.get(PAGE).text

    assert "浙江省补充指标：浙江省补充" in page
    assert "依据：浙商务〔2025〕1号" in page
    assert f'name="{PREFIX}/401/2"' in page


def test_they_are_saved_beside_the_national_answers() -> None:
    portal = opened(added())

    status = save(portal, **{"/601/2": "320", "X/401/2": "7"})

    assert status == 303
    assert stored(portal) == {"national": {"601": {"2": 320}}, "added": {"401": {"2": 7}}}


def test_other_acts_leave_them_as_they_are() -> None:
    portal = opened(added(answers={"401": {"2": 7}}))

    portal.post(f"{PAGE}/evidence/e1/removal")

    assert stored(portal)["added"] == {"401": {"2": 7}}


def test_what_is_refused_of_them_stays_as_it_was_and_is_shown_at_its_field() -> None:
    portal = opened(added(answers={"401": {"2": 7}}))
    refusal = Invalid([Problem(f"{PREFIX}/401/2", "not_whole_number", "应为整数。")])
    keep, portal.filings.error = portal.filings.save, refusal

    def refuse_once(*arguments: object) -> object:
        try:
            return keep(*arguments)  # type: ignore[arg-type]  # as they came
        finally:
            portal.filings.error = None

    portal.filings.save = refuse_once  # type: ignore[method-assign, assignment]
    sent = {"csrf_token": portal.csrf(), "version": "1", f"{PREFIX}/401/2": "很多", "/601/2": "5"}
    answer = portal.browser.post(PAGE, data=sent)

    assert answer.status_code == 422
    assert stored(portal) == {"national": {"601": {"2": 5}}, "added": {"401": {"2": 7}}}
    assert f'href="#at-extras-{ADDED}-401-2"' in answer.text
    assert 'value="很多"' in answer.text


def test_what_is_found_in_them_is_listed_and_stands_at_its_field() -> None:
    finding = found()
    portal = opened(added(findings=[finding], answers={"401": {"2": 7}}, shown={f"{PREFIX}/401/2": "7"}))

    page = portal.browser.get(PAGE).text

    assert f'<a href="#at-extras-{ADDED}-401-2">与全国口径不一致' in page
    assert f'name="explain:{ADDED}:h-sum@/401/2"' in page
    assert "已填 1 / " in page


def test_a_return_that_names_one_of_them_opens_it_alone() -> None:
    portal = opened(added(answers={"401": {"2": 7}}), state="returned", open_pointers=[f"{PREFIX}/401/2"])

    page = portal.browser.get(PAGE).text
    save(portal, **{"/601/2": "320", "X/401/2": "8"})

    assert 'name="/601/2"' not in page
    assert f'name="{PREFIX}/401/2"' in page
    assert f'name="{PREFIX}/401/1"' not in page
    assert stored(portal) == {"national": {}, "added": {"401": {"2": 8}}}


def test_the_sign_off_asks_for_what_is_to_be_said_to_them_and_keeps_it() -> None:
    key, said = f"{ADDED}:h-sum@/401/2", {f"{ADDED}:h-sum@/401/2": "含外地分公司。", "h-sum@/401/2": "早先所说。"}
    portal = opened(
        added(findings=[found(explanation=said[key])]),
        explanations=said,
        open_actions=[{"action": "submit", "label": "报送"}],
    )

    page = portal.browser.get(f"{PAGE}/submission").text
    portal.post(f"{PAGE}/submission", version="1")

    assert f'name="explain:{key}"' in page
    assert portal.filings.items[FILING_ID]["explanations"] == {key: "含外地分公司。"}
