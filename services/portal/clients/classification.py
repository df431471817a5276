"""Client of the filing service for the classes of contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.classification import (
    Answers,
    ClassAnswer,
    EndAnswer,
    PathName,
    PathsAnswer,
    SearchAnswer,
)
from services.portal.model.filing import FilingAnswer

ROOT = "classification"


class HttpClasses:
    """`ports.Classes` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, edition: str = "") -> Sequence[ClassAnswer]:
        """Return the classes of an edition. Raises `NotFound`."""
        answer = self._http.ask("GET", path(ROOT, "classes"), query={"edition": edition})
        return cast("dict[str, Sequence[ClassAnswer]]", answer)["items"]

    def paths(self, edition: str = "") -> PathsAnswer:
        """Return the questions of both paths. Raises `NotFound`."""
        return cast(PathsAnswer, self._http.ask("GET", path(ROOT, "paths"), query={"edition": edition}))

    def evaluate(self, name: PathName, answers: Answers, edition: str = "") -> EndAnswer:
        """Return how far answers lead. Raises `Invalid` for answers that the path does not ask."""
        listed = [{"question": question, "values": [*values]} for question, values in answers.items()]
        body = {"path": name, "answers": listed, "edition": edition}
        return cast(EndAnswer, self._http.ask("POST", path(ROOT, "paths", "evaluation"), body=body))

    def keep(self, token: str, filing_id: str, version: int, record: Mapping[str, object]) -> FilingAnswer:
        """Keep with a contract how its class was found. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url = path("filings", filing_id, ROOT)
        return cast(FilingAnswer, self._http.ask("PUT", url, token, body={"record": dict(record)}, version=version))

    def search(self, token: str, text: str, edition: str = "") -> SearchAnswer:
        """Return the classes that fit a description. Raises `Invalid`, `TooManyRequests`."""
        body = {"text": text, "edition": edition}
        return cast(SearchAnswer, self._http.ask("POST", path(ROOT, "search"), token, body=body))
