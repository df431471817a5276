"""Who may open which pages. What the services allow is theirs to decide; this keeps people on their own pages."""

from __future__ import annotations

from datetime import date

from services.portal.model.session import Account
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.identity.actor import PEOPLE, REVIEWERS, UNIT_ROLES, Role

EVERYBODY = PEOPLE
APPLICANTS = frozenset({Role.OPERATOR})
DEPARTMENTS = frozenset(REVIEWERS)
READERS_OF_QUEUES = frozenset({*REVIEWERS, Role.MINISTRY})
READERS_OF_REGISTRATIONS = frozenset({*REVIEWERS, Role.MINISTRY, Role.OPERATOR})
READERS_OF_MESSAGES = frozenset(
    {Role.MINISTRY, Role.STATISTICS_HEAD, Role.DIRECTORY_DESK, Role.SHARING_DESK, Role.AUDITOR}
)
WRITERS_OF_TEMPLATES = frozenset({Role.MINISTRY})
APPOINTERS = frozenset({Role.ADMINISTRATOR, Role.MINISTRY, Role.PROVINCE_REVIEWER, Role.CITY_REVIEWER})
PEOPLE_OF_UNITS = frozenset(UNIT_ROLES)
KEEPERS_OF_DIVISIONS = frozenset({Role.MINISTRY, Role.ADMINISTRATOR})
READERS_OF_DIVISIONS = PEOPLE - UNIT_ROLES
REGISTER_THEMSELVES = frozenset({Role.ENTERPRISE, Role.TRAINING_INSTITUTION})
"""Units that tell who they are; platform operators come from their registration."""

FILERS = frozenset({*UNIT_ROLES, *REVIEWERS})
"""Units, and departments of demonstration cities, which report 城市1–3表."""

READERS_OF_FILINGS = frozenset({*FILERS, Role.MINISTRY})
DECIDERS_OF_COLLECTION = frozenset({Role.MINISTRY})
READERS_OF_JOBS = frozenset({Role.MINISTRY, Role.ADMINISTRATOR})
RUNNERS_OF_JOBS = frozenset({Role.ADMINISTRATOR})
KEEPERS_OF_RATES = frozenset({Role.MINISTRY})
CLOSERS = frozenset({Role.MINISTRY})
READERS_OF_DELIVERIES = frozenset({Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY})
PREPARERS = frozenset({Role.SHARING_DESK})
SIGNERS = frozenset({Role.STATISTICS_HEAD})
READERS_OF_RELEASES = frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.AUDITOR})
MAKERS_OF_RELEASES = frozenset({Role.MINISTRY, Role.STATISTICS_HEAD})
"""Who prepares releases, withdraws them, sets their day, and reads what their check found."""

READERS_OF_DASHBOARDS = frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, *REVIEWERS})
READERS_OF_TABLE_DRAFTS = frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.PROVINCE_REVIEWER})
SETTLERS_OF_DUPLICATES = frozenset({Role.MINISTRY})
READERS_OF_MIRROR = frozenset({Role.DIRECTORY_DESK, Role.MINISTRY, Role.AUDITOR})
LOOK_UP = frozenset({Role.DIRECTORY_DESK, *REVIEWERS})
LOADERS = frozenset({Role.DIRECTORY_DESK})
READERS_OF_CASES = frozenset({Role.DIRECTORY_DESK, Role.MINISTRY, *REVIEWERS})
DECIDERS_OF_CASES = frozenset({Role.DIRECTORY_DESK})
READERS_OF_QUALITY = frozenset({Role.DIRECTORY_DESK, Role.MINISTRY})
KEEPERS_OF_ROUTES = frozenset({Role.DIRECTORY_DESK, Role.SHARING_DESK})
"""Who sends messages again, sets routes, tests the way to partners, and reads what messages say."""

READERS_OF_RERUNS = KEEPERS_OF_ROUTES | {Role.MINISTRY}

READERS_OF_JOURNAL = KEEPERS_OF_ROUTES | {Role.MINISTRY, Role.STATISTICS_HEAD, Role.AUDITOR}
EXPORTERS_OF_JOURNAL = KEEPERS_OF_ROUTES | {Role.AUDITOR}

CITY_UNIT = "city-"
"""What the ids of demonstration cities begin with in filing."""


def files_itself(account: Account, today: date) -> bool:
    """Whether the person's own unit or city has forms to file: every unit, and departments of demonstration cities."""
    if account.role in UNIT_ROLES:
        return True
    division = account.division or ""
    return account.role in REVIEWERS and lists.find(Scheme.DEMONSTRATION_CITY, division, today) is not None


def files_for(account: Account, unit_id: str) -> bool:
    """Whether the person files for the unit: their own, or the demonstration city whose department they belong to."""
    if account.role in UNIT_ROLES:
        return account.unit_id == unit_id
    return account.role in REVIEWERS and unit_id == f"{CITY_UNIT}{account.division}"
