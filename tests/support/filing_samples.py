"""Accepted filings of each form of edition 2022, drawn at random: complete, and without a finding of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.filing.forms.answers import Value
from services.filing.forms.context import Context, FirmFacts
from services.filing.forms.model import Form
from tests.support.filing import TODAY, a_context, answers_of

CREDIT_CODES = ("91110000600037341L", "91330100799655058B")
RATE = Decimal("0.14")
MIDYEAR = date(2023, 6, 30)
CITY = "330100"

Body = dict[str, Any]


@dataclass
class Filing:
    """What a filer typed, and all that stands around it; a test changes it in place."""

    body: Body
    facts: dict[str, Value | bool] = field(default_factory=dict)
    previous: Body | None = None
    firms: dict[str, FirmFacts] = field(default_factory=dict)
    month: int = 0
    filed_on: date = TODAY

    def context(self, form: Form) -> Context:
        """Return the context, its previous answers read by the form."""
        previous = None if self.previous is None else answers_of(form, self.previous)
        return a_context(self.facts, previous, self.firms, self.month, self.filed_on)


counts = st.integers(1, 10**6)
texts = st.text(alphabet="甲乙丙丁 aB-1", min_size=1, max_size=20).filter(str.strip)
yes_no = st.sampled_from(["1", "2"])


def _money(amount: Decimal | int) -> str:
    return format(Decimal(amount), "f")


@st.composite
def _split(draw: st.DrawFn, parts: int) -> list[int]:
    return [draw(counts) for _ in range(parts)]


@st.composite
def basics(draw: st.DrawFn) -> Filing:
    """Draw a 企业1表."""
    is_head = draw(yes_no)
    capital, assets = draw(counts), draw(counts)
    share = draw(st.integers(1, 99))
    body: Body = {
        "101": draw(st.sampled_from([{"uscc": code} for code in CREDIT_CODES] + [{"organisation_code": "60003734-1"}])),
        "102": draw(texts),
        "104": draw(st.sampled_from(["1999-12", "2023-12", "2024-01"])),
        "105": draw(texts),
        "106": {
            "province": "浙江省",
            "prefecture": "杭州市",
            "county": "西湖区",
            "street": draw(texts),
            "division_code": "330106001002",
            "urban_rural_code": draw(st.sampled_from(["111", {"not_applicable": "不掌握"}])),
        },
        "107": {"activity_1": draw(texts), "industry_code": "6510"},
        "108": draw(st.sampled_from(["110", "173", "230", "390"])),
        **{code: draw(yes_no) for code in ("109", "110", "112", "113")},
        "111": {"answer": "1"} if is_head == "1" else {"answer": "2", "head_office": "USA"},
        "114": draw(st.sampled_from([{"answer": "2"}, {"answer": "1", "parks": ["software", "high_tech"]}])),
        "117": {"cny": _money(capital), "usd": _money(capital * RATE)},
        "118": {"cny": _money(assets), "usd": _money(assets * RATE)},
        "119": [_investor("chinese", share, capital), _investor("foreign", 100 - share, capital)],
        "120": {
            **draw(st.sampled_from([{"mobile": "13800138000"}, {"area_code": "0571", "phone": "88888888"}])),
            "postcode": "310000",
            "email": draw(st.sampled_from(["a@example.com", {"not_applicable": "没有"}])),
        },
    }
    if is_head == "1":
        body["115"] = body["116"] = {"domestic": draw(st.sampled_from([[], [CITY]])), "abroad": ["USA"]}
    previous = {code: {"cny": body[code]["cny"]} for code in ("117", "118")}
    return Filing(body, {"rate.cny_to_usd": RATE}, previous)


def _investor(side: str, share: int, capital: int) -> Body:
    amount = Decimal(capital) * share / 100
    money = {"amount": _money(amount), "usd": _money(amount * RATE)}
    return {"side": side, "name": f"{side} 投资者", "country": "CHN", **money, "share": str(share)}


@st.composite
def contract(draw: st.DrawFn) -> Filing:
    """Draw a 企业2表 of June 2023: onshore or offshore, of a class with or without a design share."""
    amount = draw(st.integers(1, 10**5))
    body: Body = {
        "201": {"name": "某公司"},
        "202": {"number": draw(texts)},
        "203": {"content": draw(texts)},
        "204": draw(st.sampled_from(["2023-06-01", "2023-06-30"])),
        "205": draw(st.sampled_from([1, 36, "无"])),
        "206": {"amount": _money(amount), "currency": "CNY", "usd": _money(amount * RATE)},
        "209": draw(st.sampled_from(["I11", "B29", "K39"])),
        "212": draw(st.sampled_from(["A", "I", "T"])),
    }
    draw(st.sampled_from([onshore, offshore]))(body)
    design = draw(st.sampled_from([("", "", ""), ("K21", "K21-daily", "7"), ("K22", "K22-road", "8")]))
    if design[0]:
        body["209"] = design[0]
        body["203"] |= {"share_kind": design[1], "design_share": design[2]}
    is_correction = draw(st.booleans())
    body |= draw(st.sampled_from(STANDINGS)) | (draw(st.sampled_from(CHANGES)) if is_correction else {})
    facts: dict[str, Value | bool] = {
        "unit.basics_submitted": True,
        "contract.number_taken": False,
        "contract.executed_total": Decimal(body["206"]["usd"]),
        "filing.is_correction": is_correction,
        "rate.original_to_usd": RATE,
    }
    return Filing(body, facts, month=6, filed_on=MIDYEAR)


STANDINGS: Sequence[Body] = (
    {},
    {"contract_state": {"state": "1"}},
    {"contract_state": {"state": "2", "ended_on": "2023-06-30"}},
    {"contract_state": {"state": "3", "ended_on": "2023-06-30", "reason": "客户停业"}},
    {"opening": {"executed": "0.5", "as_of": "2023-06-30"}},
)
"""How far a contract is, and what was executed before it was kept here."""

CHANGES: Sequence[Body] = (
    {"change": {"kind": "1", "reason": "金额填错"}},
    {"change": {"kind": "2", "effective_on": "2023-06-30", "reason": "补充协议"}},
)
"""What a correction says of itself."""


def onshore(body: Body) -> None:
    """Make a contract one with a domestic client."""
    body["207"] = {"where": "1", "city": CITY}
    body["208"] = {"nature": "1"}
    body["210"] = {"chinese_name": "某客户"}
    body["211"] = {"where": "1", "city": "310000"}


def offshore(body: Body) -> None:
    """Make a contract one with a client abroad, delivered in China."""
    body["207"] = {"where": "1", "city": CITY}
    body["208"] = {"nature": "2"}
    body["210"] = {"foreign_name": "Some Client"}
    body["211"] = {"where": "2", "country": "USA", "state": "Ohio", "has_branch": "2"}


def abroad(body: Body) -> None:
    """Make a contract one of a branch abroad."""
    offshore(body)
    body["207"] = {"where": "2", "country": "SGP"}
    body["208"] = {"nature": "3", "branch_share": "50", "is_kept_abroad": "1"}


@st.composite
def execution(draw: st.DrawFn) -> Filing:
    """Draw a 企业3表 of June 2023, onshore or offshore."""
    nature, before, now = draw(st.sampled_from(["1", "2", "3"])), draw(counts), draw(counts)
    body: Body = {
        "301": {"name": "某公司"},
        "302": draw(st.sampled_from([{"chinese_name": "某客户"}, {"foreign_name": "Some Client"}])),
        "303": nature,
        "304": {"number": draw(texts)},
        "305": {"date": draw(st.sampled_from(["2023-06-01", "2023-06-30", "2023-01-05"]))},
        "306": draw(st.sampled_from(["某银行", {"not_applicable": "现金"}])),
        "307": draw(texts),
        "308": _money(now),
        **({"309": draw(st.sampled_from(["0", _money(now)]))} if nature == "2" else {}),
    }
    facts: dict[str, Value | bool] = {
        "contract.is_known": True,
        "contract.nature": nature,
        "contract.signed_on": date(2023, 1, 5),
        "contract.usd": Decimal(before + now + draw(st.integers(0, 5))),
        "contract.executed_before": Decimal(before),
        "contract.executed_beside": Decimal(before),
        "contract.ended_on": MIDYEAR,
        "contract.opening_as_of": date(2023, 1, 4),
        "voucher.is_short_of_amount": False,
        "voucher.remaining": Decimal(now),
        "voucher.other_uses": 0,
    }
    return Filing(body, facts, month=6, filed_on=MIDYEAR)


@st.composite
def staff(draw: st.DrawFn) -> Filing:
    """Draw a 企业4表 that does not jump against the year before."""
    body: Body = {}
    previous: Body = {}
    outsourcing, trained, others = draw(_split(5)), draw(_split(5)), draw(_split(5))
    total = [mine + other for mine, other in zip(outsourcing, others, strict=True)]
    for first, parts in ((401, total), (411, outsourcing), (421, trained)):
        whole = sum(parts)
        body[str(first)] = {"1": whole, "2": whole}
        previous[str(first)] = {"2": whole}
        body |= {str(first + step): {"2": part} for step, part in enumerate(parts, 1)}
    return Filing(body, {"year.executions": draw(st.integers(0, 5))}, previous)


@st.composite
def certificates(draw: st.DrawFn) -> Filing:
    """Draw a 企业5表 with a known and an unlisted certificate, and a downgrade."""
    body: Body = {
        "501": draw(
            st.sampled_from([{"held": ["CMMI-3", "ISO9001", "other"], "others": ["某认证"]}, {"held": ["CMMI-3"]}])
        ),
        "502": draw(st.sampled_from([[], [{"certificate": "CMM(I) 三级", "date": "2023-05-01", "fee": "1.5"}]])),
        "503": draw(
            st.sampled_from(
                [
                    [],
                    [{"certificate": "GLP", "change": "cancellation", "date": "2023-02-01"}],
                    [
                        {
                            "certificate": "CMMI-5",
                            "change": "downgrade",
                            "date": "2023-02-01",
                            "downgraded_to": "CMMI-3",
                        }
                    ],
                ]
            )
        ),
    }
    return Filing(body)


@st.composite
def platform(draw: st.DrawFn) -> Filing:
    """Draw a 平台1表 that does not jump against the year before."""
    body: Body = {}
    industries, sizes, kinds = draw(_split(5)), draw(_split(5)), draw(_split(3))
    persons, offices, suppliers, projects = draw(_split(4))
    figures = {
        "601": persons + offices + sum(industries),
        "602": persons,
        "603": offices,
        "604": sum(industries),
        **{str(605 + step): count for step, count in enumerate(industries)},
        "611": suppliers + sum(sizes),
        "612": suppliers,
        "613": sum(sizes),
        **{str(614 + step): count for step, count in enumerate(sizes)},
        "621": projects,
    }
    amounts = {"622": sum(kinds), "623": min(kinds), **{str(624 + step): each for step, each in enumerate(kinds)}}
    body = {code: {"2": count} for code, count in figures.items()}
    body |= {code: {"2": _money(amount)} for code, amount in amounts.items()}
    for code in ("601", "611", "621", "622"):
        body[code]["1"] = body[code]["2"]
    previous = {code: {"2": body[code]["2"]} for code in ("601", "611", "621", "622")}
    return Filing(body, {"evidence.files": draw(st.integers(1, 3))}, previous)


@st.composite
def firm_training(draw: st.DrawFn) -> Filing:
    """Draw a 城市1表 with some rows."""
    row = st.fixed_dictionaries(
        {
            "firm": st.sampled_from(["某公司", "别处没有的公司"]),
            "institution": texts,
            "content": texts,
            "category": st.sampled_from(list("1234567")),
            "venue": texts,
            "hours": st.sampled_from(["0", "12.5"]),
            "fee": st.sampled_from(["0", "999.9999"]),
        }
    )
    firms = {"某公司": FirmFacts(city=CITY)}
    return Filing({"rows": draw(st.lists(row, min_size=1, max_size=4))}, {"city": CITY}, firms=firms)


@st.composite
def institution_training(draw: st.DrawFn) -> Filing:
    """Draw a 城市2表 with some rows."""
    row = st.fixed_dictionaries(
        {
            "institution": texts,
            "content": texts,
            "category": st.sampled_from(list("1234567")),
            "venue": texts,
            "people": st.integers(0, 10**4),
            "fee": st.sampled_from(["0", "999.9999"]),
        }
    )
    return Filing({"rows": draw(st.lists(row, min_size=1, max_size=4))}, {"city": CITY})


@st.composite
def city_certificates(draw: st.DrawFn) -> Filing:
    """Draw a 城市3表 with some rows of a firm that reported them itself."""
    row = st.fixed_dictionaries(
        {
            "firm": st.sampled_from(["某公司", "别处没有的公司"]),
            "certificate": st.sampled_from(["ISO9001", "某认证"]),
            "date": st.sampled_from(["2023-01-01", "2023-12-31"]),
            "fee": st.sampled_from(["0", "999.9999"]),
        }
    )
    firms = {"某公司": FirmFacts(city=CITY, certificates=frozenset({"ISO9001", "某认证"}))}
    return Filing({"rows": draw(st.lists(row, min_size=1, max_size=4))}, {"city": CITY}, firms=firms)


ACCEPTED: Mapping[str, Callable[[], st.SearchStrategy[Filing]]] = {
    "enterprise-1": basics,
    "enterprise-2": contract,
    "enterprise-3": execution,
    "enterprise-4": staff,
    "enterprise-5": certificates,
    "platform-1": platform,
    "city-1": firm_training,
    "city-2": institution_training,
    "city-3": city_certificates,
}
"""How an accepted filing of each form is drawn."""
