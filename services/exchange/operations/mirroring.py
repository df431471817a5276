"""Storing what the 名录库 says of units: the mirror changes, cases come up, and units that file are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.exchange.model.directory import FIELDS, Announcement, DirectoryRecord
from services.exchange.model.inquiries import Follower
from services.exchange.model.mirror import Known, UnitState
from services.exchange.operations.casework import follow_directory
from services.exchange.ports.deps import Deps
from services.exchange.ports.directory import Told
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.codes.registration_types import Version, find
from shared.contracts.exchange import DIRECTORY_RECORD


@dataclass(frozen=True)
class Taken:
    """What came of entries: how many changed the mirror, and how many have its number and another record."""

    stored: int
    differing: int


def store(deps: Deps, call: Call, changed: Sequence[Known], announcement: Announcement | None = None) -> None:
    """Store units as the 名录库 says that they are now.

    Actor: the directory. Events: the records of units that file. Raises `StaleVersion` of a case.
    """
    codes = {known.record.credit_code for known in changed if known.record.credit_code}
    followers: dict[str, list[Follower]] = {}
    for follower in deps.directory.followers.of_codes(codes):
        followers.setdefault(follower.credit_code, []).append(follower)
    told = []
    for known in changed:
        following = followers.get(known.record.credit_code, ())
        events = tuple(_tell(deps, known, each) for each in following if each.may_be_told(known.record))
        told.append(Told(known, events))
    deps.directory.mirror.put(told, call)
    for known in changed:
        if known.record.credit_code in followers:
            follow_directory(deps, call, known, announcement)


def take_entries(deps: Deps, call: Call, entries: Iterable[Known]) -> Taken:
    """Take records as the 名录库 has them now: what is newer than ours is stored, what is older is passed over.

    Actor: the directory, by an answer. Events: as of `store`. A record with our number that is not ours is counted and
    overwrites nothing. Twice the same changes nothing.
    """
    given = {known.unit: known for known in entries}
    ours = deps.directory.mirror.sequences(given)
    newer = [known for unit, known in given.items() if known.sequence > ours.get(unit, 0)]
    equal = [unit for unit, known in given.items() if known.sequence == ours.get(unit, 0)]
    stored = deps.directory.mirror.find(equal) if equal else {}
    differing = sum(_is_another(stored[unit], given[unit]) for unit in equal)
    if newer:
        store(deps, call, newer)
    return Taken(len(newer), differing)


def follow(deps: Deps, call: Call, follower: Follower) -> Known | None:
    """Have a unit of the survey follow what the 名录库 says of its credit code; return what the mirror has of it.

    Actor: the exchange, by a fact that was examined, or a reviewer's word. Events: the record, where there is one that it was not
    told yet. Twice the same changes nothing.
    """
    before = deps.directory.followers.find(follower.unit_id)
    if before is not None and before.credit_code == follower.credit_code:
        claims = follower.claims if before.claims else {}  # what was examined stays so
        follower = replace(follower, told=before.told, told_of=before.told_of, claims=claims)
    known = best(deps.directory.mirror.find_by_code(follower.credit_code))
    is_news = known is not None and (follower.told, follower.told_of) != (known.sequence, known.unit)
    if known is not None and is_news and follower.may_be_told(known.record):
        deps.directory.mirror.put([Told(known, (_tell(deps, known, follower),))], call)
    elif before is None or replace(before, at=follower.at) != follower:
        deps.directory.followers.put(follower)
    return known


def best(found: Sequence[Known]) -> Known | None:
    """Return the unit that a credit code stands for: the first in force, of the legal unit before that of a part."""
    ranked = sorted(found, key=lambda known: (known.state is UnitState.CEASED, known.record.parent_code != ""))
    return ranked[0] if ranked else None


def basics_of(record: DirectoryRecord) -> Mapping[str, str]:
    """Return the basic facts of a unit, by the names that filing has for them, as 企业1表 asks for them.

    A registration type of the list of 2023 is left out, since several of 2011 became one; of a day the month is told.
    """
    facts = {each.basic: record.text(each.name) for each in FIELDS if each.basic and record.text(each.name)}
    if record.registration_list != Version.V2011.value or find(record.registration_type, Version.V2011) is None:
        facts.pop("registration_type", None)
    if "opened_on" in facts:
        facts["opened_on"] = facts["opened_on"][:7]
    if "uscc" in facts:
        facts.pop("organisation_code", None)  # one of the two is asked for
    return facts


def _tell(deps: Deps, known: Known, follower: Follower) -> Outgoing:
    """Return the news for filing, and keep that the unit was told."""
    deps.directory.followers.put(replace(follower, told=known.sequence, told_of=known.unit))
    secret = {"basics": dict(basics_of(known.record)), "is_ceased": known.state is UnitState.CEASED}
    data = {"unit_id": follower.unit_id, "division": follower.division, "told_at": known.at.isoformat()}
    return Outgoing(DIRECTORY_RECORD.type, {**data, **deps.border.seal_record(secret, DIRECTORY_RECORD.type)})


def _is_another(ours: Known, theirs: Known) -> bool:
    return (ours.state, ours.record) != (theirs.state, theirs.record)
