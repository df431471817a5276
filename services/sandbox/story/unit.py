"""A made-up platform operator, another one each time, with valid codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from shared.codes import organisation, uscc

DIVISION = "330106"


@dataclass(frozen=True)
class Unit:
    """An operator and its platform."""

    tag: str
    name: str
    code: str
    email: str
    platform: str
    host: str
    icp_number: str

    def form(self) -> dict[str, object]:
        """Return the filled 注册信息表."""
        return {
            "operator_name": self.name,
            "legal_representative": "王小明",
            "credit_code": self.code,
            "division": DIVISION,
            "opened_on": "2015-03-01",
            "registered_capital": "1000",
            "registration_type": "domestic",
            "advanced_technology_enterprise": True,
            "postal_address": "浙江省杭州市西湖区文三路90号",
            "contact_person": "李晓红",
            "phone": "0571-88888888",
            "email": self.email,
            "platform_name": self.platform,
            "website": f"https://www.{self.host}",
            "icp_number": self.icp_number,
            "operating_since": "2016-01-01",
            "trade_volume": "23456.5",
            "main_trades": "软件研发、工业设计、人力资源管理等服务项目的发布与撮合",
            "top_suppliers": ["杭州甲软件有限公司", "宁波乙设计有限公司"],
            "top_buyers": ["浙江丙制造有限公司"],
            "background": "为中小企业对接服务供需而设立。",
            "organisation": "设运营、技术、风控、客服四个部门，共86人。",
            "trade_so_far": "累计注册供应商1200家、采购商3400家，完成项目5600个。",
            "operation_plan": "实行实名注册、过程监管、验收结算和争议调解，详见材料4。",
            "traits": {"matching": True, "services": True, "online": True},
            "conditions": {"legal_person_and_team": True, "rules_and_quality": True, "users_and_trades": True},
        }


def make_unit() -> Unit:
    """Return a unit that nobody has registered yet."""
    number = secrets.randbelow(90_000_000) + 10_000_000
    body = f"{number:08d}"
    code = "91" + DIVISION + body + organisation.check_character(body)
    tag = f"{number}"
    return Unit(
        tag=tag,
        name=f"杭州云采{tag}科技有限公司",
        code=code + uscc.check_character(code),
        email=f"lianxiren-{tag}@yuncai{tag}.example",
        platform=f"云采{tag}服务外包交易平台",
        host=f"yuncai{tag}.example",
        icp_number=f"浙ICP备{tag}号-1",
    )
