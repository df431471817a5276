"""Ports of the embedded servers: fixed ones from a base for `make run`, free ones for tests."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from itertools import islice

from services.sandbox.stack.errors import PortTaken

HOST = "127.0.0.1"
FREE_RANGE = range(15_000, 32_000)
"""Below the range from which Linux takes ports of outgoing connections, so that a free port stays free."""


@dataclass(frozen=True)
class StackPorts:
    """Where each embedded server listens, all on the loopback address."""

    mongod: int
    amqp: int
    distribution: int
    epmd: int
    s3: int

    @classmethod
    def from_base(cls, base: int) -> StackPorts:
        """Return the fixed ports `base` + 10 to `base` + 14."""
        return cls(*range(base + 10, base + 15))

    @classmethod
    def free(cls) -> StackPorts:
        """Return ports on which nothing listens now."""
        return cls(*free_ports(5))


def free_ports(count: int) -> list[int]:
    """Return `count` different ports on which nothing listens now, and which nobody else gets from here meanwhile.

    They are this process's own until it ends. Raises `PortTaken` when too few are left.
    """
    shuffled = random.sample(FREE_RANGE, len(FREE_RANGE))
    found = list(islice((port for port in shuffled if is_free(port) and _is_claimed(port)), count))
    if len(found) < count:
        raise PortTaken("no free ports are left on this machine")
    return found


def _is_claimed(port: int) -> bool:
    """Claim a port among all processes of this machine, since some time passes before the server listens on it.

    A claim is a socket with a name of its own outside the file system: it falls when its holder ends, however it ends.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0tongbao-port-{port}")
    except OSError:
        claim.close()
        return False
    claim.detach()  # open until the process ends
    return True


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def is_open(port: int) -> bool:
    """Say whether something accepts connections on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free(ports: Iterable[tuple[str, int]]) -> None:
    """Check pairs of (user, port). Raises `PortTaken` that lists all that are in use."""
    taken = [f"{port} ({name})" for name, port in ports if not is_free(port)]
    if taken:
        raise PortTaken(
            f"ports in use by another program: {', '.join(taken)}; end it, or set TONGBAO_PORT_BASE to another base"
        )


def named(ports: StackPorts) -> list[tuple[str, int]]:
    """Return pairs of (server, port)."""
    return list(zip(("mongod", "RabbitMQ", "RabbitMQ distribution", "epmd", "S3"), astuple(ports), strict=True))
