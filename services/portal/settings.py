"""Settings of the portal, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass

from shared.settings import Secret

NO_SECRET = Secret("")


@dataclass(frozen=True)
class Settings:
    """Where the other services are, where sessions are kept, and how the cookie is set.

    `issuer` is the OpenID Connect provider at which people sign in, and `portal_url` where browsers reach the portal.
    The portal proves itself by the signing key of `jose_key_file`, or by `oidc_client_secret` at a provider that knows
    no better; `oidc_internal_url` is how the portal itself reaches the provider, where browsers go another way. The
    claims have names so that other providers fit. `secure_cookies` is true wherever the pages are served over HTTPS;
    only a sandbox on plain HTTP turns it off.
    """

    mongo_uri: Secret
    identity_url: str
    registration_url: str
    exchange_url: str
    notification_url: str
    filing_url: str
    statistics_url: str
    issuer: str
    portal_url: str
    kek_provider: str
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "portal"
    jose_key_file: str = ""
    oidc_client_id: str = "portal"
    oidc_client_secret: Secret = NO_SECRET
    oidc_internal_url: str = ""
    oidc_algorithm: str = "Ed25519"
    oidc_scope: str = "openid profile"
    oidc_role_claim: str = "role"
    oidc_unit_claim: str = "unit"
    oidc_division_claim: str = "division"
    secure_cookies: bool = True
    trusted_proxies: int = 0
