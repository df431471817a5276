"""Receipts: the digest of what was filed, and what the unit is given as proof that it was received.

The digest is the SHA-256 of the canonical JSON of the content: UTF-8, keys sorted, no blanks, no numbers but whole ones
(RFC 8785 for what occurs here). A long list stands in it by its count and its own digest, which is that of the
canonical JSON of each row with a line feed behind it; so it depends neither on how the list is cut into segments nor on
having all of it in memory.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

FORMAT = 1
_CODE = re.compile(r"TB([0-9]+):([0-9A-F]{32}):([1-9][0-9]{0,8}):([0-9A-F]{64})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class RowsDigest:
    """A long list by its number of rows and their digest."""

    count: int
    sha256: str


@dataclass(frozen=True)
class FiledContent:
    """All that one version of a filing says. Every value is JSON without fractions; amounts are text there.

    `evidence` are the SHA-256 of the files in their order; `nil_reason` is None where there is something to report.
    The `classification` is left out of the canonical form where there is none.
    """

    answers: Mapping[str, object] = field(repr=False)
    sign_off: Mapping[str, object] = field(repr=False)
    explanations: Mapping[str, object] = field(default_factory=dict, repr=False)
    extras: Mapping[str, object] = field(default_factory=dict, repr=False)
    evidence: Sequence[str] = ()
    nil_reason: str | None = field(default=None, repr=False)
    rows: RowsDigest | None = None
    classification: Mapping[str, object] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Receipt:
    """What a receipt says: which version of which filing, its digest, and when it was submitted; nobody's name."""

    filing_id: str
    revision: int
    unit_id: str
    form: str
    edition: str
    period: str
    digest: str
    submitted_at: datetime


@dataclass(frozen=True)
class ReceiptWords:
    """What the receipt on paper says beside the facts, since it is for the unit itself."""

    unit_name: str = field(repr=False)
    form_number: str
    form_title: str


def canonical(content: FiledContent) -> bytes:
    """Return the canonical JSON of a content; `content_from` reads it. Raises `TypeError` for a value that has none."""
    rows = content.rows
    return _canonical(
        {
            "answers": content.answers,
            "evidence": list(content.evidence),
            "explanations": content.explanations,
            "extras": content.extras,
            "nil_reason": content.nil_reason,
            "rows": None if rows is None else {"count": rows.count, "sha256": rows.sha256},
            "sign_off": content.sign_off,
            **({} if content.classification is None else {"classification": content.classification}),
        }
    )


def digest_of(content: FiledContent) -> str:
    """Return the SHA-256, in hex, of the canonical JSON."""
    return hashlib.sha256(canonical(content)).hexdigest()


def digest_of_rows(rows: Iterable[Mapping[str, object]]) -> RowsDigest:
    """Return count and digest of a list, read once from its beginning to its end."""
    sha256, count = hashlib.sha256(), 0
    for row in rows:
        sha256.update(_canonical(row) + b"\n")
        count += 1
    return RowsDigest(count, sha256.hexdigest())


def content_from(body: object) -> FiledContent:
    """Return the content of parsed JSON, its rows given as they are or by count and digest. Raises `ValueError`."""
    names = set(FiledContent.__dataclass_fields__)
    if not isinstance(body, dict) or set(body) | {"classification"} != names:
        raise ValueError("the content has other parts")
    mappings = [body[name] for name in ("answers", "sign_off", "explanations", "extras")]
    evidence, nil_reason = body["evidence"], body["nil_reason"]
    mappings += [body["classification"]] if "classification" in body else []
    is_well = all(isinstance(each, dict) for each in mappings) and isinstance(nil_reason, str | None)
    if not is_well or not isinstance(evidence, list) or not all(isinstance(each, str) for each in evidence):
        raise ValueError("a part of the content is of another kind")
    return FiledContent(**{**body, "evidence": tuple(evidence), "rows": _rows_from(body["rows"])})


def dump_receipt(receipt: Receipt) -> bytes:
    """Return the canonical JSON of a receipt. Raises `ValueError` for a moment without its zone."""
    if receipt.submitted_at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    moment = receipt.submitted_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return _canonical({**vars(receipt), "submitted_at": moment, "version": FORMAT})


def receipt_from(payload: bytes) -> Receipt:
    """Return the receipt of its canonical JSON. Raises `ValueError` for anything but exactly that."""
    body = json.loads(payload)
    names = set(Receipt.__dataclass_fields__)
    if not isinstance(body, dict) or set(body) != names | {"version"} or body.pop("version") != FORMAT:
        raise ValueError("not a receipt of a known format")
    texts = [body[name] for name in names - {"revision"}]
    if type(body["revision"]) is not int or not all(isinstance(text, str) for text in texts):
        raise ValueError("a part of the receipt is of another kind")
    receipt = Receipt(**{**body, "submitted_at": datetime.fromisoformat(body["submitted_at"])})
    if dump_receipt(receipt) != payload:
        raise ValueError("the receipt is not in its canonical form")
    return receipt


def code_text(filing_id: str, revision: int, digest: str) -> str:
    """Return what the QR code of a print or receipt holds: which filing, which revision, which digest.

    Capitals, digits and colons only, so that a code of little size takes them. Raises `ValueError` for other ids.
    """
    text = f"TB{FORMAT}:{filing_id}:{revision}:{digest}".upper()
    if code_from(text) is None:
        raise ValueError("no id, revision and digest of a filing")
    return text


def code_from(text: str) -> tuple[str, int, str] | None:
    """Return id, revision and digest of a QR code, None for the text of any other code."""
    found = _CODE.fullmatch(text)
    if found is None or int(found[1]) != FORMAT:
        return None
    return found[2].lower(), int(found[3]), found[4].lower()


def _canonical(value: object) -> bytes:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    """Return mappings and sequences of any class as JSON knows them; a fraction has no one way to be written."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError("a value of the content is not plain JSON")


def _rows_from(value: object) -> RowsDigest | None:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return digest_of_rows(value)
    if isinstance(value, dict) and set(value) == {"count", "sha256"}:
        count, sha256 = value["count"], value["sha256"]
        if type(count) is int and isinstance(sha256, str) and _DIGEST.fullmatch(sha256):
            return RowsDigest(count, sha256)
    raise ValueError("the rows are neither a list nor a digest")
