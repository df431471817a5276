"""网站备案号 and 许可证号: the two numbers that 通信管理局 give to web sites and their operators.

备案 (非经营性互联网信息服务备案管理办法): 京ICP备12345678号, with the site's own -1 behind it.
许可证 (电信业务经营许可管理办法): 京ICP证030173号; 浙B2-20200001, also written 浙ICP证B2-20200001号; 合字B2-20200001
for a nationwide one.
"""

from __future__ import annotations

import re
import unicodedata

PROVINCES: dict[str, str] = {
    "京": "110000",
    "津": "120000",
    "冀": "130000",
    "晋": "140000",
    "蒙": "150000",
    "辽": "210000",
    "吉": "220000",
    "黑": "230000",
    "沪": "310000",
    "苏": "320000",
    "浙": "330000",
    "皖": "340000",
    "闽": "350000",
    "赣": "360000",
    "鲁": "370000",
    "豫": "410000",
    "鄂": "420000",
    "湘": "430000",
    "粤": "440000",
    "桂": "450000",
    "琼": "460000",
    "渝": "500000",
    "蜀": "510000",
    "川": "510000",
    "黔": "520000",
    "贵": "520000",
    "滇": "530000",
    "云": "530000",
    "藏": "540000",
    "陕": "610000",
    "陇": "620000",
    "甘": "620000",
    "青": "630000",
    "宁": "640000",
    "新": "650000",
}
"""The character before a number, and the province whose 通信管理局 gave it; four provinces are seen with two."""

NATIONWIDE = "合字"

_PROVINCE = "".join(PROVINCES)
_KINDS = r"[ABD][1-4](?:\.[ABD][1-4])*"
_NUMBER = re.compile(
    rf"(?P<master>[{_PROVINCE}]ICP备(?:[0-9]{{8}}|[0-9]{{10}}))号?(?:-(?P<site>[1-9][0-9]{{0,4}}[AXK]?))?"
)
_LICENCE = re.compile(
    rf"(?:(?P<old>[{_PROVINCE}]ICP证[0-9]{{6,8}})号?"
    rf"|(?P<region>[{_PROVINCE}]|{NATIONWIDE})(?:ICP证)?(?P<kinds>{_KINDS})-(?P<serial>[0-9]{{8}})号?)"
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


class IcpError(ValueError):
    """The text is no number of the wanted sort; the argument is the stable code."""


def read_number(text: str) -> str:
    """Return a 备案号 in its full form, 京ICP备12345678号 or 京ICP备12345678号-1.

    Raises IcpError: `icp_is_licence` for a 许可证号, else `icp_malformed`.
    """
    plain = _plain(text)
    found = _NUMBER.fullmatch(plain)
    if not found:
        raise IcpError("icp_is_licence" if _LICENCE.fullmatch(plain) else "icp_malformed")
    return f"{found['master']}号" + (f"-{found['site']}" if found["site"] else "")


def read_licence(text: str) -> str:
    """Return a 许可证号 in its short form, 浙B2-20200001, or an early one in full, 京ICP证030173号.

    Raises IcpError: `icp_is_number` for a 备案号, else `icp_licence_malformed`.
    """
    plain = _plain(text)
    found = _LICENCE.fullmatch(plain)
    if not found:
        raise IcpError("icp_is_number" if _NUMBER.fullmatch(plain) else "icp_licence_malformed")
    return f"{found['old']}号" if found["old"] else f"{found['region']}{found['kinds']}-{found['serial']}"


def normalise_icp(text: str) -> str:
    """Return what two numbers are compared by: their full form, a 备案号 with the site's -n, a licence as read.

    One operator has one 备案号 for all its sites, which differ by their -n; each may be a platform of its own (指引 四).
    Raises IcpError `icp_malformed` where `text` is neither.
    """
    plain = _plain(text)
    if _NUMBER.fullmatch(plain):
        return read_number(plain)
    try:
        return read_licence(plain)
    except IcpError:
        raise IcpError("icp_malformed") from None


def _plain(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
    return "".join(upper.split())
