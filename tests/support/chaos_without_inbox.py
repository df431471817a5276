"""Registration's worker with its safeguards against repetition taken out: what a checker must be able to see.

The inbox knows nothing, and a notice gets an id of its own instead of that of its message.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from unittest.mock import patch

from services.registration import handlers, worker
from services.registration.operations.following import tell_applicant
from services.registration.ports import Deps
from shared.ids import new_id
from shared.mongo.inbox import Inbox


def _tell_again(deps: Deps, _: str, registration_id: str, kind: str, revision: int, at: datetime) -> None:
    tell_applicant(deps, new_id(), registration_id, kind, revision, at)


def _know_nothing(*_: object) -> Mapping[str, str]:
    return {}


def _note_nothing(*_: object, **__: object) -> None:
    """Leave the inbox as it is."""


if __name__ == "__main__":
    with (
        patch.object(Inbox, "digests", _know_nothing),
        patch.object(Inbox, "add", _note_nothing),
        patch.object(handlers, "tell_applicant", _tell_again),
    ):
        raise SystemExit(worker.main())
