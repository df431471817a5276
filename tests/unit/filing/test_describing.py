"""Rules and findings in words: what anybody may read of a rule, and what a finding expects, by codes and with values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.filing.forms.answers import Place, Value
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import BUILT_IN
from services.filing.forms.describing.findings import expected_text, finding_text, wanted_text
from services.filing.forms.describing.formulas import OWN_FACTS, place_text
from services.filing.forms.describing.rules import RuleCard, describe
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, Severity
from tests.support.filing import a_context, answers_of, findings_of
from tests.support.filing_breakers import BREAKERS
from tests.support.filing_samples import ACCEPTED

INDUSTRIES: Mapping[str, Any] = {str(code): {"2": 24} for code in range(605, 610)}
FIRST_DAY = date(2023, 7, 1)


@cache
def _edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


@cache
def _cards() -> tuple[RuleCard, ...]:
    return describe(_edition())


def _form(key: str) -> Form:
    form = _edition().form(key)
    assert form is not None
    return form


def _card(rule: str) -> RuleCard:
    return next(card for card in _cards() if card.id == rule)


def _texts(
    key: str, body: Mapping[str, Any], facts: Mapping[str, Value | bool], previous: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Return the findings of a filing in words, by rule."""
    form = _form(key)
    context = a_context(facts, answers_of(form, previous) if previous else None)
    return {each.rule: finding_text(_edition(), form, each) for each in findings_of(_edition(), form, body, context)}


def test_every_rule_of_every_form_has_a_card() -> None:
    own = {(form.key, rule.id) for form in _edition().forms for rule in form.rules}

    cards = {(card.form, card.id) for card in _cards()}

    assert cards - own == {
        *((form.key, "required") for form in _edition().forms),
        *((f"enterprise-{number}", "not_asked") for number in (1, 2, 3, 5)),
        ("enterprise-1", "rows_too_few"),
    }
    assert own <= cards
    assert {rule for _, rule in cards - own} == BUILT_IN


def test_every_card_says_why_by_what_words_and_whom_it_concerns() -> None:
    known = {(form.key, one.code) for form in _edition().forms for one in form.indicators}

    silent = [card.id for card in _cards() if not (card.title and card.reason and card.source and card.codes)]
    wordless = [
        card.id for card in _cards() for words in (card.formula, card.condition) if "[" in words or "@" in words
    ]

    assert silent == wordless == []
    assert {(card.form, code) for card in _cards() for code in card.codes} <= known
    assert all(card.severity is Severity.ERROR for card in _cards() if card.id in BUILT_IN)


@pytest.mark.parametrize(
    ("rule", "formula", "condition"),
    [
        ("p1-buyer-firms", "604 = 605+…+609", ""),
        ("p1-buyers-at-least", "601 ≥ 602+603+604", ""),
        ("p1-before-622", "622 上年同期 = 上期审定的 622", ""),
        ("e4-change-401", "|401-401 上年同期| ≤ 0.5×401 上年同期", "401 上年同期 > 0"),
        ("e1-shares-above-100", "119 占比（%）之和 ≤ 100", ""),
        ("e2-onshore-client", "211 注册地（地区） = 1.境内", "208 合同性质 = 1.在岸合同"),
        ("e2-number-taken", "没有：本单位已有同号（和分项号）的合同", ""),
        ("e2-signed-in-earlier-year", "204 签字日期 的年份 = 首次报送日期 的年份", ""),
        ("e3-contract-unknown", "本单位已填报这个合同", ""),
        (
            "e5-others-missing",
            "已填 501 上述范围外的其他认证",
            "上述范围外的其他认证 属于 501 企业现有已通过的认证情况，且 已答 501 上述范围外的其他认证",
        ),
        ("c1-firm-outside", "", ""),
    ],
)
def test_a_formula_is_said_in_words_and_codes(rule: str, formula: str, condition: str) -> None:
    card = _card(rule)

    assert (card.formula, card.condition) == (formula, condition)


def test_brackets_stand_where_the_reckoning_needs_them() -> None:
    cards = [card.formula for card in _cards() if card.id in ("e1-share-of-investment", "e2-share-road")]

    assert cards == [
        "|119 占比（%）-119 出资额（万元）÷119 出资额（万元）之和×100| ≤ 1",
        "203 设计占比（%） ≥ 5，且 203 设计占比（%） ≤ 8",
    ]


@pytest.mark.parametrize(
    ("key", "body", "facts", "rule", "text"),
    [
        (
            "platform-1",
            {"604": {"2": 130}, **INDUSTRIES},
            {},
            "p1-buyer-firms",
            "企业采购商应等于各行业之和。604 应等于 605+…+609 = 120，现为 130。",
        ),
        (
            "platform-1",
            {"601": {"2": 5}, "602": {"2": 1}, "603": {"2": 2}, "604": {"2": 3}},
            {},
            "p1-buyers-at-least",
            "采购商数量不能少于个人、政府机构、企业之和。601 应不小于 602+603+604 = 6，现为 5。",
        ),
        ("platform-1", {}, {}, "required", "626 交易项目金额：知识流程外包服务项目（本年）：此项尚未填写。"),
        (
            "enterprise-3",
            {"305": {"date": "2023-06-30"}},
            {"contract.signed_on": FIRST_DAY},
            "e3-before-signing",
            "合同执行日期早于签字日期，请说明。305 合同执行日期 应不早于 所填报合同的 204 签字日期 = 2023年07月01日，现为 2023年06月30日。",
        ),
        (
            "enterprise-3",
            {"303": "1"},
            {"contract.nature": "2"},
            "e3-nature-differs",
            "合同性质与所填报的合同不一致。303 合同性质 应为 所填报合同的 208 合同性质 = 2.离岸合同，现为 1.在岸合同。",
        ),
        (
            "enterprise-3",
            {"304": {"number": "1"}},
            {"contract.is_known": False},
            "e3-contract-unknown",
            "本单位没有填报过这个合同号的合同。",
        ),
        (
            "enterprise-2",
            {"206": {"amount": "100", "currency": "CNY", "usd": "20"}},
            {"rate.original_to_usd": Decimal("0.14")},
            "e2-rate",
            "折万美元与签字当日的汇率不符。206 折（万美元） 与 206 原币（万元）×签字当日合同币种折美元的汇率（14）相差应不超过 0.28，现为 20。",
        ),
        (
            "enterprise-2",
            {"209": "K22", "203": {"design_share": "4", "share_kind": "K22-road"}},
            {},
            "e2-share-road",
            "道路 EPC 项目的设计占比通常为 5%－8%，请说明。203 设计占比（%） 应不小于 5，现为 4。",
        ),
        (
            "enterprise-5",
            {"502": [{"fee": "1"}, {"fee": "1000"}]},
            {},
            "e5-fee-unit",
            "第 2 行：认证费用特别大，是否把元当作了万元？502 认证费用（万元） 应小于 1000，现为 1000。",
        ),
        (
            "enterprise-5",
            {"502": [{"date": "2024-02-01"}]},
            {},
            "e5-new-in-future",
            "第 1 行：认证时间不能晚于今天。502 认证时间 应不晚于 今天 = 2024年01月08日，现为 2024年02月01日。",
        ),
    ],
)
def test_a_finding_says_what_was_expected(
    key: str, body: Mapping[str, Any], facts: Mapping[str, Value | bool], rule: str, text: str
) -> None:
    found = _texts(key, body, facts)

    assert found[rule] == text


@pytest.mark.parametrize(
    ("key", "body", "facts", "rule", "words"),
    [
        (
            "platform-1",
            {"604": {"2": 130}, **INDUSTRIES},
            {},
            "p1-buyer-firms",
            {"/604/2": "120", "/605/2": "604 等于 120"},
        ),
        (
            "platform-1",
            {"601": {"2": 5}, "602": {"2": 1}, "603": {"2": 2}, "604": {"2": 3}},
            {},
            "p1-buyers-at-least",
            {"/601/2": "不小于 6"},
        ),
        (
            "platform-1",
            {"621": {"2": 8}},
            {"evidence.files": Decimal(0)},
            "p1-evidence",
            {"/621/2": "所附证明材料的份数 大于 0"},
        ),
        ("enterprise-3", {"303": "1"}, {"contract.nature": "2"}, "e3-nature-differs", {"/303": "2.离岸合同"}),
        ("enterprise-5", {"502": [{"fee": "1000"}]}, {}, "e5-fee-unit", {"/502/0/fee": "小于 1000"}),
        (
            "enterprise-5",
            {"502": [{"date": "2024-02-01"}]},
            {},
            "e5-new-in-future",
            {"/502/0/date": "不晚于 2024年01月08日"},
        ),
        (
            "enterprise-4",
            {"401": {"1": 100, "2": 200}},
            {},
            "e4-change-401",
            {"/401/2": "与 100 相差不超过 50"},
        ),
    ],
)
def test_what_should_stand_at_a_cell_is_said_in_a_few_words(
    key: str, body: Mapping[str, Any], facts: Mapping[str, Value | bool], rule: str, words: Mapping[str, str]
) -> None:
    form = _form(key)
    findings = findings_of(_edition(), form, body, a_context(facts))
    finding = next(each for each in findings if each.rule == rule)

    said = {place.pointer: wanted_text(_edition(), form, finding, place) for place in finding.places}

    assert {pointer: said[pointer] for pointer in words} == words


def test_the_side_that_fails_is_told_of_two_bounds() -> None:
    body = {"209": "K22", "203": {"design_share": "9", "share_kind": "K22-road"}}

    found = _texts("enterprise-2", body, {})

    assert found["e2-share-road"].endswith("203 设计占比（%） 应不大于 8，现为 9。")


def test_a_jump_is_told_with_last_years_figure() -> None:
    previous = {"117": {"cny": "100"}}

    found = _texts("enterprise-1", {"117": {"cny": "200"}}, {}, previous)

    assert found["e1-capital-change"] == (
        "注册资本比上期变动较大，请说明。"
        "117 注册资本（万元） 与 上期审定的 117 注册资本（万元）（100）相差应不超过 50，现为 200。"
    )


@pytest.mark.parametrize(
    ("key", "place", "text"),
    [
        ("platform-1", Place("601", "1"), "601 采购商数量（上年同期）"),
        ("enterprise-1", Place("119", "share", 1), "119 投资者 第 2 行 占比（%）"),
        ("enterprise-1", Place("101", "uscc"), "101 统一社会信用代码"),
        ("enterprise-1", Place("104"), "104 开业(成立)时间"),
        ("city-1", Place("rows", "fee", 0), "企业人员培训情况 第 1 行 培训费用（万元）"),
    ],
)
def test_a_place_is_told_by_code_name_row_and_column(key: str, place: Place, text: str) -> None:
    assert place_text(_form(key), place) == text


@pytest.mark.parametrize("rule", BREAKERS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_finding_can_be_said(rule: str, data: st.DataObject) -> None:
    form = next(each for each in _edition().forms if any(one.id == rule for one in each.rules))
    filing = deepcopy(data.draw(ACCEPTED[form.key]()))
    BREAKERS[rule](filing)
    finding = next(
        each for each in findings_of(_edition(), form, filing.body, filing.context(form)) if each.rule == rule
    )

    text = finding_text(_edition(), form, finding)
    expected = expected_text(_edition(), form, finding)
    wanted = [wanted_text(_edition(), form, finding, place) for place in finding.places]

    assert finding.title in text
    assert expected in text
    if finding.comparison is not None and finding.comparison.operator in ("<", "<=", ">", ">="):
        assert all(re.search("[于早晚过]", words) for words in wanted)
    assert not any(word in "".join((text, expected, *wanted)) for word in ("None", "Decimal", "Absent", "[", "@", "$"))


def test_every_fact_has_a_name_for_the_screen() -> None:
    facts = {*_edition().facts.values(), *OWN_FACTS.values()}

    latin = [words for words in facts if words.isascii()]

    assert latin == []
    assert len(facts) == len(_edition().facts) + len(OWN_FACTS)
