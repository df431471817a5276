"""Answers for each form as somebody types them in January 2026, without an error; some leave a query to explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.sandbox.story.figures import platform_year

BASICS: Mapping[str, Any] = {
    "101": {"uscc": "91330106000000019W"},
    "102": "杭州软件研发有限公司",
    "104": "2012-05",
    "105": "王小明",
    "106": {
        "province": "浙江省",
        "prefecture": "杭州市",
        "county": "西湖区",
        "street": "文三路 100 号",
        "division_code": "330106001002",
        "urban_rural_code": "111",
    },
    "107": {"activity_1": "软件开发", "industry_code": "6510"},
    "108": "173",
    "109": "2",
    "110": "2",
    "111": {"answer": "1"},
    "112": "1",
    "113": "2",
    "114": {"answer": "1", "parks": ["software", "high_tech"]},
    "115": {"domestic": ["330100", "310000"], "abroad": ["USA"]},
    "116": {"domestic": [], "abroad": []},
    "117": {"cny": "1000", "usd": "140"},
    "118": {"cny": "5000.5", "usd": "700"},
    "119": [
        {"side": "chinese", "name": "杭州控股有限公司", "country": "CHN", "amount": "600", "usd": "84", "share": "60"},
        {"side": "foreign", "name": "Delta Ltd", "country": "USA", "amount": "400", "usd": "56", "share": "40"},
    ],
    "120": {
        "area_code": "0571",
        "phone": "88888888",
        "mobile": "13800138000",
        "postcode": "310000",
        "email": {"not_applicable": "没有邮箱"},
    },
}

CONTRACT: Mapping[str, Any] = {
    "201": {"name": "杭州软件研发有限公司"},
    "202": {"number": "HZ-2025-001"},
    "203": {"content": "软件研发与测试"},
    "204": "2025-12-15",
    "205": 12,
    "206": {"amount": "100", "currency": "USD", "usd": "100"},
    "207": {"where": "1", "city": "330100"},
    "208": {"nature": "2"},
    "209": "I11",
    "210": {"foreign_name": "Delta Ltd"},
    "211": {"where": "2", "country": "USA", "state": "Ohio", "has_branch": "2"},
    "212": "I",
}

EXECUTION: Mapping[str, Any] = {
    "301": {"name": "杭州软件研发有限公司"},
    "302": {"foreign_name": "Delta Ltd"},
    "303": "2",
    "304": {"number": "HZ-2025-001"},
    "305": {"date": "2025-12-20", "carry_over_reason": "银行年末结算顺延"},
    "306": "中国银行杭州分行",
    "307": "BOC-20251220-01",
    "308": "40",
    "309": "40",
}

STAFF: Mapping[str, Any] = {
    "401": {"1": {"not_applicable": "首年填报"}, "2": 100},
    "402": {"2": 5},
    "403": {"2": 15},
    "404": {"2": 50},
    "405": {"2": 20},
    "406": {"2": 10},
    "411": {"1": {"not_applicable": "首年填报"}, "2": 80},
    "412": {"2": 5},
    "413": {"2": 15},
    "414": {"2": 40},
    "415": {"2": 15},
    "416": {"2": 5},
    "421": {"1": {"not_applicable": "首年填报"}, "2": 20},
    "422": {"2": 0},
    "423": {"2": 5},
    "424": {"2": 10},
    "425": {"2": 5},
    "426": {"2": 0},
}

CERTIFICATES: Mapping[str, Any] = {
    "501": {"held": ["CMMI-3", "ISO9001", "other"], "others": ["某地服务外包认证"]},
    "502": [{"certificate": "CMM(I)三级", "date": "2025-05-01", "fee": "12.5"}],
    "503": [
        {"certificate": "CMMI-5", "change": "downgrade", "date": "2025-02-01", "downgraded_to": "CMM(I)三级"},
        {"certificate": "GLP", "change": "cancellation", "date": "2025-03-01"},
    ],
}

_TRAINING = {"content": "Java 开发", "category": "1", "venue": "杭州", "fee": "3.5"}

TYPED: Mapping[str, Mapping[str, Any]] = {
    "enterprise-1": BASICS,
    "enterprise-2": CONTRACT,
    "enterprise-3": EXECUTION,
    "enterprise-4": STAFF,
    "enterprise-5": CERTIFICATES,
    "platform-1": platform_year(is_wrong=False),
    "city-1": {
        "rows": [
            {"firm": "杭州软件研发有限公司", "institution": "浙江培训学院", **_TRAINING, "hours": "120"},
            {"firm": "杭州软件研发有限公司", "institution": "云上学堂", **_TRAINING, "hours": "80.5"},
        ]
    },
    "city-2": {"rows": [{"institution": "浙江培训学院", **_TRAINING, "people": 30}]},
    "city-3": {"rows": [{"firm": "杭州软件研发有限公司", "certificate": "ISO9001", "date": "2025-04-01", "fee": "2"}]},
}
"""What is typed into each form."""

PERIODS: Mapping[str, str] = {"enterprise-2": "2025-12", "enterprise-3": "2025-12"}
"""The period of forms that are not of the year 2025."""
