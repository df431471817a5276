"""Keys of the sandbox's services: made at the first start, one folder per service, closed to others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from shared.crypto.jose import public_part
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.private_file import write_private

WITH_KEK = ("identity", "registration", "exchange", "notification", "portal")
WITH_JOSE = ("identity", "registration", "exchange", "notification", "directory")


@dataclass(frozen=True)
class Keys:
    """Where the files of keys are."""

    folder: Path

    def kek(self, service: str) -> Path:
        """Return the file of the service's key-encryption keys."""
        return self.folder / service / "kek.json"

    def jose(self, service: str) -> Path:
        """Return the file of the service's own signing and encryption keys."""
        return self.folder / service / "jose.json"

    @property
    def peers(self) -> Path:
        """The file of everybody's public keys by name."""
        return self.folder / "jose-peers.json"

    def prepare(self) -> None:
        """Make the files that are missing; those that are there stay, since data is sealed with them."""
        for service in {*WITH_KEK, *WITH_JOSE}:
            (self.folder / service).mkdir(parents=True, exist_ok=True, mode=0o700)
        for service in WITH_KEK:
            if not self.kek(service).exists():
                create_kek_file(self.kek(service))
        for service in WITH_JOSE:
            if not self.jose(service).exists():
                create_jose_file(self.jose(service), service)
        peers = {service: public_part(read_jose_file(self.jose(service))) for service in WITH_JOSE}
        write_private(self.peers, json.dumps(peers, indent=1).encode(), replace=True)
