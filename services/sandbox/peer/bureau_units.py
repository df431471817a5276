"""Units that the stand-in has made up: each follows from its number, so that a hundred thousand of them cost nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

from shared.clock import SystemClock, local_date
from shared.codes import divisions, organisation, uscc
from shared.codes.division_model import Level

Record = dict[str, Any]
"""A record as it crosses the border."""

_TRADES = ("软件", "信息技术", "数据", "云计算", "设计", "供应链", "金融服务", "生物医药", "检测", "人力资源")
_WORDS = (
    "启明",
    "远航",
    "云帆",
    "星河",
    "锦程",
    "恒信",
    "博远",
    "华章",
    "晨光",
    "致远",
    "凌云",
    "天工",
    "瑞禾",
    "安澜",
)
_FAMILY = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙")
_GIVEN = ("伟", "敏", "静", "磊", "洋", "艳", "勇", "军", "杰", "涛", "明", "超", "霞", "平", "刚", "桂英")
_INDUSTRIES = ("6510", "6520", "6530", "6540", "6550", "7239", "7291", "7450")
_TYPES = ("173", "159", "174", "151", "230", "330", "171", "310")
_SIZES = ("1", "2", "3", "4")

FIRST_BODY = 50_000_000
"""The organisation codes of made-up units begin here; no firm of the demonstrations has one of them."""


@cache
def counties() -> tuple[str, ...]:
    """Return the counties of today, in the order of their codes."""
    today = local_date(SystemClock().now())
    return tuple(
        code
        for code, meanings in sorted(divisions.meanings().items())
        if any(one.level is Level.COUNTY and one.is_valid(today) for one in meanings)
    )


def unit_id(number: int) -> str:
    """Return the directory's id of a unit; ids are in the order of the numbers."""
    return f"M{number:011d}"


def number_of(unit: str) -> int | None:
    """Return the number of a made-up unit by its id; None for another's."""
    return int(unit[1:]) if unit[:1] == "M" and len(unit) == 12 and unit[1:].isdecimal() else None


def number_of_code(credit_code: str) -> int | None:
    """Return the number of the made-up unit that has a credit code; None where none has it."""
    body = credit_code[8:16]
    if len(credit_code) != 18 or not body.isdecimal() or int(body) <= FIRST_BODY:
        return None
    number = int(body) - FIRST_BODY
    return number if record_of(number)["credit_code"] == credit_code else None


def record_of(number: int) -> Record:
    """Return the record of a made-up unit as it was entered first."""
    county = counties()[number * 7919 % len(counties())]
    body = f"{FIRST_BODY + number:08d}"
    code = organisation.check_character(body)
    without_check = f"91{county}{body}{code}"
    word, trade = _pick(_WORDS, number, 3), _pick(_TRADES, number, 5)
    street = f"{_pick(_WORDS, number, 11)}路{number % 900 + 1}号"
    return {
        "form": "MLK101-1",
        "credit_code": without_check + uscc.check_character(without_check),
        "organisation_code": body + code,
        "name": f"{word}{number}{trade}有限公司",
        "activities": [f"{trade}服务"],
        "industry": _pick(_INDUSTRIES, number, 13),
        "industry_list": "2011",
        "address": street,
        "division": f"{county}001001",
        "registered_address": street,
        "registered_division": county,
        "size": _pick(_SIZES, number, 17),
        "staff": number * 37 % 900 + 5,
        "legal_representative": _pick(_FAMILY, number, 1) + _pick(_GIVEN, number, 7),
        "opened_on": f"{2000 + number % 24}-{number % 12 + 1:02d}",
        "phone": f"010-8{number % 10_000_000:07d}",
        "mobile": "",
        "postcode": "100000",
        "email": f"unit{number}@example.cn",
        "registration_type": _pick(_TYPES, number, 19),
        "registration_list": "2011",
        "holding": "3",
        "operating_state": "1",
        "kind": "10",
        "parent_code": "",
    }


def _pick(words: tuple[str, ...], number: int, step: int) -> str:
    return words[number * step // 7 % len(words)]
