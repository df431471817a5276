"""Chains of the journal, anchors and containers as the exchange makes them, with keys of a test's own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from zipfile import ZipFile

from services.exchange.journal import anchors, container
from services.exchange.journal.anchors import SignedAnchor, Standing, end_of, following
from services.exchange.journal.chains import Head, head_of, linked
from services.exchange.journal.container import ANCHORS, JOURNAL, KEYS, MANIFEST, RECEIPTS, Manifest, packed
from services.exchange.journal.entries import Crossing, Entry, canonical, digest_of, moment_text
from shared.contracts.border import RECEIPT, UNIT_NEW
from shared.crypto.jose import create_jose_keys, public_part, sign

EXCHANGE_KEYS, DIRECTORY_KEYS, STRANGER_KEYS = (
    create_jose_keys(name) for name in ("exchange", "directory", "stranger")
)
PUBLIC = {"exchange": public_part(EXCHANGE_KEYS), "directory": public_part(DIRECTORY_KEYS)}
READER = EXCHANGE_KEYS["keys"][1]["kid"]
FIRST_DAY = date(2026, 3, 1)

Line = tuple[Entry, str]
"""An entry and the hash beside it."""


def make_crossing(number: int = 1, **changes: Any) -> Crossing:
    """Return a message on its way to the directory."""
    usual = Crossing(
        event=f"{number:032x}",
        partner="directory",
        direction="out",
        route="directory.changes",
        message_id=f"{number:032d}",
        type=UNIT_NEW.type,
        attempt=1,
        content=digest_of(f"content {number}".encode()),
        token=digest_of(f"token {number}".encode()),
        size=1000 + number,
    )
    return replace(usual, **changes)


def receipt_for(sent: Crossing, outcome: str = "accepted", **said: str) -> tuple[Crossing, str]:
    """Return the directory's receipt for a message, as it crosses, and as the directory signed it."""
    content = canonical(
        {"message_id": sent.message_id, "outcome": outcome, "digest": sent.content, "reason": "", **said}
    )
    token = sign(DIRECTORY_KEYS, content, typ=RECEIPT.type, to=str(READER))
    crossing = replace(
        sent,
        event=f"{sent.event[:-1]}f",
        direction="in",
        type=RECEIPT.type,
        content=digest_of(content),
        token=digest_of(token.encode()),
        size=len(token),
        outcome=outcome,
        quoted=sent.content,
    )
    return crossing, token


def chain_of(count: int) -> list[Line]:
    """Return a chain of so many messages."""
    at = moment_text(end_of(FIRST_DAY) - timedelta(hours=6))
    return [(entry, entry.hash) for entry in linked(Head(), map(make_crossing, range(1, count + 1)), at)]


@dataclass
class Proof:
    """A container before it is packed: what a test may change of it."""

    lines: list[Line]
    receipts: list[tuple[int, str]]
    anchors: list[SignedAnchor]
    since: date = FIRST_DAY
    until: date = FIRST_DAY + timedelta(days=1)
    keys: Mapping[str, Any] = field(default_factory=lambda: PUBLIC)
    head: Head = field(default_factory=Head)
    signer: Any = field(default_factory=lambda: EXCHANGE_KEYS)

    def pack(self, texts: Sequence[bytes] = ()) -> bytes:
        """Return the container as bytes, its manifest and digests as the exchange makes them over what is there."""
        texts = texts or [entry.line(noted) for entry, noted in self.lines]
        files = {
            JOURNAL: [text + b"\n" for text in texts],
            RECEIPTS: [canonical({"number": number, "token": token}) + b"\n" for number, token in self.receipts],
            ANCHORS: [each.token.encode() + b"\n" for each in self.anchors],
            KEYS: [json.dumps(self.keys).encode()],
        }
        return b"".join(packed(files, self._manifest))

    def _manifest(self, files: tuple[container.Packed, ...]) -> bytes:
        manifest = Manifest(
            partner="directory",
            since=self.since.isoformat(),
            until=self.until.isoformat(),
            made_at=moment_text(end_of(self.until)),
            first=1,
            last=self.head.number,
            previous=Head().hash,
            head=self.head.hash,
            files=files,
        )
        return sign(self.signer, manifest.payload, typ=container.TYP).encode()


def make_proof(messages: int = 4, days: int = 2) -> Proof:
    """Return the proof of some days: on each so many messages, each accepted, and an anchor at its end."""
    head, lines, receipts, signed = Head(), list[Line](), list[tuple[int, str]](), list[SignedAnchor]()
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        sent = [make_crossing(number * messages + each) for each in range(1, messages + 1)]
        answers = [receipt_for(each) for each in sent]
        crossings = [*sent, *(crossing for crossing, _ in answers)]
        first = head.number + messages + 1
        for entry in linked(head, crossings, moment_text(end_of(day) - timedelta(hours=6))):
            lines.append((entry, entry.hash))
            head = head_of(entry)
        receipts += [(first + each, token) for each, (_, token) in enumerate(answers)]
        signed.append(anchor_after(signed, day, [Standing("directory", head.number, head.hash)]))
    until = FIRST_DAY + timedelta(days=days - 1)
    return Proof(lines, receipts, signed, until=until, head=head)


def anchor_after(signed: Sequence[SignedAnchor], day: date, chains: Iterable[Standing]) -> SignedAnchor:
    """Return the anchor of a day behind others, signed by the exchange."""
    anchor = following(signed[-1] if signed else None, day, end_of(day), chains)
    return SignedAnchor(anchor, sign(EXCHANGE_KEYS, anchor.payload, typ=anchors.TYP))


def opened(data: bytes) -> ZipFile:
    """Return a container to be read."""
    return ZipFile(io.BytesIO(data))


def rewritten(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a container with one of its files changed, as somebody does it who has no key."""
    out = io.BytesIO()
    with opened(data) as before, ZipFile(out, "w") as after:
        for each in before.namelist():
            found = before.read(each)
            after.writestr(each, change(found) if each == name else found)
    return out.getvalue()


__all__ = ["MANIFEST", "Proof", "chain_of", "make_crossing", "make_proof", "opened", "receipt_for", "rewritten"]
