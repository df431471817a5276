"""Bodies for the interface's description: a month's statistics on their way to the sharing database."""

from __future__ import annotations

from collections.abc import Mapping

_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_ID = "01990000000070008000000000000032"

_ROW: Mapping[str, object] = {
    "id": _ID,
    "version": 2,
    "receiver": "sharing",
    "receiver_title": "统计信息共享数据库",
    "title": "【样例数据】2026年3月服务外包统计资料",
    "kind": "monthly",
    "period": "2026-03",
    "number": 1,
    "is_sample": True,
    "state": "held",
    "state_label": "已签发，未到期",
    "final_on": "2026-04-08",
    "due_on": "2026-04-23",
    "left_at": None,
    "created_at": "2026-04-08T08:00:00+00:00",
}

_REQUEST: Mapping[str, object] = {
    "id": "01990000000070008000000000000034",
    "version": 1,
    "receiver": "sharing",
    "receiver_title": "统计信息共享数据库",
    "resource": "MOFCOM-FWWB-02",
    "resource_title": "服务外包月度统计资料",
    "state": "requested",
    "state_label": "待答复",
    "requested_on": "2026-04-08",
    "due_on": "2026-04-22",
    "is_escalated": False,
    "is_in_force": False,
    "purpose": "宏观经济监测",
    "conditions": "",
    "reason": "",
    "valid_from": None,
    "valid_to": None,
    "open_actions": ["grant", "refuse"],
}

_OBJECTION: Mapping[str, object] = {
    "id": "01990000000070008000000000000033",
    "version": 1,
    "receiver": "sharing",
    "receiver_title": "统计信息共享数据库",
    "delivery_id": _ID,
    "table": "by_region",
    "at": ["330000"],
    "measure": "executed_cny",
    "place": "服务外包分省发展情况，浙江省，合同执行金额（人民币）",
    "state": "open",
    "state_label": "待核实",
    "raised_on": "2026-04-24",
    "due_on": "2026-05-12",
    "is_escalated": False,
    "reason": "与上月累计数相比明显偏低，请核实。",
    "answer": "",
    "corrected_by": "",
    "open_actions": ["uphold", "reject"],
}

EXAMPLES: Mapping[str, object] = {
    "PreparationIn": {"set_id": "01990000000070008000000000000030", "receiver": "sharing"},
    "DeliveriesOut": {"items": [_ROW], "next_cursor": ""},
    "DeliveryOut": {
        **_ROW,
        "set_id": "01990000000070008000000000000030",
        "set_version": 1,
        "supersedes": "",
        "digest": _DIGEST,
        "size": 51234,
        "resource": "MOFCOM-FWWB-02",
        "grant_id": "",
        "message_id": "",
        "prepared_by": "exchange",
        "signed_by": "01990000000070008000000000000040",
        "signed_at": "2026-04-08T09:00:00+00:00",
        "answered_at": None,
        "reason": "",
        "reason_code": "",
        "hold": "",
        "possible_on": "2026-04-23",
        "explanation": "2026年4月8日最终审定，满10个工作日（第10个为2026年4月22日）后可以共享。",
        "days": [{"on": "2026-04-09", "weekday": "星期四", "number": 1, "why": "工作日"}],
        "open_actions": [],
    },
    "PreviewOut": {
        "id": _ID,
        "title": "【样例数据】2026年3月服务外包统计资料",
        "is_sample": True,
        "digest": _DIGEST,
        "files": [{"name": "data/by_region.csv", "size": 20480, "sha256": _DIGEST}],
        "totals": [
            {
                "table": "by_region",
                "table_title": "服务外包分省发展情况",
                "measure": "contracts",
                "measure_title": "合同数",
                "cells": 32,
                "suppressed": 0,
                "total": "27734",
                "by_region": {"000000": "13867"},
                "by_class": {},
            }
        ],
        "tables": [
            {
                "code": "by_region",
                "title": "服务外包分省发展情况",
                "rows": [["地区", "合同数（份）"], ["全国", "13867"]],
            }
        ],
        "catalogue": {"信息资源名称": "服务外包月度统计资料", "共享类型": "有条件共享"},
    },
    "CatalogueOut": {"items": [{"信息资源名称": "服务外包月度统计资料", "共享类型": "有条件共享"}]},
    "RequestIn": {"receiver": "sharing", "resource": "MOFCOM-FWWB-02", "purpose": "宏观经济监测"},
    "RequestOut": _REQUEST,
    "RequestsOut": {"items": [_REQUEST], "next_cursor": ""},
    "GrantIn": {"conditions": "限统计和政务用途，不得转交", "valid_from": "2026-05-01", "valid_to": "2027-04-30"},
    "ObjectionIn": {
        "delivery_id": _ID,
        "table": "by_region",
        "at": ["330000"],
        "measure": "executed_cny",
        "reason": "与上月累计数相比明显偏低，请核实。",
    },
    "ObjectionOut": _OBJECTION,
    "ObjectionsOut": {"items": [_OBJECTION], "next_cursor": ""},
    "AnswerIn": {"is_upheld": True, "answer": "经核实，一家企业的执行额漏计，将提供更正版。"},
}
