"""The items of the 注册信息表 (regulation 指引 四, annexed form), the five materials and the words shown for codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.registration.model.directory import DirectoryState
from services.registration.model.materials import PlanPart, Slot
from services.registration.model.review import ReasonCode, Verdict
from services.registration.model.standing import Ground, Purpose, Standing
from services.registration.model.states import Action, State


class Section(StrEnum):
    """Parts of the registration, in the order in which they are filled in."""

    CONDITIONS = "conditions"
    OPERATOR = "operator"
    PLATFORM = "platform"
    DETAILS = "details"
    MATERIALS = "materials"


SECTION_LABELS = {
    Section.CONDITIONS: "平台特征与注册条件",
    Section.OPERATOR: "平台运营主体基本信息",
    Section.PLATFORM: "服务外包交易平台信息",
    Section.DETAILS: "服务外包交易平台详细信息",
    Section.MATERIALS: "注册材料",
}


@dataclass(frozen=True)
class Item:
    """One item of the form: `label` is its official name, `unit` its unit of measure."""

    key: str
    label: str
    section: Section
    is_required: bool = True
    unit: str = ""


ITEMS = (
    Item("operator_name", "名称", Section.OPERATOR),
    Item("legal_representative", "法定代表人（单位负责人）", Section.OPERATOR),
    Item("credit_code", "统一社会信用代码", Section.OPERATOR),
    Item("division", "单位注册地", Section.OPERATOR),
    Item("opened_on", "开业(成立)时间", Section.OPERATOR),
    Item("registered_capital", "注册资金（万元）", Section.OPERATOR, unit="万元"),
    Item("registration_type", "登记注册类型", Section.OPERATOR),
    Item("advanced_technology_enterprise", "技术先进型服务企业", Section.OPERATOR),
    Item("postal_address", "通讯地址", Section.OPERATOR),
    Item("contact_person", "联系人", Section.OPERATOR),
    Item("phone", "电话", Section.OPERATOR),
    Item("fax", "传真", Section.OPERATOR, is_required=False),
    Item("email", "Email", Section.OPERATOR),
    Item("platform_name", "名称", Section.PLATFORM),
    Item("website", "网址", Section.PLATFORM),
    Item("icp_number", "网站备案号", Section.PLATFORM),
    Item("licence_number", "许可证号", Section.PLATFORM, is_required=False),
    Item("operating_since", "平台开始运营时间", Section.PLATFORM),
    Item("trade_volume", "截止申报日撮合交易规模（万元）", Section.PLATFORM, unit="万元"),
    Item("main_trades", "主要交易内容", Section.PLATFORM),
    Item("top_suppliers", "平台上TOP5供应商名称", Section.PLATFORM),
    Item("top_buyers", "平台上TOP5采购商名称", Section.PLATFORM),
    Item("background", "平台的成立背景", Section.DETAILS),
    Item("organisation", "组织架构", Section.DETAILS),
    Item("trade_so_far", "交易现状", Section.DETAILS),
    Item("operation_plan", "平台运营方案", Section.DETAILS),
)

ITEM_BY_KEY = {item.key: item for item in ITEMS}

TRAITS = {
    "matching": "平台的核心功能是撮合交易",
    "services": "平台交易对象主要是服务",
    "online": "平台的运营是基于互联网线上运营",
}

CONDITIONS = {
    "legal_person_and_team": "具有独立法人资格，具有平台开发和维护专业团队",
    "rules_and_quality": "具有健全的管理制度、规范的服务流程、合理的收费标准和完善的服务质量保证措施等",
    "users_and_trades": "具有一定数量的线上注册供应商、采购商资源，并成功完成服务项目交易",
}

SLOT_LABELS = {
    Slot.FORM: "服务外包交易平台注册信息表（加盖单位公章）",
    Slot.LICENCE: "法人证书或营业执照副本（复印件）",
    Slot.EVIDENCE: "平台开展相关线上服务外包交易的证明材料（截屏照片、总结等）",
    Slot.PLAN: "平台运营方案，含管理制度、服务流程、收费标准、服务质量保证措施等",
    Slot.FILING: "网站备案、许可证等证明（复印件）",
    Slot.DETAILS: "详细信息的有关证明材料（截屏、照片、内部制度文件等）",
}

PLAN_PART_LABELS = {
    PlanPart.MANAGEMENT_RULES: "管理制度",
    PlanPart.SERVICE_PROCESS: "服务流程",
    PlanPart.FEES: "收费标准",
    PlanPart.QUALITY_ASSURANCE: "服务质量保证措施",
}

REGISTRATION_TYPES = {"domestic": "内资", "hk_mo_tw": "港澳台商投资", "foreign": "外商投资"}

STATE_LABELS = {
    State.DRAFT: "暂存",
    State.SUBMITTED: "待审核",
    State.UNDER_REVIEW: "审核中",
    State.RETURNED: "退回",
    State.APPROVED: "审核通过",
    State.REJECTED: "不予注册",
    State.WITHDRAWN: "已撤回",
    State.DISCARDED: "已作废",
}

STANDING_LABELS = {
    Standing.NONE: "未注册",
    Standing.REGISTERED: "已注册",
    Standing.SUSPENDED: "暂停",
    Standing.EXPIRED: "已过期",
    Standing.DEREGISTERED: "已注销",
}

PURPOSE_LABELS = {
    Purpose.FIRST: "注册",
    Purpose.CHANGE: "变更",
    Purpose.RENEWAL: "重新注册",
}

GROUND_LABELS = {
    Ground.CONDITIONS_NOT_MET: "不再符合注册条件",
    Ground.FACTS_UNTRUE: "注册信息与实际不符",
    Ground.OUT_OF_SCOPE: "不属于统计范围",
    Ground.NOT_OPERATING: "平台已停止运营",
    Ground.DUTIES_NOT_MET: "未履行统计调查义务",
    Ground.ON_REQUEST: "平台运营主体申请注销",
    Ground.PAPERS_EXPIRED: "证照有效期届满",
    Ground.OTHER: "其他",
}

ACTION_LABELS = {
    Action.CREATE: "新建",
    Action.SAVE: "保存",
    Action.SUBMIT: "提交",
    Action.WITHDRAW: "撤回",
    Action.RESUME: "重新填报",
    Action.START_REVIEW: "开始审核",
    Action.SAVE_REVIEW: "保存审核意见",
    Action.RETURN: "退回修改",
    Action.APPROVE: "审核通过",
    Action.REJECT: "不予注册",
    Action.UNDO: "撤销决定",
    Action.NOTE_DIRECTORY: "名录库回执",
    Action.DISCARD: "作废",
    Action.OPEN_CHANGE: "申请变更",
    Action.RENEW: "重新注册",
    Action.SUSPEND: "暂停注册",
    Action.LIFT_SUSPENSION: "恢复注册",
    Action.END_SUSPENSION: "暂停期满恢复",
    Action.REQUEST_DEREGISTRATION: "申请注销",
    Action.TAKE_BACK_REQUEST: "撤回注销申请",
    Action.REFUSE_DEREGISTRATION: "不同意注销",
    Action.ANNOUNCE_DEREGISTRATION: "告知拟注销",
    Action.MAKE_STATEMENT: "陈述意见",
    Action.CALL_OFF_DEREGISTRATION: "终止注销",
    Action.DEREGISTER: "注销",
    Action.EXPIRE: "过期",
    Action.WATCH: "到期提醒",
}

VERDICT_LABELS = {
    Verdict.ACCEPT: "符合要求",
    Verdict.REPLACE: "需更换",
    Verdict.NOT_LEGIBLE: "无法辨认",
    Verdict.EXPIRED: "已过期",
    Verdict.CORRECT: "需更正",
    Verdict.NOT_MET: "不符合",
}

REASON_LABELS = {
    ReasonCode.MATERIALS_INCOMPLETE: "材料不齐全",
    ReasonCode.MATERIALS_UNCLEAR: "材料不清晰",
    ReasonCode.FACTS_INCONSISTENT: "信息与材料不一致",
    ReasonCode.OUT_OF_SCOPE: "不属于统计范围",
    ReasonCode.CONDITIONS_NOT_MET: "不符合注册条件",
    ReasonCode.OTHER: "其他",
}

DIRECTORY_LABELS = {
    DirectoryState.PENDING: "待发送名录库",
    DirectoryState.SENT: "已发送，待回执",
    DirectoryState.ACCEPTED: "名录库已接收",
    DirectoryState.REFUSED: "名录库拒收",
    DirectoryState.UNANSWERED: "超时未回执",
}
