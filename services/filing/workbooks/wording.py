"""What is said of a workbook and of its cells, by the code of a refusal; never with the value that was refused."""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.forms import wording
from shared.errors import Invalid, Problem

MESSAGES: Mapping[str, str] = {
    "workbook_broken": "这个 Excel 文件已损坏，无法读取。",
    "workbook_foreign": "这不是本系统的填报模板，请下载模板后填写。",
    "workbook_other_form": "这是另一张表的模板。",
    "workbook_other_edition": "这是另一版统计调查制度的模板，请重新下载。",
    "workbook_other_shape": "这是另一种填报方式或旧版的模板，请重新下载。",
    "workbook_heads_changed": "模板的表头或工作表被改动过，请重新下载模板，不要增删行列和工作表。",
    "workbook_too_many_rows": "行数过多，请分成几个文件。",
    "number_in_text": "此格应为文本，现为数值：数值会丢掉开头的零。请把单元格设为文本格式后重新填写。",
    "code_as_number": "代码被 Excel 转成了数值，第 15 位以后的数字可能已经丢失。请把单元格设为文本格式后重新填写。",
    "number_imprecise": "数值超过 Excel 能保存的 15 位有效数字，请把单元格设为文本格式后填写。",
    "date_with_time": "日期不应带有时刻。",
    "flag_in_cell": "此格是逻辑值（TRUE/FALSE），应填文字或数字。",
    "cell_error": "此格是 Excel 的错误值。",
    "formula_without_value": "此格是没有计算结果的公式，请填写数值或文字。",
    "value_and_reason": "已填写内容的，不应再填“不适用的理由”。",
    "none_with_rows": "已填写明细的，不应再填“无”。",
    "contract_twice": "这个合同号（和分项号）在本文件中出现了不止一次。",
    "filed_already": "此项已经报送，内容不同的请在原表上更正。",
    "not_none": "此格只能填“无”，或者留空。",
}
"""Every code that this room adds to those of the forms."""


def message(code: str) -> str:
    """Return the sentence for a code of this room or of the forms."""
    return MESSAGES.get(code) or wording.message(code)


def refused(code: str, expected: str = "") -> Invalid:
    """Return the refusal of a whole workbook."""
    return Invalid((Problem("/file", code, message(code), expected),))
