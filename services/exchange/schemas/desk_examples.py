"""Bodies of the operation desk for the interface's description, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000003"
_RERUN = "01990000000070008000000000000004"
_NIGHT = "01990000000070008000000000000005"
_DESK = "01990000000070008000000000000006"

_ROW: Mapping[str, object] = {
    "id": _ID,
    "version": 5,
    "partner": "directory",
    "route": "directory.changes",
    "route_label": "单位变动情况反馈",
    "period": "2026-03",
    "waits": False,
    "kind": "UNIT_NEW",
    "state": "unanswered",
    "state_label": "超时未回执",
    "attempts": 5,
    "sequence": 1,
    "created_at": "2026-03-04T01:00:00+00:00",
    "sent_at": "2026-03-04T01:40:01+00:00",
    "answered_at": None,
    "unit_id": "01990000000070008000000000000002",
    "registration_id": "01990000000070008000000000000001",
    "filing_id": "",
    "revision": 2,
    "division": "330106",
    "outcome": "",
    "reason_code": "",
}

_FIGURES: Mapping[str, object] = {
    "cap": 24000,
    "retention_days": 3653,
    "alarm_waiting": 500,
    "alarm_minutes": 120,
    "alarm_troubled": 20,
}

_CONTROL: Mapping[str, object] = {
    "route": "directory.changes",
    "title": "单位变动情况反馈",
    "partner": "directory",
    "partner_title": "基本单位名录库",
    "transport": "amqp",
    "version": 2,
    "hold": "stopped",
    "hold_label": "已停发",
    "may_set": True,
    **_FIGURES,
    "is_stopped": True,
    "settings": [
        {
            **_FIGURES,
            "is_stopped": True,
            "at": "2026-03-04T02:00:00+00:00",
            "by": _DESK,
            "act": "stop",
            "act_label": "停发",
            "reason": "名录库来电，正在更换接收程序。",
        }
    ],
}

_PARTNER: Mapping[str, object] = {
    "partner": "directory",
    "title": "基本单位名录库",
    "version": 2,
    "light": "yellow",
    "light_label": "须关注",
    "signs": [
        {
            "sign": "route_stopped",
            "label": "通道已停发",
            "route": "directory.changes",
            "route_title": "单位变动情况反馈",
        }
    ],
    "routes": [
        {
            "route": "directory.changes",
            "title": "单位变动情况反馈",
            "hold": "stopped",
            "hold_label": "已停发",
            "waiting": 3,
            "waiting_since": "2026-03-04T02:00:05+00:00",
            "sent": 0,
            "unanswered": 1,
            "refused": 0,
            "last_sent_at": "2026-03-04T01:59:00+00:00",
            "last_answer_at": "2026-03-04T01:59:02+00:00",
        }
    ],
    "maintenances": [
        {
            "id": _NIGHT,
            "begins": "2026-03-07T14:00:00+00:00",
            "ends": "2026-03-07T18:00:00+00:00",
            "text": "名录库系统升级。",
            "by": _DESK,
            "is_on": False,
            "is_over": False,
            "is_cancelled": False,
        }
    ],
    "test": None,
    "may_act": True,
}

_RERUN_BODY: Mapping[str, object] = {
    "id": _RERUN,
    "by": _DESK,
    "reason": "名录库已恢复接收。",
    "state": "running",
    "state_label": "正在重发",
    "created_at": "2026-03-04T03:00:00+00:00",
    "count": 2,
    "waiting": 1,
    "done": 1,
    "refused": 0,
}

EXAMPLES: Mapping[str, object] = {
    "ReasonIn": {"reason": "名录库来电，正在更换接收程序。"},
    "FiguresIn": {**_FIGURES, "reason": "年报期间加快发送。"},
    "MaintenanceIn": {
        "begins": "2026-03-07T22:00:00+08:00",
        "ends": "2026-03-08T02:00:00+08:00",
        "text": "名录库系统升级。",
    },
    "CancellationIn": {},
    "PingIn": {},
    "RerunIn": {"items": [{"id": _ID, "version": 5}], "reason": "名录库已恢复接收。"},
    "PreviewIn": {"ids": [_ID]},
    "ControlOut": _CONTROL,
    "ControlsOut": {"items": [_CONTROL]},
    "PartnerOut": _PARTNER,
    "PartnersOut": {"items": [_PARTNER]},
    "RowOut": _ROW,
    "CandidatesOut": {"items": [{**_ROW, "obstacle": "", "obstacle_label": "", "would_wait": False}], "going": 1},
    "RerunOut": _RERUN_BODY,
    "RerunsOut": {"items": [_RERUN_BODY], "next_cursor": ""},
    "ItemsOut": {
        "items": [
            {
                "no": 1,
                "message_id": _ID,
                "outcome": "done",
                "outcome_label": "已重发",
                "obstacle": "",
                "obstacle_label": "",
                "done_at": "2026-03-04T03:00:02+00:00",
            }
        ]
    },
}
