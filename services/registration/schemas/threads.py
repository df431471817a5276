"""Threads of a registration on the wire: their places by name, with the anchors in its pages."""

from __future__ import annotations

from services.registration.form.places import PLACES, anchor_of
from shared.codes import divisions
from shared.identity.actor import COUNTRY
from shared.threads import wire
from shared.threads.talking import SeenThread


def thread_body(seen: SeenThread) -> dict[str, object]:
    """Return a thread with its messages, who wrote them, and when it was resolved or opened again."""
    pointer = seen.thread.pointer
    return wire.thread_body(seen, PLACES.get(pointer, ""), anchor_of(pointer), _department)


def _department(division: str) -> str:
    if division == COUNTRY:
        return "商务部"
    found = divisions.find_current(division)
    return found.name if found else division
