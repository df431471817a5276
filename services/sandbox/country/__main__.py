"""Tells statistics a month of the simulated country and closes it, as filing would, and prints what was told."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.sandbox.country.business import Country
from services.sandbox.country.sending import Sender
from services.sandbox.country.telling import counts_of_month, told_of_firms, told_of_month, totals_of_month
from shared.clock import SystemClock, local_date
from shared.crypto.jose_file import read_jose_peers
from shared.ids import new_id
from shared.messaging.events import EventMaker
from shared.messaging.publisher import Publisher
from shared.settings import Secret, read


@dataclass(frozen=True)
class Settings:
    """The broker, and the public keys of those who read."""

    amqp_url: Secret
    jose_peers_file: Path


def main(words: Sequence[str]) -> int:
    """Tell a month and close it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.sandbox.country")
    parser.add_argument("month", help="such as 2025-01")
    parser.add_argument("firms", type=int, help="how many firms the country has")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(words)
    settings, clock = read(Settings, os.environ), SystemClock()
    publisher = Publisher(settings.amqp_url, "simulated-country")
    sender = Sender(EventMaker(read_jose_peers(settings.jose_peers_file), new_id), publisher, clock)
    country, month = Country(arguments.firms, arguments.seed), str(arguments.month)
    counts = counts_of_month(country, month)
    try:
        told = sender.tell(told_of_firms(country, int(month[:4]) - 1))
        told += sender.tell(told_of_month(country, month))
        sender.close(month, counts, totals_of_month(country, month), local_date(clock.now()))
    finally:
        publisher.close()
    sys.stdout.write(json.dumps({"month": month, "firms": country.size, "told": told, "counts": counts}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
