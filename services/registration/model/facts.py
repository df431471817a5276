"""The facts that stand on the five materials: what is read from each, by whom, and what was settled about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.registration.model.materials import PlanPart, Slot


class FactKind(StrEnum):
    """How the value of a fact is written and compared."""

    NAME = "name"
    ADDRESS = "address"
    CREDIT_CODE = "credit_code"
    DATE = "date"
    TERM = "term"
    AMOUNT = "amount"
    SITE = "site"
    ICP_NUMBER = "icp_number"
    ICP_LICENCE = "icp_licence"
    FLAG = "flag"


@dataclass(frozen=True)
class Fact:
    """One fact of a material. `form_key` is the item of the form that should say the same, '' for none.

    `only_with` is the item of the form without which the fact need not be there: no 许可证号, no 许可证.
    """

    key: str
    slot: Slot
    label: str
    kind: FactKind
    form_key: str = ""
    only_with: str = ""


NO_END = "长期"
"""The value of a `TERM` that never ends."""

ABSENT = ""
"""The value of a fact that was looked for and does not stand on the material (未载明)."""

FACTS = (
    Fact("form_seal_name", Slot.FORM, "公章上的单位名称", FactKind.NAME, "operator_name"),
    Fact("form_signed_by", Slot.FORM, "签字（盖章）的法人代表", FactKind.NAME, "legal_representative"),
    Fact("form_signed_on", Slot.FORM, "签字日期", FactKind.DATE),
    Fact("licence_name", Slot.LICENCE, "执照上的名称", FactKind.NAME, "operator_name"),
    Fact("licence_credit_code", Slot.LICENCE, "执照上的统一社会信用代码", FactKind.CREDIT_CODE, "credit_code"),
    Fact("licence_representative", Slot.LICENCE, "执照上的法定代表人", FactKind.NAME, "legal_representative"),
    Fact("licence_opened_on", Slot.LICENCE, "执照上的成立日期", FactKind.DATE, "opened_on"),
    Fact("licence_valid_until", Slot.LICENCE, "执照有效期至", FactKind.TERM),
    Fact("licence_capital", Slot.LICENCE, "执照上的注册资本（万元）", FactKind.AMOUNT, "registered_capital"),
    Fact("licence_address", Slot.LICENCE, "执照上的住所", FactKind.ADDRESS, "postal_address"),
    Fact("evidence_platform_name", Slot.EVIDENCE, "证明材料上的平台名称", FactKind.NAME, "platform_name"),
    Fact("evidence_site", Slot.EVIDENCE, "证明材料上的网址", FactKind.SITE, "website"),
    Fact("evidence_operating_since", Slot.EVIDENCE, "开始运营日期", FactKind.DATE, "operating_since"),
    Fact("evidence_trade_volume", Slot.EVIDENCE, "撮合交易规模（万元）", FactKind.AMOUNT, "trade_volume"),
    Fact("evidence_traded_on", Slot.EVIDENCE, "交易规模的截止日期", FactKind.DATE),
    Fact("plan_platform_name", Slot.PLAN, "运营方案上的平台名称", FactKind.NAME, "platform_name"),
    Fact("plan_management_rules", Slot.PLAN, "方案含管理制度", FactKind.FLAG),
    Fact("plan_service_process", Slot.PLAN, "方案含服务流程", FactKind.FLAG),
    Fact("plan_fees", Slot.PLAN, "方案含收费标准", FactKind.FLAG),
    Fact("plan_quality_assurance", Slot.PLAN, "方案含服务质量保证措施", FactKind.FLAG),
    Fact("icp_number", Slot.FILING, "备案号", FactKind.ICP_NUMBER, "icp_number"),
    Fact("icp_site", Slot.FILING, "备案的域名", FactKind.SITE, "website"),
    Fact("icp_subject", Slot.FILING, "备案的主办单位", FactKind.NAME, "operator_name"),
    Fact("permit_number", Slot.FILING, "许可证号", FactKind.ICP_LICENCE, "licence_number", "licence_number"),
    Fact("permit_subject", Slot.FILING, "许可证的持有单位", FactKind.NAME, "operator_name", "licence_number"),
    Fact("permit_valid_until", Slot.FILING, "许可证有效期至", FactKind.TERM, "", "licence_number"),
)
"""What is read from the materials, in the order in which they are looked at."""

FACT_BY_KEY: Mapping[str, Fact] = {fact.key: fact for fact in FACTS}

PLAN_FACTS: Mapping[str, PlanPart] = {f"plan_{part.value}": part for part in PlanPart}
"""The facts on material 4 that say whether a part which its files are to cover is there."""

FactValues = Mapping[str, object]
"""What was read, by key of the fact: text, `date`, `Decimal` or bool by its kind; `ABSENT` for 未载明.

A fact that nobody has looked for is not in it.
"""


class Result(StrEnum):
    """How a fact stands to something else that should say the same."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True)
class Settlement:
    """Why a reviewer accepts a fact that does not agree. `disputed` is what it was given for: it holds for that alone."""

    reason: str
    by: str
    at: datetime
    disputed: tuple[str, ...]


@dataclass(frozen=True)
class DirectoryRecord:
    """What the 名录库 is known to hold of a unit; `as_of` is when it took the record."""

    as_of: datetime
    values: FactValues


@dataclass(frozen=True)
class Expiry:
    """The end of a paper's validity, to be watched; `until` is its last good day, None where it has no end."""

    fact: Fact
    until: date | None
