"""Readable answers of any form, drawn at random: whatever its kinds take, complete or not, consistent or not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.filing.forms.kinds.choices import Choice, Choices
from services.filing.forms.kinds.coded import Coded
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.kinds.numbers import Amount, Whole
from services.filing.forms.kinds.texts import Names, Text
from services.filing.forms.model import Form, Indicator, Part
from services.filing.forms.reading import NOT_APPLICABLE
from shared.codes import countries

AWKWARD = (
    "=1+1",
    "+86",
    "-",
    "@SUM(A1)",
    "无",
    "—",
    "007",
    "1E5",
    "2023-01-01",
    "TRUE",
    "#REF!",
    "_x000A_",
    "_x005F_x0041_",
    "a & <b> \"c\" 'd'",
    "'",
    "𠮷",
    "甲\u3000乙",
    "x" * 50,
)
"""Texts that a spreadsheet, or who reads one, might take for something else."""

anything = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Cn"]), min_size=1, max_size=40)
texts = st.sampled_from(AWKWARD) | anything
reasons = st.builds(lambda text: {NOT_APPLICABLE: text}, texts.filter(str.strip))

_SAMPLES: dict[str, tuple[Any, ...]] = {
    "credit_code": ("91110000600037341L", "91330100799655058B"),
    "organisation_code": ("60003734-1",),
    "division": ("330106001002", "110101001001"),
    "city": ("330100", "310000", "429004"),
    "country": ("USA", "HKG"),
    "year_month": ("1999-12", "2200-01"),
    "date": ("1900-01-01", "2024-02-29", "2200-12-31"),
    "email": ("a@example.com", "a.b+c@xn--fiq228c.com"),
    "website": ("https://www.example.com/?a=1&b=2", "http://example.com"),
    "digits": ("13800138000", "310000", "010", "0571", "88888888"),
}


def bodies(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """Return the strategy: each indicator and each part may be missing."""
    return st.fixed_dictionaries({}, optional={each.code: _indicator(each) for each in form.indicators})


def _indicator(indicator: Indicator) -> st.SearchStrategy[Any]:
    parts = {part.key: _part(part) for part in indicator.parts if not part.is_dash and part.computed is None}
    if indicator.is_rows:
        return st.lists(st.fixed_dictionaries({}, optional=parts).filter(bool), max_size=min(4, indicator.max_rows))
    if "" in parts:
        return parts[""]
    return st.fixed_dictionaries({}, optional=parts).filter(bool) if parts else st.none()


def _part(part: Part) -> st.SearchStrategy[Any]:
    values = _values(part).filter(lambda value: _is_readable(part, value))
    return values | reasons if part.may_not_apply else values


def _is_readable(part: Part, value: object) -> bool:
    try:
        return part.kind is not None and part.kind.read(value) is not None
    except Wrong:
        return False


def _values(part: Part) -> st.SearchStrategy[Any]:
    match part.kind:
        case Whole() as kind:
            numbers: st.SearchStrategy[Any] = st.integers(kind.least, kind.most)
            return numbers | st.just(kind.word) if kind.word else numbers
        case Amount() as kind:
            return st.decimals(0, kind.most or 10**kind.digits, places=kind.places).map(
                lambda value: format(value, "f")
            )
        case Choice() as kind:
            return st.sampled_from([option.code for option in kind.options])
        case Choices() as kind:
            return st.lists(st.sampled_from([option.code for option in kind.options]), unique=True, max_size=6)
        case Coded() as kind:
            entries = kind.lists.entries(kind.source.scheme, kind.source.version)
            return st.sampled_from([entry.code for entry in entries if kind.source.takes(entry)])
        case Names():
            return st.lists(texts, unique=True, max_size=4)
        case Text() as kind if kind.is_multiline:
            return st.lists(texts, min_size=1, max_size=4).map("\n".join)
    match part.kind_name:
        case "cities":
            return st.lists(st.sampled_from(_SAMPLES["city"]), unique=True)
        case "countries":
            return st.lists(st.sampled_from([each.alpha3 for each in countries.countries()]), unique=True, max_size=5)
        case name if name in _SAMPLES:
            return st.sampled_from(_SAMPLES[name])
    return texts
