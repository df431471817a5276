"""Every field by a table: what it takes and as what, what it refuses and with which code."""

import enum
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from shared import fields
from shared.codes.divisions import Level
from tests.support.codes import make_organisation_code, make_uscc


class Registration(enum.Enum):
    DOMESTIC = "内资"
    FOREIGN = "外商投资"


class YesNo(enum.IntEnum):
    YES = 1
    NO = 2


HOSTILE = [{"$ne": None}, {"$gt": ""}, [], ["内资"], [[]], {}, True, 1.7, math.nan, math.inf, b"x", "\x00", "\ud800"]

FIELDS: dict[str, fields.Strict[Any]] = {
    "text": fields.Text(max=10),
    "optional text": fields.Text(max=10, min=0),
    "lines": fields.Text(max=20, multiline=True),
    "whole": fields.WholeNumber(min=0, max=100),
    "negative": fields.WholeNumber(min=-5),
    "money": fields.Money(places=2),
    "yen": fields.Money(places=0, unit="日元", max=1000),
    "balance": fields.Money(min=None),
    "moment": fields.AwareDateTime(),
    "date": fields.PlainDate(),
    "recent date": fields.PlainDate(min=date(2006, 1, 1)),
    "month": fields.YearMonth(),
    "period": fields.Period(),
    "choice": fields.Choice(Registration),
    "yes or no": fields.Choice(YesNo),
    "id": fields.Id(),
    "uscc": fields.Uscc(),
    "organisation": fields.OrganisationCode(),
    "division": fields.DivisionCode(),
    "division then": fields.DivisionCode(on=date(2010, 1, 1)),
    "province": fields.DivisionCode(levels=frozenset({Level.PROVINCE})),
    "county": fields.DivisionCode(finest=True),
    "email": fields.Email(),
    "phone": fields.Phone(),
    "site": fields.WebSite(),
    "icp": fields.IcpNumber(),
    "licence": fields.IcpLicence(),
}

GOOD = [
    ("text", " 浙江某公司 ", "浙江某公司"),
    ("text", "Café", "Café"),
    ("text", "\u200b杭州\ufeff", "杭州"),
    ("text", "\u3000" + "字" * 10, "字" * 10),
    ("optional text", "  ", ""),
    ("lines", "一\r\n二\t三", "一\n二\t三"),
    ("whole", 0, 0),
    ("whole", 100, 100),
    ("negative", -5, -5),
    ("money", "1234.5", Decimal("1234.5")),
    ("money", "1234.50", Decimal("1234.5")),
    ("money", 1234, Decimal(1234)),
    ("money", "0", Decimal(0)),
    ("money", "-0", Decimal(0)),
    ("money", "0.100", Decimal("0.1")),
    ("yen", "1000", Decimal(1000)),
    ("balance", "-3.25", Decimal("-3.25")),
    ("moment", "2026-03-01T09:30:00+08:00", datetime(2026, 3, 1, 1, 30, tzinfo=UTC)),
    ("moment", "2026-03-01T01:30:00.5Z", datetime(2026, 3, 1, 1, 30, 0, 500000, tzinfo=UTC)),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("month", "2015-12", "2015-12"),
    ("period", "2026", "2026"),
    ("period", "2026-03", "2026-03"),
    ("choice", "内资", Registration.DOMESTIC),
    ("yes or no", 2, YesNo.NO),
    ("id", "0" * 31 + "f", "0" * 31 + "f"),
    ("uscc", " 91330100799655058b", "91330100799655058B"),
    ("uscc", "９１３３０１００７９９６５５０５８Ｂ", "91330100799655058B"),
    ("organisation", "D2143569-X", "D2143569X"),
    ("organisation", make_organisation_code(3), make_organisation_code(3)),
    ("division", "330106", "330106"),
    ("division", "330100", "330100"),
    ("division", "500157", "500157"),
    ("division then", "110103", "110103"),
    ("province", "110000", "110000"),
    ("county", "330106", "330106"),
    ("county", "441900", "441900"),
    ("county", "429004", "429004"),
    ("email", " Li.Ming+a@Example.COM ", "Li.Ming+a@example.com"),
    ("email", "a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ("phone", "010-12345678", "010-12345678"),
    ("phone", "0571-88888888-123", "0571-88888888-123"),
    ("phone", "（0571）88888888转123", "0571-88888888-123"),
    ("phone", "13800138000", "13800138000"),
    ("phone", "+86 138 0013 8000", "13800138000"),
    ("phone", "+86-571-88888888", "0571-88888888"),
    ("phone", "０１０－１２３４５６７８", "010-12345678"),
    ("phone", "400-123-4567", "400-1234567"),
    ("site", "https://www.example.com/平台?a=1#b", "https://www.example.com/平台?a=1#b"),
    ("site", "HTTP://服务.中国:8080", "HTTP://服务.中国:8080"),
    ("icp", "京ICP备12345678号", "京ICP备12345678号"),
    ("icp", " 京icp备 12345678号－1", "京ICP备12345678号-1"),
    ("icp", "沪ICP备2021012345号-2A", "沪ICP备2021012345号-2A"),
    ("icp", "蜀ICP备12345678", "蜀ICP备12345678号"),
    ("licence", "浙B2-20200001", "浙B2-20200001"),
    ("licence", "浙ICP证B2-20200001号", "浙B2-20200001"),
    ("licence", "合字B2-20200001", "合字B2-20200001"),
    ("licence", "京ICP证030173号", "京ICP证030173号"),
    ("licence", "京A2.B1.B2-20150001", "京A2.B1.B2-20150001"),
]

BAD = [
    ("text", "", "empty"),
    ("text", " \u3000\u200b", "empty"),
    ("text", "字" * 11, "too_long"),
    ("text", 12, "not_text"),
    ("text", None, "null"),
    ("text", "一\n二", "forbidden_character"),
    ("text", "a\x1bb", "forbidden_character"),
    ("text", "a\u202eb", "forbidden_character"),
    ("text", "a\u2066b", "forbidden_character"),
    ("text", "a\udc80b", "forbidden_character"),
    ("text", "a\uffffb", "forbidden_character"),
    ("text", "a\u2028b", "forbidden_character"),
    ("lines", "a\x07b", "forbidden_character"),
    ("lines", "a\rb", "forbidden_character"),
    ("whole", "12", "not_whole_number"),
    ("whole", "１２", "not_whole_number"),
    ("whole", 1.0, "not_whole_number"),
    ("whole", 1.7, "not_whole_number"),
    ("whole", False, "not_whole_number"),
    ("whole", -1, "out_of_range"),
    ("whole", 101, "out_of_range"),
    ("negative", 2**53, "out_of_range"),
    ("money", 12.5, "not_amount"),
    ("money", "1e3", "not_amount"),
    ("money", "NaN", "not_amount"),
    ("money", "Infinity", "not_amount"),
    ("money", "１２", "not_amount"),
    ("money", "1,234", "not_amount"),
    ("money", "1_000", "not_amount"),
    ("money", "+1", "not_amount"),
    ("money", "01", "not_amount"),
    ("money", ".5", "not_amount"),
    ("money", "5.", "not_amount"),
    ("money", "", "not_amount"),
    ("money", 2**60, "not_amount"),
    ("money", "9" * 5000, "not_amount"),
    ("money", "1" * 15, "too_many_digits"),
    ("money", "1.234", "too_many_places"),
    ("money", "-0.01", "out_of_range"),
    ("yen", "1.5", "too_many_places"),
    ("yen", "1001", "out_of_range"),
    ("moment", "2026-03-01T09:30:00", "moment_malformed"),
    ("moment", "2026-03-01 09:30:00+08:00", "moment_malformed"),
    ("moment", "2026-02-30T09:30:00Z", "moment_malformed"),
    ("moment", "2026-03-01T09:30:00+25:00", "moment_malformed"),
    ("moment", "0001-01-01T00:00:00+08:00", "moment_malformed"),
    ("moment", "1800-01-01T00:00:00Z", "out_of_range"),
    ("moment", 1767225600, "not_text"),
    ("date", "2026-3-1", "date_malformed"),
    ("date", "20260301", "date_malformed"),
    ("date", "2026-W09-7", "date_malformed"),
    ("date", "２０２６-03-01", "date_malformed"),
    ("date", "2025-02-29", "date_malformed"),
    ("date", "2026-03-01T00:00:00", "date_malformed"),
    ("date", "1899-12-31", "out_of_range"),
    ("date", "2201-01-01", "out_of_range"),
    ("recent date", "2005-12-31", "out_of_range"),
    ("month", "2026-13", "month_malformed"),
    ("month", "2026", "month_malformed"),
    ("month", "1066-10", "out_of_range"),
    ("period", "2026-00", "period_malformed"),
    ("period", "2026-3", "period_malformed"),
    ("period", "2026-Q1", "period_malformed"),
    ("period", 2026, "not_text"),
    ("period", "0026", "out_of_range"),
    ("choice", "内资 ", "not_a_choice"),
    ("choice", "DOMESTIC", "not_a_choice"),
    ("choice", "", "not_a_choice"),
    ("yes or no", "1", "not_a_choice"),
    ("yes or no", True, "not_a_choice"),
    ("yes or no", 1.0, "not_a_choice"),
    ("id", "F" * 32, "id_malformed"),
    ("id", " " + "f" * 32, "id_malformed"),
    ("id", "f" * 31, "id_malformed"),
    ("uscc", "", "empty"),
    ("uscc", 91110000600037341, "not_text"),
    ("uscc", "91330100799655058", "uscc_length"),
    ("uscc", "91330100799655058C", "uscc_check_character"),
    ("uscc", "9133010079965505中B", "uscc_alphabet"),
    ("uscc", "x" * 500, "too_long"),
    ("organisation", "D21435690", "organisation_code_check_character"),
    ("division", "999999", "division_unknown"),
    ("division", "110103", "division_unknown"),
    ("division", "500112", "division_unknown"),
    ("division", "110100", "division_unknown"),
    ("division", "000000", "division_level"),
    ("division", "33010", "division_unknown"),
    ("division", "330106001001", "division_unknown"),
    ("division", "３３０１０６", "division_unknown"),
    ("division", 330106, "not_text"),
    ("division then", "500157", "division_unknown"),
    ("province", "330106", "division_level"),
    ("county", "330100", "division_not_finest"),
    ("county", "110000", "division_not_finest"),
    ("email", "Li <li@example.com>", "email_malformed"),
    ("email", "li@localhost", "email_malformed"),
    ("email", "li@127.0.0.1", "email_malformed"),
    ("email", "li@example.com.", "email_malformed"),
    ("email", "a..b@example.com", "email_malformed"),
    ("email", "李@example.com", "email_malformed"),
    ("email", "a@b@example.com", "email_malformed"),
    ("email", "a@example.com\nBcc: b@example.com", "forbidden_character"),
    ("email", "a" * 65 + "@example.com", "email_malformed"),
    ("phone", "88888888", "phone_area_code"),
    ("phone", "0571-666666", "phone_area_code"),
    ("phone", "0571-88888888-1234567", "phone_malformed"),
    ("phone", "13800138000-1", "phone_area_code"),
    ("phone", "12345678901", "phone_malformed"),
    ("phone", "+1 650 253 0000", "phone_malformed"),
    ("phone", "+852 2123 4567", "phone_malformed"),
    ("phone", "1-800-FLOWERS", "phone_malformed"),
    ("phone", "1" * 300, "phone_malformed"),
    ("phone", 13800138000, "not_text"),
    ("site", "www.example.com", "url_scheme"),
    ("site", "ftp://example.com", "url_scheme"),
    ("site", "javascript:alert(1)", "url_scheme"),
    ("site", "https://", "url_host"),
    ("site", "https:///path", "url_host"),
    ("site", "https://localhost/", "url_host"),
    ("site", "https://pingtai", "url_host"),
    ("site", "https://a.local", "url_host"),
    ("site", "https://127.0.0.1", "url_host"),
    ("site", "https://127.1", "url_host"),
    ("site", "https://0x7f.0x1", "url_host"),
    ("site", "https://１２７.０.０.１", "url_host"),
    ("site", "https://[::1]/", "url_host"),
    ("site", "https://[::1", "url_malformed"),
    ("site", "https://user:pw@example.com", "url_user_info"),
    ("site", "https://example.com@evil.cn", "url_user_info"),
    ("site", "https://example.com\\@evil.cn", "url_malformed"),
    ("site", "https://exa mple.com", "url_malformed"),
    ("site", "https://example.com:0", "url_malformed"),
    ("site", "https://example.com:99999", "url_malformed"),
    ("site", "https://-a.example.com", "url_host"),
    ("site", "https://exa_mple.com", "url_host"),
    ("site", "https://example..com", "url_host"),
    ("site", "https://example.com/" + "a" * 500, "url_too_long"),
    ("icp", "京ICP备123号", "icp_malformed"),
    ("icp", "火ICP备12345678号", "icp_malformed"),
    ("icp", "京ICP备12345678号-0", "icp_malformed"),
    ("icp", "京公网安备11010802012345号", "icp_malformed"),
    ("icp", "浙B2-20200001", "icp_is_licence"),
    ("icp", "浙ICP证B2-20200001号", "icp_is_licence"),
    ("licence", "京ICP备12345678号", "icp_is_number"),
    ("licence", "B2-20200001", "icp_licence_malformed"),
    ("licence", "合B2-20200001", "icp_licence_malformed"),
]


def codes_of(field: fields.Strict[Any], value: object) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as raised:
        field.deserialize(value)
    return tuple(problem.code for problem in fields.problems_of(raised.value))


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_good_value_is_loaded(name: str, value: object, expected: object) -> None:
    loaded = FIELDS[name].deserialize(value)

    assert loaded == expected
    assert type(loaded) is type(expected)


@pytest.mark.parametrize(("name", "value", "code"), BAD)
def test_a_bad_value_is_refused_with_its_code(name: str, value: object, code: str) -> None:
    assert code in codes_of(FIELDS[name], value)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_field_takes_a_hostile_value(name: str, value: object) -> None:
    assert codes_of(FIELDS[name], value)


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_what_was_loaded_is_dumped_as_json_and_loads_again_as_the_same(
    name: str, value: object, expected: object
) -> None:
    field = FIELDS[name]

    dumped = field.serialize("a", {"a": expected})

    assert type(dumped) in (str, int)
    assert field.deserialize(dumped) == expected


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_is_dumped_as_nothing(name: str) -> None:
    assert FIELDS[name].serialize("a", {"a": None}) is None


def test_an_amount_is_dumped_without_an_exponent() -> None:
    assert FIELDS["money"].serialize("a", {"a": Decimal("1E+3")}) == "1000"


def test_a_moment_without_offset_is_not_dumped() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        FIELDS["moment"].serialize("a", {"a": datetime(2026, 3, 1)})  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("name", [name for name in FIELDS if not name.endswith(("text", "lines"))])
@pytest.mark.parametrize("value", ["泄露", "泄露" * 250, "泄露" * 9, "https://泄露@example.com"])
def test_messages_never_carry_the_value(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        FIELDS[name].deserialize(value)

    assert all("泄露" not in problem.message + problem.expected for problem in fields.problems_of(raised.value))


def test_a_code_with_several_faults_names_them_all() -> None:
    code = "B1330100799655051B"

    assert codes_of(FIELDS["uscc"], code) == (
        "uscc_unknown_department",
        "uscc_inner_check_character",
        "uscc_check_character",
    )


def test_made_codes_load() -> None:
    assert FIELDS["uscc"].deserialize(make_uscc(12)) == make_uscc(12)
