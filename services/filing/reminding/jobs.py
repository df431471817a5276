"""The table of filing's scheduled jobs; their cadences stand in `terms.toml`."""

from __future__ import annotations

from services.filing.reminding.terms import the_terms
from shared.scheduling.cadence import cadence_of
from shared.scheduling.jobs import Job

REMINDERS = "filing.reminders"
DIGESTS = "filing.digests"
RELOCATIONS = "filing.relocations"


def jobs_of_filing() -> tuple[Job, ...]:
    """Return the jobs that a worker of filing runs."""
    terms = the_terms()
    return (
        Job(REMINDERS, "提醒尚未报送的单位", terms.reminders.cadence),
        Job(DIGESTS, "向各级商务主管部门汇总审核与报送情况", terms.digests.cadence),
        Job(RELOCATIONS, "按区划调整转办单位和报表", cadence_of("every 5 minutes")),
    )
