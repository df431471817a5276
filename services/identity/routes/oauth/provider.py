"""Authlib's authorization server with the grants, proofs and endpoints of this one."""

from __future__ import annotations

import logging
from typing import cast

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload
from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc9207.parameter import IssuerParameter
from flask import Flask, Request, current_app
from flask import request as flask_request

from services.identity.operations.sessions import end_session
from services.identity.routes.oauth.client_proof import ClientProof
from services.identity.routes.oauth.client_view import AUTH_METHOD, SCOPES, ClientView, query_client
from services.identity.routes.oauth.grants import (
    METHODS,
    CodeGrant,
    MachineGrant,
    OpenId,
    Pkce,
    RefreshGrant,
    RefreshView,
    generate_token,
)
from services.identity.routes.request import deps

PROVIDER = "provider"
"""Name of the extension that holds the server."""

TOKEN_PATH = "/oauth/token"  # noqa: S105  a path


class _FlaskRequest(OAuth2Request):
    """A request as Authlib reads it.

    Authlib refuses plain HTTP by the address of the request; here TLS ends at the proxy in front, so that the address
    says nothing, and it is the deployment that keeps HTTP out.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(method=request.method, uri=f"https://identity{request.path}", headers=request.headers)
        self._request = request
        self.payload = FlaskOAuth2Payload(request)

    @property
    def args(self) -> object:
        """The query."""
        return self._request.args

    @property
    def form(self) -> object:
        """The body."""
        return self._request.form


class Provider(AuthorizationServer):
    """The authorization server."""

    def __init__(self, issuer: str) -> None:
        super().__init__(query_client=query_client, save_token=_keep_nothing)
        self.issuer = issuer
        self.scopes_supported = None  # unknown scopes are left out, not refused (RFC 6749, 3.3)
        self.register_token_generator("default", generate_token)
        self.register_client_auth_method(AUTH_METHOD, ClientProof((issuer, issuer + TOKEN_PATH)))
        self.register_grant(CodeGrant, [Pkce(required=True), OpenId(require_nonce=True)])
        self.register_grant(RefreshGrant)
        self.register_grant(MachineGrant)
        self.register_endpoint(_Revocation)
        _Issuer()(self)

    def create_oauth2_request(self, request: object) -> _FlaskRequest:
        """Return the request of now as Authlib reads it."""
        return request if isinstance(request, _FlaskRequest) else _FlaskRequest(flask_request)

    def load_config(self, config: object) -> None:
        """Take no settings from the app's configuration."""


class _Revocation(RevocationEndpoint):
    """Revocation (RFC 7009): with its refresh token a client signs the person out here."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> RefreshView:
        """Return the token as it came; ending looks whose it is."""
        return RefreshView(token_string)

    def revoke_token(self, token: RefreshView, request: OAuth2Request) -> None:
        """End the session and the sign-in that it came from; an access token runs out by itself."""
        client: ClientView = request.client
        end_session(deps(), token.token, client.get_client_id())


class _Issuer(IssuerParameter):
    """Names this provider in the answer to the browser (RFC 9207)."""

    def get_issuer(self) -> str:
        """Return the name."""
        return provider().issuer


def register(app: Flask, issuer: str) -> None:
    """Give `app` its provider."""
    logging.getLogger("authlib").setLevel(logging.WARNING)  # below that it writes tokens
    app.extensions[PROVIDER] = Provider(issuer)


def provider() -> Provider:
    """Return the provider of the app."""
    return cast(Provider, current_app.extensions[PROVIDER])


def metadata(issuer: str) -> dict[str, object]:
    """Return what the provider can do (OpenID Connect Discovery 1.0, RFC 8414)."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}{TOKEN_PATH}",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "end_session_endpoint": f"{issuer}/oauth/end_session",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["Ed25519"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["Ed25519"],
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ["Ed25519"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub",
            "name",
            "role",
            "role_label",
            "unit",
            "division",
            "division_name",
            "auth_time",
            "amr",
        ],
        "prompt_values_supported": ["none", "login", "select_account"],
        "tongbao_account_pages": issuer,
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def _keep_nothing(token: object, request: object) -> None:
    """Do nothing: operations have stored what must be kept."""
