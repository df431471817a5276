"""Admin commands of the exchange."""

from __future__ import annotations

import os
import sys

from services.exchange.settings import Settings
from services.exchange.wiring import INDEXES, build
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.messaging.connection import prepare_broker
from shared.mongo.indexes import ensure_indexes
from shared.observability import configure_logging
from shared.settings import read


def prepare() -> None:
    """Make indexes, topology and keys; doing it twice does no harm."""
    settings = read(Settings, os.environ)
    wired = build(settings)
    MongoKeyStore(wired.database[KEYS]).prepare()
    ensure_indexes(wired.database, INDEXES)
    prepare_broker(settings.amqp_url)
    wired.keyring.index_key("readiness")


COMMANDS = {"prepare": prepare}


def main() -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("exchange-cli")
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.stderr.write("usage: python -m services.exchange.cli " + "|".join(COMMANDS) + "\n")
        return 2
    command()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
