"""A client as Authlib asks about it."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import ClientMixin

from services.identity.model.clients import Client
from services.identity.operations.clients import find_enabled
from services.identity.routes.request import deps

AUTH_METHOD = "private_key_jwt"
SCOPES = ("openid", "profile")


class ClientView(ClientMixin):
    """Answers Authlib's questions about one enabled client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_client_id(self) -> str:
        """Return its id."""
        return self.client.id

    def get_default_redirect_uri(self) -> None:
        """Return nothing: every request names its address (RFC 9700, 4.1.3)."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes of those asked for that there are; None where `openid` is not among them."""
        asked = (scope or "").split()
        return " ".join(each for each in SCOPES if each in asked) if "openid" in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether exactly this address was registered."""
        return redirect_uri in self.client.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether the secret is right: no client has one."""
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Whether it may prove itself this way, anywhere."""
        return method == AUTH_METHOD

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may ask for this: a code, where people sign in to it."""
        return response_type == "code" and bool(self.client.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may get tokens this way."""
        is_machine = self.client.role is not None
        by_people = ("authorization_code", "refresh_token")
        return (
            is_machine
            if grant_type == "client_credentials"
            else bool(self.client.redirect_uris) and grant_type in by_people
        )


def query_client(client_id: str) -> ClientView | None:
    """Return the enabled client of this id."""
    found = find_enabled(deps(), client_id)
    return ClientView(found) if found else None
