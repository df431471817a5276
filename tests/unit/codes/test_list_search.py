"""What a person types in a chooser, and what stands first."""

from datetime import date

import pytest

from shared.codes import lists
from shared.codes.schemes import Scheme

DAY = date(2024, 6, 30)


def _codes(scheme: Scheme, text: str, *, limit: int = 20, level: int | None = None) -> list[str]:
    return [entry.code for entry in lists.search(scheme, text, DAY, limit=limit, level=level)]


@pytest.mark.parametrize(
    ("scheme", "text", "first"),
    [
        (Scheme.BUSINESS_CLASS, "I31", "I31"),
        (Scheme.BUSINESS_CLASS, "saas", "I31"),
        (Scheme.BUSINESS_CLASS, "数据标注", "B21"),
        (Scheme.BUSINESS_CLASS, "电子商务 代运营", "B22"),
        (Scheme.BUSINESS_CLASS, "呼叫中心", "B23"),
        (Scheme.CERTIFICATE, "BS25999", "ISO22301"),
        (Scheme.COUNTRY, "us", "USA"),
        (Scheme.COUNTRY, "japan", "JPN"),
        (Scheme.CURRENCY, "港元", "HKD"),
        (Scheme.INDUSTRY, "６５１１", "6511"),
        (Scheme.INDUSTRY, "应用软件", "6513"),
        (Scheme.INDUSTRY, "软件的开发", "651"),
        (Scheme.SUBDIVISION, "tokyo", "JP-13"),
    ],
)
def test_the_best_fit_stands_first(scheme: Scheme, text: str, first: str) -> None:
    found = _codes(scheme, text)

    assert found[0] == first


def test_a_start_of_a_code_lists_what_begins_so() -> None:
    found = _codes(Scheme.INDUSTRY, "652")

    assert found == ["652", "6520"]


def test_a_level_and_a_limit_narrow_the_hits() -> None:
    found = _codes(Scheme.INDUSTRY, "服务", level=4, limit=5)

    assert len(found) == 5
    assert all(len(code) == 4 for code in found)


@pytest.mark.parametrize("text", ["", "  ", "龘龘龘", "%", "("])
def test_what_fits_nothing_finds_nothing(text: str) -> None:
    assert _codes(Scheme.BUYER_SECTOR, text) == []


def test_an_entry_that_has_ended_is_not_offered() -> None:
    assert "HRK" not in _codes(Scheme.CURRENCY, "克罗地亚")
