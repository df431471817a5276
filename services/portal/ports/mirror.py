"""The exchange service, for the mirror of the 名录库."""

from __future__ import annotations

from typing import Protocol

from services.portal.model.mirror import LoadAnswer, LookUpAnswer, MirrorAnswer


class Mirror(Protocol):
    """The mirror, as the desk and departments see it. Errors are those of `shared.errors`."""

    def read(self, token: str) -> MirrorAnswer: ...

    def look_up(self, token: str, key: str, credit_code: str) -> LookUpAnswer: ...

    def read_look_up(self, token: str, inquiry_id: str) -> LookUpAnswer: ...

    def start_load(self, token: str, key: str) -> LoadAnswer: ...

    def stop_load(self, token: str, load_id: str, version: int) -> LoadAnswer: ...

    def go_on(self, token: str, load_id: str, version: int) -> LoadAnswer: ...
