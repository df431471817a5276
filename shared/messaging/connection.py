"""How connections to the broker are made: one place for time-outs and heartbeat."""

from __future__ import annotations

import pika

from shared.messaging.topology import declare

HEARTBEAT_SECONDS = 15
BLOCKED_SECONDS = 10.0
"""How long a broker under a disk or memory alarm is waited for before the connection is given up."""


def parameters(url: str, name: str) -> pika.URLParameters:
    """Return the parameters for `url`; `name` is what the broker's list of connections shows."""
    found = pika.URLParameters(url)
    found.heartbeat = HEARTBEAT_SECONDS
    found.blocked_connection_timeout = BLOCKED_SECONDS
    found.connection_attempts = 1
    found.socket_timeout = 5.0
    found.stack_timeout = 10.0
    found.client_properties = {"connection_name": name}
    return found


def prepare_broker(url: str) -> None:
    """Declare the whole topology at the broker; doing it twice does no harm. Raises pika's errors."""
    connection = pika.BlockingConnection(parameters(url, "prepare"))
    try:
        declare(connection.channel())  # type: ignore[arg-type]  # pika's stubs name an enum for the exchange's kind
    finally:
        connection.close()
