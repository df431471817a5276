"""What the 名录库 announces: taken once, in the order of each unit, all units of one together or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from services.exchange.errors import Unreadable
from services.exchange.model.directory import Announcement, announcement_of
from services.exchange.model.mirror import Kept, PutAside, Standing, changed_by, standing_of
from services.exchange.model.partners import Partner
from services.exchange.operations.mirroring import store
from services.exchange.operations.telling import tell_put_aside
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.contracts.border import digest_of, load_content
from shared.contracts.directory import UNIT_ANNOUNCED
from shared.contracts.directory import Announcement as AnnouncementContent
from shared.messaging.errors import ContractBroken

AT_ONCE = 200
"""Waiting announcements that are looked at in one go."""

SEQUENCE_REUSED = "sequence_reused"
"""The unit has another announcement with this number already."""


@dataclass(frozen=True)
class Arrived:
    """An announcement as it came over the border: in which message, sealed for us."""

    event_id: str
    sealed: str


def take_announcement(deps: Deps, call: Call, arrived: Arrived) -> Kept:
    """Take what the 名录库 announces.

    Actor: the directory, by a message whose signature holds. Events: the records of units that file. One that is known changes
    nothing; one that comes too early waits. Raises `Unreadable` where it does not verify, is not what the contract says,
    or takes the place of another one.
    """
    content = deps.border.open_receipt(arrived.sealed, UNIT_ANNOUNCED.type, Partner.DIRECTORY)
    return take_content(deps, call, content, arrived.event_id)


def take_content(deps: Deps, call: Call, content: bytes, source: str) -> Kept:
    """Take the content of an announcement, from a message of its own or from an answer; see `take_announcement`."""
    announcement, digest = _read(content), digest_of(content)
    places = {party.place for party in announcement.parties}
    for known in deps.directory.announcements.find_at(places):
        if known.digest != digest:
            raise Unreadable(SEQUENCE_REUSED)
        return known
    units = {party.unit for party in announcement.parties}
    at = deps.clock.now()
    kept = Kept(digest[:32], announcement, digest, Standing.WAITING, at, source)
    settled = _settled(deps, call, kept)
    deps.directory.announcements.add(settled)
    if settled.standing is Standing.APPLIED:
        settle_waiting(deps, call, units)
    return settled


def settle_waiting(deps: Deps, call: Call, units: Collection[str]) -> int:
    """Apply what waited for these units to come so far, and what waited for that; return how many there were.

    Actor: the directory. Events: as of `take_announcement`.
    """
    count = 0
    moved = set(units)
    while moved:
        waiting = deps.directory.announcements.list_waiting_of(moved, AT_ONCE)
        moved = set()
        for kept in sorted(waiting, key=lambda each: min(party.sequence for party in each.announcement.parties)):
            settled = _settled(deps, call, kept)
            if settled.standing is not Standing.WAITING:
                deps.directory.announcements.save(settled)
                moved.update(party.unit for party in kept.announcement.parties)
                count += 1
    return count


def note_put_aside(deps: Deps, call: Call, code: str, event_id: str) -> None:
    """Show that something of the 名录库 was put aside, and tell the desk where it contradicts what was taken before.

    Actor: the exchange. Events: a notice. Safe to run twice.
    """
    trouble = PutAside(event_id, code, deps.clock.now())
    deps.directory.troubles.note(trouble, call, tell_put_aside(deps, trouble))


def _read(content: bytes) -> Announcement:
    try:
        return announcement_of(load_content(AnnouncementContent(), content))
    except ContractBroken:
        raise Unreadable("announcement_malformed") from None


def _settled(deps: Deps, call: Call, kept: Kept) -> Kept:
    """Return what becomes of an announcement now, its units changed where it applies."""
    units = [party.unit for party in kept.announcement.parties]
    standing = standing_of(kept.announcement, deps.directory.mirror.sequences(units))
    if standing is Standing.WAITING:
        return kept
    at = deps.clock.now()
    if standing is Standing.KNOWN:
        return replace(kept, standing=standing, settled_at=at)
    changed, differing = changed_by(kept.announcement, deps.directory.mirror.find(units), at)
    store(deps, call, changed, kept.announcement)
    return replace(kept, standing=standing, settled_at=at, differing=differing)
