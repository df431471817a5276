"""The package: a ZIP of data files and metadata, and a manifest that says what is in it, signed.

| file | holds |
| --- | --- |
| `data/<table>.csv` | a table for people, one cell a line |
| `data/<table>.sdmx.csv` | the same as SDMX-CSV 2.0 |
| `data/tables.xlsx` | all tables as a workbook |
| `catalogue.json` | the metadata of the resource (GB/T 21063.3) |
| `manifest.json` | which set for whom, the version, size and digest of the files above, the control totals |
| `manifest.jws` | the same manifest, signed |
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from zipfile import BadZipFile, ZipFile

from services.exchange.packaging.metadata import Resource, described, items_of
from services.exchange.packaging.totals import Total, totals_of
from shared.tabulation.members import member
from shared.tabulation.tables import TableSet
from shared.tabulation.texts import csv_of, sdmx_of
from shared.tabulation.workbook import workbook_of

FORM = "tongbao.delivery/1"
TYP = "tongbao-delivery"
"""What the signature of the manifest says that it signs."""
MANIFEST, SIGNATURE, CATALOGUE, WORKBOOK = "manifest.json", "manifest.jws", "catalogue.json", "data/tables.xlsx"
MOST_BYTES = 2 * 1024 * 1024
"""Bytes of a package at most, so that it fits into a sealed message of files."""


@dataclass(frozen=True)
class Addressed:
    """For whom the package is made: `version` counts what that receiver got of the period, `supersedes` is the delivery before."""

    delivery_id: str
    receiver: str
    version: int
    supersedes: str


@dataclass(frozen=True)
class File:
    """A file of the package."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is in a package, for whom, and on what it rests."""

    delivery_id: str
    receiver: str
    version: int
    supersedes: str
    set_id: str
    set_version: int
    edition: str
    kind: str
    period: str
    title: str
    final_on: str
    is_sample: bool
    snapshot_digest: str
    files: tuple[File, ...]
    totals: tuple[Total, ...]

    @property
    def payload(self) -> bytes:
        """The bytes that are signed."""
        found = {"form": FORM, **asdict(self)}
        return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class PackageFaulty(Exception):
    """A package can't be read, or is not what its manifest says; `code` says why, without a value."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Package:
    """A package as it leaves."""

    data: bytes
    manifest: Manifest

    @property
    def digest(self) -> str:
        """The SHA-256 of the archive in hex."""
        return sha256(self.data).hexdigest()


def pack(made: TableSet, addressed: Addressed, resource: Resource, sign: Callable[[bytes], str]) -> Package:
    """Return the package of a set for a receiver; `sign` returns the compact JWS of the manifest."""
    files = files_of(made, resource)
    manifest = Manifest(
        **asdict(addressed),
        set_id=made.set_id,
        set_version=made.version,
        edition=made.edition,
        kind=made.kind,
        period=made.period,
        title=made.title,
        final_on=made.final_on.isoformat(),
        is_sample=made.is_sample,
        snapshot_digest=made.snapshot_digest,
        files=tuple(File(name, len(data), sha256(data).hexdigest()) for name, data in files.items()),
        totals=totals_of(made.tables),
    )
    archive = io.BytesIO()
    with ZipFile(archive, "w") as opened:
        for name, data in (*files.items(), (MANIFEST, manifest.payload), (SIGNATURE, sign(manifest.payload).encode())):
            opened.writestr(member(name), data)
    return Package(archive.getvalue(), manifest)


def files_of(made: TableSet, resource: Resource) -> Mapping[str, bytes]:
    """Return the files of a package but the manifest, by name."""
    files: dict[str, bytes] = {}
    for table in made.tables:
        files[f"data/{table.code}.csv"] = csv_of(table, made.nature)
        files[f"data/{table.code}.sdmx.csv"] = sdmx_of(made, table)
    files[WORKBOOK] = workbook_of(made)
    entry = {**described(resource, items_of(made)), "数据性质": made.nature, "报告期": made.period}
    files[CATALOGUE] = json.dumps(entry, ensure_ascii=False, indent=1).encode()
    return files


def opened(data: bytes, verified: Callable[[str], bytes]) -> tuple[Manifest, Mapping[str, bytes]]:
    """Return the manifest and the files of a package; `verified` returns what a compact JWS signs.

    Raises `PackageFaulty` where a file is missing, added or other than the manifest says, and what `verified` raises.
    """
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            files = {info.filename: _read(archive, info.filename) for info in archive.infolist()}
    except (BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        raise PackageFaulty("package_unreadable") from None
    signature, shown = files.pop(SIGNATURE, b""), files.pop(MANIFEST, b"")
    payload = verified(signature.decode("ascii", "replace"))
    manifest = manifest_of(payload)
    if payload != shown:
        raise PackageFaulty("manifest_differs")
    if tuple(File(name, len(found), sha256(found).hexdigest()) for name, found in files.items()) != manifest.files:
        raise PackageFaulty("digest_mismatch")
    return manifest, files


def manifest_of(payload: bytes) -> Manifest:
    """Return the manifest of what was signed. Raises `PackageFaulty`."""
    try:
        found: dict[str, Any] = json.loads(payload)
        form = found.pop("form")
        files = tuple(File(**each) for each in found.pop("files"))
        totals = tuple(Total(**each) for each in found.pop("totals"))
        manifest = Manifest(**found, files=files, totals=totals)
        date.fromisoformat(manifest.final_on)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise PackageFaulty("manifest_malformed") from None
    if form != FORM or manifest.payload != payload:
        raise PackageFaulty("manifest_malformed")
    return manifest


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(4 * MOST_BYTES + 1)
    if len(data) > 4 * MOST_BYTES:
        raise PackageFaulty("package_too_large")
    return data
