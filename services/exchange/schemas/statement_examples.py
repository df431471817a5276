"""Bodies for the interface's description: the statement of a day that both sides agree on."""

from __future__ import annotations

from collections.abc import Mapping

_DIGEST = "0d5c5b1f6a7f7e2b8d4c5a9e3b2f1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b"
_ROW: Mapping[str, object] = {
    "id": "directory-2026-03-04",
    "version": 3,
    "partner": "directory",
    "partner_label": "基本单位名录库",
    "day": "2026-03-04",
    "state": "agreed",
    "state_label": "双方一致",
    "counts": {
        "sent": 2,
        "carried": 0,
        "sendings": 2,
        "bytes_out": 4620,
        "received": 2,
        "rejected": 0,
        "accepted": 2,
        "refused": 0,
        "differing": 0,
        "unanswered": 0,
    },
    "differences": 0,
    "is_signed": False,
}

EXAMPLES: Mapping[str, object] = {
    "SignatureIn": {"name": "李明", "remark": "已与对方核对。"},
    "StatementsOut": {"items": [_ROW], "next_cursor": ""},
    "StatementOut": {
        **_ROW,
        "since": "2026-03-03T16:00:00.000Z",
        "until": "2026-03-04T16:00:00.000Z",
        "frozen_at": "2026-03-04T16:15:00.000Z",
        "first": 5,
        "last": 8,
        "digest": _DIGEST,
        "sent_digest": _DIGEST,
        "lines_digest": _DIGEST,
        "message_id": "01990000000070008000000000000031",
        "groups": [
            {
                "by": "route",
                "by_label": "通道",
                "key": "directory.changes",
                "label": "单位变动情况反馈",
                "count": 2,
                "total": "",
            }
        ],
        "answer": {
            "agrees": True,
            "received": 2,
            "received_digest": _DIGEST,
            "accepted": 2,
            "refused": 0,
            "is_whole": True,
            "signed_at": "2026-03-04T16:15:03+00:00",
            "taken_at": "2026-03-04T16:15:04+00:00",
            "digest": _DIGEST,
        },
        "signature": None,
        "open_actions": ["sign"],
    },
    "StatementLinesOut": {
        "items": [
            {
                "message_id": "01990000000070008000000000000003",
                "route": "directory.changes",
                "route_label": "单位变动情况反馈",
                "type": "tongbao.border.unit_new.v1",
                "digest": _DIGEST,
                "size": 2310,
                "sendings": 1,
                "sent_at": "2026-03-04T01:00:01.000Z",
                "standing": "accepted",
                "standing_label": "已接收",
                "answered_at": "2026-03-04T01:00:03.000Z",
                "age_hours": None,
                "carried": False,
                "region": "330000",
            }
        ],
        "next_cursor": "",
    },
    "DifferencesOut": {
        "items": [
            {
                "subject": "01990000000070008000000000000003",
                "fault": "missing_there",
                "fault_label": "我方已发，对方没有收到",
                "ours": "unanswered",
                "theirs": "",
            }
        ]
    },
}
