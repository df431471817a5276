"""Keys of the sandbox's services: made at the first start, one folder per service, closed to others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from shared.clock import SystemClock
from shared.crypto.jose import public_part
from shared.crypto.jose_file import create_jose_file, read_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.private_file import write_private
from shared.crypto.signing_file import create_signing_files

WITH_KEK = ("identity", "registration", "filing", "statistics", "exchange", "notification", "portal")
STORY = "story"
"""The client that plays the demo: somebody outside who has a key of their own."""

STORY_CALLBACK = "http://127.0.0.1/story"
"""Where the provider sends the story's browser; nothing answers there, since the story reads the address itself."""

WITH_JOSE = (*WITH_KEK, "directory", "nbs", "sharing", STORY)
SIGNING = ("registration", "filing")
"""Services that sign papers: decision sheets, receipts."""


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

    def signing(self, service: str) -> Path:
        """Return the private key with which the service signs papers."""
        return self.folder / service / "signing-key.pem"

    def signing_certificates(self, service: str) -> Path:
        """Return the public certificates of that key."""
        return self.folder / service / "signing-certificates.pem"

    @property
    def clients(self) -> Path:
        """The file of the clients that identity knows."""
        return self.folder / "clients.json"

    def declare_clients(self, portal_url: str) -> None:
        """Write who may ask identity for tokens: the portal and the story for people, notification for itself."""
        callback, after = f"{portal_url}/sign-in/callback", f"{portal_url}/sign-in?done=signed_out"
        clients = [
            {"id": "portal", "name": "统报门户", "redirect_uris": [callback], "sign_out_uris": [after]},
            {"id": STORY, "name": "演示", "redirect_uris": [STORY_CALLBACK]},
            {"id": "notification", "name": "通知服务", "role": "service"},
        ]
        self.clients.write_text(json.dumps(clients, ensure_ascii=False, indent=1), "utf-8")

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
        for service in SIGNING:
            if not self.signing(service).exists():
                now = SystemClock().now()
                create_signing_files(self.signing(service), self.signing_certificates(service), "统报演示环境", now)
        peers = {service: public_part(read_jose_file(self.jose(service))) for service in WITH_JOSE}
        write_private(self.peers, json.dumps(peers, indent=1).encode(), replace=True)
