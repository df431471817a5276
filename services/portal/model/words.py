"""The words and tones of codes that the pages show, where the services send only the code."""

from __future__ import annotations

STATE_TONES = {
    "draft": "secondary",
    "submitted": "primary",
    "under_review": "primary",
    "returned": "warning",
    "approved": "success",
    "rejected": "danger",
    "withdrawn": "secondary",
    "discarded": "secondary",
}
"""How a registration's state is coloured; the word always stands beside the colour."""

STATES = (
    ("submitted", "待审核"),
    ("under_review", "审核中"),
    ("returned", "退回"),
    ("approved", "审核通过"),
    ("rejected", "不予注册"),
    ("withdrawn", "已撤回"),
)

DIRECTORY_LABELS = {
    "pending": "待发送名录库",
    "sent": "已发送，待回执",
    "accepted": "名录库已接收",
    "refused": "名录库拒收",
    "unanswered": "超时未回执",
}

DIRECTORY_TONES = {
    "pending": "secondary",
    "sent": "primary",
    "accepted": "success",
    "refused": "danger",
    "unanswered": "warning",
}

MESSAGE_STATES = (
    ("pending", "待发送"),
    ("sent", "已发送待回执"),
    ("accepted", "对方已接收"),
    ("refused", "对方拒收"),
    ("unanswered", "超时未回执"),
    ("failed", "发送失败"),
)

MESSAGE_PARTNERS = (("directory", "基本单位名录库"), ("nbs", "国家统计局"), ("sharing", "统计信息共享数据库"))

MESSAGE_ROUTES = (
    ("directory.changes", "单位变动情况反馈"),
    ("directory.inquiries", "单位信息查询"),
    ("directory.pings", "名录库连通测试"),
    ("nbs.statistics", "统计资料报送"),
    ("nbs.pings", "国家统计局连通测试"),
    ("sharing.statistics", "统计资料共享"),
    ("sharing.pings", "共享数据库连通测试"),
)

MESSAGE_TONES = {**DIRECTORY_TONES, "failed": "danger"}

MATERIAL_VERDICTS = (("accept", "符合要求"), ("replace", "需更换"), ("not_legible", "无法辨认"), ("expired", "已过期"))
CONDITION_VERDICTS = (("accept", "符合要求"), ("not_met", "不符合"))
FIELD_VERDICTS = (("accept", "符合要求"), ("correct", "需更正"))

REASONS = (
    ("materials_incomplete", "材料不齐全"),
    ("materials_unclear", "材料不清晰"),
    ("facts_inconsistent", "信息与材料不一致"),
    ("out_of_scope", "不属于统计范围"),
    ("conditions_not_met", "不符合注册条件"),
    ("other", "其他"),
)

_APPLICANT, _DEPARTMENT = "平台运营主体", "商务主管部门"
ACTORS = {
    "create": _APPLICANT,
    "save": _APPLICANT,
    "submit": _APPLICANT,
    "withdraw": _APPLICANT,
    "resume": _APPLICANT,
    "start_review": _DEPARTMENT,
    "save_review": _DEPARTMENT,
    "return": _DEPARTMENT,
    "approve": _DEPARTMENT,
    "reject": _DEPARTMENT,
    "undo": _DEPARTMENT,
    "note_directory": "名录库",
    "discard": _APPLICANT,
    "open_change": _APPLICANT,
    "renew": _APPLICANT,
    "request_deregistration": _APPLICANT,
    "take_back_request": _APPLICANT,
    "make_statement": _APPLICANT,
    "suspend": _DEPARTMENT,
    "lift_suspension": _DEPARTMENT,
    "refuse_deregistration": _DEPARTMENT,
    "announce_deregistration": _DEPARTMENT,
    "call_off_deregistration": _DEPARTMENT,
    "deregister": _DEPARTMENT,
}
"""Who takes each action; the services give the person's id only."""

UNIT_LABELS = {
    "unit_id": "单位内部编号",
    "credit_code": "统一社会信用代码",
    "name": "单位详细名称",
    "legal_representative": "法定代表人（单位负责人）",
    "division": "单位注册地（区划代码）",
    "address": "通讯地址",
    "opened_on": "开业(成立)时间",
    "registration_type": "登记注册类型",
    "registered_capital": "注册资金（万元）",
    "contact_person": "联系人",
    "phone": "电话",
    "email": "Email",
    "unit_types": "企业类型",
}

REFUSALS = {
    "kind_unknown": "报文种类不明",
    "malformed": "报文内容不完整或格式不符",
    "credit_code_invalid": "统一社会信用代码校验不符",
    "credit_code_refused": "名录库不接收该统一社会信用代码",
    "unit_known_otherwise": "该统一社会信用代码在名录库中属于另一单位",
    "unit_unknown": "名录库中没有该单位",
    "sequence_old": "名录库已有该单位更新的信息",
    "change_refused": "名录库核对后不接受这项变更",
}
"""Why the 名录库 refuses a unit, by the code in its receipt; an unknown code is shown as it came."""
