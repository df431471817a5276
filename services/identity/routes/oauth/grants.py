"""The three ways to a token, as Authlib runs them: a code, a refresh token, a machine's own proof."""

from __future__ import annotations

from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidGrantError, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode

from services.identity.errors import AlreadyRefreshed, CodeUnusable, SessionOver
from services.identity.model.codes import Code, CodeRequest
from services.identity.operations.clients import machine_token
from services.identity.operations.codes import begin_session, claim_code, issue_code
from services.identity.operations.id_tokens import id_token
from services.identity.operations.sessions import SignedIn, refresh_session
from services.identity.operations.signing_in import Here
from services.identity.routes.oauth.client_view import AUTH_METHOD, ClientView
from services.identity.routes.request import deps
from shared.identity.tokens import LIFETIME

METHODS = [AUTH_METHOD]
LONGEST_PARAMETER = 512


@dataclass(frozen=True)
class CodeView:
    """A claimed code as Authlib asks about it."""

    code: Code
    code_challenge_method: str = "S256"

    @property
    def code_challenge(self) -> str:
        """The challenge that the verifier must fit."""
        return self.code.request.challenge

    def get_redirect_uri(self) -> str:
        """Return the address that the code was sent to."""
        return self.code.request.redirect_uri

    def get_scope(self) -> str:
        """Return what was asked for."""
        return self.code.request.scope


@dataclass(frozen=True)
class RefreshView:
    """A refresh token as Authlib asks about it; whether it is good is found out by exchanging it."""

    token: str

    def check_client(self, client: ClientView) -> bool:
        """Whether it may be this client's: the exchange itself looks."""
        return True

    def get_scope(self) -> str:
        """Return no scope: the session has kept its own."""
        return ""


class CodeGrant(AuthorizationCodeGrant):
    """The authorization code."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def generate_authorization_code(self) -> str:
        """Store a code for the person at the browser, and return it."""
        request: OAuth2Request = self.request
        here: Here = request.user
        data = request.payload.data
        asked = CodeRequest(
            client_id=request.client.get_client_id(),
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            challenge=data.get("code_challenge"),
            nonce=data.get("nonce", ""),
        )
        return issue_code(deps(), here.sign_in, asked)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Do nothing: the code is stored when it is made."""

    def query_authorization_code(self, code: str, client: ClientView) -> CodeView | None:
        """Use the code up and return it."""
        try:
            return CodeView(claim_code(deps(), code, client.get_client_id()))
        except CodeUnusable:
            return None

    def delete_authorization_code(self, authorization_code: CodeView) -> None:
        """Do nothing: the code is used up already."""

    def authenticate_user(self, authorization_code: CodeView) -> SignedIn | None:
        """Begin the client's session."""
        try:
            return begin_session(deps(), authorization_code.code)
        except (CodeUnusable, SessionOver):
            return None


class RefreshGrant(RefreshTokenGrant):
    """The refresh token, good once each."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshView:
        """Return the token as it came."""
        return RefreshView(refresh_token)

    def authenticate_user(self, refresh_token: RefreshView) -> SignedIn:
        """Exchange the token. Raises `InvalidGrantError`."""
        try:
            return refresh_session(deps(), refresh_token.token, self.request.client.get_client_id())
        except (SessionOver, AlreadyRefreshed) as error:
            raise InvalidGrantError(description=error.code) from None

    def revoke_old_credential(self, refresh_token: RefreshView) -> None:
        """Do nothing: the exchange has used it up."""


class MachineGrant(ClientCredentialsGrant):
    """A machine that acts for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


class Pkce(CodeChallenge):
    """Proof key for code exchange (RFC 7636): always, and by SHA-256 only."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Raise `InvalidRequestError` for a request without a challenge by SHA-256, or with parts that are too long."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A 'code_challenge' of method 'S256' is required.")
        if any(len(value) > LONGEST_PARAMETER for value in data.values()):
            raise InvalidRequestError("A parameter is too long.")
        super().validate_code_challenge(grant, redirect_uri)


class OpenId(OpenIDCode):
    """The ID token beside the access token."""

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Whether the nonce came before: the client looks, and a code is good once anyway."""
        return False

    def encode_id_token(self, token: object, request: OAuth2Request) -> str:
        """Return the ID token of the session that was begun."""
        return id_token(deps(), request.user, request.authorization_code.code)


def generate_token(
    grant_type: str,
    client: ClientView,
    user: SignedIn | None = None,
    scope: str | None = None,
    expires_in: int | None = None,
    include_refresh_token: bool = True,
) -> dict[str, object]:
    """Return the body of the answer; operations have made what is in it."""
    if user is None:
        access = machine_token(deps(), client.client)
        return {"token_type": "Bearer", "access_token": access, "expires_in": int(LIFETIME.total_seconds())}
    return {
        "token_type": "Bearer",
        "access_token": user.access,
        "expires_in": int(LIFETIME.total_seconds()),
        "refresh_token": user.secret,
        "scope": user.scope,
    }
