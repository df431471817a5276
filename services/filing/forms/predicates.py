"""Rules that the expression language can't say, by name: each tells whether it is met, None where that is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.filing.forms.context import Case

Predicate = Callable[[Case], bool | None]


def chinese_investors_first(case: Case) -> bool | None:
    """Tell whether no Chinese investor follows a foreign one (指标解释（一） 投资者名称)."""
    side, before = case.text("side"), case.text("side", step=-1)
    return None if side is None or before is None else not (side == "chinese" and before == "foreign")


def firm_is_of_the_city(case: Case) -> bool | None:
    """Tell whether the firm of a row lies in the reporting city (说明 1 of 城市1表 and 城市3表)."""
    firm = case.context.firms.get(case.text("firm") or "")
    city = case.fact("city")
    return None if firm is None or not firm.city or city is None else firm.city == city


def firm_reported_the_certificate(case: Case) -> bool | None:
    """Tell whether the firm of a row named the certificate under 502 of its own 企业5表 of the year."""
    firm = case.context.firms.get(case.text("firm") or "")
    name = case.text("certificate")
    return None if firm is None or firm.certificates is None or name is None else name in firm.certificates


PREDICATES: Mapping[str, Predicate] = {
    "chinese_investors_first": chinese_investors_first,
    "firm_is_of_the_city": firm_is_of_the_city,
    "firm_reported_the_certificate": firm_reported_the_certificate,
}
"""The closed table of predicates that a rule may name."""
