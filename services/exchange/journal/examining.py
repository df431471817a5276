"""Whether a container holds: its files, its anchors, its chain, its receipts. Nothing but the container and public keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from services.exchange.journal import anchors, container
from services.exchange.journal.anchors import SignedAnchor, anchor_of, end_of, first_unfit
from services.exchange.journal.chains import Broken, Fault, Follower, Head, end_at
from services.exchange.journal.container import ANCHORS, FILES, JOURNAL, KEYS, MANIFEST, RECEIPTS, Manifest
from services.exchange.journal.entries import NOTHING_BEFORE, Entry, Malformed, digest_of, moment_text
from services.exchange.journal.receipts import answer_of
from services.exchange.journal.wording import Doubt, Untrue
from shared.crypto.errors import BadSignature
from shared.crypto.jose import KeySetSerialization, verify

EXCHANGE = "exchange"
"""Under which name the exchange's own keys stand."""

LONGEST = 1024 * 1024
"""Bytes of a line, and of a file that is read as a whole."""

OUT = "out"
ANSWERS = frozenset({"accepted", "refused"})

Keys = Mapping[str, KeySetSerialization]


@dataclass
class Found:
    """What a container that holds was found to hold; `unanchored` entries came after the last anchor.

    `before` are receipts for messages sent before the period, `gone` those whose text is no longer kept.
    """

    manifest: Manifest
    entries: int = 0
    anchors: int = 0
    receipts: int = 0
    unanchored: int = 0
    before: int = 0
    gone: int = 0
    sent: dict[str, set[str]] = field(default_factory=dict, repr=False)
    answers: dict[int, Entry] = field(default_factory=dict, repr=False)


def keys_of(data: bytes) -> Keys:
    """Return the public key sets by name. Raises `Untrue`."""
    try:
        found = json.loads(data)
        return {str(name): {"keys": list(keys["keys"])} for name, keys in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Untrue(Doubt.KEYS_MALFORMED, KEYS) from None


def examine(archive: ZipFile, given: Keys | None = None) -> Found:
    """Return what a container holds. Raises `Untrue` for the first thing that does not hold.

    Signatures are checked with the `given` keys; without any, with those of the container, which then only vouches
    for itself.
    """
    if sorted(archive.namelist()) != sorted((*FILES, MANIFEST)):
        raise Untrue(Doubt.NOT_A_CONTAINER)
    try:
        keys = given or keys_of(_whole(archive, KEYS))
        manifest = _manifest(archive, keys)
        for file in manifest.files:
            _compare(archive, file)
        found = Found(manifest)
        signed = _anchors(archive, keys, manifest)
        found.anchors = len(signed)
        _follow(archive, found, signed)
        _receipts(archive, keys, found)
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError):
        raise Untrue(Doubt.NOT_A_CONTAINER) from None
    return found


def _manifest(archive: ZipFile, keys: Keys) -> Manifest:
    try:
        return container.manifest_of(_opened(keys, EXCHANGE, _whole(archive, MANIFEST).decode("ascii", "replace")))
    except (BadSignature, Malformed):
        raise Untrue(Doubt.MANIFEST_FORGED, MANIFEST) from None


def _opened(keys: Keys, signer: str, token: str, typ: str = container.TYP) -> bytes:
    if signer not in keys:
        raise Untrue(Doubt.KEYS_LACKING, KEYS)
    return verify(keys[signer], token, typ=typ)


def _compare(archive: ZipFile, file: container.Packed) -> None:
    size, digest = 0, sha256()
    with archive.open(file.name) as member:
        while block := member.read(container.BLOCK):
            size += len(block)
            digest.update(block)
            if size > file.size:
                break
    if (size, digest.hexdigest()) != (file.size, file.sha256):
        raise Untrue(Doubt.FILE_CHANGED, file.name)


def _anchors(archive: ZipFile, keys: Keys, manifest: Manifest) -> list[SignedAnchor]:
    signed = []
    for number, line in enumerate(_lines(archive, ANCHORS), 1):
        token = line.decode("ascii", "replace")
        try:
            signed.append(SignedAnchor(anchor_of(_opened(keys, EXCHANGE, token, anchors.TYP)), token))
        except (BadSignature, Malformed):
            raise Untrue(Doubt.ANCHOR_FORGED, ANCHORS, number) from None
    if (unfit := first_unfit(signed)) is not None:
        raise Untrue(Doubt.ANCHOR_UNLINKED, ANCHORS, signed.index(unfit) + 1)
    _hold_beginning(signed, manifest)
    return signed


def _hold_beginning(signed: Sequence[SignedAnchor], manifest: Manifest) -> None:
    """The chain begins at its very first entry, or behind the anchor before the period."""
    if manifest.first == 1 and manifest.previous == NOTHING_BEFORE:
        return
    before = signed[0].anchor.of(manifest.partner) if signed and signed[0].anchor.day < manifest.since else None
    if before is None or (before.count, before.head) != (manifest.first - 1, manifest.previous):
        raise Untrue(Doubt.BEGINS_LOOSE, JOURNAL)


@dataclass
class _Days:
    """The anchors still ahead of the chain of a partner: each says which entry was the last of its day."""

    partner: str
    ahead: list[anchors.Anchor]
    over: str = ""

    def hold(self, head: Head, line: int) -> None:
        """Hold the anchors that the chain has come to against its head. Raises `Untrue`."""
        while self.ahead and (standing := self.ahead[0].of(self.partner)).count <= head.number:
            if standing.count == head.number and standing.head != head.hash:
                raise Untrue(Fault.ANCHORED_OTHERWISE, JOURNAL, line, head.number)
            if standing.count == head.number and head.at and head.at >= self._end():
                raise Untrue(Doubt.OUTSIDE_OF_DAY, JOURNAL, line, head.number)
            self.over = self._end()
            self.ahead.pop(0)

    def hold_moment(self, entry: Entry, line: int) -> None:
        """Hold the moment of an entry against the days that are over. Raises `Untrue`."""
        if entry.at < self.over:
            raise Untrue(Doubt.OUTSIDE_OF_DAY, JOURNAL, line, entry.number)

    def _end(self) -> str:
        return moment_text(end_of(date.fromisoformat(self.ahead[0].day)))


def _follow(archive: ZipFile, found: Found, signed: Sequence[SignedAnchor]) -> None:
    manifest = found.manifest
    follower = Follower(manifest.partner, Head(manifest.first - 1, manifest.previous))
    days = _Days(manifest.partner, [each.anchor for each in signed])
    days.hold(follower.head, 0)
    for line, text in enumerate(_lines(archive, JOURNAL), 1):
        try:
            entry = follower.take_line(text)
        except Broken as broken:
            raise Untrue(broken.fault, JOURNAL, line, broken.number) from None
        days.hold_moment(entry, line)
        days.hold(follower.head, line)
        found.entries = line
        _remember(found, entry)
    if days.ahead:
        raise Untrue(Doubt.ANCHOR_AHEAD, JOURNAL, found.entries, follower.head.number)
    try:
        end_at(follower.head, manifest.last, manifest.head)
    except Broken as broken:
        raise Untrue(broken.fault, JOURNAL, found.entries, broken.number) from None
    anchored = max((each.anchor.of(manifest.partner).count for each in signed), default=0)
    found.unanchored = follower.head.number - max(anchored, manifest.first - 1)


def _remember(found: Found, entry: Entry) -> None:
    if entry.direction == OUT:
        found.sent.setdefault(entry.message_id, set()).add(entry.content)
    elif entry.outcome in ANSWERS:
        found.answers[entry.number] = entry


def _receipts(archive: ZipFile, keys: Keys, found: Found) -> None:
    lacking = dict(found.answers)
    for line, text in enumerate(_lines(archive, RECEIPTS), 1):
        number, token = _receipt_line(text, line)
        entry = lacking.pop(number, None)
        if entry is None:
            raise Untrue(Doubt.RECEIPT_FOREIGN, RECEIPTS, line, number)
        if not token:
            found.gone += 1
            continue
        _hold_receipt(keys, found, entry, token, line)
        found.receipts += 1
    if lacking:
        raise Untrue(Doubt.RECEIPT_LACKING, RECEIPTS, 0, min(lacking))


def _receipt_line(text: bytes, line: int) -> tuple[int, str]:
    try:
        found = json.loads(text)
        number, token = found["number"], found["token"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Untrue(Doubt.RECEIPT_MALFORMED, RECEIPTS, line) from None
    if type(number) is not int or type(token) is not str:
        raise Untrue(Doubt.RECEIPT_MALFORMED, RECEIPTS, line)
    return number, token


def _hold_receipt(keys: Keys, found: Found, entry: Entry, token: str, line: int) -> None:
    content = _signed_receipt(keys, found.manifest.partner, entry.type, token)
    if content is None:
        raise Untrue(Doubt.RECEIPT_FORGED, RECEIPTS, line, entry.number)
    try:
        answer = answer_of(content)
    except Malformed:
        raise Untrue(Doubt.RECEIPT_OTHERWISE, RECEIPTS, line, entry.number) from None
    told = (answer.message_id, answer.outcome, answer.digest)
    if digest_of(content) != entry.content or told != (entry.message_id, entry.outcome, entry.quoted):
        raise Untrue(Doubt.RECEIPT_OTHERWISE, RECEIPTS, line, entry.number)
    sent = found.sent.get(entry.message_id)
    if sent is None:
        found.before += 1
    elif answer.digest not in sent:
        raise Untrue(Doubt.RECEIPT_OF_OTHER_CONTENT, RECEIPTS, line, entry.number)


def _signed_receipt(keys: Keys, partner: str, typ: str, token: str) -> bytes | None:
    """Return what the partner signed for the exchange, None where it did not; for whom stands in the signature."""
    if partner not in keys or EXCHANGE not in keys:
        raise Untrue(Doubt.KEYS_LACKING, KEYS)
    for key in keys[EXCHANGE]["keys"]:
        try:
            return verify(keys[partner], token, typ=typ, to=str(key.get("kid", "")))
        except BadSignature:
            continue
    return None


def _whole(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        data = member.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise Untrue(Doubt.NOT_A_CONTAINER, name)
    return data


def _lines(archive: ZipFile, name: str) -> Iterator[bytes]:
    """Yield the lines of a file without their ends; the last has an end too, so that no half line is taken for one."""
    with archive.open(name) as member:
        while line := member.readline(LONGEST):
            yield line[:-1] if line.endswith(b"\n") else line + b"?"
