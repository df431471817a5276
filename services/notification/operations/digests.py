"""The daily digest: one mail per person and day over the notices that were not mailed at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import structlog

from services.notification.model.mails import Letter, Mail
from services.notification.model.notices import notice_id
from services.notification.model.occasions import LINK, PORTAL_URL
from services.notification.model.templates import render
from services.notification.ports import Deps
from shared.clock import SHANGHAI, local_date
from shared.errors import Unavailable

DIGEST = "notification.digest"
INBOX = "/notices"

log = structlog.get_logger()


def send_digests(deps: Deps) -> int:
    """Make the digests of today once their hour has come, and return how many were made.

    Actor: none (a periodic job, as often as one likes, in any number of workers). The digest of an account and day is
    stored in one transaction with the mark in the notices that it tells of: a second one finds its id taken. A day on
    which no worker ran is made up for by the next digest.
    """
    now = deps.clock.now()
    hour = datetime.combine(local_date(now), time(deps.rhythm.digest_hour), SHANGHAI)
    if now < hour:
        return 0
    return sum(_digest(deps, account_id, now, hour) for account_id in deps.notices.waiting_for_digest(hour))


def next_digest(deps: Deps, now: datetime) -> datetime:
    """Return when the next digests leave."""
    today = datetime.combine(local_date(now), time(deps.rhythm.digest_hour), SHANGHAI)
    return today if now < today else today + timedelta(days=1)


def _digest(deps: Deps, account_id: str, now: datetime, hour: datetime) -> bool:
    occasion = deps.occasions.by_key[DIGEST]
    template = deps.templates.get(DIGEST)
    try:
        contact = next(iter(deps.contacts.of({"account_id": account_id})), None)
    except Unavailable:
        log.warning("digest_postponed", account_id=account_id)
        return False
    if contact is None or not contact.email:  # no longer anybody's; the notices stay where they are
        return False
    address = contact.email

    def letter(occasions: Sequence[str]) -> Letter:
        values = {
            "count": str(len(occasions)),
            "titles": _titles(deps, occasions),
            LINK: deps.portal_url + INBOX,
            PORTAL_URL: deps.portal_url,
        }
        rendered = render(template.current(occasion), occasion, values)
        return Letter(address, rendered.subject, rendered.mail)

    day = local_date(now).isoformat()
    mail = Mail(notice_id(account_id, DIGEST, day), now, account_id, DIGEST, template.published, due_at=now)
    return deps.mails.add_digest(mail, letter, hour)


def _titles(deps: Deps, keys: Sequence[str]) -> str:
    """Return the titles of the occasions, which hold no values, each with how often it came."""
    found = Counter(one.title for key in keys if (one := deps.occasions.find(key)))
    return "\n".join(f"· {title}" + (f"（{count} 条）" if count > 1 else "") for title, count in found.items())
