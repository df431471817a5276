"""The directory asked and answering, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from services.exchange.model.directory import plain
from services.exchange.model.inquiries import Inquiry
from services.exchange.model.mirror import Known, UnitState
from services.exchange.model.partners import Partner, RouteName
from services.exchange.operations.announcements import Arrived
from services.exchange.operations.answers import take_records
from services.exchange.policy import PARTNERS
from shared.calls import Call
from shared.contracts.border import dump_content
from tests.support.exchange_desk import DESK, NOW, DeskDeps
from tests.support.exchange_mirror import make_directory_record

BY_DIRECTORY = Call(PARTNERS[Partner.DIRECTORY], "c" * 32)
AT_DESK = Call(DESK, "c" * 32)


def make_known(unit: str = "D1", sequence: int = 1, **changes: Any) -> Known:
    """Return a unit as the directory answers it."""
    record = make_directory_record(int(unit[1:]), **changes)
    return Known(unit, sequence, UnitState.IN_FORCE, record, NOW)


def asked(deps: DeskDeps) -> list[Mapping[str, Any]]:
    """Return what was asked over the border, in order."""
    rows = [row for row in deps.messages.rows.values() if row.route is RouteName.DIRECTORY_INQUIRIES]
    return [orjson.loads(deps.messages.secret_of(row).content) for row in rows]


def answer(deps: DeskDeps, inquiry: Inquiry, *entries: Known, **changes: Any) -> Inquiry:
    """Have the directory answer an inquiry."""
    values = {
        "message_id": inquiry.id,
        "digest": deps.messages.get(inquiry.id).digest,
        "entries": [
            {"unit": each.unit, "sequence": each.sequence, "state": each.state.value, "record": plain(each.record)}
            for each in entries
        ],
        "answered_at": NOW.isoformat(),
    }
    deps.border.receipts["answer"] = dump_content(values | changes)
    return take_records(deps, BY_DIRECTORY, Arrived("e" * 32, "answer"))
