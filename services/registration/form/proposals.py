"""What the text of a material seems to say: a value for each fact whose label stands before it.

Simple on purpose, so that anybody can see why a value is proposed: the label as printed, then what follows it on the
line. A proposal fills a box that a person looks at; it decides nothing and is compared with nothing.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from services.registration.model.facts import FACT_BY_KEY, NO_END, FactKind, FactValues
from services.registration.model.materials import Slot

_GAP = r"[ \t]*[:：]?[ \t]*"
_DAY = r"[0-9]{4}[ ]?(?:年|-|/|\.)[ ]?[0-9]{1,2}[ ]?(?:月|-|/|\.)[ ]?[0-9]{1,2}[ ]?日?"
_LINE = r"([^\n:：]{2,80})"
_SITE = r"((?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+)"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("licence_name", rf"(?m)^[ \t]*(?:单位|企业)?名[ \t]*称{_GAP}{_LINE}$"),
    ("licence_credit_code", rf"统一社会信用代码{_GAP}([0-9A-Z]{{15,20}})"),
    ("licence_representative", rf"法定代表人{_GAP}([^\s:：]{{2,30}})"),
    ("licence_opened_on", rf"成[ \t]*立[ \t]*日[ \t]*期{_GAP}({_DAY})"),
    ("licence_valid_until", rf"(?:营业期限|经营期限|有效期)[^\n]{{0,40}}?至?[ \t]*({_DAY}|长期)[ \t]*$"),
    ("licence_capital", rf"注[ \t]*册[ \t]*资[ \t]*本{_GAP}(?:人民币)?[ \t]*([0-9][0-9,.]*)[ \t]*万元"),
    ("licence_address", rf"住[ \t]*所{_GAP}{_LINE}$"),
    ("evidence_platform_name", rf"平台名称{_GAP}{_LINE}$"),
    ("evidence_site", rf"(?:平台)?网址{_GAP}{_SITE}"),
    ("evidence_operating_since", rf"(?:开始运营|上线)(?:时间|日期){_GAP}({_DAY})"),
    ("evidence_trade_volume", r"(?:撮合)?交易(?:规模|金额|额)[^\n0-9]{0,12}([0-9][0-9,.]*)[ \t]*万元"),
    ("evidence_traded_on", rf"截[至止][ \t]*({_DAY})"),
    ("plan_platform_name", rf"平台名称{_GAP}{_LINE}$"),
    ("icp_number", r"([^\W\d_]ICP备[0-9]{8,10}号(?:-[0-9]+)?)"),
    ("icp_site", rf"(?:网站)?域名{_GAP}{_SITE}"),
    ("icp_subject", rf"主办单位(?:名称)?{_GAP}{_LINE}$"),
    ("permit_number", r"([^\W\d_]{1,2}(?:ICP证)?[ABD][1-4]-[0-9]{8})"),
)
"""For each fact the label, and in brackets the value; looked for in text of normal width."""

_DIGITS = re.compile(r"[0-9]+")


def propose(slot: Slot, text: str) -> FactValues:
    """Return the facts of a material that its text seems to hold; one that can't be read as its kind is left out."""
    plain = unicodedata.normalize("NFKC", text)
    proposed: dict[str, object] = {}
    for key, pattern in _PATTERNS:
        fact = FACT_BY_KEY[key]
        found = re.search(pattern, plain, re.MULTILINE | re.IGNORECASE) if fact.slot is slot else None
        value = _value(fact.kind, found[1].strip()) if found else None
        if value is not None:
            proposed[key] = value
    return proposed


def _value(kind: FactKind, text: str) -> object:
    if kind is FactKind.TERM and text == NO_END:
        return text
    if kind in (FactKind.DATE, FactKind.TERM):
        return _day(text)
    if kind is FactKind.AMOUNT:
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:
            return None
    return text


def _day(text: str) -> date | None:
    year, month, day = (int(digits) for digits in _DIGITS.findall(text))
    try:
        return date(year, month, day)
    except ValueError:
        return None
