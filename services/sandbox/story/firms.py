"""What a made-up firm files: a contract of two parts, and three executions of one month, one voucher settling two."""

from __future__ import annotations

from datetime import date

from services.sandbox.story.unit import Unit

NUMBER, BANK, VOUCHER = "HZ-001", "中国银行杭州分行", "PZ-8801"
PARTS = {"1": ("I11", "60"), "2": ("I13", "40")}
"""The class and the amount, in 万美元, of each part, which are priced apart."""

SCOPE = {"organisations": "yes", "own": "yes", "statutory": "no", "kind": "none", "product": "no"}
"""Answers on the way to what is outsourcing."""


def part_of_contract(unit: Unit, part: str, signed_on: date, usd: str = "") -> dict[str, object]:
    """Return the answers of 企业2表 for one part of the contract."""
    business_class, amount = PARTS[part]
    usd = usd or amount
    return {
        "201": {"name": unit.name},
        "202": {"number": NUMBER, "part": part},
        "203": {"content": "银行核心系统的软件研发" if part == "1" else "银行核心系统的测试"},
        "204": signed_on.isoformat(),
        "205": 12,
        "206": {"amount": usd, "currency": "USD", "usd": usd},
        "207": {"where": "1", "city": "330100"},
        "208": {"nature": "2"},
        "209": business_class,
        "210": {"foreign_name": "Delta Ltd"},
        "211": {"where": "2", "country": "USA", "state": "Ohio", "has_branch": "2"},
        "212": "J",
    }


def record_of(part: str) -> dict[str, object]:
    """Return how the class of a part was found."""
    return {
        "edition": "2022",
        "query": "软件研发" if part == "1" else "软件测试服务",
        "scope": [
            *({"question": name, "values": [value]} for name, value in SCOPE.items()),
            {"question": "amount", "values": []},
        ],
        "deductions": [],
        "chosen": PARTS[part][0],
        "mixed": [],
    }


def execution(key: str, contract: str, day: date, amount: str, voucher: str) -> dict[str, object]:
    """Return a line of the grid of a month: one execution, settled in full."""
    return {
        "key": key,
        "contract": contract,
        "305": {"date": day.isoformat()},
        "306": BANK,
        "307": voucher,
        "308": amount,
        "309": amount,
    }
