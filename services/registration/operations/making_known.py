"""Telling filing once more of every unit whose platform is registered: for units that it was never told of, or lost.

What is told is the registration as it is, at the time of its last change. So it goes out as often as one likes: filing
keeps what it knows already, and what is newer.
"""

from __future__ import annotations

import structlog

from services.registration.operations.events import known
from services.registration.policy import SYSTEM
from services.registration.ports import Deps
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import NotFound, StaleVersion

log = structlog.get_logger()

_ATTEMPTS = 5


def tell_of_all(deps: Deps, correlation_id: str) -> int:
    """Tell filing of each registration in force; return of how many it was told.

    Actor: the service. Events: unit known. The registrations themselves do not change. One that can't be read, or that
    others keep changing, does not hold up the rest and is named in the log.
    """
    call = Call(SYSTEM, correlation_id)
    return sum(_tell(deps, call, registration_id) for registration_id in deps.registrations.list_in_force())


def _tell(deps: Deps, call: Call, registration_id: str) -> bool:
    for _ in range(_ATTEMPTS):
        try:
            registration = deps.registrations.get(registration_id)
            deps.registrations.tell(registration, call, (known(registration),))
        except StaleVersion:
            continue
        except (NotFound, CryptoError) as error:
            log.error("unit_not_told", registration_id=registration_id, error=type(error).__name__)
            return False
        return True
    log.error("unit_not_told", registration_id=registration_id, error=StaleVersion.__name__)
    return False
