"""Bodies for the interface's description, by the name of their schema: a month of made-up figures."""

from __future__ import annotations

from collections.abc import Mapping

from services.statistics.schemas.dashboards import MARK as DASHBOARD_MARK
from services.statistics.schemas.dashboards import NATURE
from services.statistics.schemas.published import MARK

_TABLE: Mapping[str, object] = {
    "key": "monthly_province",
    "title": "服务外包分省发展情况（月度）",
    "source": "附录（一）2、（二）2",
    "rhythm": "month",
    "audiences": ["nbs", "sharing"],
    "measures": [
        {"key": "execution_cny", "title": "执行额（人民币）", "unit": "万元", "currency": "CNY", "decimals": 2},
        {"key": "execution_usd", "title": "执行额（美元）", "unit": "万美元", "currency": "USD", "decimals": 2},
    ],
    "axes": [
        {"dimension": "place", "levels": ["nation", "province"]},
        {"dimension": "nature", "levels": ["total", "nature"]},
    ],
    "spans": ["period", "to_date"],
}

_CORRECTED: Mapping[str, object] = {
    "kind": "execution",
    "counted_in": "2025-03",
    "business_class": "I11",
    "class_list": "business_class/2022",
    "nature": "2",
    "market": "USA",
    "client_industry": "I",
    "usd": "100",
    "cny": "720",
}

_RELEASE: Mapping[str, object] = {
    "id": "01990000000070008000000000000030",
    "version": 2,
    "kind": "monthly",
    "title": "服务外包月度统计资料",
    "nature": "正式数据",
    "period": "2025-03",
    "number": 1,
    "supersedes": "",
    "final_on": "2025-04-09",
    "state": "passed",
    "state_label": "核查通过，待签发",
    "prepared_by": "01990000000070008000000000000031",
    "approved_by": "",
    "statement": "",
    "exception_reason": "",
    "publish_on": None,
    "published_at": None,
    "outdated_since": None,
    "created_at": "2025-04-10T02:00:00+00:00",
    "progress": None,
    "checked": {
        "verdict": "review",
        "verdict_label": "须人工判断，签发须说明理由",
        "thresholds": "2024-1",
        "snapshot": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "tables": 3,
        "cells": 19256,
        "unsafe": 212,
        "hidden": 315,
        "findings": 0,
        "faults": [],
        "reviews": [{"code": "mostly_hidden", "label": "有的表隐去的数值超过三分之一"}],
        "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    "history": [
        {
            "at": "2025-04-10T02:00:00+00:00",
            "by": "01990000000070008000000000000031",
            "action": "prepare",
            "action_label": "制表",
        }
    ],
    "open_actions": ["approve", "withdraw"],
}

_PUBLICATION: Mapping[str, object] = {
    "id": "01990000000070008000000000000030",
    "kind": "monthly",
    "title": "服务外包月度统计资料",
    "period": "2025-03",
    "number": 1,
    "final_on": "2025-04-09",
    "published_on": "2025-04-20",
    "supersedes": "",
    "superseded_by": "",
}

_SERIES = [{"code": "execution_cny", "title": "执行额（人民币）", "unit": "万元", "currency": "CNY", "decimals": 2}]

_PUBLISHED_TABLE: Mapping[str, object] = {
    "code": "monthly_province",
    "title": "服务外包分省发展情况（月度）",
    "period": "2025-03",
    "nature": "正式数据",
    "mark": MARK,
    "dimensions": [
        {
            "code": "place",
            "title": "地区",
            "items": [
                {"code": "000000", "title": "全国", "parent": ""},
                {"code": "330000", "title": "浙江省", "parent": "000000"},
            ],
        }
    ],
    "measures": _SERIES,
    "cells": [
        {"at": ["000000"], "measure": "execution_cny", "status": "published", "value": "1234567.89"},
        {"at": ["330000"], "measure": "execution_cny", "status": "suppressed", "value": None},
    ],
}

_DASHBOARD: Mapping[str, object] = {
    "division": "330000",
    "title": "浙江省",
    "level": "province",
    "period": "2025-03",
    "drawn_at": "2025-04-10T02:00:00+00:00",
    "thresholds": "2024-1",
    "nature": NATURE,
    "mark": DASHBOARD_MARK,
    "below": [{"code": "330100", "title": "杭州市", "parent": ""}],
    "panels": [
        {
            "key": "ranking",
            "title": "下级地区排名（本年累计）",
            "axis": "below",
            "chart": "bars",
            "numbers": ["value", "before", "growth", "share"],
            "measures": [
                {"key": "execution_usd", "title": "执行额（美元）", "unit": "万美元", "currency": "USD", "decimals": 2}
            ],
            "times": [{"code": "2025:03", "title": "2025年1—3月", "parent": ""}],
            "items": [
                {"code": "330000", "title": "浙江省", "parent": ""},
                {"code": "330100", "title": "杭州市", "parent": "330000"},
            ],
            "rows": [
                {
                    "time": "2025:03",
                    "code": "330100",
                    "rank": 1,
                    "figures": [
                        {
                            "measure": "execution_usd",
                            "numbers": {"value": "81234.50", "share": "61.2"},
                            "masked": ["before", "growth"],
                        }
                    ],
                }
            ],
        }
    ],
    "unsure": [],
    "gaps": [],
}

EXAMPLES: Mapping[str, object] = {
    "DashboardOut": _DASHBOARD,
    "CorrectedIn": {
        "filing_id": "01990000000070008000000000000032",
        "path": ["330106", "330100", "330000", "000000"],
        "ownership": "173",
        "industry": "6510",
        "before": [_CORRECTED],
        "after": [{**_CORRECTED, "usd": "150", "cny": "1080"}],
    },
    "ReachOut": {
        "releases": [
            {
                "id": "01990000000070008000000000000030",
                "kind": "monthly",
                "title": "服务外包月度统计资料",
                "period": "2025-03",
                "number": 1,
                "state": "published",
                "state_label": "已发布",
                "published_at": "2025-04-20T00:00:10+08:00",
                "outdated_since": None,
                "holders": ["国家统计局", "部门间统计信息共享数据库", "商务部网站"],
                "count": 1,
                "tables": [
                    {
                        "code": "monthly_province",
                        "title": "服务外包分省发展情况（月度）",
                        "count": 1,
                        "cells": [
                            {
                                "at": ["本月", "浙江省", "离岸合同"],
                                "measure": "执行额（美元）",
                                "unit": "万美元",
                                "sight": "shown",
                                "value": "1000.00",
                                "change": "50.00",
                                "after": "1050.00",
                            }
                        ],
                    }
                ],
            }
        ],
        "notes": [],
    },
    "PartitionsOut": {"items": [{"kind": "execution", "counted_in": "2025-03", "lines": 418204, "behind": 12}]},
    "SnapshotsOut": {
        "items": [
            {
                "period": "2025-03",
                "state": "frozen",
                "state_label": "已冻结",
                "final_on": "2025-04-09",
                "frozen_at": "2025-04-09T08:00:10+00:00",
                "counts": {"enterprise-2": 41820, "enterprise-3": 418204},
                "missing": {},
                "unreadable": {},
                "number": 1,
                "is_overdue": False,
                "lines": 460024,
                "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            }
        ]
    },
    "EmptyIn": {},
    "ReleaseIn": {"kind": "monthly", "period": "2025-03"},
    "ApprovalIn": {"statement": "经核查，同意提供。", "exception_reason": "隐去较多的是新增类别，已核对各省数据。"},
    "ScheduleIn": {"publish_on": "2025-04-20"},
    "PublicationsOut": {"items": [_PUBLICATION], "next_cursor": ""},
    "PublishedOut": {
        **_PUBLICATION,
        "edition": "2022",
        "approval": "国统制〔2022〕45号",
        "snapshot": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "thresholds": "2024-1",
        "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "nature": "正式数据",
        "mark": MARK,
        "tables": [
            {
                "code": "monthly_province",
                "title": "服务外包分省发展情况（月度）",
                "source": "附录（一）2、（二）2",
                "measures": _SERIES,
                "dimensions": ["地区"],
                "cells": 2,
                "hidden": 1,
            }
        ],
    },
    "PublishedTableOut": _PUBLISHED_TABLE,
    "ReleaseOut": _RELEASE,
    "ReleasesOut": {"items": [_RELEASE]},
    "ReportOut": {
        "thresholds": "2024-1",
        "snapshot": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "verdict": "fail",
        "tables": [
            {
                "code": "monthly_province",
                "title": "服务外包分省发展情况（月度）",
                "measure": "execution_usd",
                "span": "to_date",
                "cells": 132,
                "hidden": 7,
            }
        ],
        "quantities": [
            {
                "measure": "execution_usd",
                "title": "执行额（美元）",
                "unsafe": 53,
                "secondary": 26,
                "loss": "1250.40",
                "bound": "1198.00",
                "is_best": False,
                "findings": 1,
            }
        ],
        "findings_counted": 1,
        "findings": [
            {
                "kind": "leak",
                "kind_label": "已隐去，但可以推算",
                "measure": "execution_usd",
                "at": [{"dimension": "time", "code": "2025:03"}, {"dimension": "place", "code": "540000"}],
                "attacker": "public",
                "attacker_label": "任何读者",
                "interval": {"low": "39.50", "high": "40.50"},
                "required": {"low": "34.00", "high": "46.00"},
                "sums": ["全国 − 其他省份"],
                "where": ["01990000000070008000000000000030"],
            }
        ],
        "controls": [{"form": "enterprise-3", "measure": "execution_usd", "ours": "1696.00", "filing": "1696.00"}],
        "oversize": None,
    },
    "ContentOut": {"content": {"set_id": "01990000000070008000000000000030", "kind": "monthly", "tables": []}},
    "TablesOut": {"items": [_TABLE]},
    "DraftOut": {
        "table": _TABLE,
        "period": "2025-03",
        "layer": "approved",
        "drawn_at": "2025-04-10T02:00:00+00:00",
        "values": [
            {
                "measure": "execution_cny",
                "span": "period",
                "codes": ["330000", "2"],
                "value": "1234567.89",
                "before": "1100000.00",
                "growth": "12.2",
                "share": None,
                "units": 812,
                "holdings": 640,
                "lacking": 0,
            }
        ],
        "dimensions": [
            {"code": "place", "title": "地区", "items": [{"code": "330000", "title": "浙江省", "parent": ""}]},
            {"code": "nature", "title": "合同性质", "items": [{"code": "2", "title": "离岸合同", "parent": ""}]},
        ],
        "gaps": [],
        "snapshot": "",
    },
}
