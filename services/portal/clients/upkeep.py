"""Client of identity for the changes to the divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.people import ChangeSetAnswer, PreviewAnswer, SecondAct
from shared.codes.division_changes import Change
from shared.contracts.identity import changes_of

ROOT = "division-changes"
PAGE = 20

_ACTS: Mapping[SecondAct, str] = {"confirm": "confirmation", "refuse": "refusal", "withdraw": "withdrawal"}


class HttpUpkeep:
    """`ports.Upkeep` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, cursor: str = "") -> tuple[list[ChangeSetAnswer], str]:
        """Return a page of the proposed and the decided changes, newest first, and the next cursor."""
        query: dict[str, str | int] = {"limit": PAGE, "cursor": cursor}
        page = cast(dict[str, object], self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[ChangeSetAnswer]", page["items"]), str(page["next_cursor"])

    def preview(self, token: str, changes: Sequence[Mapping[str, object]]) -> PreviewAnswer:
        """Return what changes would do."""
        body = {"changes": [dict(change) for change in changes]}
        return cast(PreviewAnswer, self._http.ask("POST", path(ROOT, "preview"), token, body=body))

    def preview_table(self, token: str, table: bytes) -> PreviewAnswer:
        """Return what the changes of a table would do."""
        chunks: Iterable[bytes] = (table,)
        return cast(PreviewAnswer, self._http.upload(path(ROOT, "table"), token, {}, len(table), chunks))

    def propose(self, token: str, key: str, document: str, changes: Sequence[Mapping[str, object]]) -> None:
        """Propose the changes of one document; the same key proposes them once."""
        body = {"document": document, "changes": [dict(change) for change in changes]}
        self._http.ask("POST", path(ROOT), token, body=body, key=key)

    def act(self, token: str, key: str, change_set_id: str, version: int, act: SecondAct) -> None:
        """Take a step with proposed changes."""
        self._http.ask("POST", path(ROOT, change_set_id, _ACTS[act]), token, body={}, version=version, key=key)

    def changes(self) -> tuple[Change, ...]:
        """Return all confirmed changes. Raises `Unavailable`."""
        answer = self._http.ask("GET", "/divisions/changes")
        return changes_of(cast("dict[str, list[dict[str, object]]]", answer)["items"])
