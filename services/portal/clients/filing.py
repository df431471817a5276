"""Client of the filing service: filings, their versions and papers. `clients.survey` has what is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from urllib.parse import quote

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.filing import (
    CellChange,
    CollectionDecision,
    Content,
    EarlierAnswer,
    EvidenceAnswer,
    FilingAct,
    FilingAnswer,
    FilingRow,
    RowPage,
    TaskAnswer,
    UnitAnswer,
    VersionAnswer,
)

ROOT = "filings"
DECISIONS = "collection-decisions"

_ACTS: Mapping[FilingAct, str] = {
    "submit": "submission",
    "withdraw": "withdrawal",
    "correct": "correction",
    "drop_correction": "correction-drop",
    "discard": "discarding",
    "approve": "approval",
    "return": "return",
    "undo": "undo",
    "finalise": "finalisation",
    "assemble": "assembly",
}
"""The resource that each act is posted to."""


class HttpFilings:
    """`ports.Filings` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def tasks(self, token: str) -> list[TaskAnswer]:
        """Return what the person's unit has to file, what is overdue first."""
        return cast("dict[str, list[TaskAnswer]]", self._http.ask("GET", "/tasks", token))["items"]

    def begin(self, token: str, key: str, form: str, period: str, item: str = "") -> FilingAnswer:
        """Begin a form for a period; the same key begins it once. Raises `Invalid`, `Conflict`, `NotFound`."""
        body = {"form": form, "period": period, "item": item}
        return cast(FilingAnswer, self._http.ask("POST", path(ROOT), token, body=body, key=key))

    def list(
        self, token: str, wanted: Mapping[str, str] | None = None, cursor: str = "", limit: int = 20
    ) -> tuple[list[FilingRow], str]:
        """Return a page of filings in sight and the next cursor; `wanted` narrows: state, form, period, unit, waiting."""
        query: dict[str, str | int] = {"limit": limit, **(wanted or {}), **({"cursor": cursor} if cursor else {})}
        page = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[FilingRow]", page["items"]), str(page["next_cursor"])

    def get(self, token: str, filing_id: str) -> FilingAnswer:
        """Return a filing in full. Raises `NotFound`."""
        return cast(FilingAnswer, self._http.ask("GET", path(ROOT, filing_id), token))

    def save(self, token: str, filing_id: str, version: int, content: Content) -> FilingAnswer:
        """Replace the working copy. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        body = {
            "answers": dict(content.answers),
            "extras": {key: dict(values) for key, values in content.extras.items()},
            "explanations": dict(content.explanations),
            "evidence": [*content.evidence],
            "nil_reason": content.nil_reason,
        }
        url = path(ROOT, filing_id, "content")
        return cast(FilingAnswer, self._http.ask("PUT", url, token, body=body, version=version))

    def act(self, token: str, filing_id: str, version: int, act: FilingAct, body: Mapping[str, object]) -> FilingAnswer:
        """Do something with a filing. Raises `Invalid`, `Conflict`, `NotAllowed`, `StaleVersion`."""
        url = path(ROOT, filing_id, _ACTS[act])
        return cast(FilingAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def tick(self, token: str, filing_id: str, version: int, keys: Sequence[str]) -> None:
        """Keep which findings the reviewer has checked. Raises `Invalid`, `Conflict`, `NotAllowed`, `StaleVersion`."""
        url = path(ROOT, filing_id, "ticks")
        self._http.ask("PUT", url, token, body={"keys": [*keys]}, version=version)

    def rows(self, token: str, filing_id: str, no: int = 0, first: int = 0, limit: int = 50) -> RowPage:
        """Return rows of a version, 0 the working copy. Raises `NotFound`."""
        query = {"version": no, "first": first, "limit": limit}
        return cast(RowPage, self._http.ask("GET", path(ROOT, filing_id, "rows"), token, query=query))

    def add_rows(self, token: str, filing_id: str, version: int, rows: Sequence[Mapping[str, object]]) -> FilingAnswer:
        """Put rows behind those that are there. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        body = {"rows": [dict(row) for row in rows]}
        url = path(ROOT, filing_id, "rows")
        return cast(FilingAnswer, self._http.ask("POST", url, token, body=body, version=version))

    def put_row(
        self, token: str, filing_id: str, version: int, number: int, row: Mapping[str, object] | None
    ) -> FilingAnswer:
        """Put another row in the place of one, or take it out. Raises as `add_rows`, `NotFound`."""
        url = path(ROOT, filing_id, "rows", number)
        return cast(FilingAnswer, self._http.ask("PUT", url, token, body={"row": row}, version=version))

    def upload(
        self, token: str, filing_id: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> EvidenceAnswer:
        """Pass a piece of evidence on; a save refers to it afterwards. Raises `Invalid`, `TooLarge`, `Conflict`."""
        headers = {"X-File-Name": quote(file_name, safe="")}
        answer = self._http.upload(path(ROOT, filing_id, "files"), token, headers, length, chunks)
        return cast(EvidenceAnswer, answer)

    def file(self, token: str, filing_id: str, file_id: str) -> Streamed:
        """Start to fetch a piece of evidence."""
        return self._http.stream(path(ROOT, filing_id, "files", file_id), token)

    def version(self, token: str, filing_id: str, no: int) -> VersionAnswer:
        """Return a version as it was submitted. Raises `NotFound`."""
        return cast(VersionAnswer, self._http.ask("GET", path(ROOT, filing_id, "versions", no), token))

    def changes(self, token: str, filing_id: str, no: int, against: int) -> Sequence[CellChange]:
        """Return what changed from version `against` to version `no`; 0 is the unit's working copy."""
        url = path(ROOT, filing_id, "versions", no, "changes")
        answer = self._http.ask("GET", url, token, query={"against": against})
        return cast("dict[str, Sequence[CellChange]]", answer)["changes"]

    def field_history(self, token: str, filing_id: str, pointer: str) -> Sequence[EarlierAnswer]:
        """Return what a cell held in the approved filings of the last periods, the newest first."""
        url = path(ROOT, filing_id, "field-history")
        return cast(
            "dict[str, Sequence[EarlierAnswer]]", self._http.ask("GET", url, token, query={"pointer": pointer})
        )["items"]

    def print(self, token: str, filing_id: str, no: int, section: int = 1) -> Streamed:
        """Start to fetch a version as PDF, 0 the draft; of a long list, one section."""
        return self._http.stream(f"{path(ROOT, filing_id, 'versions', no, 'print')}?section={section:d}", token)

    def receipt(self, token: str, filing_id: str, no: int) -> Streamed:
        """Start to fetch the signed receipt of a version."""
        return self._http.stream(path(ROOT, filing_id, "versions", no, "receipt"), token)

    def receipt_pdf(self, token: str, filing_id: str, no: int) -> Streamed:
        """Start to fetch the signed receipt of a version as PDF."""
        return self._http.stream(path(ROOT, filing_id, "versions", no, "receipt.pdf"), token)

    def content(self, token: str, filing_id: str, no: int) -> Streamed:
        """Start to fetch what the digest of a version is made over."""
        return self._http.stream(path(ROOT, filing_id, "versions", no, "content"), token)

    def register_unit(self, token: str, key: str, body: Mapping[str, str]) -> UnitAnswer:
        """Register the person's unit; one that is known is returned as it is. Raises `Invalid`."""
        return cast(UnitAnswer, self._http.ask("POST", "/units", token, body=dict(body), key=key))

    def own_unit(self, token: str) -> UnitAnswer:
        """Return the person's unit. Raises `NotFound` where it was never registered."""
        return cast(UnitAnswer, self._http.ask("GET", "/units/mine", token))

    def units(self, token: str, kind: str = "", cursor: str = "", limit: int = 20) -> tuple[Sequence[UnitAnswer], str]:
        """Return a page of the units of one's area and the next cursor."""
        query: dict[str, str | int] = {"limit": limit}
        query |= {name: text for name, text in (("type", kind), ("cursor", cursor)) if text}
        page = cast("dict[str, object]", self._http.ask("GET", "/units", token, query=query))
        return cast("Sequence[UnitAnswer]", page["items"]), str(page["next_cursor"])

    def unit(self, token: str, unit_id: str) -> UnitAnswer:
        """Return a unit of one's area. Raises `NotFound`."""
        return cast(UnitAnswer, self._http.ask("GET", path("units", unit_id), token))

    def decisions(self, token: str) -> Sequence[CollectionDecision]:
        """Return the ministry's decisions, the newest first."""
        answer = self._http.ask("GET", path(DECISIONS), token)
        return cast("dict[str, Sequence[CollectionDecision]]", answer)["items"]

    def decide(self, token: str, key: str, body: Mapping[str, str]) -> CollectionDecision:
        """Record a decision. Raises `Invalid`."""
        return cast(CollectionDecision, self._http.ask("POST", path(DECISIONS), token, body=dict(body), key=key))

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")
