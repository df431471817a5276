"""The worker of registration: relays its outbox, takes messages, sends mails, sweeps files."""

from __future__ import annotations

import os
from datetime import timedelta

import structlog

from services.registration.handlers import handlers
from services.registration.repository import files
from services.registration.repository.records import COLLECTION
from services.registration.settings import Settings
from services.registration.wiring import Wired, build
from shared import failpoints
from shared.contracts import all_contracts
from shared.crypto.errors import CryptoError
from shared.errors import Unavailable
from shared.mail import MailRefused
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import REGISTRATION_EVENTS
from shared.messaging.worker import Periodic, run_worker
from shared.observability import configure_logging
from shared.settings import read
from shared.storage.sweep import Swept, sweep

MAIL_SECONDS = 1.0
SWEEP_SECONDS = 3600.0
MAILS_AT_ONCE = 50
LEAST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
ORPHAN_AGE = timedelta(days=1)

log = structlog.get_logger()


def send_due_mails(wired: Wired) -> int:
    """Hand the mails that are due to the mail server and return how many it took.

    A crash between sending and noting sends one mail again, with the same Message-ID: at least once, never lost. A
    mail that the server does not take now waits as long as it has waited, and the round ends: the next one begins
    with the mail behind it. A mail that the server will never take, or whose notice can't be read since the unit's
    key was destroyed, is given up; the notice stays in the applicant's inbox.
    """
    sent = 0
    for notice_id in wired.notices.due_for_mail(wired.deps.clock.now(), MAILS_AT_ONCE):
        try:
            notice = wired.notices.get(notice_id)
            text = f"{notice.text}\n\n请登录统报系统查看详情：{wired.portal_url}/registrations/{notice.registration_id}"
            wired.mailer.send(notice.email, f"【统报】{notice.title}", text, notice_id)
            sent += 1
            failpoints.hit("mail.sent_not_marked")
        except Unavailable:
            now = wired.deps.clock.now()
            wired.notices.postpone_mail(notice_id, now + min(max(now - notice.at, LEAST_WAIT), LONGEST_WAIT))
            log.warning("mail_postponed", notice_id=notice_id)
            break
        except (MailRefused, CryptoError) as error:
            log.warning("mail_given_up", notice_id=notice_id, error=type(error).__name__)
        wired.notices.mailed(notice_id)
    return sent


def sweep_files(wired: Wired) -> Swept:
    """Remove what broken-off uploads left behind for more than a day, and return how much that was."""
    before = wired.deps.clock.now() - ORPHAN_AGE
    swept = sweep(wired.objects, wired.files, lambda row: wired.registrations.is_claimed(row.id), before, files.PREFIX)
    log.info("files_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def sweep_uploads(wired: Wired) -> Swept:
    """Remove the uploads that were not ended in time, and return how much that was."""
    swept = wired.uploads.sweep()
    log.info("uploads_swept", rows=swept.rows, objects=swept.objects, uploads=swept.uploads)
    return swept


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    configure_logging("registration-worker")
    settings = read(Settings, os.environ)
    wired = build(settings)
    consumer = Consumer(
        REGISTRATION_EVENTS,
        handlers(wired.deps_within),
        wired.client,
        wired.database,
        settings.amqp_url,
        clock=wired.deps.clock,
        contracts=all_contracts(),
        poison=(CryptoError,),
    )
    relay = Relay([wired.database[COLLECTION]], settings.amqp_url, source="registration")
    return run_worker(
        [
            relay,
            consumer,
            Periodic("mails", MAIL_SECONDS, lambda: send_due_mails(wired)),
            Periodic("sweep", SWEEP_SECONDS, lambda: sweep_files(wired)),
            Periodic("sweep_uploads", SWEEP_SECONDS, lambda: sweep_uploads(wired)),
        ],
        metrics_port=settings.metrics_port or None,
    )


if __name__ == "__main__":
    raise SystemExit(main())
