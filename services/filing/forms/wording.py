"""What is said at the screen, by the code of a refusal; never with the value that was refused."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "unknown_field": "表中没有这一项。",
    "not_object": "应按项目分别填写。",
    "not_list": "应为列表。",
    "not_text": "应为文字。",
    "forbidden_character": "含有不允许的字符（如控制字符）。",
    "empty": "此项不能为空。",
    "too_long": "内容过长。",
    "too_many": "项数过多。",
    "repeated": "同一项填了两次。",
    "not_whole_number": "应为整数。",
    "not_amount": "应为以数字填写的数值。",
    "too_many_digits": "整数部分位数过多。",
    "too_many_places": "小数部分位数过多。",
    "out_of_range": "超出允许范围。",
    "date_malformed": "日期格式不正确，或没有这一天。",
    "month_malformed": "年月格式不正确。",
    "not_a_choice": "不在可选范围内。",
    "code_unknown": "目录中没有这个代码。",
    "code_level": "应选择规定层级的代码。",
    "city_unknown": "没有这个城市代码。",
    "country_unknown": "没有这个国家（地区）代码。",
    "country_not_abroad": "应为境外国家（地区）。",
    "division_malformed": "区划代码应为 12 位数字。",
    "division_unknown": "没有这个行政区划，或已停用。",
    "division_not_finest": "区划代码应到县（区、市、旗）一级。",
    "uscc_length": "统一社会信用代码应为 18 位。",
    "uscc_alphabet": "统一社会信用代码含有不使用的字符。",
    "uscc_unknown_department": "统一社会信用代码的登记管理部门代码不正确。",
    "uscc_unknown_kind": "统一社会信用代码的机构类别代码不正确。",
    "uscc_division": "统一社会信用代码的登记机关行政区划码不正确。",
    "uscc_inner_check_character": "统一社会信用代码中的组织机构代码校验码不正确。",
    "uscc_check_character": "统一社会信用代码的校验码不正确。",
    "organisation_code_length": "组织机构代码应为 9 位。",
    "organisation_code_alphabet": "组织机构代码含有不使用的字符。",
    "organisation_code_check_character": "组织机构代码的校验码不正确。",
    "not_digits": "应为规定位数的数字。",
    "digits_prefix": "开头的数字不正确。",
    "email_malformed": "电子邮箱格式不正确。",
    "url_too_long": "网址过长。",
    "url_malformed": "网址格式不正确。",
    "url_scheme": "网址应以 http:// 或 https:// 开头。",
    "url_user_info": "网址中不能含有用户名或密码。",
    "url_host": "网址应使用公开的域名。",
    "computed": "此项由系统计算，不能填写。",
    "dash": "此格为“—”，不填数。",
    "must_apply": "此项必须填写，不能选“不适用”。",
    "reason_missing": "选“不适用”须写明理由。",
    "rows_too_many": "行数过多。",
    "required": "此项尚未填写。",
    "not_asked": "按其他项的填法，此项不应填写。",
    "rows_too_few": "行数不足。",
}
"""Every code that reading and checking can give."""


def message(code: str) -> str:
    """Return the sentence for a code; raises KeyError for a code without one, which a test would have found."""
    return MESSAGES[code]
