"""Bodies for the interface's description, by the name of their schema: a unit on its way to the 名录库."""

from __future__ import annotations

from collections.abc import Mapping

from services.exchange.schemas.case_examples import EXAMPLES as CASE_EXAMPLES
from services.exchange.schemas.delivery_examples import EXAMPLES as DELIVERY_EXAMPLES
from services.exchange.schemas.desk_examples import EXAMPLES as DESK_EXAMPLES
from services.exchange.schemas.directory_examples import DIRECTORY_EXAMPLES
from services.exchange.schemas.journal import EXAMPLES as JOURNAL_EXAMPLES
from services.exchange.schemas.statement_examples import EXAMPLES as STATEMENT_EXAMPLES
from shared.web.jobs import EXAMPLES as JOB_EXAMPLES

_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

_ROW: Mapping[str, object] = {
    "id": "01990000000070008000000000000003",
    "version": 3,
    "partner": "directory",
    "route": "directory.changes",
    "route_label": "单位变动情况反馈",
    "period": "2026-03",
    "waits": False,
    "kind": "UNIT_NEW",
    "state": "accepted",
    "state_label": "名录库已接收",
    "attempts": 1,
    "sequence": 1,
    "created_at": "2026-03-04T01:00:00+00:00",
    "sent_at": "2026-03-04T01:00:01+00:00",
    "answered_at": "2026-03-04T01:00:03+00:00",
    "unit_id": "01990000000070008000000000000002",
    "registration_id": "01990000000070008000000000000001",
    "filing_id": "",
    "revision": 2,
    "division": "330106",
    "outcome": "accepted",
    "reason_code": "",
}

EXAMPLES: Mapping[str, object] = {
    **JOURNAL_EXAMPLES,
    **STATEMENT_EXAMPLES,
    **JOB_EXAMPLES,
    **CASE_EXAMPLES,
    **DELIVERY_EXAMPLES,
    **DESK_EXAMPLES,
    **DIRECTORY_EXAMPLES,
    "ResendingIn": {"reason": "已与名录库核实，单位信息已更正。"},
    "RowsOut": {"items": [_ROW], "next_cursor": ""},
    "MessageOut": {
        **_ROW,
        "digest": _DIGEST,
        "receipt": {
            "outcome": "accepted",
            "reason": "",
            "directory_id": "D0000000001",
            "received_at": "2026-03-04T01:00:02+00:00",
            "digest": _DIGEST,
            "verified": True,
        },
        "attempts_log": [
            {
                "at": "2026-03-04T01:00:01+00:00",
                "event": "sent",
                "event_label": "已发出，等待回执",
                "attempt": 1,
                "code": "",
            }
        ],
        "open_actions": [],
        "may_read_body": True,
        "resendings": [],
    },
    "UnitIn": {"text": "杭州云采科技有限公司"},
    "MarkOut": {"unit": "5f0c5b1e8d6a4f0f9a3b2c1d0e9f8a7b"},
    "ContentOut": {
        "id": "01990000000070008000000000000003",
        "kind": "UNIT_NEW",
        "digest": _DIGEST,
        "content": {
            "kind": "UNIT_NEW",
            "message_id": "01990000000070008000000000000003",
            "sequence": 1,
            "unit": {"credit_code": "91330106000000019W", "name": "杭州云采科技有限公司", "division": "330106"},
        },
    },
}
