"""The journal for people: looked through, checked, and exported as a container that proves it outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.exchange import policy
from services.exchange.journal import container
from services.exchange.journal.anchors import SignedAnchor, Standing, end_of
from services.exchange.journal.chains import Head
from services.exchange.journal.container import ANCHORS, JOURNAL, KEYS, RECEIPTS, Manifest, Packed, packed
from services.exchange.journal.entries import canonical, moment_text
from services.exchange.model.partners import Partner
from services.exchange.operations.anchoring import follow_chain
from services.exchange.operations.entering import stuck_since
from services.exchange.ports.deps import Deps
from services.exchange.ports.journal import Chain, Checked, Noted, Search
from shared.calls import Call
from shared.errors import Malformed, NotAllowed

LONGEST_DAYS = 366
"""Days of a container, or of what is checked at once."""


@dataclass(frozen=True)
class Overview:
    """The chains as they stand, the last anchor, and since when nothing can be entered, where that is so."""

    chains: Sequence[Chain]
    anchor: SignedAnchor | None
    stuck_since: datetime | None


def overview(deps: Deps) -> Overview:
    """Return how the journal stands."""
    return Overview(deps.journal.chains(), deps.journal.anchor_before(), stuck_since(deps))


def list_entries(deps: Deps, search: Search, cursor: str, limit: int) -> tuple[Sequence[Noted], str]:
    """Return a page of entries, newest first, and the next cursor. Raises `Malformed`."""
    return deps.journal.list_newest(search, cursor, limit)


def list_anchors(deps: Deps, since: date, until: date) -> Sequence[SignedAnchor]:
    """Return the anchors of days, in their order. Raises `Malformed` for too many days."""
    _hold_days(since, until)
    return deps.journal.anchors(since, until)


def check_days(deps: Deps, partner: Partner, since: date, until: date) -> Checked:
    """Follow the chain of a partner over some days, and hold it against their anchors. Raises `Malformed`."""
    _hold_days(since, until)
    return follow_chain(deps, partner, since, until)


def export_container(deps: Deps, call: Call, partner: Partner, since: date, until: date) -> Iterator[bytes]:
    """Yield the container of some days of a partner's chain; who took it is recorded first.

    Actor: an auditor, or whoever keeps the routes of the partner. Raises `NotAllowed`, `Malformed`.
    """
    if not policy.may_export(call.actor, partner):
        raise NotAllowed
    _hold_days(since, until)
    deps.reads.record(call, "export_journal", partner.value, f"{since}/{until}")
    before = deps.journal.anchor_before(since)
    start = before.anchor.of(partner.value) if before else Standing(partner.value, 0, Head().hash)
    end = deps.journal.head_before(partner, end_of(until))
    if end.number < start.count:
        end = Head(start.count, start.head)
    made_at = moment_text(deps.clock.now())

    def manifest(files: tuple[Packed, ...]) -> bytes:
        made = Manifest(
            partner=partner.value,
            since=since.isoformat(),
            until=until.isoformat(),
            made_at=made_at,
            first=start.count + 1,
            last=end.number,
            previous=start.head,
            head=end.hash,
            files=files,
        )
        return deps.signer.sign(made.payload, container.TYP).encode()

    signed = ([before] if before else []) + list(deps.journal.anchors(since, until))
    span = (partner, start.count + 1, end.number)
    files = {
        JOURNAL: (entry.line(noted) + b"\n" for entry, noted in deps.journal.follow(*span)),
        RECEIPTS: (canonical({"number": no, "token": token}) + b"\n" for no, token in deps.journal.proofs(*span)),
        ANCHORS: (each.token.encode() + b"\n" for each in signed),
        KEYS: [json.dumps(deps.signer.public_keys(partner), sort_keys=True).encode()],
    }
    return packed(files, manifest)


def _hold_days(since: date, until: date) -> None:
    if since > until or (until - since).days >= LONGEST_DAYS:
        raise Malformed("起止日期应先后有序，且不超过 366 天。", code="bad_days")
