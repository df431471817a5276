"""The registration service, for files that come in several requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from services.portal.model.uploads import Progress, UploadAnswer


class Uploads(Protocol):
    """The registration service, for files in several requests; sizes are bytes."""

    def begin(self, token: str, registration_id: str, length: int, said: Mapping[str, str]) -> str: ...

    def list(self, token: str, registration_id: str) -> list[UploadAnswer]: ...

    def get(self, token: str, registration_id: str, upload_id: str) -> UploadAnswer: ...

    def carry_on(
        self, token: str, registration_id: str, upload_id: str, offset: int, length: int, chunks: Iterable[bytes]
    ) -> Progress: ...

    def end(self, token: str, registration_id: str, upload_id: str) -> None: ...
