"""Who may open which pages. What the services allow is theirs to decide; this keeps people on their own pages."""

from __future__ import annotations

from shared.identity.actor import PEOPLE, REVIEWERS, UNIT_ROLES, Role

EVERYBODY = PEOPLE
APPLICANTS = frozenset({Role.OPERATOR})
DEPARTMENTS = frozenset(REVIEWERS)
READERS_OF_QUEUES = frozenset({*REVIEWERS, Role.MINISTRY})
READERS_OF_REGISTRATIONS = frozenset({*REVIEWERS, Role.MINISTRY, Role.OPERATOR})
READERS_OF_MESSAGES = frozenset({Role.MINISTRY, Role.DIRECTORY_DESK, Role.AUDITOR})
WRITERS_OF_TEMPLATES = frozenset({Role.MINISTRY})
APPOINTERS = frozenset({Role.ADMINISTRATOR, Role.MINISTRY, Role.PROVINCE_REVIEWER, Role.CITY_REVIEWER})
PEOPLE_OF_UNITS = frozenset(UNIT_ROLES)
KEEPERS_OF_DIVISIONS = frozenset({Role.MINISTRY, Role.ADMINISTRATOR})
RESENDERS = frozenset({Role.DIRECTORY_DESK})
