"""统一社会信用代码 (GB 32100-2015): 18 characters with two check characters.

One of the registering department, one of the kind of unit, six digits of the division of first registration, nine of
the organisation code (with its own check character, GB 11714), one check character of the whole. The division is that
of the *first* registration, so it is never compared with where the unit sits today.
"""

from __future__ import annotations

import re
import unicodedata

from shared.codes import organisation

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capital letters without I, O, S, V and Z; the place in it is the value of a character."""

DEPARTMENTS: dict[str, str] = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制办公室",
    "N": "农业",
    "Y": "其他",
}

KINDS: dict[str, str] = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理机构编制的群众团体",
    "19": "其他",
    "21": "外国常驻新闻机构",
    "29": "其他",
    "31": "律师执业机构",
    "32": "公证处",
    "33": "基层法律服务所",
    "34": "司法鉴定机构",
    "35": "仲裁委员会",
    "39": "其他",
    "41": "外国在华文化中心",
    "49": "其他",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "59": "其他",
    "61": "外国旅游部门常驻代表机构",
    "62": "港澳台地区旅游部门常驻内地（大陆）代表机构",
    "69": "其他",
    "71": "宗教活动场所",
    "72": "宗教院校",
    "79": "其他",
    "81": "基层工会",
    "89": "其他",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "A1": "军队事业单位",
    "A9": "其他",
    "N1": "组级集体经济组织",
    "N2": "村级集体经济组织",
    "N3": "乡镇级集体经济组织",
    "N9": "其他",
    "Y1": "其他",
}

_DIVISION = re.compile(r"[0-9]{6}")


def normalise(text: str) -> str:
    """Return `text` as codes are compared: NFKC (full-width input), upper case, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def check_character(body: str) -> str:
    """Return the 18th character for the first 17, which must be of `ALPHABET` (mod 31, weights 3^i mod 31)."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def faults(text: str) -> tuple[str, ...]:
    """Return the codes of the rules that `text` breaks once normalised, most basic first; empty when it is right."""
    code = normalise(text)
    if len(code) != LENGTH:
        return ("uscc_length",)
    if any(character not in ALPHABET for character in code):
        return ("uscc_alphabet",)
    checks = (
        ("uscc_unknown_department", code[0] in DEPARTMENTS),
        ("uscc_unknown_kind", code[:2] in KINDS or code[0] not in DEPARTMENTS),
        ("uscc_division", _DIVISION.fullmatch(code[2:8]) is not None),
        ("uscc_inner_check_character", code[16] == organisation.check_character(code[8:16])),
        ("uscc_check_character", code[17] == check_character(code[:17])),
    )
    return tuple(name for name, holds in checks if not holds)


def organisation_code(text: str) -> str:
    """Return the nine characters of the organisation code inside the credit code."""
    return normalise(text)[8:17]
