"""What leaves with a change of a filing: ids, codes and states, nothing of what was filed."""

from __future__ import annotations

from services.filing.model.filings import Filing
from shared.messaging.events import Outgoing
from shared.threads.model import Thread

TYPE = "tongbao.filing.{}.v1"


def told(filing: Filing, name: str) -> Outgoing:
    """Return the fact `name` about a filing."""
    data = {
        "filing_id": filing.id,
        "unit_id": filing.unit_id,
        "division": filing.division,
        "form": filing.form,
        "edition": filing.edition,
        "period": filing.period,
        "revision": filing.revision,
    }
    return Outgoing(TYPE.format(name), data)


def told_of_thread(filing: Filing, thread: Thread, name: str) -> Outgoing:
    """Return the fact `name` about a thread of a filing."""
    data = {
        "filing_id": filing.id,
        "unit_id": filing.unit_id,
        "division": filing.division,
        "form": filing.form,
        "period": filing.period,
        "thread_id": thread.id,
        "visibility": thread.visibility.value,
    }
    return Outgoing(TYPE.format(name), data)
