"""Files that come from the browser in several requests."""

from __future__ import annotations

from collections.abc import Iterable

from services.portal.model.uploads import Progress
from services.portal.operations.drafts import put_file
from services.portal.ports import Deps
from shared.errors import NotFound


def carry_on(
    deps: Deps,
    token: str,
    registration_id: str,
    slot: str,
    upload_id: str,
    offset: int,
    length: int,
    chunks: Iterable[bytes],
) -> Progress:
    """Pass bytes on; a file that is whole is put into its material, once however often the last request is sent.

    Raises `Conflict` for another offset, `Invalid` for a refused file, `NotFound`, `Unavailable`.
    """
    progress = deps.uploads.carry_on(token, registration_id, upload_id, offset, length, chunks)
    if progress.is_whole:
        answer = deps.uploads.get(token, registration_id, upload_id)
        if answer["file"] is None or answer["material"] != slot:
            raise NotFound
        put_file(deps, token, registration_id, slot, answer["file"]["file_id"])
    return progress
