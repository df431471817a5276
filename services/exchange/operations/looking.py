"""Looking at deliveries: what the list says, what is in a package, and how its day was found, step by step."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zipfile import ZipFile

from services.exchange.model.controls import Hold
from services.exchange.model.deliveries import Action, Delivery, State
from services.exchange.operations.embargo import sharing_of
from services.exchange.operations.sets import tables_of
from services.exchange.packaging.package import MANIFEST, Manifest, manifest_of
from services.exchange.ports.deliveries import WantedDeliveries
from services.exchange.ports.deps import Deps
from services.exchange.workflow import DELIVERY_WORKFLOW
from shared.calendar.days import day
from shared.calendar.statutory import Sharing
from shared.calls import Call
from shared.errors import NotFound
from shared.paging import Page
from shared.tabulation.tables import TableSet

SATURDAY = 5


@dataclass(frozen=True)
class CountedDay:
    """A day on the way to the tenth working day: its number, 0 where it does not count, and why."""

    on: date
    number: int
    why: str


@dataclass(frozen=True)
class DeliveryView:
    """A delivery as one actor sees it; `sharing` where the rule for sharing between departments holds for it.

    `hold` says why one that waits to be sent does not leave now.
    """

    delivery: Delivery
    open_actions: tuple[Action, ...]
    sharing: Sharing | None
    days: tuple[CountedDay, ...]
    hold: Hold | None


@dataclass(frozen=True)
class Preview:
    """What is in a package before it leaves: its manifest, and the tables behind it."""

    delivery: Delivery
    manifest: Manifest
    tables: TableSet


def list_deliveries(deps: Deps, wanted: WantedDeliveries, cursor: str, limit: int) -> Page[Delivery]:
    """Return a page of the deliveries, newest first. Raises `Malformed`."""
    return deps.sharing.deliveries.list_newest(wanted, cursor, limit)


def read_delivery(deps: Deps, call: Call, delivery_id: str) -> DeliveryView:
    """Return a delivery in full. Raises `NotFound`."""
    return view_of(deps, call, deps.sharing.deliveries.get(delivery_id))


def view_of(deps: Deps, call: Call, delivery: Delivery) -> DeliveryView:
    """Return what the actor sees of a delivery."""
    actions = tuple(dict.fromkeys(DELIVERY_WORKFLOW.open_actions(delivery, call.actor)))
    sharing = sharing_of(delivery.route, delivery.final_on)
    is_queued = delivery.state is State.QUEUED
    hold = deps.controls.gates(deps.clock.now())[delivery.route].hold if is_queued else None
    return DeliveryView(delivery, actions, sharing, counted_days(sharing) if sharing else (), hold)


def preview(deps: Deps, call: Call, delivery_id: str) -> Preview:
    """Return what is in the package of a delivery; the read is recorded. Raises `NotFound`."""
    delivery = deps.sharing.deliveries.get(delivery_id)
    deps.reads.record(call, "preview", delivery_id)
    with ZipFile(io.BytesIO(deps.sharing.deliveries.package_of(delivery))) as archive:
        manifest = manifest_of(archive.read(MANIFEST))
    return Preview(delivery, manifest, tables_of(deps, deps.sharing.deliveries.get_set(delivery.set_id)))


def read_package(deps: Deps, call: Call, delivery_id: str) -> tuple[Delivery, bytes]:
    """Return the package of a delivery as it leaves; the read is recorded. Raises `NotFound`."""
    delivery = deps.sharing.deliveries.get(delivery_id)
    deps.reads.record(call, "package", delivery_id)
    return delivery, deps.sharing.deliveries.package_of(delivery)


def shown_rows(made: TableSet, table: str, limit: int) -> Sequence[Sequence[str]]:
    """Return the first rows of a table as people read them, the heads first. Raises `NotFound`."""
    found = made.table(table)
    if found is None:
        raise NotFound
    heads = (*(each.title for each in found.dimensions), *(f"{each.title}（{each.unit}）" for each in found.measures))
    rows: list[Sequence[str]] = [heads]
    for at, cells in found.rows():
        if len(rows) > limit:
            break
        titles = [each.title_of(code) for each, code in zip(found.dimensions, at, strict=True)]
        numbers = [cells[each.code].text or "*" if each.code in cells else "" for each in found.measures]
        rows.append((*titles, *numbers))
    return rows


def counted_days(sharing: Sharing) -> tuple[CountedDay, ...]:
    """Return every day from the approval to the first on which sharing is possible, as it counts."""
    found = [CountedDay(sharing.approved_on, 0, "最终审定当日，不计")]
    number = 0
    on = sharing.approved_on
    while on < sharing.tenth:
        on += timedelta(days=1)
        this = day(on)
        number += this.is_working
        weekend = "周末" if on.weekday() >= SATURDAY else "休息日"
        why = (this.name or "工作日") if this.is_working else (this.name or weekend)
        found.append(CountedDay(on, number if this.is_working else 0, why))
    return (*found, CountedDay(sharing.possible.on, 0, "满十个工作日的次日，起可以共享"))
