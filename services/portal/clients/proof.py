"""Client of the exchange for its journal and the daily statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.proof import (
    AnchorAnswer,
    ChainsAnswer,
    CheckAnswer,
    DifferenceAnswer,
    EntriesAnswer,
    LinesAnswer,
    StatementAnswer,
    StatementRow,
)

JOURNAL, STATEMENTS, CHAINS = "journal", "statements", "chains"
SHOWN = 50


class HttpProof:
    """`ports.Proof` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def chains(self, token: str) -> ChainsAnswer:
        """Return how the chain of each partner stands."""
        return cast(ChainsAnswer, self._http.ask("GET", path(JOURNAL, CHAINS), token))

    def entries(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> EntriesAnswer:
        """Return a page of entries, newest first. Raises `Invalid`, `Malformed`."""
        query: dict[str, str | int] = {**wanted, "limit": SHOWN, **({"cursor": cursor} if cursor else {})}
        return cast(EntriesAnswer, self._http.ask("GET", path(JOURNAL, "entries"), token, query=query))

    def anchors(self, token: str, since: str, until: str) -> list[AnchorAnswer]:
        """Return the anchors of some days. Raises `Invalid`, `Malformed`."""
        query = {"since": since, "until": until}
        found = cast("dict[str, object]", self._http.ask("GET", path(JOURNAL, "anchors"), token, query=query))
        return cast("list[AnchorAnswer]", found["items"])

    def check(self, token: str, partner: str, since: str, until: str) -> CheckAnswer:
        """Have a chain followed over some days. Raises `Invalid`, `Malformed`, `NotFound`."""
        query = {"since": since, "until": until}
        url = path(JOURNAL, CHAINS, partner, "check")
        return cast(CheckAnswer, self._http.ask("GET", url, token, query=query))

    def container(self, token: str, partner: str, since: str, until: str) -> Streamed:
        """Start to fetch the container of some days. Raises `NotAllowed`, `Invalid`, `Malformed`, `NotFound`."""
        days = urlencode({"since": since, "until": until})
        return self._http.stream(f"{path(JOURNAL, CHAINS, partner, 'container')}?{days}", token)

    def statements(self, token: str, partner: str, cursor: str = "") -> tuple[list[StatementRow], str]:
        """Return a page of statements, the newest day first, and the next cursor."""
        query: dict[str, str | int] = {"limit": SHOWN}
        query |= {name: text for name, text in (("partner", partner), ("cursor", cursor)) if text}
        page = cast("dict[str, object]", self._http.ask("GET", path(STATEMENTS), token, query=query))
        return cast("list[StatementRow]", page["items"]), str(page["next_cursor"])

    def statement(self, token: str, statement_id: str) -> StatementAnswer:
        """Return a statement. Raises `NotFound`."""
        return cast(StatementAnswer, self._http.ask("GET", path(STATEMENTS, statement_id), token))

    def lines(self, token: str, statement_id: str, standing: str, cursor: str = "") -> LinesAnswer:
        """Return a page of the lines of a statement. Raises `NotFound`."""
        query: dict[str, str | int] = {"limit": SHOWN}
        query |= {name: text for name, text in (("standing", standing), ("cursor", cursor)) if text}
        return cast(LinesAnswer, self._http.ask("GET", path(STATEMENTS, statement_id, "lines"), token, query=query))

    def differences(self, token: str, statement_id: str) -> list[DifferenceAnswer]:
        """Return where the two sides differ. Raises `NotFound`."""
        found = self._http.ask("GET", path(STATEMENTS, statement_id, "differences"), token)
        return cast("list[DifferenceAnswer]", cast("dict[str, object]", found)["items"])

    def workbook(self, token: str, statement_id: str) -> Streamed:
        """Start to fetch a statement as a workbook. Raises `NotFound`."""
        return self._http.stream(path(STATEMENTS, statement_id, "workbook"), token)

    def sign(self, token: str, statement_id: str, version: int, name: str, remark: str) -> StatementAnswer:
        """Sign a statement. Raises `Invalid`, `Conflict`, `StaleVersion`, `NotAllowed`."""
        url = path(STATEMENTS, statement_id, "sign-off")
        body = {"name": name, **({"remark": remark} if remark else {})}
        return cast(StatementAnswer, self._http.ask("POST", url, token, body=body, version=version))
