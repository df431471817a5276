"""Settings of the portal, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the other services are, where sessions are kept, and how the cookie is set.

    `secure_cookies` is true wherever the pages are served over HTTPS; only a sandbox on plain HTTP turns it off.
    """

    mongo_uri: Secret
    identity_url: str
    registration_url: str
    exchange_url: str
    notification_url: str
    kek_provider: str
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "portal"
    secure_cookies: bool = True
    trusted_proxies: int = 0
