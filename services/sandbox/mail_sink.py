"""A mail server that delivers nothing: each message becomes a file `<time>-<number>.eml` in a folder."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.sandbox.stack.ports import HOST
from shared.clock import Clock, SystemClock
from shared.settings import read

SIZE_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """Where the sink listens and where it writes."""

    smtp_port: int
    mail_folder: Path


class FolderSink:
    """The handler of `aiosmtpd`: writes each message whole, or not at all."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._number = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write a message and return the answer to the sender."""
        self._number += 1
        name = f"{self._clock.now():%Y%m%dT%H%M%S.%f}-{self._number:05}.eml"
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        recipients = ", ".join(envelope.rcpt_tos).encode()
        part = self._folder / f".{name}.part"
        part.write_bytes(b"X-Envelope-To: " + recipients + b"\r\n" + content)
        part.rename(self._folder / name)
        return "250 OK"


def main() -> None:
    """Listen until SIGTERM or SIGINT."""
    settings = read(Settings, os.environ)
    settings.mail_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sink = FolderSink(settings.mail_folder, SystemClock())
    controller = Controller(sink, hostname=HOST, port=settings.smtp_port, data_size_limit=SIZE_LIMIT)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    controller.start()
    stop.wait()
    controller.stop()


if __name__ == "__main__":
    main()
