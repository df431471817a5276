"""What leaves with a change of a filing: ids, codes and states, nothing of what was filed."""

from __future__ import annotations

from services.filing.model.closings import Closing
from services.filing.model.filings import Filing
from shared.messaging.events import Outgoing
from shared.threads.model import Thread

READER_STATISTICS = "statistics"
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


def told_of_closing(closing: Closing) -> Outgoing:
    """Return the fact that a period is final: the clock of sharing starts with its day. Its sums are for statistics alone."""
    data = {
        "closing_id": closing.id,
        "period": closing.period,
        "final_on": closing.final_on.isoformat() if closing.final_on else "",
        "rows": closing.rows,
        "left_out": closing.left_out,
        "counts": dict(closing.counts),
        "digest": closing.chain,
        "unreadable": dict(closing.unreadable),
    }
    totals = [
        {"form": form, "measure": measure, "total": total}
        for form, sums in sorted(closing.totals.items())
        for measure, total in sorted(sums.items())
    ]
    return Outgoing(TYPE.format("period_finalised"), data, READER_STATISTICS, {"totals": totals})
