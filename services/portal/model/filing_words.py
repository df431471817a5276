"""The words and tones of codes that the pages of filings show, where the service sends only the code."""

from __future__ import annotations

from collections.abc import Mapping

STATE_TONES: Mapping[str, str] = {
    "draft": "secondary",
    "submitted": "primary",
    "returned": "warning",
    "approved": "success",
    "final": "success",
    "discarded": "secondary",
}
"""How a filing's state is coloured; the word always stands beside the colour."""

STATES: Mapping[str, str] = {
    "draft": "填报中",
    "submitted": "待审核",
    "returned": "已退回",
    "approved": "已审核通过",
    "final": "最终审定",
}
"""States by which lists are narrowed."""

SUBMITTED_STATES: Mapping[str, str] = {code: label for code, label in STATES.items() if code != "draft"}
"""States that a department sees."""

RETURN_REASONS: Mapping[str, str] = {
    "incomplete": "填报不完整",
    "implausible": "数据异常，说明不足",
    "wrong_unit": "计量单位有误",
    "wrong_class": "业务类型或分类有误",
    "evidence": "证明材料不足",
    "duplicate": "疑似重复填报",
    "other": "其他",
}
"""Why a filing is returned."""

SEVERITIES: Mapping[str, str] = {"error": "错误", "query": "疑问", "note": "提示"}
SEVERITY_TONES: Mapping[str, str] = {"error": "danger", "query": "warning", "note": "secondary"}
SEVERITY_MEANINGS: Mapping[str, str] = {
    "error": "须改正，否则不能报送",
    "query": "须改正或说明情况，说明随表报送",
    "note": "供参考，不影响报送",
}

DEPARTMENT_ACTS = frozenset({"approve", "return", "undo", "finalise"})
"""What departments do with a filing; all else is the unit's."""

BASICS: Mapping[str, str] = {
    "name": "单位详细名称",
    "english_name": "英文名称",
    "uscc": "统一社会信用代码",
    "organisation_code": "组织机构代码",
    "legal_representative": "法定代表人（单位负责人）",
    "opened_on": "开业(成立)时间",
    "registration_type": "登记注册类型",
}
"""Basic facts of a unit in the order of 企业1表, with their names there."""
