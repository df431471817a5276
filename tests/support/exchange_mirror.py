"""Builders of the directory's records and announcements, and what is kept of the directory in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.exchange.model.directory import Announced, Announcement, DirectoryRecord, Party, Role, plain_announcement
from services.exchange.model.inquiries import Follower, Inquiry, Load, LoadState
from services.exchange.model.mirror import Kept, Known, PutAside, Standing, UnitState
from services.exchange.ports.directory import Directory, Told
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.contracts.border import dump_content
from shared.errors import Conflict, NotFound, StaleVersion
from tests.support.codes import make_uscc


def make_directory_record(number: int = 1, **changes: Any) -> DirectoryRecord:
    """Return the record of a unit that exists."""
    values: dict[str, Any] = {
        "credit_code": make_uscc(number),
        "name": f"西湖软件{number}有限公司",
        "activities": ("软件开发",),
        "industry": "6510",
        "industry_list": "2011",
        "address": f"文一路{number}号",
        "division": "330106001001",
        "registered_address": f"文一路{number}号",
        "registered_division": "330106",
        "staff": 20,
        "legal_representative": "王小明",
        "opened_on": "2020-01",
        "registration_type": "173",
        "registration_list": "2011",
        "operating_state": "1",
        "kind": "10",
    }
    return DirectoryRecord(**(values | changes))


def make_party(unit: str = "D1", sequence: int = 1, **changes: Any) -> Party:
    """Return a unit that changes its address by this change."""
    number = int(unit[1:])
    values: dict[str, Any] = {
        "unit": unit,
        "sequence": sequence,
        "role": Role.SUBJECT,
        "before": make_directory_record(number, address=f"{sequence - 1}号") if sequence > 1 else None,
        "after": make_directory_record(number, address=f"{sequence}号"),
    }
    return Party(**(values | changes))


def make_announcement(*parties: Party, **changes: Any) -> Announcement:
    """Return an announcement of these units, of a new unit where none is given."""
    values: dict[str, Any] = {
        "kind": Announced.CHANGE,
        "effective_date": "2026-03-01",
        "evidence": "市场监管部门登记变更",
        "parties": parties or (make_party(),),
    }
    return Announcement(**(values | changes))


def content_of(announcement: Announcement) -> bytes:
    """Return the content of an announcement as it is signed."""
    return dump_content(plain_announcement(announcement))


class MemoryMirror:
    """The mirror in memory; `told` is what left."""

    def __init__(self) -> None:
        self.rows: dict[str, Known] = {}
        self.told: list[Outgoing] = []

    def find(self, units: Collection[str]) -> Mapping[str, Known]:
        return {unit: self.rows[unit] for unit in units if unit in self.rows}

    def id_of(self, unit: str) -> str:
        return f"blind {unit}"

    def sequences(self, units: Collection[str]) -> Mapping[str, int]:
        return {unit: known.sequence for unit, known in self.find(units).items()}

    def find_by_code(self, credit_code: str) -> Sequence[Known]:
        found = [known for known in self.rows.values() if known.record.credit_code == credit_code]
        return sorted(found, key=lambda known: (known.state is UnitState.CEASED, known.unit))

    def put(self, told: Sequence[Told], call: Call) -> None:
        for each in told:
            self.rows[each.known.unit] = each.known
            self.told += each.events

    def count(self) -> Mapping[tuple[str, UnitState], int]:
        counts: dict[tuple[str, UnitState], int] = {}
        for known in self.rows.values():
            counts[known.division, known.state] = counts.get((known.division, known.state), 0) + 1
        return counts

    def last_at(self) -> datetime | None:
        return max((known.at for known in self.rows.values()), default=None)


class MemoryAnnouncements:
    """The announcements in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Kept] = {}

    def find_at(self, places: Collection[str]) -> Sequence[Kept]:
        return [kept for kept in self.rows.values() if _places(kept) & set(places)]

    def add(self, kept: Kept) -> None:
        if self.find_at(_places(kept)):
            raise Conflict
        self.rows[kept.id] = kept

    def save(self, kept: Kept) -> None:
        self.rows[kept.id] = kept

    def list_waiting_of(self, units: Collection[str], limit: int) -> Sequence[Kept]:
        found = [kept for kept in self._waiting() if {each.unit for each in kept.announcement.parties} & set(units)]
        return found[:limit]

    def list_to_ask(self, before: datetime, limit: int) -> Sequence[Kept]:
        return [kept for kept in self._waiting() if (kept.asked_at or kept.received_at) < before][:limit]

    def count_waiting(self) -> int:
        return len(self._waiting())

    def list_waiting(self, limit: int) -> Sequence[Kept]:
        return self._waiting()[:limit]

    def _waiting(self) -> list[Kept]:
        return [kept for kept in self.rows.values() if kept.standing is Standing.WAITING]


class MemoryTroubles:
    """What was put aside, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, PutAside] = {}
        self.told: list[Outgoing] = []

    def note(self, trouble: PutAside, call: Call, events: Sequence[Outgoing]) -> None:
        if trouble.id not in self.rows:
            self.rows[trouble.id] = trouble
            self.told += events

    def list_newest(self, limit: int) -> Sequence[PutAside]:
        return sorted(self.rows.values(), key=lambda trouble: trouble.at, reverse=True)[:limit]


class MemoryInquiries:
    """The inquiries in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Inquiry] = {}

    def find(self, inquiry_id: str) -> Inquiry | None:
        return self.rows.get(inquiry_id)

    def find_recent(self, credit_code: str, by: str, since: datetime) -> Inquiry | None:
        asked = [row for row in self.rows.values() if (row.question.credit_code, row.by) == (credit_code, by)]
        return next((row for row in reversed(asked) if row.asked_at >= since), None)

    def add(self, inquiry: Inquiry) -> None:
        self.rows.setdefault(inquiry.id, inquiry)

    def save(self, inquiry: Inquiry) -> None:
        self.rows[inquiry.id] = inquiry


class MemoryLoads:
    """The loads in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Load] = {}

    def get(self, load_id: str) -> Load:
        if load_id not in self.rows:
            raise NotFound
        return self.rows[load_id]

    def last(self) -> Load | None:
        return max(self.rows.values(), key=lambda load: load.started_at, default=None)

    def add(self, load: Load) -> None:
        if any(row.state is LoadState.RUNNING for row in self.rows.values()):
            raise Conflict
        self.rows[load.id] = load

    def save(self, load: Load) -> Load:
        if self.get(load.id).version != load.version:
            raise StaleVersion
        self.rows[load.id] = replace(load, version=load.version + 1)
        return self.rows[load.id]


class MemoryFollowers:
    """The followers in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Follower] = {}

    def find(self, unit_id: str) -> Follower | None:
        return self.rows.get(unit_id)

    def of_codes(self, credit_codes: Collection[str]) -> Sequence[Follower]:
        return [row for row in self.rows.values() if row.credit_code in credit_codes]

    def put(self, follower: Follower) -> None:
        self.rows[follower.unit_id] = follower


def make_directory(**changes: Any) -> Directory:
    """Return what is kept of the directory: nothing."""
    kept = Directory(
        mirror=MemoryMirror(),
        announcements=MemoryAnnouncements(),
        troubles=MemoryTroubles(),
        inquiries=MemoryInquiries(),
        loads=MemoryLoads(),
        followers=MemoryFollowers(),
    )
    return replace(kept, **changes)


def _places(kept: Kept) -> set[str]:
    return {party.place for party in kept.announcement.parties}
