"""The checker: what was acknowledged against what is there, once all is healed. It must be able to fail."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from typing import Any, cast

from pymongo.read_concern import ReadConcern

from shared.messaging.relay import PENDING
from shared.messaging.topology import REGISTRATION_SHEETS
from tests.support.chaos_clients import Unit
from tests.support.chaos_system import Ground

DRAIN_SECONDS = 30.0
ONCE = ("submit", "start_review", "approve")
MAILED = ("registration.submitted", "registration.approved")
UNDER_WAY = ("due", "handing_over")
LEDGERS = {"registration": "registrations", "exchange": "messages"}


def drained(ground: Ground, units: Sequence[Unit], parked: Sequence[str] = ()) -> float:
    """Wait until nothing is on its way any more and return the seconds that took. Fails after 30 s.

    `parked` names the parking queues that are meant to hold something. Decision sheets are work, half a second of it
    each on a core of their own: they are waited for afterwards, as long as some are made in every 30 s.
    """
    began = time.monotonic()
    while rest := list(_on_its_way(ground, units, (*parked, REGISTRATION_SHEETS))):
        assert time.monotonic() - began < DRAIN_SECONDS, f"still on its way after {DRAIN_SECONDS:.0f} s: {rest}"
        time.sleep(0.2)
    seconds = time.monotonic() - began
    _wait_for_sheets(ground)
    return seconds


def _wait_for_sheets(ground: Ground) -> None:
    left, until = ground.backlog().get(REGISTRATION_SHEETS, 0), time.monotonic() + DRAIN_SECONDS
    while left:
        assert time.monotonic() < until, f"{left} sheets, and none made in {DRAIN_SECONDS:.0f} s"
        time.sleep(0.2)
        before, left = left, ground.backlog().get(REGISTRATION_SHEETS, 0)
        if left < before:
            until = time.monotonic() + DRAIN_SECONDS


def faults(ground: Ground, units: Sequence[Unit]) -> list[str]:
    """Return everything that is lost, doubled or wrong; empty when every promise was kept."""
    return [
        *(fault for unit in units for fault in _of_registration(ground, unit)),
        *_of_ledger(ground, units),
        *_of_peer(ground, units),
        *_of_filing(ground, units),
        *_of_notices(ground, units),
        *_of_mails(ground, units),
    ]


def _on_its_way(ground: Ground, units: Sequence[Unit], parked: Sequence[str]) -> Iterator[str]:
    for name, count in ground.backlog().items():
        if name not in parked:
            yield f"{count} messages in {name}"
    for database, collection in LEDGERS.items():
        count = _collection(ground, database, collection).count_documents(PENDING)
        if count:
            yield f"{count} documents with an outbox in {database}"
    ids = [unit.registration_id for unit in units]
    open_ones = {"_id": {"$in": ids}, "directory.state": {"$ne": "accepted"}}
    count = _collection(ground, "registration", "registrations").count_documents(open_ones)
    if count:
        yield f"{count} registrations without receipt"
    arrivals = _collection(ground, "notification", "arrivals").count_documents({})
    mails = _collection(ground, "notification", "mails").count_documents({"state": {"$in": UNDER_WAY}})
    if arrivals or mails:
        yield f"{arrivals} occasions nobody was told of, {mails} mails under way"


def _of_registration(ground: Ground, unit: Unit) -> Iterator[str]:
    found = list(_collection(ground, "registration", "registrations").find({"unit": unit.unit_id}))
    if [document["_id"] for document in found] != [unit.registration_id]:
        yield f"unit {unit.number}: {len(found)} registrations"
        return
    document = found[0]
    place = f"unit {unit.number}"
    if (document["state"], document["revision"]) != ("approved", 1):
        yield f"{place}: {document['state']} in revision {document['revision']}"
    keys = Counter(entry["key"] for entry in document["history"] if "key" in entry)
    for promise in unit.acknowledged:
        if keys[promise.key] != 1:
            yield f"{place}: {promise.action} was acknowledged and stands {keys[promise.key]} times in the history"
    if keys.total() != len(unit.acknowledged) + 1:  # and the creation
        yield f"{place}: {keys.total()} acts with a key, {len(unit.acknowledged)} changes acknowledged"
    actions = Counter(entry["action"] for entry in document["history"])
    for action in ONCE:
        if actions[action] != 1:
            yield f"{place}: {action} happened {actions[action]} times"
    versions = [entry["v"] for entry in document["history"]]
    if versions != list(range(1, document["v"] + 1)):
        yield f"{place}: version {document['v']} with acts that led to {versions}"
    sheets = list(_collection(ground, "registration", "sheets").find({"registration": unit.registration_id}))
    if ["object" in sheet for sheet in sheets] != [True]:
        yield f"{place}: not the one sheet of the approval, but {len(sheets)}"
    if (document["directory"] or {}).get("state") != "accepted":
        yield f"{place}: the receipt is not noted"


def _of_ledger(ground: Ground, units: Sequence[Unit]) -> Iterator[str]:
    wanted = {unit.registration_id for unit in units}
    found = list(_collection(ground, "exchange", "messages").find({"registration": {"$in": sorted(wanted)}}))
    yield from _not_once("ledger", wanted, [message["registration"] for message in found])
    for message in found:
        if (message["state"], message["sequence"]) != ("accepted", 1):
            yield f"ledger: {message['_id']} is {message['state']} with sequence {message['sequence']}"


def _of_peer(ground: Ground, units: Sequence[Unit]) -> Iterator[str]:
    report = ground.peer_report()
    wanted = {unit.unit_id for unit in units}
    have = [id for id in cast(list[str], report["units"]) if id in wanted]
    yield from _not_once("unit directory", wanted, have)
    messages = [row for row in cast(list[dict[str, Any]], report["messages"]) if row["unit_id"] in wanted]
    yield from _not_once("message at the unit directory", wanted, [row["unit_id"] for row in messages])
    for row in messages:
        if (row["outcome"], row["effects"]) != ("accepted", 1):
            yield f"unit directory: {row['message_id']} was {row['outcome']} and had {row['effects']} effects"


def _of_filing(ground: Ground, units: Sequence[Unit]) -> Iterator[str]:
    wanted = {unit.unit_id for unit in units}
    found = list(_collection(ground, "filing", "units").find({"_id": {"$in": sorted(wanted)}}))
    yield from _not_once("filing", wanted, [unit["_id"] for unit in found])
    for unit in found:
        if len(unit["history"]) != 1:
            yield f"filing: {unit['_id']} was told of {len(unit['history'])} times"


def _of_notices(ground: Ground, units: Sequence[Unit]) -> Iterator[str]:
    wanted = {(unit.unit_id, occasion) for unit in units for occasion in MAILED}
    yield from _not_once("notice", wanted, [(row["about"], row["occasion"]) for row in _notices(ground, units)])


def _of_mails(ground: Ground, units: Sequence[Unit]) -> Iterator[str]:
    """One mail per notice; at most one where it is uncertain, since its worker died over it."""
    files = ground.system.mail_folder.glob("*.eml")
    sent = Counter(message_from_bytes(file.read_bytes())["Message-ID"].strip("<>").partition("@")[0] for file in files)
    ids = [row["_id"] for row in _notices(ground, units)]
    states = {
        row["_id"]: row["state"] for row in _collection(ground, "notification", "mails").find({"_id": {"$in": ids}})
    }
    for id in ids:
        state = states.get(id, "missing")
        if sent[id] > 1 or (state, sent[id]) not in (("sent", 1), ("uncertain", 1), ("uncertain", 0)):
            yield f"mail of notice {id} is {state} and was sent {sent[id]} times"


def _notices(ground: Ground, units: Sequence[Unit]) -> list[dict[str, Any]]:
    """Return the notices to the persons of these units."""
    scopes = [f"unit/{unit.unit_id}" for unit in units]
    return list(_collection(ground, "notification", "notices").find({"scope": {"$in": scopes}}))


def _not_once(what: str, wanted: set[Any], found: Sequence[Any]) -> Iterator[str]:
    counts = Counter(found)
    for item in sorted(wanted - counts.keys()):
        yield f"{what}: {item} is lost"
    for item, count in counts.items():
        if count > 1 or item not in wanted:
            yield f"{what}: {item} is there {count} times"


def _collection(ground: Ground, database: str, name: str) -> Any:  # Any: pymongo's collection of untyped documents
    return ground.mongo[database].get_collection(name, read_concern=ReadConcern("majority"))
