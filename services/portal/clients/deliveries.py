"""Client of the exchange for deliveries of statistics and for sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.deliveries import (
    DeliveryAnswer,
    DeliveryRow,
    ObjectionAnswer,
    PackageAnswer,
    RequestAnswer,
)

DELIVERIES, SHARING, PAGE = "deliveries", "sharing", 20


class HttpDeliveries:
    """`ports.Deliveries` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def page(self, token: str, receiver: str, state: str, cursor: str) -> tuple[list[DeliveryRow], str]:
        """Return a page of the deliveries, newest first. Raises `Malformed`."""
        items, following = self._page(path(DELIVERIES), token, receiver=receiver, state=state, cursor=cursor)
        return cast("list[DeliveryRow]", items), following

    def get(self, token: str, delivery_id: str) -> DeliveryAnswer:
        """Return a delivery. Raises `NotFound`."""
        return cast(DeliveryAnswer, self._http.ask("GET", path(DELIVERIES, delivery_id), token))

    def preview(self, token: str, delivery_id: str) -> PackageAnswer:
        """Return what is in its package. Raises `NotFound`."""
        return cast(PackageAnswer, self._http.ask("GET", path(DELIVERIES, delivery_id, "preview"), token))

    def package(self, token: str, delivery_id: str) -> Streamed:
        """Return its package. Raises `NotFound`."""
        return self._http.stream(path(DELIVERIES, delivery_id, "package"), token)

    def act(
        self, token: str, delivery_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> DeliveryAnswer:
        """Sign a delivery off, decline or send it. Raises `NotFound`, `Conflict`, `NotAllowed`, `StaleVersion`, `Invalid`."""
        url = path(DELIVERIES, delivery_id, act)
        return cast(DeliveryAnswer, self._http.ask("POST", url, token, body=dict(body or {}), version=version))

    def prepare(self, token: str, key: str, set_id: str, receiver: str) -> DeliveryAnswer:
        """Prepare a set for a receiver once more. Raises `NotFound`, `Conflict`."""
        body = {"set_id": set_id, "receiver": receiver}
        return cast(DeliveryAnswer, self._http.ask("POST", path(DELIVERIES), token, body=body, key=key))

    def catalogue(self, token: str) -> list[dict[str, object]]:
        """Return the entries of the catalogue."""
        answer = cast("dict[str, Any]", self._http.ask("GET", path(SHARING, "catalogue"), token))
        return cast("list[dict[str, object]]", answer["items"])

    def requests(self, token: str, state: str, cursor: str) -> tuple[list[RequestAnswer], str]:
        """Return a page of the requests, newest first. Raises `Malformed`."""
        items, following = self._page(path(SHARING, "requests"), token, state=state, cursor=cursor)
        return cast("list[RequestAnswer]", items), following

    def request(self, token: str, request_id: str) -> RequestAnswer:
        """Return a request. Raises `NotFound`."""
        return cast(RequestAnswer, self._http.ask("GET", path(SHARING, "requests", request_id), token))

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> RequestAnswer:
        """Ask for a resource. Raises `Invalid`, `NotFound`."""
        return cast(RequestAnswer, self._http.ask("POST", path(SHARING, "requests"), token, body=dict(body), key=key))

    def answer_request(
        self, token: str, request_id: str, act: str, version: int, body: Mapping[str, object]
    ) -> RequestAnswer:
        """Grant, refuse or end. Raises `NotFound`, `Conflict`, `StaleVersion`, `Invalid`."""
        url = path(SHARING, "requests", request_id, act)
        return cast(RequestAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def objections(self, token: str, state: str, cursor: str) -> tuple[list[ObjectionAnswer], str]:
        """Return a page of the objections, newest first. Raises `Malformed`."""
        items, following = self._page(path(SHARING, "objections"), token, state=state, cursor=cursor)
        return cast("list[ObjectionAnswer]", items), following

    def objection(self, token: str, objection_id: str) -> ObjectionAnswer:
        """Return an objection. Raises `NotFound`."""
        return cast(ObjectionAnswer, self._http.ask("GET", path(SHARING, "objections", objection_id), token))

    def raise_objection(self, token: str, key: str, body: Mapping[str, object]) -> ObjectionAnswer:
        """Raise an objection for the receiver. Raises `Invalid`, `NotFound`."""
        url = path(SHARING, "objections")
        return cast(ObjectionAnswer, self._http.ask("POST", url, token, body=dict(body), key=key))

    def answer_objection(
        self, token: str, objection_id: str, version: int, body: Mapping[str, object]
    ) -> ObjectionAnswer:
        """Answer an objection. Raises `NotFound`, `Conflict`, `StaleVersion`, `Invalid`."""
        url = path(SHARING, "objections", objection_id, "answer")
        return cast(ObjectionAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def _page(self, url: str, token: str, **wanted: str) -> tuple[list[object], str]:
        query: dict[str, str | int] = {"limit": PAGE, **{name: text for name, text in wanted.items() if text}}
        page = cast("dict[str, Any]", self._http.ask("GET", url, token, query=query))
        return cast("list[object]", page["items"]), str(page["next_cursor"])
