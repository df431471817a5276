"""Answers of the exchange about deliveries and sharing, and a stand-in for its client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from services.portal.model.answers import Streamed
from services.portal.model.deliveries import (
    DeliveryAnswer,
    DeliveryRow,
    ObjectionAnswer,
    PackageAnswer,
    RequestAnswer,
)
from shared.errors import NotFound, TongbaoError

DELIVERY_ID, BEFORE_ID, REQUEST_ID, OBJECTION_ID = "1d" * 16, "2d" * 16, "3d" * 16, "4d" * 16
DIGEST = "ab" * 32


def make_delivery(**changes: object) -> DeliveryAnswer:
    """Return a month's statistics for the sharing database, to be signed off."""
    values: dict[str, object] = {
        "id": DELIVERY_ID,
        "version": 1,
        "receiver": "sharing",
        "receiver_title": "统计信息共享数据库",
        "title": "【样例数据】2026年1月服务外包统计资料",
        "kind": "monthly",
        "period": "2026-01",
        "number": 1,
        "is_sample": True,
        "state": "prepared",
        "state_label": "待签发",
        "final_on": "2026-02-06",
        "due_on": None,
        "left_at": None,
        "created_at": "2026-02-06T02:00:00+00:00",
        "set_id": "5d" * 16,
        "set_version": 1,
        "supersedes": "",
        "digest": DIGEST,
        "size": 51234,
        "resource": "MOFCOM-FWWB-02",
        "grant_id": "",
        "message_id": "",
        "prepared_by": "exchange",
        "signed_by": "",
        "signed_at": None,
        "answered_at": None,
        "reason": "",
        "reason_code": "",
        "hold": "",
        "possible_on": "2026-02-28",
        "explanation": "2026年2月6日最终审定，满10个工作日（第10个为2026年2月27日）后可以共享，即2026年2月28日（星期六）起。",
        "days": [
            {"on": "2026-02-06", "weekday": "星期五", "number": 0, "why": "最终审定当日，不计"},
            {"on": "2026-02-14", "weekday": "星期六", "number": 6, "why": "春节调休上班"},
            {"on": "2026-02-16", "weekday": "星期一", "number": 0, "why": "春节"},
        ],
        "open_actions": [],
        **changes,
    }
    return cast(DeliveryAnswer, values)


def make_package() -> PackageAnswer:
    """Return what is in it."""
    total = {"cells": 32, "suppressed": 2, "total": "1234567.89", "by_region": {}, "by_class": {}}
    shown = {"table": "by_region", "table_title": "服务外包分省发展情况"}
    values: dict[str, object] = {
        "id": DELIVERY_ID,
        "title": "【样例数据】2026年1月服务外包统计资料",
        "is_sample": True,
        "digest": DIGEST,
        "files": [{"name": "data/by_region.csv", "size": 20480, "sha256": DIGEST}],
        "totals": [
            {**shown, "measure": "contracts", "measure_title": "合同数", **total},
            {**shown, "measure": "executed_cny", "measure_title": "合同执行金额（人民币）", **total},
        ],
        "tables": [
            {
                "code": "by_region",
                "title": "服务外包分省发展情况",
                "rows": [
                    ["地区", "合同数（份）", "合同执行金额（人民币）（万元）"],
                    ["全国", "14234", "9876543.21"],
                    ["北京市", "412", "*"],
                ],
            }
        ],
        "catalogue": {"信息资源名称": "服务外包月度统计资料"},
    }
    return cast(PackageAnswer, values)


def make_request(**changes: object) -> RequestAnswer:
    """Return a request that waits for its answer."""
    values: dict[str, object] = {
        "id": REQUEST_ID,
        "version": 1,
        "receiver": "sharing",
        "receiver_title": "统计信息共享数据库",
        "resource": "MOFCOM-FWWB-02",
        "resource_title": "服务外包月度统计资料",
        "state": "requested",
        "state_label": "待答复",
        "requested_on": "2026-02-06",
        "due_on": "2026-02-27",
        "is_escalated": False,
        "is_in_force": False,
        "purpose": "宏观经济监测",
        "conditions": "",
        "reason": "",
        "valid_from": None,
        "valid_to": None,
        "open_actions": ["grant", "refuse"],
        **changes,
    }
    return cast(RequestAnswer, values)


def make_objection(**changes: object) -> ObjectionAnswer:
    """Return an objection that waits for its answer."""
    values: dict[str, object] = {
        "id": OBJECTION_ID,
        "version": 1,
        "receiver": "sharing",
        "receiver_title": "统计信息共享数据库",
        "delivery_id": DELIVERY_ID,
        "table": "by_region",
        "at": ["330000"],
        "measure": "executed_cny",
        "place": "服务外包分省发展情况，浙江省，合同执行金额（人民币）",
        "state": "open",
        "state_label": "待核实",
        "raised_on": "2026-03-02",
        "due_on": "2026-03-16",
        "is_escalated": False,
        "reason": "与上月累计数相比明显偏低，请核实。",
        "answer": "",
        "corrected_by": "",
        "open_actions": ["uphold", "reject"],
        **changes,
    }
    return cast(ObjectionAnswer, values)


ENTRIES: list[dict[str, object]] = [
    {
        "信息资源名称": "服务外包月度统计资料",
        "信息资源代码": "MOFCOM-FWWB-02",
        "信息项信息": ["地区", "业务类别"],
        "共享类型": "有条件共享",
        "关联资源代码": [],
    },
    {
        "信息资源名称": "服务外包调查单位资料",
        "信息资源代码": "MOFCOM-FWWB-03",
        "信息项信息": ["合同"],
        "共享类型": "不予共享",
        "关联资源代码": [],
    },
]


class FakeDeliveries:
    """`ports.Deliveries` with one of each; `sent` is what it was asked to change, `refuses` what it raises then."""

    def __init__(self) -> None:
        self.delivery = make_delivery()
        self.the_request = make_request()
        self.the_objection = make_objection()
        self.sent: list[tuple[Any, ...]] = []
        self.refuses: TongbaoError | None = None

    def page(self, token: str, receiver: str, state: str, cursor: str) -> tuple[list[DeliveryRow], str]:
        is_wanted = receiver in ("", self.delivery["receiver"]) and state in ("", self.delivery["state"])
        return ([self.delivery] if is_wanted else []), ""

    def get(self, token: str, delivery_id: str) -> DeliveryAnswer:
        if delivery_id != self.delivery["id"]:
            raise NotFound
        return self.delivery

    def preview(self, token: str, delivery_id: str) -> PackageAnswer:
        return make_package()

    def package(self, token: str, delivery_id: str) -> Streamed:
        return Streamed({"Content-Type": "application/zip"}, iter([b"PK"]))

    def act(
        self, token: str, delivery_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> DeliveryAnswer:
        self._send(delivery_id, act, version, dict(body or {}))
        return self.delivery

    def prepare(self, token: str, key: str, set_id: str, receiver: str) -> DeliveryAnswer:
        self._send(set_id, receiver)
        return self.delivery

    def catalogue(self, token: str) -> list[dict[str, object]]:
        return ENTRIES

    def requests(self, token: str, state: str, cursor: str) -> tuple[list[RequestAnswer], str]:
        return ([self.the_request] if state in ("", self.the_request["state"]) else []), ""

    def request(self, token: str, request_id: str) -> RequestAnswer:
        return self.the_request

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> RequestAnswer:
        self._send(dict(body))
        return self.the_request

    def answer_request(
        self, token: str, request_id: str, act: str, version: int, body: Mapping[str, object]
    ) -> RequestAnswer:
        self._send(request_id, act, version, dict(body))
        return self.the_request

    def objections(self, token: str, state: str, cursor: str) -> tuple[list[ObjectionAnswer], str]:
        return ([self.the_objection] if state in ("", self.the_objection["state"]) else []), ""

    def objection(self, token: str, objection_id: str) -> ObjectionAnswer:
        return self.the_objection

    def raise_objection(self, token: str, key: str, body: Mapping[str, object]) -> ObjectionAnswer:
        self._send(dict(body))
        return self.the_objection

    def answer_objection(
        self, token: str, objection_id: str, version: int, body: Mapping[str, object]
    ) -> ObjectionAnswer:
        self._send(objection_id, version, dict(body))
        return self.the_objection

    def _send(self, *what: object) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.sent.append(what)
