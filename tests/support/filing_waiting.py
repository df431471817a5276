"""Filings that wait for a county, written straight into the database: real documents, sealed, of units of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.filing.model.filings import Filing, SignOff, Version, Working
from services.filing.model.states import Action, State
from services.filing.repository.records import COLLECTION, Records
from shared.codes import divisions
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Sealer
from shared.history import HistoryEntry
from shared.mongo.aggregates import act_entry
from shared.mongo.client import Document
from tests.support.filing_site import DIVISION, FilingSite

FORM, PERIOD = "enterprise-4", "2025"


def put_waiting(site: FilingSite, count: int) -> list[Filing]:
    """Store filings of 企业4表 of as many units, all submitted to the county without a query; return them."""
    wired = site.wired
    records = Records(wired.database.name, Sealer(wired.keyring), BlindIndex(wired.keyring))
    filings = list(_waiting(site.clock.now(), count))
    wired.database[COLLECTION].insert_many([_document(records, each) for each in filings])
    return filings


def _waiting(now: datetime, count: int) -> Iterator[Filing]:
    for number in range(count):
        at = now - timedelta(seconds=count - number)
        sign_off = SignOff("王小明", "李晓红", "周海", "0571-88888888", at.date())
        yield Filing(
            id=f"f{number:031x}",
            version=1,
            unit_id=f"a{number:031x}",
            owner_id="a",
            form=FORM,
            edition="2022",
            period=PERIOD,
            item="",
            state=State.SUBMITTED,
            division=DIVISION,
            path=divisions.path(DIVISION, at.date()),
            created_at=at,
            updated_at=at,
            versions=(Version(1, at, "a", Working(), sign_off, (), "d", "r"),),
            filed_on=at.date(),
            submitted_at=at,
            waiting_since=at,
            history=(HistoryEntry(at, "a", Action.SUBMIT, State.DRAFT, State.SUBMITTED),),
        )


def _document(records: Records, filing: Filing) -> Document:
    return {
        "_id": filing.id,
        "v": 1,
        **records.fields(filing, 1),
        **records.versions(filing, 1),
        "slot": filing.id,
        "outbox": [],
        "history": [act_entry(filing.history[0], 1)],
    }
