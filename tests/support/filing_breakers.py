"""How each rule of edition 2022 is broken, and nothing else with it: one change of an accepted filing per rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.support.filing_samples import RATE, Body, Filing, abroad, offshore, onshore

Breaker = Callable[[Filing], None]


def _put(code: str, **parts: Any) -> Breaker:
    """Return the change that sets parts of an indicator."""
    return lambda filing: filing.body[code].update(parts)


def _set(code: str, value: object) -> Breaker:
    return lambda filing: filing.body.update({code: value})


def _know(**facts: Any) -> Breaker:
    """Return the change of facts; a double underscore stands for the point in a name."""
    return lambda filing: filing.facts.update({name.replace("__", "."): value for name, value in facts.items()})


def _row(code: str, **parts: Any) -> Breaker:
    """Return the change that sets parts of the first row."""
    return lambda filing: filing.body[code][0].update(parts)


def _all(*steps: Breaker) -> Breaker:
    def change(filing: Filing) -> None:
        for step in steps:
            step(filing)

    return change


def _made(shape: Callable[[Body], None]) -> Breaker:
    """Return the change that makes a contract of a shape, of a class without a design share."""

    def change(filing: Filing) -> None:
        filing.body |= {"203": {"content": "内容"}, "209": "I11"}
        shape(filing.body)

    return change


def _design(business_class: str, share_kind: str, share: str) -> Breaker:
    content = {"content": "内容", "share_kind": share_kind, "design_share": share}
    return _all(_set("209", business_class), _set("203", content))


def _more(code: str, column: str = "2", by: int = 1) -> Breaker:
    """Return the change that adds to a count or an amount."""

    def change(filing: Filing) -> None:
        cell = filing.body[code][column]
        filing.body[code][column] = str(Decimal(cell) + by) if isinstance(cell, str) else cell + by

    return change


def _shares(*shares: str) -> Breaker:
    def change(filing: Filing) -> None:
        for row, share in zip(filing.body["119"], shares, strict=True):
            row["share"] = share

    return change


def _before(code: str, column: str = "1") -> Breaker:
    """Return the change of last year's figure in this filing and in last year's, so that only the jump is left."""

    def change(filing: Filing) -> None:
        assert filing.previous is not None
        cell = filing.body[code]["2"]
        lower = str(Decimal(cell) / 4) if isinstance(cell, str) else max(cell // 4, 1)
        filing.body[code][column] = lower
        filing.previous[code]["2"] = lower

    return change


def _before_differs(code: str) -> Breaker:
    """Return the change of last year's approved figure alone."""

    def change(filing: Filing) -> None:
        assert filing.previous is not None
        cell = filing.previous[code]["2"]
        filing.previous[code]["2"] = str(Decimal(cell) + 1) if isinstance(cell, str) else cell + 1

    return change


def _moved_shares(filing: Filing) -> None:
    """Move a point and a half from one share to the other, so that their sum stays 100."""
    first = Decimal(filing.body["119"][0]["share"])
    moved = first + Decimal("1.5") * (1 if first < 50 else -1)
    _shares(str(moved), str(100 - moved))(filing)


def _unit_of_investments(filing: Filing) -> None:
    """Write every amount of 119 a thousand times too large, rightly converted."""
    for row in filing.body["119"]:
        row |= {key: str(Decimal(row[key]) * 1000) for key in ("amount", "usd")}


def _previous(code: str, cny: str) -> Breaker:
    def change(filing: Filing) -> None:
        filing.previous = {**(filing.previous or {}), code: {"cny": cny}}

    return change


def _quarter_before(code: str) -> Breaker:
    return lambda filing: _previous(code, str(Decimal(filing.body[code]["cny"]) / 4))(filing)


def _capital(code: str, cny: int, previous: int) -> Breaker:
    """Return the change to an amount that is rightly converted, and to last year's."""
    return _all(_put(code, cny=str(cny), usd=str(cny * RATE)), _previous(code, str(previous)))


def _no_outsourcing(filing: Filing) -> None:
    zero: Body = {str(code): {"2": 0} for code in range(412, 417)}
    filing.body |= {**zero, "411": {"1": 0, "2": 0}}
    filing.previous = {**(filing.previous or {}), "411": {"2": 0}}
    filing.facts["year.executions"] = 1


def _too_much_outsourcing(filing: Filing) -> None:
    """Make 411 larger than 401, its parts and last year's with it."""
    total = filing.body["401"]["2"]
    excess = total + 1 - filing.body["411"]["2"]
    filing.body["412"]["2"] += excess
    filing.body["411"] = {"1": total, "2": total + 1}
    filing.previous = {**(filing.previous or {}), "411": {"2": total}}


def _too_much_outsourcing_before(filing: Filing) -> None:
    """Make last year's 411 larger than last year's 401, without a jump: this year has all staff on outsourcing."""
    total = filing.body["401"]["2"]
    filing.body["412"]["2"] += total - filing.body["411"]["2"]
    filing.body["411"] = {"1": total + 1, "2": total}
    filing.previous = {**(filing.previous or {}), "411": {"2": total + 1}}


def _late(filing: Filing) -> None:
    """File an execution of the first half-year in the next year, with a reason."""
    filing.body["305"] = {"date": "2023-06-30", "carry_over_reason": "特殊情况"}
    filing.filed_on = date(2024, 1, 31)
    filing.month = 12


def _signed_tomorrow(filing: Filing) -> None:
    """File in the year after, on the day before the signature."""
    _begun_anew(filing)
    filing.body["204"] = "2024-01-09"
    filing.filed_on = date(2024, 1, 8)


def _begun_anew(filing: Filing) -> None:
    """Leave out of a contract what happened after its signature."""
    for code in ("opening", "contract_state", "change"):
        filing.body.pop(code, None)
    filing.facts["filing.is_correction"] = False


def _converted_double(filing: Filing) -> None:
    _begun_anew(filing)
    filing.body["206"]["usd"] = str(Decimal(filing.body["206"]["usd"]) * 2)


def _large_trade(filing: Filing) -> None:
    """Make the amounts as large as if yuan had been written for ten thousand yuan, this year and last."""
    total = str(10**7 + sum(Decimal(filing.body[code]["2"]) for code in ("625", "626")))
    filing.body["624"]["2"] = str(10**7)
    filing.body["622"] = {"1": total, "2": total}
    filing.previous = {**(filing.previous or {}), "622": {"2": total}}


def _more_outsourced_than_there_are(step: int) -> Breaker:
    """Return the change that moves all staff of one education to another one, so that sums stay as they are."""
    mine, other = str(400 + step), str(401 + step if step < 6 else 402)

    def change(filing: Filing) -> None:
        filing.body[other]["2"] += filing.body[mine]["2"]
        filing.body[mine]["2"] = 0

    return change


def _settled_too_much(filing: Filing) -> None:
    filing.body |= {"303": "2", "309": str(Decimal(filing.body["308"]) * 1000)}
    filing.facts["contract.nature"] = "2"


def _executed_too_much(filing: Filing) -> None:
    filing.facts["contract.usd"] = Decimal(filing.body["308"]) / 1000


def _above_contract(filing: Filing) -> None:
    before = filing.facts["contract.executed_beside"]
    assert isinstance(before, Decimal)
    filing.facts["contract.usd"] = before + Decimal(filing.body["308"]) - Decimal("0.01")


def _below_executed(filing: Filing) -> None:
    filing.facts["contract.executed_total"] = Decimal(filing.body["206"]["usd"]) + Decimal("0.01")


def _completed_too_early(filing: Filing) -> None:
    filing.body["contract_state"] = {"state": "2", "ended_on": "2023-06-30"}
    filing.facts["contract.executed_total"] = Decimal(filing.body["206"]["usd"]) - Decimal("0.01")


def _rows_before(key: str) -> Breaker:
    """Return the change of last year's sum of a column to more than three times this year's."""

    def change(filing: Filing) -> None:
        total = sum(Decimal(row[key]) for row in filing.body["rows"])
        more = 3 * total + 1
        filing.previous = {"rows": [{key: int(more) if key == "people" else str(more)}]}

    return change


def _slip(filing: Filing) -> None:
    """Make the amounts ten thousand times last year's; the jump is a query of its own."""
    assert filing.previous is not None
    lower = str(Decimal(filing.body["622"]["2"]) / 10000)
    filing.body["622"]["1"] = lower
    filing.previous["622"]["2"] = lower


def _outside(filing: Filing) -> None:
    filing.body["rows"][0]["firm"] = "外地公司"
    filing.firms["外地公司"] = replace(filing.firms["某公司"], city="310000")


_FIRM = {"certificate": "CMMI-3", "date": "2023-05-01", "fee": "1"}
_LOST = {"certificate": "CMMI-5", "change": "downgrade", "date": "2023-05-01", "downgraded_to": "CMMI-3"}

BREAKERS: Mapping[str, Breaker] = {
    "e1-no-code": _set("101", None),
    "e1-opened-in-future": _set("104", "2024-02"),
    "e1-parks-missing": _set("114", {"answer": "1", "parks": []}),
    "e1-investors-order": lambda filing: filing.body["119"].reverse(),
    "e1-shares-above-100": _shares("60", "40.01"),
    "e1-shares-below-100": _shares("60", "39.99"),
    "e1-capital-rate": lambda filing: filing.body["117"].update(usd=filing.body["117"]["cny"]),
    "e1-assets-rate": lambda filing: filing.body["118"].update(usd=filing.body["118"]["cny"]),
    "e1-investment-rate": lambda filing: filing.body["119"][0].update(usd=filing.body["119"][0]["amount"]),
    "e1-capital-unit": _capital("117", 1000000, 100),
    "e1-assets-unit": _capital("118", 1000000, 100),
    "e1-capital-change": _quarter_before("117"),
    "e1-assets-change": _quarter_before("118"),
    "e1-capital-large": _capital("117", 10**7, 10**7),
    "e1-assets-large": _capital("118", 10**7, 10**7),
    "e1-investment-unit": _unit_of_investments,
    "e1-share-of-investment": _moved_shares,
    "e2-basics-first": _know(unit__basics_submitted=False),
    "e2-number-taken": _know(contract__number_taken=True),
    "e2-signed-in-future": _signed_tomorrow,
    "e2-signed-in-earlier-year": _set("204", "2022-06-01"),
    "e2-signed-after-period": _all(_begun_anew, _set("204", "2023-07-01")),
    "e2-rate": _converted_double,
    "e2-amount-unit": _all(_begun_anew, _put("206", amount="1000000", usd=str(1000000 * RATE))),
    "e2-onshore-client": _all(_made(offshore), _put("208", nature="1")),
    "e2-offshore-client": _all(_made(onshore), _put("208", nature="2")),
    "e2-onshore-delivery": _all(_made(onshore), _set("207", {"where": "2", "country": "USA"})),
    "e2-abroad-delivery": _all(_made(abroad), _set("207", {"where": "1", "city": "310000"})),
    "e2-branch-share": _all(_made(abroad), _put("208", branch_share="49.99")),
    "e2-kept-abroad": _all(_made(abroad), _put("208", is_kept_abroad="2")),
    "e2-share-kind-k21": _design("K21", "K22-road", "7"),
    "e2-share-kind-k22": _design("K22", "K21-daily", "7"),
    "e2-share-daily": _design("K21", "K21-daily", "10.01"),
    "e2-share-machinery": _design("K21", "K21-machinery", "9.99"),
    "e2-share-precision": _design("K21", "K21-precision", "20.01"),
    "e2-share-road": _design("K22", "K22-road", "4.99"),
    "e2-share-structure": _design("K22", "K22-structure", "15.01"),
    "e2-below-executed": _below_executed,
    "e2-opening-in-future": _set("opening", {"executed": "0.5", "as_of": "2024-01-09"}),
    "e2-opening-before-signing": _set("opening", {"executed": "0.5", "as_of": "2023-05-31"}),
    "e2-ended-in-future": _set("contract_state", {"state": "3", "ended_on": "2024-01-09", "reason": "客户停业"}),
    "e2-ended-before-signing": _set("contract_state", {"state": "3", "ended_on": "2023-05-31", "reason": "客户停业"}),
    "e2-changed-before-signing": _all(
        _know(filing__is_correction=True),
        _set("change", {"kind": "2", "effective_on": "2023-05-31", "reason": "补充协议"}),
    ),
    "e2-completed-below-amount": _completed_too_early,
    "e2-deduction-reminder": _all(_made(onshore), _set("209", "B26")),
    "e3-contract-unknown": _know(contract__is_known=False),
    "e3-nature-differs": lambda f: f.facts.update({"contract.nature": "3" if f.body["303"] == "1" else "1"}),
    "e3-client-differs": _all(_put("302", chinese_name="甲企业"), _know(contract__client_chinese_name="乙企业")),
    "e3-client-foreign-differs": _all(_put("302", foreign_name="Alpha"), _know(contract__client_foreign_name="Beta")),
    "e3-executed-in-future": _put("305", date="2024-01-09"),
    "e3-carry-over": _late,
    "e3-before-signing": _know(contract__signed_on=date(2023, 7, 1)),
    "e3-voucher-again": _know(voucher__other_uses=1),
    "e3-above-contract": _above_contract,
    "e3-voucher-amount-missing": _know(voucher__is_short_of_amount=True),
    "e3-voucher-overdrawn": lambda f: f.facts.update({"voucher.remaining": Decimal(f.body["308"]) - 1}),
    "e3-after-end": _know(contract__ended_on=date(2023, 1, 4)),
    "e3-within-opening": _know(contract__opening_as_of=date(2023, 6, 30)),
    "e3-after-period": _put("305", date="2023-07-01"),
    "e3-amount-unit": _executed_too_much,
    "e3-settled-unit": _settled_too_much,
    "e4-sum-401": _more("402"),
    "e4-sum-411": _more("413"),
    "e4-sum-421": _more("426"),
    "e4-outsourcing-within-staff": _too_much_outsourcing,
    "e4-outsourcing-within-staff-before": _too_much_outsourcing_before,
    "e4-within-412": _more_outsourced_than_there_are(2),
    "e4-within-413": _more_outsourced_than_there_are(3),
    "e4-within-414": _more_outsourced_than_there_are(4),
    "e4-within-415": _more_outsourced_than_there_are(5),
    "e4-within-416": _more_outsourced_than_there_are(6),
    "e4-before-401": _before_differs("401"),
    "e4-before-411": _before_differs("411"),
    "e4-before-421": _before_differs("421"),
    "e4-change-401": _all(_before("411"), _before("401")),
    "e4-change-411": _before("411"),
    "e4-change-421": _before("421"),
    "e4-executions-without-staff": _no_outsourcing,
    "e5-fee-unit": _set("502", [{**_FIRM, "fee": "1000"}]),
    "e5-others-missing": _set("501", {"held": ["CMMI-3", "other"], "others": []}),
    "e5-new-in-future": _set("502", [{**_FIRM, "date": "2024-01-09"}]),
    "e5-new-in-period": _set("502", [{**_FIRM, "date": "2022-12-31"}]),
    "e5-new-among-held": _set("502", [{**_FIRM, "certificate": "GLP"}]),
    "e5-changed-in-future": _set("503", [{**_LOST, "date": "2024-01-09"}]),
    "e5-changed-in-period": _set("503", [{**_LOST, "date": "2022-12-31"}]),
    "e5-downgraded-to-itself": _set("503", [{**_LOST, "downgraded_to": "CMMI 5级"}]),
    "p1-buyers-at-least": _more("601", by=-1),
    "p1-buyers-others": _more("601"),
    "p1-buyer-firms": _more("609"),
    "p1-suppliers": _more("612"),
    "p1-supplier-firms": _more("614"),
    "p1-amount-at-least": _more("622", by=-1),
    "p1-amount-others": _more("622"),
    "p1-own-projects": lambda f: f.body["623"].update({"2": str(Decimal(f.body["622"]["2"]) + 1)}),
    "p1-evidence": _know(evidence__files=0),
    "p1-before-601": _before_differs("601"),
    "p1-before-611": _before_differs("611"),
    "p1-before-621": _before_differs("621"),
    "p1-before-622": _before_differs("622"),
    "p1-change-601": _before("601"),
    "p1-change-611": _before("611"),
    "p1-change-621": _all(_put("621", **{"2": 40}), _before("621")),
    "p1-change-622": _before("622"),
    "p1-amount-unit": _slip,
    "p1-amount-large": _large_trade,
    "c1-firm-outside": _outside,
    "c1-change-hours": _rows_before("hours"),
    "c1-change-fee": _rows_before("fee"),
    "c1-fee-unit": _row("rows", fee="1000"),
    "c2-fee-unit": _row("rows", fee="1000"),
    "c2-change-people": _rows_before("people"),
    "c2-change-fee": _rows_before("fee"),
    "c3-in-future": _row("rows", date="2024-01-09"),
    "c3-in-period": _row("rows", date="2022-12-31"),
    "c3-firm-outside": _outside,
    "c3-not-reported-by-firm": _row("rows", firm="某公司", certificate="GLP"),
    "c3-fee-unit": _row("rows", fee="1000"),
    "c3-change-fee": _rows_before("fee"),
}
"""The change that breaks a rule, by the rule's id."""

COMPANIONS: Mapping[str, frozenset[str]] = {
    "e1-capital-unit": frozenset({"e1-capital-change", "e1-investment-unit"}),
    "e1-capital-large": frozenset({"e1-investment-unit"}),
    "e1-assets-unit": frozenset({"e1-assets-change"}),
    "e2-completed-below-amount": frozenset({"e2-below-executed"}),
    "e3-executed-in-future": frozenset({"e3-after-period", "e3-after-end"}),
    "e3-after-period": frozenset({"e3-after-end"}),
    "e3-carry-over": frozenset({"e3-within-opening", "e3-before-signing"}),
    "e3-amount-unit": frozenset({"e3-above-contract"}),
    "e4-outsourcing-within-staff": frozenset({"e4-within-412"}),
    "e4-outsourcing-within-staff-before": frozenset({"e4-within-412"}),
    "e2-signed-in-future": frozenset({"e2-signed-after-period"}),
    "e4-change-401": frozenset({"e4-change-411"}),
    "e5-new-in-future": frozenset({"e5-new-in-period"}),
    "e5-changed-in-future": frozenset({"e5-changed-in-period"}),
    "p1-amount-unit": frozenset({"p1-change-622"}),
    "c3-in-future": frozenset({"c3-in-period"}),
}
"""Rules that a change can't help breaking with the one it is for: a day in the future lies outside the period too."""
