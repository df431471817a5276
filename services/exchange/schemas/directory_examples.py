"""Bodies for the interface's description, by the name of their schema: the mirror of the 名录库."""

from __future__ import annotations

from collections.abc import Mapping

_LOAD: Mapping[str, object] = {
    "id": "01990000000070008000000000000005",
    "version": 3,
    "state": "running",
    "state_label": "正在装载",
    "started_at": "2026-03-04T01:00:00+00:00",
    "updated_at": "2026-03-04T01:00:09+00:00",
    "pages": 2,
    "total": 100000,
    "taken": 1000,
    "stored": 998,
    "differing": 0,
    "reason": "",
}

DIRECTORY_EXAMPLES: Mapping[str, object] = {
    "LookUpIn": {"credit_code": "91330106000000019W"},
    "LookUpOut": {
        "state": "found",
        "state_label": "已找到",
        "inquiry_id": "",
        "asked_at": None,
        "unit": {
            "state": "in_force",
            "state_label": "存续",
            "sequence": 2,
            "told_at": "2026-03-04T01:00:00+00:00",
            "division": "330106",
            "items": [{"name": "name", "code": "102", "title": "单位详细名称", "value": "杭州云采科技有限公司"}],
        },
    },
    "DirectoryLoadOut": _LOAD,
    "DirectoryOut": {
        "in_force": 998,
        "ceased": 2,
        "changed_at": "2026-03-04T01:00:09+00:00",
        "divisions": [{"division": "330106", "in_force": 998, "ceased": 2}],
        "waiting": 1,
        "waits": [
            {
                "id": "e3b0c44298fc1c149afbf4c8996fb924",
                "kind": "change",
                "received_at": "2026-03-04T01:00:02+00:00",
                "missing": 1,
                "asked": 0,
                "asked_at": None,
            }
        ],
        "troubles": [
            {"id": "01990000000070008000000000000006", "code": "bad_signature", "at": "2026-03-04T01:00:03+00:00"}
        ],
        "last_load": _LOAD,
    },
}
