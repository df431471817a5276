"""Client of the exchange service for the mirror of the 名录库."""

from __future__ import annotations

from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.mirror import LoadAnswer, LookUpAnswer, MirrorAnswer

ROOT, LOOK_UPS, LOADS = "directory", "look-ups", "loads"


class HttpMirror:
    """`ports.Mirror` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def read(self, token: str) -> MirrorAnswer:
        """Return how the mirror stands."""
        return cast(MirrorAnswer, self._http.ask("GET", path(ROOT), token))

    def look_up(self, token: str, key: str, credit_code: str) -> LookUpAnswer:
        """Look a credit code up. Raises `Invalid`, `TooManyRequests`."""
        url, body = path(ROOT, LOOK_UPS), {"credit_code": credit_code}
        return cast(LookUpAnswer, self._http.ask("POST", url, token, body=body, key=key))

    def read_look_up(self, token: str, inquiry_id: str) -> LookUpAnswer:
        """Return what was answered to one's own look-up. Raises `NotFound`."""
        return cast(LookUpAnswer, self._http.ask("GET", path(ROOT, LOOK_UPS, inquiry_id), token))

    def start_load(self, token: str, key: str) -> LoadAnswer:
        """Begin to load all units. Raises `Conflict`."""
        return cast(LoadAnswer, self._http.ask("POST", path(ROOT, LOADS), token, body={}, key=key))

    def stop_load(self, token: str, load_id: str, version: int) -> LoadAnswer:
        """Stop a load. Raises `Conflict`, `StaleVersion`."""
        url = path(ROOT, LOADS, load_id, "stopping")
        return cast(LoadAnswer, self._http.ask("POST", url, token, body={}, version=version))

    def go_on(self, token: str, load_id: str, version: int) -> LoadAnswer:
        """Go on with a load. Raises `Conflict`, `StaleVersion`."""
        url = path(ROOT, LOADS, load_id, "going-on")
        return cast(LoadAnswer, self._http.ask("POST", url, token, body={}, version=version))
