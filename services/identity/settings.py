"""Settings of identity, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the servers are, which keys are used, and how strict sign-in is.

    `trusted_proxies` is how many proxies in front may be believed about the caller's address (`X-Forwarded-For`);
    `issuer` is the address at which browsers reach identity, the name of the provider in all tokens. `second_factor` is
    `required` (of staff) or `optional`; `clients_file` declares clients, whose keys stand in it or by their names in
    `jose_peers_file`. `secure_cookies` is true wherever pages are served over HTTPS: a sandbox alone turns it off.
    `demo` allows `seed-demo` and is never true in production.
    """

    mongo_uri: Secret
    amqp_url: Secret
    jose_peers_file: Path
    issuer: str
    portal_url: str
    kek_provider: str
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "identity"
    password_profile: str = "djbh3"  # noqa: S105  the name of a policy, not a password
    second_factor: str = "required"
    clients_file: str = ""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    metrics_port: int = 0
    demo: bool = False
