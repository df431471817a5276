"""Client of the registration service for uploads in several requests (tus 1.0.0)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.clients.registration import ROOT
from services.portal.model.uploads import Progress, UploadAnswer
from shared.errors import Unavailable
from shared.uploads.protocol import MEDIA_TYPE, VERSION

_SPOKEN = {"Tus-Resumable": VERSION}


class HttpUploads:
    """`ports.Uploads` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def begin(self, token: str, registration_id: str, length: int, said: Mapping[str, str]) -> str:
        """Open an upload of a file of which this is said, and return its id. Raises `Invalid`, `TooLarge`, `Conflict`."""
        pairs = (f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
        headers = {**_SPOKEN, "Upload-Length": str(length), "Upload-Metadata": ",".join(pairs)}
        answered = self._http.transfer("POST", path(ROOT, registration_id, "uploads"), token, headers)
        return answered.get("location", "").rpartition("/")[2]

    def list(self, token: str, registration_id: str) -> list[UploadAnswer]:
        """Return the person's uploads that are not files yet."""
        answer = self._http.ask("GET", path(ROOT, registration_id, "uploads"), token)
        return cast("dict[str, list[UploadAnswer]]", answer)["items"]

    def get(self, token: str, registration_id: str, upload_id: str) -> UploadAnswer:
        """Return an upload. Raises `NotFound`."""
        return cast(UploadAnswer, self._http.ask("GET", path(ROOT, registration_id, "uploads", upload_id), token))

    def carry_on(
        self, token: str, registration_id: str, upload_id: str, offset: int, length: int, chunks: Iterable[bytes]
    ) -> Progress:
        """Pass `length` bytes on as they come. Raises `Conflict` for another offset, `Invalid` for a refused file."""
        headers = {**_SPOKEN, "Upload-Offset": str(offset), "Content-Type": MEDIA_TYPE}
        url = path(ROOT, registration_id, "uploads", upload_id)
        answered = self._http.transfer("PATCH", url, token, headers, length, chunks)
        try:
            return Progress(int(answered["upload-offset"]), int(answered["upload-length"]))
        except (KeyError, ValueError):
            raise Unavailable from None

    def end(self, token: str, registration_id: str, upload_id: str) -> None:
        """Give an upload up. Raises `NotFound`."""
        self._http.transfer("DELETE", path(ROOT, registration_id, "uploads", upload_id), token, _SPOKEN)
