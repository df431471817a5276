"""What the journal reads of a receipt that the partner signed: which message it answers, how, and what it read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.exchange.journal.entries import Malformed


@dataclass(frozen=True)
class Answer:
    """The part of a receipt that an entry repeats."""

    message_id: str
    outcome: str
    digest: str


def answer_of(content: bytes) -> Answer:
    """Return what a receipt says; what else stands in it is its own affair. Raises `Malformed`."""
    try:
        found = json.loads(content)
        answer = Answer(found["message_id"], found["outcome"], found["digest"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Malformed("receipt") from None
    if not all(isinstance(each, str) for each in vars(answer).values()):
        raise Malformed("receipt")
    return answer
