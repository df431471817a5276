"""What the values of facts mean: when two say the same, and which rules each kind has. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from services.registration.model.facts import ABSENT, NO_END, FactKind
from shared.codes import uscc
from shared.codes.icp import IcpError, normalise_icp
from shared.codes.sites import SiteError, check_host, normalise_site


def canonical(kind: FactKind, value: object) -> str:
    """Return what two values of a kind are compared by; values that mean the same have the same text."""
    if value is None or value == ABSENT:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int):
        return f"{Decimal(value).normalize():f}"
    return _CANONICAL.get(kind, _plain)(str(value))


_BRACKETS = str.maketrans({"﹙": "(", "﹚": ")", "〔": "(", "〕": ")", "【": "(", "】": ")", "[": "(", "]": ")"})
_SEPARATORS = re.compile(r"[\s·•・‧∙.,，。、;；:：'\"“”‘’\-‐‑‒–—]+")


def _plain(text: str) -> str:
    """Width, case, brackets, blanks and separators don't tell two names apart."""
    flat = unicodedata.normalize("NFKC", text).translate(_BRACKETS).casefold()
    return _SEPARATORS.sub("", flat)


def _site(text: str) -> str:
    try:
        return normalise_site(text) if "://" in text else check_host(text.strip()).removeprefix("www.")
    except SiteError:
        return _plain(text)


def _icp(text: str) -> str:
    try:
        return normalise_icp(text)
    except IcpError:
        return _plain(text)


_CANONICAL: Mapping[FactKind, Callable[[str], str]] = {
    FactKind.CREDIT_CODE: uscc.normalise,
    FactKind.SITE: _site,
    FactKind.ICP_NUMBER: _icp,
    FactKind.ICP_LICENCE: _icp,
}


def _code_rule(value: object, _: date) -> tuple[str, bool]:
    faults = uscc.faults(str(value))
    label = "、".join(_CODE_FAULTS.get(fault, "代码结构不正确") for fault in faults)
    return label or "信用代码与主体标识码的校验码均正确", not faults


_CODE_FAULTS = {
    "uscc_length": "信用代码不是18位",
    "uscc_alphabet": "信用代码含有不使用的字符",
    "uscc_inner_check_character": "主体标识码的校验码（第17位，模11）不正确",
    "uscc_check_character": "信用代码的校验码（第18位，模31）不正确",
}


def _date_rule(value: object, today: date) -> tuple[str, bool]:
    return "日期不晚于今天", isinstance(value, date) and value <= today


def _term_rule(value: object, today: date) -> tuple[str, bool]:
    is_good = value == NO_END or (isinstance(value, date) and value >= today)
    return "在有效期内" if is_good else "已过有效期", is_good


def _icp_rule(value: object, _: date) -> tuple[str, bool]:
    try:
        normalise_icp(str(value))
    except IcpError:
        return "编号格式不正确", False
    return "编号格式正确", True


def _site_rule(value: object, _: date) -> tuple[str, bool]:
    text = str(value)
    try:
        normalise_site(text) if "://" in text else check_host(text.strip())
    except SiteError:
        return "域名格式不正确", False
    return "域名格式正确", True


def _flag_rule(value: object, _: date) -> tuple[str, bool]:
    return "运营方案须包含此部分", value is True


RULES: Mapping[FactKind, Callable[[object, date], tuple[str, bool]]] = {
    FactKind.CREDIT_CODE: _code_rule,
    FactKind.DATE: _date_rule,
    FactKind.TERM: _term_rule,
    FactKind.ICP_NUMBER: _icp_rule,
    FactKind.ICP_LICENCE: _icp_rule,
    FactKind.SITE: _site_rule,
    FactKind.FLAG: _flag_rule,
}
"""Per kind: the rule in words, and whether a value (not `ABSENT`) keeps it on a day."""
