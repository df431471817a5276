"""What the printed 注册信息表 carries as QR code: whose form it is, and digests of what it says.

The code binds the stamped copy to the electronic form. It holds no value: each digest is a MAC under a key of the
system over the registration's id and one item, cut so short that it only tells whether the item is the same.

Layout, big endian, shown in base32 so that the QR code's alphanumeric mode takes it (120 characters):
format 1 byte · registration id 16 · revision 2 · digest of the whole form 16 · 10 bits for each of the 32 items.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.registration.form.items import CONDITIONS, ITEMS, SECTION_LABELS, TRAITS
from services.registration.model.registration import FormValues

FORMAT = 1
DIGEST_BYTES = 16
ITEM_BITS = 10
HIGHEST_REVISION = 0xFFFF


@dataclass(frozen=True)
class Printed:
    """An item that is on the paper: where it stands in the electronic form, and what it is called."""

    pointer: str
    label: str


def _printed_items() -> tuple[Printed, ...]:
    labels = [item.label for item in ITEMS]
    items = [
        Printed(
            f"/form/{item.key}",
            item.label if labels.count(item.label) == 1 else f"{item.label}（{SECTION_LABELS[item.section]}）",
        )
        for item in ITEMS
    ]
    items += [Printed(f"/form/traits/{key}", text) for key, text in TRAITS.items()]
    items += [Printed(f"/form/conditions/{key}", text) for key, text in CONDITIONS.items()]
    return tuple(items)


PRINTED = _printed_items()
"""All items on the paper, in the order of the code; another order or number needs another `FORMAT`."""

_ITEMS_BYTES = (len(PRINTED) * ITEM_BITS + 7) // 8
_HEAD_BYTES = 1 + 16 + 2
_SIZE = _HEAD_BYTES + DIGEST_BYTES + _ITEMS_BYTES


@dataclass(frozen=True)
class PrintCode:
    """The content of a code: `digest` of the whole form, `items` one short digest for each of `PRINTED`."""

    registration_id: str
    revision: int
    digest: bytes
    items: tuple[int, ...]

    def differing(self, other: PrintCode) -> tuple[Printed, ...]:
        """Return the items whose short digests differ; one change in 1,024 is seen by `digest` alone."""
        pairs = zip(PRINTED, self.items, other.items, strict=True)
        return tuple(item for item, mine, theirs in pairs if mine != theirs)


def code_of(key: bytes, registration_id: str, revision: int, form: FormValues) -> PrintCode:
    """Return the code of a form. `key` is secret; the digests don't depend on the revision.

    So a stamped copy stays good in a later revision that left the form as it was. Raises `TypeError` for a value of a
    kind that no item has.
    """
    macs = [
        hmac.digest(key, _message(registration_id, item.pointer, canonical_item(form, item)), "sha256")
        for item in PRINTED
    ]
    whole = hmac.digest(key, _message(registration_id, "/form", b"".join(macs).hex()), "sha256")
    return PrintCode(
        registration_id=registration_id,
        revision=min(revision, HIGHEST_REVISION),
        digest=whole[:DIGEST_BYTES],
        items=tuple(int.from_bytes(mac[:2], "big") >> (16 - ITEM_BITS) for mac in macs),
    )


def to_text(code: PrintCode) -> str:
    """Return the text of the QR code. Raises `ValueError` for an id that is not 32 hexadecimal characters."""
    packed = 0
    for short in code.items:
        packed = packed << ITEM_BITS | short
    identity = bytes.fromhex(code.registration_id)
    if len(identity) != 16:
        raise ValueError("the id of a registration has 16 bytes")
    data = bytes([FORMAT]) + identity + code.revision.to_bytes(2, "big") + code.digest
    return base64.b32encode(data + packed.to_bytes(_ITEMS_BYTES, "big")).decode().rstrip("=")


def from_text(text: str) -> PrintCode | None:
    """Return the code that a text holds; None for any other text, such as a licence's own QR code."""
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(data) != _SIZE or data[0] != FORMAT:
        return None
    packed = int.from_bytes(data[_HEAD_BYTES + DIGEST_BYTES :], "big")
    shifts = range((len(PRINTED) - 1) * ITEM_BITS, -1, -ITEM_BITS)
    return PrintCode(
        registration_id=data[1:17].hex(),
        revision=int.from_bytes(data[17:19], "big"),
        digest=data[_HEAD_BYTES : _HEAD_BYTES + DIGEST_BYTES],
        items=tuple(packed >> shift & (1 << ITEM_BITS) - 1 for shift in shifts),
    )


def canonical_item(form: FormValues, item: Printed) -> str:
    """Return what an item says as one text for one content. Raises `TypeError` for a value of an unknown kind."""
    return _canonical(_value(form, item.pointer))


def _value(form: FormValues, pointer: str) -> object:
    _, _, key, *inner = pointer.split("/")
    value = form.get(key)
    if not inner:
        return value
    return isinstance(value, Mapping) and value.get(inner[0]) is True


def _canonical(value: object) -> str:
    """One text for one content: what prints alike (nothing, "", no names; 1000 and 1000.0) is alike."""
    if value is None or value in ("", (), []):
        return ""
    if isinstance(value, bool):
        return f"bool:{value}"
    if isinstance(value, date):
        return f"date:{value.isoformat()}"
    if isinstance(value, Decimal | int):
        return f"number:{Decimal(value).normalize():f}"
    if isinstance(value, str):
        return f"text:{value}"
    if isinstance(value, list | tuple):
        return "list:" + json.dumps([str(entry) for entry in value], ensure_ascii=False)
    raise TypeError("an item of the form is of an unknown kind")


def _message(registration_id: str, pointer: str, canonical: str) -> bytes:
    return json.dumps([FORMAT, registration_id, pointer, canonical], ensure_ascii=True).encode()
