"""The container that proves a period of a partner's chain to somebody outside: a ZIP, written and read as a stream.

| file | holds |
| --- | --- |
| `journal.jsonl` | the entries, one a line |
| `receipts.jsonl` | the partner's receipts as it signed them, each with the number of its entry |
| `anchors.jsonl` | the anchors as signed, from the last before the period to the last that is there |
| `keys.json` | the public keys of the exchange and of the partner |
| `manifest.jws` | signed last: partner, period, where the chain begins and ends, size and digest of the other files |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services.exchange.journal.entries import Malformed, canonical
from shared.outflow import Outflow

JOURNAL, RECEIPTS, ANCHORS, KEYS = "journal.jsonl", "receipts.jsonl", "anchors.jsonl", "keys.json"
MANIFEST = "manifest.jws"
FILES = (JOURNAL, RECEIPTS, ANCHORS, KEYS)

TYP = "tongbao-container"
"""What the signature of the manifest says that it signs."""

FORM = "tongbao.container/1"

BLOCK = 64 * 1024


@dataclass(frozen=True)
class Packed:
    """A file of the container as it was written."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the exchange says of the container: entries behind the head `previous` of `first` - 1, up to `last`."""

    partner: str
    since: str
    until: str
    made_at: str
    first: int
    last: int
    previous: str
    head: str
    files: tuple[Packed, ...]

    @property
    def payload(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"form": FORM, **asdict(self), "files": [asdict(each) for each in self.files]})


def manifest_of(payload: bytes) -> Manifest:
    """Return the manifest of what was signed. Raises `Malformed`."""
    try:
        found = json.loads(payload)
        form = found.pop("form")
        manifest = Manifest(**{**found, "files": tuple(Packed(**each) for each in found["files"])})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Malformed("manifest") from None
    if form != FORM or manifest.payload != payload or tuple(each.name for each in manifest.files) != FILES:
        raise Malformed("manifest")
    return manifest


def packed(files: Mapping[str, Iterable[bytes]], manifest: Callable[[tuple[Packed, ...]], bytes]) -> Iterator[bytes]:
    """Yield the archive block by block: the files of `FILES` from their pieces, then what `manifest` makes of them."""
    sink = Outflow()
    written = []
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name in FILES:
            size, digest = 0, sha256()
            with archive.open(_member(name), "w") as member:
                for piece in files[name]:
                    member.write(piece)
                    size += len(piece)
                    digest.update(piece)
                    if sink.is_full:
                        yield sink.taken()
            written.append(Packed(name, size, digest.hexdigest()))
        archive.writestr(_member(MANIFEST), manifest(tuple(written)))
    yield sink.taken()


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED
    return info
