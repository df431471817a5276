"""Handing mails to the server, each at most once, whatever is killed meanwhile."""

from __future__ import annotations

from datetime import datetime

import structlog

from services.notification.model.mails import Letter, Mail, MailState, next_due
from services.notification.ports import Deps
from shared import failpoints
from shared.crypto.errors import CryptoError
from shared.errors import Unavailable
from shared.mail import MailRefused, MailUncertain

MAILS_AT_ONCE = 50

log = structlog.get_logger()


def send_due_mails(deps: Deps) -> int:
    """Hand the mails that are due to the server, and return how many it took.

    Actor: none (a periodic job). From: due. To: sent, refused, uncertain, given up, or due again. "Handing over" is
    stored before the first word to the server, so that a mail that was under way when its worker died is never sent
    again. The round ends when the server does not answer: the others would wait for nothing.
    """
    sent = 0
    for mail_id in deps.mails.due(deps.clock.now(), MAILS_AT_ONCE):
        state = _send(deps, mail_id)
        sent += state is MailState.SENT
        if state is MailState.DUE:
            break
    return sent


def find_broken_off(deps: Deps) -> int:
    """Note mails whose hand-over never came to an end as uncertain, and return how many there were.

    Actor: none (a periodic job). From: handing over. To: uncertain, which a person looks at.
    """
    now = deps.clock.now()
    found = deps.mails.broken_off(now - deps.rhythm.handing_over)
    for mail_id in found:
        deps.mails.settle(mail_id, MailState.UNCERTAIN, now, code="broken_off")
        log.error("mail_uncertain", mail_id=mail_id, code="broken_off")
    return len(found)


def _send(deps: Deps, mail_id: str) -> MailState | None:
    now = deps.clock.now()
    try:
        claimed = deps.mails.claim(mail_id, now)
    except CryptoError as error:
        log.warning("mail_unreadable", mail_id=mail_id, error=type(error).__name__)
        return _settle(deps, mail_id, MailState.GIVEN_UP, now, "unreadable")
    if claimed is None:
        return None
    mail, letter = claimed
    if mail.valid_until is not None and mail.valid_until <= now:
        return _settle(deps, mail_id, MailState.GIVEN_UP, now, "no_longer_valid")
    failpoints.hit("mail.handing_over")
    return _hand_over(deps, mail, letter)


def _hand_over(deps: Deps, mail: Mail, letter: Letter) -> MailState:
    try:
        deps.mailer.send(letter.to, letter.subject, letter.text, mail.id)
    except MailRefused:
        return _settle(deps, mail.id, MailState.REFUSED, deps.clock.now(), "refused")
    except MailUncertain:
        return _settle(deps, mail.id, MailState.UNCERTAIN, deps.clock.now(), "no_answer")
    except Unavailable:
        now = deps.clock.now()
        again = next_due(mail.attempts, now)
        if again is None:
            return _settle(deps, mail.id, MailState.GIVEN_UP, now, "not_taken")
        deps.mails.settle(mail.id, MailState.DUE, now, code="not_taken", due_at=again)
        log.warning("mail_postponed", mail_id=mail.id, attempts=mail.attempts)
        return MailState.DUE
    failpoints.hit("mail.accepted_not_noted")
    return _settle(deps, mail.id, MailState.SENT, deps.clock.now())


def _settle(deps: Deps, mail_id: str, state: MailState, now: datetime, code: str = "") -> MailState:
    deps.mails.settle(mail_id, state, now, code=code)
    (log.info if state is MailState.SENT else log.warning)(
        "mail_settled", mail_id=mail_id, state=state.value, code=code
    )
    return state
