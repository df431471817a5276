"""The 注册信息表 as the wizard shows it (regulation 指引 四, annexed form): steps, fields, and what each field means.

Labels are the official names. Definitions are the project's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    AREA = "area"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    FIVE = "five"
    DIVISION = "division"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class FormField:
    """One field: `key` as in the form (a confirmation is `traits/matching`), `definition` says what belongs in it."""

    key: str
    label: str
    kind: Kind
    definition: str
    is_required: bool = True
    hint: str = ""
    is_essay: bool = False
    options: tuple[tuple[str, str], ...] = ()
    autocomplete: str = "off"
    input_mode: str = ""
    input_type: str = "text"

    @property
    def anchor(self) -> str:
        """The id of the field's control in the page."""
        return "f-" + self.key.replace("/", "-")


@dataclass(frozen=True)
class Step:
    """A page of the wizard. `paper` is the heading of that part on the paper form."""

    no: int
    key: str
    label: str
    paper: str
    fields: tuple[FormField, ...] = ()


REGISTRATION_TYPES = (("domestic", "内资"), ("hk_mo_tw", "港澳台商投资"), ("foreign", "外商投资"))

_TRAITS = (
    FormField(
        "traits/matching",
        "平台的核心功能是撮合交易",
        Kind.CONFIRM,
        "平台的主要用途是发布发包和接包信息，帮助采购商与供应商达成交易；只展示信息、不促成交易的网站不符合此项。",
    ),
    FormField(
        "traits/services",
        "平台交易对象主要是服务",
        Kind.CONFIRM,
        "在平台上成交的以服务项目为主；以商品买卖为主的电子商务平台不符合此项。",
    ),
    FormField(
        "traits/online",
        "平台的运营是基于互联网线上运营",
        Kind.CONFIRM,
        "发布、对接、成交等环节在互联网上进行。政府采购网不在统计范围内，不能注册。",
    ),
)

_CONDITIONS = (
    FormField(
        "conditions/legal_person_and_team",
        "具有独立法人资格，具有平台开发和维护专业团队",
        Kind.CONFIRM,
        "以材料2（法人证书或营业执照副本）和平台的组织架构说明为依据。",
    ),
    FormField(
        "conditions/rules_and_quality",
        "具有健全的管理制度、规范的服务流程、合理的收费标准和完善的服务质量保证措施等",
        Kind.CONFIRM,
        "以材料4（平台运营方案）为依据，四个方面缺一不可。",
    ),
    FormField(
        "conditions/users_and_trades",
        "具有一定数量的线上注册供应商、采购商资源，并成功完成服务项目交易",
        Kind.CONFIRM,
        "以材料3（线上交易证明材料）为依据；尚无成交项目的平台暂不符合此项。供应商、采购商均包括个人。",
    ),
)

_OPERATOR = (
    FormField(
        "operator_name",
        "名称",
        Kind.TEXT,
        "经登记机关核准、与单位公章一致的单位全称。",
        autocomplete="organization",
    ),
    FormField(
        "legal_representative",
        "法定代表人（单位负责人）",
        Kind.TEXT,
        "证照上载明的法定代表人；没有法定代表人的，填单位主要负责人。",
    ),
    FormField(
        "credit_code",
        "统一社会信用代码",
        Kind.TEXT,
        "证照上的18位代码，含校验位，由数字和大写字母组成。",
        hint="18位，例如 91330106MA2ABCDE0X 的样式",
    ),
    FormField(
        "division",
        "单位注册地",
        Kind.DIVISION,
        "证照登记住所所在的县级行政区划。审核由该地的商务主管部门办理。",
        hint="输入地名或6位区划代码后选择",
    ),
    FormField("opened_on", "开业(成立)时间", Kind.DATE, "证照上载明的成立日期。", input_type="date"),
    FormField(
        "registered_capital",
        "注册资金（万元）",
        Kind.MONEY,
        "在登记机关登记的注册资本（金），以万元人民币计。",
        hint="单位：万元",
        input_mode="decimal",
    ),
    FormField(
        "registration_type",
        "登记注册类型",
        Kind.CHOICE,
        "按在登记机关登记的类型选择一项。",
        options=REGISTRATION_TYPES,
    ),
    FormField(
        "advanced_technology_enterprise",
        "技术先进型服务企业",
        Kind.YES_NO,
        "是否为经认定、且资格在有效期内的技术先进型服务企业。",
        options=(("true", "是"), ("false", "否")),
    ),
    FormField("postal_address", "通讯地址", Kind.TEXT, "能收到信函的详细地址。", autocomplete="street-address"),
    FormField("contact_person", "联系人", Kind.TEXT, "办理注册事宜、能回答审核询问的人员。"),
    FormField(
        "phone",
        "电话",
        Kind.TEXT,
        "联系人的固定电话（含区号）或手机号码。",
        hint="例如 0571-88886666 或 13800001111",
        input_type="tel",
        autocomplete="tel",
    ),
    FormField("fax", "传真", Kind.TEXT, "没有传真的可不填。", is_required=False, input_type="tel"),
    FormField(
        "email",
        "Email",
        Kind.TEXT,
        "接收退回、通过等通知的电子邮箱。",
        hint="例如 name@example.cn",
        input_type="email",
        autocomplete="email",
    ),
)

_PLATFORM = (
    FormField("platform_name", "名称", Kind.TEXT, "平台对外使用的名称。"),
    FormField(
        "website",
        "网址",
        Kind.TEXT,
        "平台首页的完整地址。同一网址只能注册一次。",
        hint="以 https:// 或 http:// 开头",
        input_type="url",
    ),
    FormField(
        "icp_number",
        "网站备案号",
        Kind.TEXT,
        "工业和信息化部 ICP 备案号，须与材料5一致。同一备案号只能注册一次。",
        hint="例如 浙ICP备12345678号-1",
    ),
    FormField(
        "licence_number",
        "许可证号",
        Kind.TEXT,
        "增值电信业务经营许可证等的编号；依法不需要许可的可不填。",
        is_required=False,
    ),
    FormField(
        "operating_since", "平台开始运营时间", Kind.DATE, "平台正式上线、对外提供服务的日期。", input_type="date"
    ),
    FormField(
        "trade_volume",
        "截止申报日撮合交易规模（万元）",
        Kind.MONEY,
        "从平台开始运营到申报之日，经平台撮合成交的服务项目金额合计，以万元人民币计。",
        hint="单位：万元",
        input_mode="decimal",
    ),
    FormField(
        "main_trades",
        "主要交易内容",
        Kind.AREA,
        "平台上成交较多的服务种类，例如软件研发、工业设计、人力资源管理。",
    ),
    FormField(
        "top_suppliers",
        "平台上TOP5供应商名称",
        Kind.FIVE,
        "按成交金额排在前五位的供应商，个人也可列入；不足五家的，按实际填写。",
    ),
    FormField(
        "top_buyers",
        "平台上TOP5采购商名称",
        Kind.FIVE,
        "按成交金额排在前五位的采购商，个人也可列入；不足五家的，按实际填写。",
    ),
)

_DETAILS = (
    FormField("background", "平台的成立背景", Kind.AREA, "为什么、由谁、在什么条件下建立了平台。", is_essay=True),
    FormField(
        "organisation", "组织架构", Kind.AREA, "运营主体的部门设置，平台开发和维护团队的人数与分工。", is_essay=True
    ),
    FormField(
        "trade_so_far",
        "交易现状",
        Kind.AREA,
        "供应商、采购商的数量和构成，已完成的项目和金额，有代表性的项目。",
        is_essay=True,
    ),
    FormField(
        "operation_plan",
        "平台运营方案",
        Kind.AREA,
        "概述管理制度、服务流程、收费标准和服务质量保证措施；全文作为材料4上传。",
        is_essay=True,
    ),
)

STEPS = (
    Step(1, "conditions", "特征与条件", "平台基本特征与注册条件", (*_TRAITS, *_CONDITIONS)),
    Step(2, "operator", "运营主体", "平台运营主体基本信息", _OPERATOR),
    Step(3, "platform", "平台信息", "服务外包交易平台信息", _PLATFORM),
    Step(4, "details", "详细信息", "服务外包交易平台详细信息", _DETAILS),
    Step(5, "materials", "注册材料", "注册材料"),
    Step(6, "check", "核对提交", "核对与提交"),
)

STEP_BY_NO = {step.no: step for step in STEPS}
FIELD_BY_KEY = {field.key: field for step in STEPS for field in step.fields}
STEP_OF_FIELD = {field.key: step for step in STEPS for field in step.fields}
GROUPS = ("traits", "conditions")
"""Keys of the form whose values are confirmations by name."""

FIELD_GROUPS = {"traits": "平台基本特征", "conditions": "平台注册条件"}
"""The names under which confirmations are judged together."""

_SHARED = frozenset({"operator_name", "platform_name"})
FULL_LABELS = FIELD_GROUPS | {
    field.key: f"{field.label}（{step.label}）" if field.key in _SHARED else field.label
    for step in STEPS
    for field in step.fields
}
"""Labels that stand alone: two fields are both called 名称, and say of what."""
