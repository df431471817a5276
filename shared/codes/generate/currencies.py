"""Takes the currencies of ISO 4217 from its published table, with Chinese names from CLDR."""

from __future__ import annotations

from datetime import date
from importlib import resources
from importlib.metadata import version
from xml.etree.ElementTree import Element

from babel.core import Locale
from defusedxml.ElementTree import fromstring

from shared.codes.entries import Fact
from shared.codes.generate.tables import Row, Table

NAMES = {"CNY": "人民币", "MOP": "澳门元", "XCG": "加勒比盾", "ZWG": "津巴布韦金"}
"""Names that CLDR lacks or words otherwise than the rate tables of the mainland."""

_ENDED = {
    "ANG": ("532", 2, "Netherlands Antillean Guilder", date(2025, 3, 30)),
    "BGN": ("975", 2, "Bulgarian Lev", date(2025, 12, 31)),
    "HRK": ("191", 2, "Kuna", date(2022, 12, 31)),
}
"""Currencies that contracts of the survey's years may name though the table has dropped them: last day of tender."""

_NOT_MONEY = frozenset({"UYW", "XAD"})
"""Units of account that the table does not mark as funds."""


def table() -> Table:
    """Return the currencies that can stand in a contract: no funds, metals, units of account or test codes."""
    root = fromstring(resources.files("iso4217").joinpath("table.xml").read_text(encoding="utf-8"))
    listed = {row.code: row for row in map(_row, root.iter("CcyNtry")) if row is not None}
    ended = [
        Row(code, _name(code), last=last, facts={"numeric": numeric, "minor_units": digits, "aliases": [english]})
        for code, (numeric, digits, english, last) in _ENDED.items()
        if code not in listed
    ]
    return Table(
        scheme="currency",
        key=root.attrib["Pblshd"],
        title="ISO 4217 currencies with minor units and Chinese names",
        source=f"PyPI package iso4217 {version('iso4217')} (ISO's table of {root.attrib['Pblshd']}); Chinese names from"
        f" Unicode CLDR as packaged in Babel {version('babel')}; {'、'.join(NAMES.values())} named by us",
        licence="Public Domain (iso4217), Unicode-3.0 (CLDR data), BSD-3-Clause (Babel)",
        rows=sorted([*listed.values(), *ended], key=lambda row: row.code),
    )


def _row(entry: Element) -> Row | None:
    code, digits = entry.findtext("Ccy"), entry.findtext("CcyMnrUnts", "N.A.")
    name = entry.find("CcyNm")
    is_fund = name is not None and name.get("IsFund") == "true"
    if code is None or name is None or is_fund or not digits.isdigit() or code in _NOT_MONEY:
        return None
    facts: dict[str, Fact] = {
        "numeric": entry.findtext("CcyNbr", ""),
        "minor_units": int(digits),
        "aliases": [(name.text or "").strip()],
    }
    return Row(code, _name(code), facts=facts)


def _name(code: str) -> str:
    return NAMES.get(code) or str(Locale.parse("zh_Hans_CN").currencies[code])
