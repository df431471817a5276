"""One HTTP connection pool per service: credentials, correlation id, and problem documents turned into exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

import httpx
import orjson

from services.portal.model.answers import Streamed
from services.portal.model.publications import Unchanged
from shared import errors
from shared.observability import HEADER, correlation_id

TIMEOUT = httpx.Timeout(30.0, connect=3.0)
UPLOAD_TIMEOUT = httpx.Timeout(120.0, connect=3.0)

_ERRORS: Mapping[int, type[errors.TongbaoError]] = {
    400: errors.Malformed,
    401: errors.NotAuthenticated,
    403: errors.NotAllowed,
    404: errors.NotFound,
    409: errors.Conflict,
    412: errors.StaleVersion,
    413: errors.TooLarge,
    415: errors.UnsupportedMedia,
    428: errors.VersionRequired,
}

NOT_MODIFIED = 304

OUTCOME_UNKNOWN = "没有收到答复，操作可能已经完成。请刷新页面核对后再试。"

_SAFE_TYPES = frozenset(
    {
        *("image/png", "application/pdf", "application/octet-stream", "application/json", "text/csv"),
        "application/vnd.sdmx.data+csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


class ServiceHttp:
    """Speaks to one service. Every failure leaves here as an error of `shared.errors`."""

    def __init__(self, base_url: str, transport: httpx.BaseTransport | None = None) -> None:
        # Kept connections are dropped well before gunicorn closes them, so that no request meets a closing one.
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=1.0)
        self._http = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT,
            limits=limits,
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    def ask(
        self,
        method: str,
        url: str,
        token: str = "",
        *,
        body: object = None,
        version: int | None = None,
        key: str = "",
        query: Mapping[str, str | int] | None = None,
        address: str = "",
        timeout: httpx.Timeout = TIMEOUT,
    ) -> object:
        """Send a request and return its JSON answer, None where there is no body.

        `address` is the browser's, passed on as `X-Forwarded-For` to those who count failures by address.
        """
        headers = _headers(token, version, key)
        if address:
            headers["X-Forwarded-For"] = address
        content = None
        if body is not None:
            content = orjson.dumps(body)
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(method, url, params=query, headers=headers, content=content, timeout=timeout)
        response = self._send(request)
        return _json(response) if response.content else None

    def transfer(
        self,
        method: str,
        url: str,
        token: str,
        headers: Mapping[str, str],
        length: int = 0,
        chunks: Iterable[bytes] = (),
    ) -> Mapping[str, str]:
        """Send a request that says what matters in headers, and perhaps `length` bytes; return the answer's headers."""
        all_headers = {**_headers(token), **headers, "Content-Length": str(length)}
        request = self._http.build_request(method, url, headers=all_headers, content=chunks, timeout=UPLOAD_TIMEOUT)
        return self._send(request).headers

    def upload(
        self,
        url: str,
        token: str,
        headers: Mapping[str, str],
        length: int | None,
        chunks: Iterable[bytes],
        *,
        version: int | None = None,
    ) -> object:
        """Send a file piece by piece and return the JSON answer; `length` is None where it is not known beforehand.

        With a `version` the file takes the place of what is there (PUT).
        """
        return _json(self._send(self._upload(url, token, headers, length, chunks, version)))

    def upload_for_stream(
        self, url: str, token: str, headers: Mapping[str, str], length: int | None, chunks: Iterable[bytes]
    ) -> Streamed:
        """Send a file piece by piece, and start to fetch the file that is the answer."""
        response = self._send(self._upload(url, token, headers, length, chunks, None), stream=True)
        return Streamed(_passed_on(response.headers), _Chunks(response))

    def _upload(
        self,
        url: str,
        token: str,
        headers: Mapping[str, str],
        length: int | None,
        chunks: Iterable[bytes],
        version: int | None,
    ) -> httpx.Request:
        method = "POST" if version is None else "PUT"
        all_headers = {**_headers(token, version), **headers, "Content-Type": "application/octet-stream"}
        if length is not None:
            all_headers["Content-Length"] = str(length)
        return self._http.build_request(method, url, headers=all_headers, content=chunks, timeout=UPLOAD_TIMEOUT)

    def stream(self, url: str, token: str, address: str = "") -> Streamed:
        """Start to fetch a file; the bytes come as the caller takes them. The iterator closes the connection."""
        headers = {**_headers(token), "Accept-Encoding": "identity"}
        if address:
            headers["X-Forwarded-For"] = address
        request = self._http.build_request("GET", url, headers=headers)
        response = self._send(request, stream=True)
        return Streamed(_passed_on(response.headers), _Chunks(response))

    def stream_changed(self, url: str, query: Mapping[str, str], known: str, address: str) -> Streamed | Unchanged:
        """Start to fetch what is public, unless it is still what a reader with the tag `known` has.

        The answer keeps its tag and for how long it holds.
        """
        headers = {**_headers(), "Accept-Encoding": "identity", "X-Forwarded-For": address}
        if known:
            headers["If-None-Match"] = known
        response = self._send(self._http.build_request("GET", url, params=query, headers=headers), stream=True)
        lasting = {name: response.headers[name] for name in ("ETag", "Cache-Control") if name in response.headers}
        if response.status_code == NOT_MODIFIED:
            response.close()
            return Unchanged(lasting)
        return Streamed({**_passed_on(response.headers), **lasting}, _Chunks(response))

    def _send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        try:
            response = self._http.send(request, stream=stream)
            if response.is_success or response.status_code == NOT_MODIFIED:
                return response
            if stream:
                response.read()
                response.close()
        except httpx.ConnectError as error:
            raise errors.Unavailable from error
        except httpx.TransportError as error:
            is_safe = request.method == "GET"
            raise (
                errors.Unavailable() if is_safe else errors.Unavailable(OUTCOME_UNKNOWN, code="outcome_unknown")
            ) from error
        raise error_of(response)


def path(*parts: str | int) -> str:
    """Join path segments; each is quoted, so that no segment reaches out of its place."""
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def error_of(response: httpx.Response) -> errors.TongbaoError:
    """Return the exception that a service's problem document stands for."""
    try:
        document = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    message, code = str(document.get("title", "")), str(document.get("code", ""))
    problems = tuple(_problems(document.get("errors")))
    if response.status_code == 422:
        return errors.KeyReused() if code == errors.KeyReused.code else errors.Invalid(problems, message)
    if response.status_code == 429:
        return errors.TooManyRequests(message, retry_after=_retry_after(response))
    kind = _ERRORS.get(response.status_code)
    if kind is None:
        return errors.Unavailable()
    return kind(message, code=code, problems=problems)


def _retry_after(response: httpx.Response) -> int:
    text = response.headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 5


def _problems(listed: object) -> Iterator[errors.Problem]:
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            texts = {
                name: str(item.get(name) or "") for name in ("pointer", "code", "message", "expected", "indicator")
            }
            yield errors.Problem(**texts)


def _headers(token: str = "", version: int | None = None, key: str = "") -> dict[str, str]:
    headers = {HEADER: correlation_id(), "Accept": "application/json, application/problem+json;q=0.9, */*;q=0.1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    if key:
        headers["Idempotency-Key"] = key
    return headers


def _json(response: httpx.Response) -> object:
    try:
        answer: object = orjson.loads(response.content)
    except orjson.JSONDecodeError as error:
        raise errors.Unavailable from error
    return answer


class _Chunks(Iterator[bytes]):
    """The bytes of an answer as they are taken; the connection is given back at their end, or when this is closed."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._raw = response.iter_raw()

    def __next__(self) -> bytes:
        try:
            return next(self._raw)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection back, whether anything was taken or not."""
        self._response.close()


def _passed_on(headers: httpx.Headers) -> dict[str, str]:
    """Return the headers that may reach the browser: a type that can't run as a page, and how to keep the file."""
    media_type = headers.get("Content-Type", "").split(";")[0].strip().lower()
    kept = {
        "Content-Type": headers["Content-Type"] if media_type in _SAFE_TYPES else "application/octet-stream",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    for name in ("Content-Length", "Content-Disposition"):
        if name in headers:
            kept[name] = headers[name]
    return kept
