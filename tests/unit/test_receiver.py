"""The stand-in of a receiver is strict: it reckons digests, totals and versions anew, and refuses with a stable reason."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest

from services.exchange.model.catalogue import MONTHLY_TABLES, RESOURCES
from services.exchange.packaging.package import TYP, Addressed, pack
from services.sandbox.receiver import examining
from services.sandbox.receiver.examining import Had, refusal
from shared.crypto.errors import BadSignature
from shared.crypto.jose import create_jose_keys, public_part, sign, verify
from tests.support.exchange_sharing import make_table_set

KEYS = create_jose_keys("exchange")
DELIVERY, BEFORE = "d" * 32, "b" * 32


def verified(token: str) -> bytes | None:
    try:
        return verify(public_part(KEYS), token, typ=TYP)
    except BadSignature:
        return None


def make_content(version: int = 1, supersedes: str = "", **changes: object) -> dict[str, Any]:
    addressed = Addressed(DELIVERY, "nbs", version, supersedes)
    package = pack(make_table_set(), addressed, RESOURCES[MONTHLY_TABLES], lambda data: sign(KEYS, data, typ=TYP))
    content = {
        "delivery_id": DELIVERY,
        "receiver": "nbs",
        "version": version,
        "supersedes": supersedes,
        "period": "2026-01",
        "is_sample": True,
        "digest": package.digest,
        "package": base64.b64encode(package.data).decode(),
    }
    return content | changes


def respun(content: dict[str, Any], change: Callable[[dict[str, bytes]], None]) -> dict[str, Any]:
    """Return the content with other files in its archive, the digest of the archive right."""
    with ZipFile(io.BytesIO(base64.b64decode(content["package"]))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = made.getvalue()
    return content | {"package": base64.b64encode(data).decode(), "digest": hashlib.sha256(data).hexdigest()}


def resigned(files: dict[str, bytes], change: Callable[[dict[str, Any]], None]) -> None:
    """Put another manifest into the files, signed by the exchange."""
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.jws"] = sign(KEYS, files["manifest.json"], typ=TYP).encode()


def _other_totals(files: dict[str, bytes]) -> None:
    resigned(files, lambda manifest: manifest["totals"][0].update(total="1"))


def _other_by_region(files: dict[str, bytes]) -> None:
    resigned(files, lambda manifest: manifest["totals"][0]["by_region"].update({"110000": "1"}))


def _other_file(files: dict[str, bytes]) -> None:
    files["data/by_region.csv"] += b"more"


def _strange_signature(files: dict[str, bytes]) -> None:
    files["manifest.jws"] = sign(create_jose_keys("exchange"), files["manifest.json"], typ=TYP).encode()


def _other_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] += b" "


def test_a_package_that_holds_is_taken() -> None:
    assert refusal(make_content(), "nbs", Had(), verified) == ""
    assert refusal(make_content(2, BEFORE), "nbs", Had(1, BEFORE), verified) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_other_totals, examining.TOTALS_DIFFER),
        (_other_by_region, examining.TOTALS_DIFFER),
        (_other_file, examining.FILES_DIFFER),
        (_strange_signature, examining.SIGNATURE_INVALID),
        (_other_manifest, examining.MANIFEST_DIFFERS),
    ],
)
def test_a_package_whose_files_were_changed_is_refused(change: Any, reason: str) -> None:
    assert refusal(respun(make_content(), change), "nbs", Had(), verified) == reason


@pytest.mark.parametrize(
    ("content", "had", "reason"),
    [
        (make_content(digest="0" * 64), Had(), examining.DIGEST_MISMATCH),
        (make_content(package="!"), Had(), examining.PACKAGE_UNREADABLE),
        (make_content(version=1) | {"version": 2}, Had(), examining.MANIFEST_DIFFERS),
        (make_content(), Had(1, DELIVERY), examining.VERSION_OLD),
        (make_content(3, BEFORE), Had(1, BEFORE), examining.VERSION_GAP),
        (make_content(2, BEFORE), Had(1, "x" * 32), examining.SUPERSEDES_OTHER),
    ],
)
def test_what_is_out_of_order_or_not_what_it_says_is_refused(content: dict[str, Any], had: Had, reason: str) -> None:
    assert refusal(content, "nbs", had, verified) == reason


def test_a_package_for_somebody_else_is_refused() -> None:
    assert refusal(make_content(), "sharing", Had(), verified) == examining.NOT_FOR_US
