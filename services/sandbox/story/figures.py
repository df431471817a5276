"""What the made-up operator files: its basic information, and a year of its platform with one error and one query."""

from __future__ import annotations

from services.sandbox.story.unit import DIVISION, Unit

FIRST_YEAR = {"not_applicable": "首年运营"}


def basic_information(unit: Unit) -> dict[str, object]:
    """Return the answers of 企业1表."""
    return {
        "101": {"uscc": unit.code},
        "102": unit.name,
        "103": "Hangzhou Yuncai Technology Co., Ltd.",
        "104": "2015-03",
        "105": "王小明",
        "106": {
            "province": "浙江省",
            "prefecture": "杭州市",
            "county": "西湖区",
            "street": "文三路90号",
            "division_code": f"{DIVISION}001001",
            "urban_rural_code": "111",
        },
        "107": {"activity_1": "服务外包交易平台运营", "industry_code": "6540"},
        "108": "173",
        **dict.fromkeys(("109", "110", "113"), "2"),
        "111": {"answer": "1"},
        "112": "1",
        "114": {"answer": "2"},
        "115": {"domestic": ["330100"], "abroad": []},
        "116": {"domestic": [], "abroad": []},
        "117": {"cny": "1000", "usd": "140"},
        "118": {"cny": "2500", "usd": "350"},
        "119": [
            {
                "side": "chinese",
                "name": "王小明",
                "country": "CHN",
                "amount": "1000",
                "usd": "140",
                "share": "100",
            }
        ],
        "120": {"area_code": "0571", "phone": "88888888", "postcode": "310012", "email": unit.email},
    }


def platform_year(*, is_wrong: bool) -> dict[str, object]:
    """Return the answers of 平台1表: 622 is above the sum of its kinds (a query); wrong ones break the sum of 604 too."""
    this_year = {
        "602": 20,
        "603": 10,
        "604": 300 if is_wrong else 290,
        "605": 40,
        "606": 100,
        "607": 10,
        "608": 120,
        "609": 20,
        "612": 50,
        "613": 100,
        "614": 40,
        "615": 30,
        "616": 15,
        "617": 10,
        "618": 5,
        "623": "100",
        "624": "20000",
        "625": "5000.5",
        "626": "5000",
    }
    with_before = {"601": 320, "611": 150, "621": 88, "622": "30210.5"}
    cells = {
        **{code: {"2": value} for code, value in this_year.items()},
        **{code: {"1": FIRST_YEAR, "2": value} for code, value in with_before.items()},
    }
    return dict(sorted(cells.items()))
