"""The Chinese words for states, actions and sources, as the pages and the interface show them."""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.model.filings import ReasonCode
from services.filing.model.states import Action, State
from services.filing.model.units import Source, UnitType

STATE_LABELS: Mapping[State, str] = {
    State.DRAFT: "填报中",
    State.SUBMITTED: "待审核",
    State.RETURNED: "已退回",
    State.APPROVED: "已审核通过",
    State.FINAL: "已最终审定",
    State.DISCARDED: "已作废",
}

ACTION_LABELS: Mapping[str, str] = {
    Action.CREATE: "建立",
    Action.SAVE: "保存",
    Action.SUBMIT: "报送",
    Action.WITHDRAW: "撤回",
    Action.APPROVE: "审核通过",
    Action.RETURN: "退回",
    Action.UNDO: "撤销审核",
    Action.FINALISE: "最终审定",
    Action.CORRECT: "更正",
    Action.DROP_CORRECTION: "放弃更正",
    Action.DISCARD: "作废",
    Action.REROUTE: "随区划调整转办",
}

REASON_LABELS: Mapping[ReasonCode, str] = {
    ReasonCode.INCOMPLETE: "填报不完整",
    ReasonCode.IMPLAUSIBLE: "数据异常，说明不足",
    ReasonCode.WRONG_UNIT: "计量单位有误",
    ReasonCode.WRONG_CLASS: "业务类型或分类有误",
    ReasonCode.EVIDENCE: "证明材料不足",
    ReasonCode.DUPLICATE: "疑似重复填报",
    ReasonCode.OTHER: "其他",
}

TYPE_LABELS: Mapping[UnitType, str] = {
    UnitType.ENTERPRISE: "服务外包企业",
    UnitType.PLATFORM: "服务外包交易平台",
    UnitType.TRAINING: "培训机构",
    UnitType.CITY: "服务外包示范城市",
}

SOURCE_LABELS: Mapping[str, str] = {
    Source.REGISTRATION: "平台注册信息",
    Source.DIRECTORY: "名录库",
    Source.UNIT: "单位登记",
    Source.FILING: "企业1表",
    "previous": "上年审定数",
    "system": "系统推算",
}
"""Where what is offered for a cell comes from."""
