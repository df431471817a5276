"""Notification's worker with its safeguards against repetition taken out: what a checker must be able to see.

The inbox knows nothing, and what arrives and each notice get ids of their own instead of those of message and occasion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from services.notification import handlers, worker
from services.notification.model.notices import Arrival
from services.notification.operations import delivery
from shared.ids import new_id
from shared.mongo.inbox import Inbox


def _arrive_anew(**values: Any) -> Arrival:
    return replace(Arrival(**values), id=new_id())


def _another_id(*_: str) -> str:
    return new_id()


def _know_nothing(*_: object) -> Mapping[str, str]:
    return {}


def _note_nothing(*_: object, **__: object) -> None:
    """Leave the inbox as it is."""


if __name__ == "__main__":
    with (
        patch.object(Inbox, "digests", _know_nothing),
        patch.object(Inbox, "add", _note_nothing),
        patch.object(handlers, "Arrival", _arrive_anew),
        patch.object(delivery, "notice_id", _another_id),
    ):
        raise SystemExit(worker.main())
