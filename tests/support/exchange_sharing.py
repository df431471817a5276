"""Deliveries, grants and objections in memory with the promises of the real stores; and a set of tables to deliver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Generic, TypeVar

from services.exchange.model.catalogue import RESOURCE_OF_KIND
from services.exchange.model.deliveries import Delivery, KeptSet, State
from services.exchange.model.messages import Message
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Grant, GrantState, Objection, ObjectionState
from services.exchange.operations.granting import lay_statutory
from services.exchange.operations.objecting import Doubt, object_for
from services.exchange.operations.sets import keep_set
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deliveries import Sharing, WantedDeliveries
from services.exchange.ports.messages import Outgoing
from services.sandbox.sample_tables import sample_set
from shared.calls import Call
from shared.contracts.statistics import MONTHLY, dump_tables, load_tables
from shared.errors import Conflict, NotFound, StaleVersion, Unavailable
from shared.identity.actor import Actor, Role
from shared.paging import Page
from shared.tabulation.tables import TableSet, table_set_of

T = TypeVar("T", Delivery, Grant, Objection)

APPROVED_ON = date(2026, 3, 2)


def make_content(version: int = 1, final_on: date = APPROVED_ON, correction: int = 0) -> bytes:
    """Return a set of a month as statistics writes it; a correction changes a number of the first region."""
    return dump_tables(sample_set(MONTHLY, "2026-01", final_on, version, correction))


def make_table_set(version: int = 1, final_on: date = APPROVED_ON, correction: int = 0) -> TableSet:
    """Return the same set, typed."""
    return table_set_of(load_tables(make_content(version, final_on, correction)))


class _Rows(Generic[T]):
    def __init__(self) -> None:
        self.rows: dict[str, T] = {}
        self.told: list[Outgoing] = []

    def get(self, id: str) -> T:
        if id not in self.rows:
            raise NotFound
        return self.rows[id]

    def find(self, id: str) -> T | None:
        return self.rows.get(id)

    def store(self, thing: T, events: Sequence[Outgoing]) -> T:
        if thing.id in self.rows:
            raise Conflict
        self.rows[thing.id] = thing
        self.told.extend(events)
        return thing

    def save(self, thing: T, call: Call, events: Sequence[Outgoing] = ()) -> T:
        if self.get(thing.id).version != thing.version:
            raise StaleVersion
        saved: T = replace(thing, version=thing.version + 1)
        self.rows[thing.id] = saved
        self.told.extend(events)
        return saved

    def where(self, wanted: Callable[[T], bool]) -> list[T]:
        return [row for row in self.rows.values() if wanted(row)]


class MemoryDeliveries(_Rows[Delivery]):
    """`ports.deliveries.Deliveries`."""

    def __init__(self) -> None:
        super().__init__()
        self.packages: dict[str, bytes] = {}
        self.sets: dict[str, KeptSet] = {}
        self.contents: dict[str, bytes] = {}

    def package_of(self, delivery: Delivery) -> bytes:
        return self.packages[delivery.id]

    def add(self, delivery: Delivery, call: Call, package: bytes) -> Delivery:
        self.packages[delivery.id] = package
        return self.store(delivery, ())

    def of_period(self, receiver: Partner, kind: str, period: str) -> Sequence[Delivery]:
        return self.where(lambda row: (row.receiver, row.kind, row.period) == (receiver, kind, period))

    def list_due(self, on: date, limit: int) -> Sequence[Delivery]:
        signed = (State.SIGNED_OFF, State.HELD)
        return self.where(lambda row: row.state in signed and row.due_on is not None and row.due_on <= on)[:limit]

    def list_on_the_way(self, limit: int) -> Sequence[Delivery]:
        return self.where(lambda row: row.state in (State.QUEUED, State.GOING, State.UNANSWERED))[:limit]

    def list_newest(self, wanted: WantedDeliveries, cursor: str, limit: int) -> Page[Delivery]:
        found = self.where(lambda row: wanted.state in ("", row.state) and wanted.receiver in ("", row.receiver))
        return Page(tuple(found[:limit]), "")

    def get_set(self, set_id: str) -> KeptSet:
        if set_id not in self.sets:
            raise NotFound
        return self.sets[set_id]

    def find_set(self, set_id: str) -> KeptSet | None:
        return self.sets.get(set_id)

    def content_of(self, kept: KeptSet) -> bytes:
        return self.contents[kept.id]

    def add_set(self, kept: KeptSet, call: Call, content: bytes) -> KeptSet:
        self.sets[kept.id], self.contents[kept.id] = kept, content
        return kept


class MemoryGrants(_Rows[Grant]):
    """`ports.deliveries.Grants`."""

    def add(self, grant: Grant, call: Call, events: Sequence[Outgoing] = ()) -> Grant:
        return self.store(grant, events)

    def of_resource(self, receiver: Partner, resource: str) -> Sequence[Grant]:
        return self.where(lambda row: (row.receiver, row.resource) == (receiver, resource))

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Grant]:
        return Page(tuple(self.where(lambda row: state in ("", row.state))[:limit]), "")

    def list_overdue(self, on: date, limit: int) -> Sequence[Grant]:
        return self.where(lambda row: row.state is GrantState.REQUESTED and row.due_on < on and not row.is_escalated)[
            :limit
        ]


class MemoryObjections(_Rows[Objection]):
    """`ports.deliveries.Objections`."""

    def add(self, objection: Objection, call: Call, events: Sequence[Outgoing] = ()) -> Objection:
        return self.store(objection, events)

    def of_deliveries(self, delivery_ids: Sequence[str]) -> Sequence[Objection]:
        return self.where(lambda row: row.delivery_id in delivery_ids)

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Objection]:
        return Page(tuple(self.where(lambda row: state in ("", row.state))[:limit]), "")

    def list_overdue(self, on: date, limit: int) -> Sequence[Objection]:
        return self.where(lambda row: row.state is ObjectionState.OPEN and row.due_on < on and not row.is_escalated)[
            :limit
        ]


def make_sharing() -> Sharing:
    """Return stores with nothing in them."""
    stores: Any = (MemoryDeliveries(), MemoryGrants(), MemoryObjections())
    return Sharing(*stores)


TARGETS = {
    "delivery-prepared": "11" * 16,
    "delivery-held": "12" * 16,
    "delivery-accepted": "13" * 16,
    "request-open": "14" * 16,
    "request-granted": "15" * 16,
    "objection-open": "16" * 16,
    "objection-answered": "17" * 16,
}
"""Ids of what `keep_sharing` keeps."""


def keep_sharing(deps: Any) -> None:
    """Keep a set long approved, with deliveries, requests and objections in several states."""
    call = Call(EXCHANGE, "c" * 32)
    keep_set(deps, call, make_table_set(), make_content())
    lay_statutory(deps)
    made = deps.sharing.deliveries.of_period(Partner.SHARING, MONTHLY, "2026-01")[0]
    package = deps.sharing.deliveries.package_of(made)
    for target, state in (("prepared", State.PREPARED), ("held", State.HELD), ("accepted", State.ACCEPTED)):
        left_at = made.created_at if state is State.ACCEPTED else None
        kept = replace(made, id=TARGETS[f"delivery-{target}"], state=state, period="2025-12", left_at=left_at)
        deps.sharing.deliveries.add(kept, call, package)
    granted = deps.sharing.grants.of_resource(Partner.NBS, RESOURCE_OF_KIND[MONTHLY])[0]
    asked = replace(granted, version=1, history=granted.history[:1])
    for target, grant_state in (("open", GrantState.REQUESTED), ("granted", GrantState.GRANTED)):
        deps.sharing.grants.add(replace(asked, id=TARGETS[f"request-{target}"], state=grant_state), call)
    doubt = Doubt(TARGETS["delivery-accepted"], "by_region", ("110000",), "contracts", "偏低")
    raised = object_for(deps, Call(Actor("f" * 32, Role.SHARING_DESK)), doubt)
    for target, raised_state in (("open", ObjectionState.OPEN), ("answered", ObjectionState.REJECTED)):
        deps.sharing.objections.add(replace(raised, id=TARGETS[f"objection-{target}"], state=raised_state), call)


class MemoryDrop:
    """Files in memory: by the id of the message, how often it was laid down; `is_full` takes nothing."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}
        self.is_full = False

    def lay_down(self, message: Message, sealed: str) -> None:
        if self.is_full:
            raise Unavailable
        self.files.setdefault(message.id, []).append(sealed)
