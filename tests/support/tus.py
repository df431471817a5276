"""Requests of tus 1.0.0 as the tests send them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from werkzeug.test import TestResponse

from shared.identity.actor import Actor
from shared.uploads.protocol import MEDIA_TYPE
from tests.support.registration_site import Site

SPOKEN = {"Tus-Resumable": "1.0.0"}


def metadata(name: str = "证明.png", material: str = "3", **more: str) -> str:
    """Return an `Upload-Metadata` header."""
    values = {"filename": name, "material": material, **more}
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in values.items())


def carrying(offset: int, **more: str) -> dict[str, str]:
    """Return the headers of a `PATCH` at an offset."""
    return SPOKEN | {"Upload-Offset": str(offset), "Content-Type": MEDIA_TYPE} | more


def begin(site: Site, actor: Actor, registration_id: str, length: int, **said: str) -> str:
    """Open an upload and return its address."""
    answer = begun(site, actor, registration_id, {"Upload-Length": str(length), "Upload-Metadata": metadata(**said)})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def begun(site: Site, actor: Actor, registration_id: str, headers: Mapping[str, str]) -> TestResponse:
    """Ask for a new upload and return the answer."""
    return site.call(actor, "POST", f"/registrations/{registration_id}/uploads", headers={**SPOKEN, **headers})


def carry_on(site: Site, actor: Actor, address: str, offset: int, data: bytes, **headers: str) -> TestResponse:
    """Send bytes from an offset on."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.call(actor, "PATCH", address, headers=carrying(offset) | named, data=data)


def offset_of(site: Site, actor: Actor, address: str) -> int:
    """Return how far an upload is."""
    answer = site.call(actor, "HEAD", address, headers=SPOKEN)
    assert answer.status_code == 200, answer.status
    return int(answer.headers["Upload-Offset"])
