"""Client of identity for the people in offices, whom the level above appoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.people import AccountAct, GrantAct, HolderAnswer, OpenedAnswer

ROOT = "accounts"
PAGE = 50

_GRANT_ACTS: Mapping[GrantAct, str] = {
    "confirm": "confirmation",
    "refuse": "refusal",
    "withdraw": "withdrawal",
    "extend": "extension",
    "end": "end",
}
_ACCOUNT_ACTS: Mapping[AccountAct, str] = {
    "reset_password": "password-reset",
    "reset_factor": "factor-reset",
    "end_sign_ins": "sign-out",
    "disable": "disabling",
    "enable": "enabling",
}


class HttpOffices:
    """`ports.Offices` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, cursor: str = "", *, is_waiting: bool = False) -> tuple[list[HolderAnswer], str]:
        """Return a page of those whose places one fills, and the next cursor."""
        query: dict[str, str | int] = {"limit": PAGE, "cursor": cursor, "waiting": "true" if is_waiting else ""}
        page = cast(dict[str, object], self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[HolderAnswer]", page["items"]), str(page["next_cursor"])

    def open(self, token: str, key: str, body: Mapping[str, object]) -> OpenedAnswer:
        """Open an account with its first appointment; the same key opens it once."""
        return cast(OpenedAnswer, self._http.ask("POST", path(ROOT), token, body=dict(body), key=key))

    def appoint(self, token: str, key: str, body: Mapping[str, object]) -> HolderAnswer:
        """Appoint a person who has an account; the same key appoints once."""
        return cast(HolderAnswer, self._http.ask("POST", "/appointments", token, body=dict(body), key=key))

    def act_on_grant(
        self,
        token: str,
        key: str,
        account_id: str,
        grant_id: str,
        version: int,
        act: GrantAct,
        body: Mapping[str, object],
    ) -> HolderAnswer:
        """Take a step with a grant."""
        url = path(ROOT, account_id, "grants", grant_id, _GRANT_ACTS[act])
        return cast(HolderAnswer, self._http.ask("POST", url, token, body=dict(body), version=version, key=key))

    def act_on_account(self, token: str, key: str, account_id: str, version: int, act: AccountAct) -> HolderAnswer:
        """Take a step with an account; the answer to a new password is an `OpenedAnswer`."""
        url = path(ROOT, account_id, _ACCOUNT_ACTS[act])
        return cast(HolderAnswer, self._http.ask("POST", url, token, body={}, version=version, key=key))
