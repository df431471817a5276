"""Passwords of the embedded servers: made at the first start, kept under the root in a file of mode 0600."""

from __future__ import annotations

import dataclasses
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from shared.crypto.private_file import forbidden_bits, read_private, write_private


@dataclass(frozen=True)
class StackSecrets:
    """What is needed to reach the servers; nothing of it prints."""

    amqp_password: str = field(repr=False)
    peer_amqp_password: str = field(repr=False)
    erlang_cookie: str = field(repr=False)
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)

    @classmethod
    def kept(cls, path: Path) -> StackSecrets:
        """Return those of the file; the first time, make and write them."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = {each.name: secrets.token_hex(20) for each in dataclasses.fields(cls)}
            write_private(path, json.dumps(fresh, indent=1).encode(), replace=False)
        content, _ = read_private(path, forbidden_bits(group_may_read=False))
        return cls(**json.loads(content))
