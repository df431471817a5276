"""Admin commands of notification."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from services.notification.model.mails import MailState
from services.notification.settings import Settings
from services.notification.wiring import INDEXES, Wired, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.messaging.topology import NOTIFICATION_EVENTS
from shared.observability import configure_logging
from shared.settings import read

LISTED = 100


@dataclass(frozen=True)
class Commands:
    """The commands that notification alone has."""

    wired: Wired

    def mails(self, arguments: argparse.Namespace) -> Answer:
        """List the newest mails in a state, without address and text; uncertain ones want a person."""
        page = self.wired.deps.mails.list_of(MailState(arguments.state), "", LISTED)
        rows = [
            {"id": one.id, "at": one.at.isoformat(), "occasion": one.occasion, "account_id": one.account_id}
            | {"attempts": one.attempts, "code": one.code}
            for one in page.items
        ]
        return {"state": arguments.state, "mails": rows, "is_all": not page.next_cursor}


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("notification-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(NOTIFICATION_EVENTS,),
    )
    line = CommandLine("notification", upkeep)
    states = [state.value for state in MailState]
    line.add("mails", Commands(wired).mails).add_argument("state", choices=states, nargs="?", default="uncertain")
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
