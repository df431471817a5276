"""A tiny clamd on a free TCP port: speaks VERSION and INSTREAM, answers as a test tells it to."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Clamd:
    """What the server answers, and what it was sent. `reply` None means: look for EICAR, as the real one does."""

    reply: bytes | None = None
    version: bytes = b"ClamAV 1.4.6/27500/Mon Jan  6 08:00:00 2025\0"
    hangs_up_after: int | None = None
    address: tuple[str, int] = ("127.0.0.1", 0)
    received: list[bytes] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        """Answer one command."""
        with connection, connection.makefile("rb") as incoming:
            command = b""
            while not command.endswith(b"\0"):
                command += incoming.read(1) or b"\0"
            if command == b"zVERSION\0":
                connection.sendall(self.version)
            elif command == b"zINSTREAM\0":
                body = b""
                # A client that goes away in the middle sends no length; that ends the body like a length of nothing.
                while size := struct.unpack(">I", incoming.read(4).ljust(4, b"\0"))[0]:
                    body += incoming.read(size)
                    if self.hangs_up_after is not None and len(body) >= self.hangs_up_after:
                        return
                self.received.append(body)
                connection.sendall(self._verdict(body) if self.reply is None else self.reply)

    def _verdict(self, body: bytes) -> bytes:
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in body else b"stream: OK\0"


@contextmanager
def running_clamd(clamd: Clamd) -> Iterator[Clamd]:
    """Serve until the block ends; `clamd.address` tells where."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        clamd.address = listener.getsockname()[:2]

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with suppress(ConnectionError):
                    clamd.serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield clamd
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
