"""Many filings of many units, as a country has them, written straight into the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from services.filing.model.filings import Filing, SignOff, Version, Working
from services.filing.model.states import Action, State
from services.filing.repository.records import COLLECTION, Records
from shared.codes import divisions
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Sealer
from shared.history import HistoryEntry
from shared.mongo.aggregates import act_entry
from shared.mongo.client import Document
from tests.support.filing_site import MOMENT, FilingSite

DIVISIONS = ("330106", "330108", "330100", "440106")
BUSY = "b" * 32
"""A unit with many contracts and executions."""
CITY_FILINGS = ("city-330100", "330100")
STATES = (State.APPROVED,) * 7 + (State.SUBMITTED, State.RETURNED, State.DRAFT)


def fill(site: FilingSite, units: int, contracts: int) -> int:
    """Store the filings of so many units, and so many contracts of the busy one; return how many there are."""
    records = Records(site.wired.database.name, Sealer(site.wired.keyring), BlindIndex(site.wired.keyring))
    documents = [_document(records, filing) for filing in _filings(units, contracts)]
    site.wired.database[COLLECTION].insert_many(documents)
    return len(documents)


def _filings(units: int, contracts: int) -> Iterator[Filing]:
    count = 0
    for number in range(units):
        unit, division = f"{number:032x}", DIVISIONS[number % len(DIVISIONS)]
        for form in ("enterprise-1", "enterprise-4", "enterprise-5"):
            for period in ("2023", "2024", "2025"):
                count += 1
                yield _filing(count, unit, division, form, period)
    for number in range(contracts):
        for form in ("enterprise-2", "enterprise-3"):
            count += 1
            yield _filing(count, BUSY, "330106", form, f"2025-{1 + number % 12:02}")


def _filing(number: int, unit: str, division: str, form: str, period: str) -> Filing:
    at = MOMENT - timedelta(minutes=number)
    state = STATES[number % len(STATES)]
    version = Version(1, at, "a", Working(), SignOff("甲", "乙", "丙", "0571", at.date()), (), "d", "r")
    return Filing(
        id=f"f{number:031x}",
        version=1,
        unit_id=unit,
        owner_id="a",
        form=form,
        edition="2022",
        period=period,
        item="",
        state=state,
        division=division,
        path=divisions.path(division, at.date()),
        created_at=at,
        updated_at=at,
        versions=() if state is State.DRAFT else (version,),
        in_force=1 if state is State.APPROVED else 0,
        submitted_at=at,
        history=(HistoryEntry(at, "a", Action.CREATE, None, State.DRAFT, None, None),),
    )


def _document(records: Records, filing: Filing) -> Document:
    return {
        "_id": filing.id,
        "v": 1,
        **records.fields(filing, 1),
        **records.versions(filing, 1),
        "outbox": [],
        "history": [act_entry(filing.history[0], 1)],
    }
