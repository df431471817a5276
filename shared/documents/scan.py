"""The malware scan of an upload: a port, its Null twin, and a client of ClamAV's clamd.

The scan fails closed: unless the scanner says in so many words that the file is clean or infected, `Unavailable` is
raised and the file stays unreleased.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from shared.documents.findings import refusal
from shared.documents.kinds import KIB
from shared.errors import Unavailable

NOT_CONFIGURED = "not configured"

_CHUNK = 256 * KIB
_LONGEST_REPLY = 4 * KIB
_FOUND = re.compile(r"stream: (\S.*) FOUND")
_VERSION = re.compile(r"ClamAV \S[\x20-\x7e]*")


@dataclass(frozen=True)
class Verdict:
    """What a scanner said of one file. `engine` names the scanner with its signature version, for the record.

    `signature` is the name of what was found, None if nothing was.
    """

    clean: bool
    signature: str | None
    engine: str

    @property
    def is_scanned(self) -> bool:
        """False where no scanner is configured: the file was let through, not found clean."""
        return self.engine != NOT_CONFIGURED


class Scanner(Protocol):
    """Looks for malware in a stream."""

    def scan(self, stream: BinaryIO) -> Verdict:
        """Read the stream from its start to its end. Raises `Unavailable` if there is no certain answer."""


class NullScanner:
    """No scanner is configured: lets everything through and says so in the verdict."""

    def scan(self, stream: BinaryIO) -> Verdict:
        """A verdict that is not a scan; the stream is not read."""
        return Verdict(clean=True, signature=None, engine=NOT_CONFIGURED)


class ClamdScanner:
    """A client of clamd (INSTREAM) over TCP or a local socket. One connection per command; safe to share."""

    def __init__(self, address: tuple[str, int] | str, *, timeout: float = 30.0, deadline: float = 120.0) -> None:
        """`address` is host and port, or the path of a local socket. `timeout` bounds one read or write and
        `deadline` the whole scan, in seconds."""
        self._address = address
        self._timeout = timeout
        self._deadline = deadline

    def scan(self, stream: BinaryIO) -> Verdict:
        """Send the stream and return clamd's verdict. Raises `Unavailable` on anything but a plain answer.

        What the stream itself raises goes through.
        """
        until = time.monotonic() + self._deadline
        engine = self._command(b"zVERSION\0", until)
        if not _VERSION.fullmatch(engine):
            raise Unavailable(code="scanner_unavailable")
        reply = self._command(b"zINSTREAM\0", until, stream)
        if reply == "stream: OK":
            return Verdict(clean=True, signature=None, engine=engine)
        if found := _FOUND.fullmatch(reply):
            return Verdict(clean=False, signature=found[1], engine=engine)
        raise Unavailable(code="scanner_unavailable")

    def _command(self, command: bytes, until: float, stream: BinaryIO | None = None) -> str:
        try:
            with _Connection(self._address, self._timeout) as connection:
                connection.sendall(command)
                if stream is not None:
                    _send(connection, stream, until)
                return _read_reply(connection, until)
        except _Trouble:
            raise Unavailable(code="scanner_unavailable") from None


class _Trouble(Exception):
    """The connection failed; kept apart from `OSError`, which the caller's stream may raise too."""


class _Connection:
    """A socket whose every failure is `_Trouble`."""

    def __init__(self, address: tuple[str, int] | str, timeout: float) -> None:
        try:
            self._socket = _local(address, timeout) if isinstance(address, str) else _remote(address, timeout)
        except OSError:
            raise _Trouble from None

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def sendall(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError:
            raise _Trouble from None

    def receive(self, size: int) -> bytes:
        try:
            return self._socket.recv(size)
        except OSError:
            raise _Trouble from None


def _remote(address: tuple[str, int], timeout: float) -> socket.socket:
    return socket.create_connection(address, timeout)


def _local(path: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: _Connection, stream: BinaryIO, until: float) -> None:
    stream.seek(0)
    while block := stream.read(_CHUNK):
        if time.monotonic() > until:
            raise _Trouble
        connection.sendall(struct.pack(">I", len(block)) + block)
    connection.sendall(struct.pack(">I", 0))


def _read_reply(connection: _Connection, until: float) -> str:
    reply = b""
    while not reply.endswith(b"\0"):
        part = connection.receive(_LONGEST_REPLY)
        # An answer without its end mark may be half an answer.
        if not part or len(reply) + len(part) > _LONGEST_REPLY or time.monotonic() > until:
            raise _Trouble
        reply += part
    return reply[:-1].decode("utf-8", "replace")


def scanner_at(address: str) -> Scanner:
    """The scanner that a setting names: "" for none, "host:port", or the absolute path of a local socket.

    Raises `ValueError` for anything else: a mistyped address must not switch the scan off.
    """
    if not address:
        return NullScanner()
    if address.startswith("/"):
        return ClamdScanner(address)
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError("the scanner's address is host:port or an absolute path")
    return ClamdScanner((host, int(port)))


def require_clean(verdict: Verdict) -> None:
    """Raise `Invalid` for an infected file. The signature's name is for the record, not for the uploader."""
    if not verdict.clean:
        raise refusal("file_infected")
