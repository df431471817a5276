"""The ledger on a real database: messages of former times, and what is found by which index."""

from __future__ import annotations

from services.exchange.repository.messages import FORMER_INDEX
from services.exchange.repository.records import COLLECTION
from shared.contracts.border import digest_of
from shared.history import HistoryEntry
from tests.support.exchange import Site, site
from tests.support.exchange_desk import BY_ITSELF, NOW, UNIT, make_message, make_secret

__all__ = ["site"]

CREATED = HistoryEntry(NOW, "exchange", "create", None, "sent")


def test_a_message_of_former_times_is_found_in_its_sequence_once_it_is_filled_in(site: Site) -> None:
    secret = make_secret()
    message = make_message(history=(CREATED,), period="2026-03", digest=digest_of(secret.content))
    now = site.wired.messages.add(message, BY_ITSELF, secret)
    rows = site.database[COLLECTION]
    stored = rows.find_one({"_id": now.id})
    lost = dict.fromkeys(("route", "partner", "party", "period", "marks", "filing"), "")
    rows.update_one({"_id": now.id}, {"$unset": lost})
    rows.create_index([("unit", 1), ("sequence", 1)], name=FORMER_INDEX, unique=True)

    filled = [site.wired.messages.fill_in() for _ in range(2)]

    assert filled == [1, 0]
    assert rows.find_one({"_id": now.id}) == stored
    assert site.wired.messages.find_in_sequence(now.route, UNIT, 1) == now
    assert FORMER_INDEX not in rows.index_information()
    assert digest_of(site.wired.messages.secret_of(now).content) == now.digest
