"""The running system as somebody outside reaches it: addresses, people who sign in, and the mails that arrived."""

from __future__ import annotations

import email
import email.policy
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import httpx

from services.sandbox.story.provider import Provider, SignInRefused, Way

WAIT_SECONDS = 30.0
PAUSE_SECONDS = 0.2

T = TypeVar("T")
Json = dict[str, Any]  # Any: JSON as the services answer it


class StepFailed(Exception):
    """What was expected did not come about; the message says what was seen instead."""


def expect(holds: bool, otherwise: str) -> None:
    """Raise `StepFailed` unless something holds."""
    if not holds:
        raise StepFailed(otherwise)


def eventually(look: Callable[[], T | None], otherwise: str, seconds: float = WAIT_SECONDS) -> T:
    """Return what `look` finds in time, within half a minute where nothing else is said. Raises `StepFailed`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(PAUSE_SECONDS)
    raise StepFailed(otherwise)


@dataclass
class Person:
    """Somebody with a token of one service's API; `sign_in_again` gets another one when it has ended, after five minutes."""

    http: httpx.Client
    address: str
    token: str
    sign_in_again: Callable[[], str]

    def ask(self, method: str, path: str, status: int = 200, version: int | None = None, **request: Any) -> Any:
        """Send a request and return the JSON answer. Raises `StepFailed` where the status is another."""
        answer = self.send(method, path, version, **request)
        expect(answer.status_code == status, f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.content

    def send(self, method: str, path: str, version: int | None = None, **request: Any) -> httpx.Response:
        """Send a request and return the answer, whatever it is."""
        headers = request.pop("headers", {}) | ({"If-Match": f'"{version}"'} if version is not None else {})
        answer = self._sent(method, path, headers, request)
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return answer
        self.token = self.sign_in_again()
        return self._sent(method, path, headers, request)

    def ask_bytes(self, method: str, path: str) -> bytes:
        """Send a request and return the bytes of the answer, whatever they are. Raises `StepFailed`."""
        answer = self.send(method, path)
        expect(answer.status_code == 200, f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.content

    def at(self, address: str) -> Person:
        """Return the same person at another service."""
        return Person(self.http, address, self.token, self.sign_in_again)

    def _sent(self, method: str, path: str, headers: Mapping[str, str], request: Json) -> httpx.Response:
        signed = {"Authorization": f"Bearer {self.token}", **headers}
        return self.http.request(method, f"{self.address}{path}", headers=signed, **request)


@dataclass(frozen=True)
class Site:
    """The addresses of the services, the folder of arrived mails, and the key of the story's own client."""

    http: httpx.Client
    urls: Mapping[str, str]
    mails: Path
    key_file: Path

    def post(self, service: str, path: str, body: Json, status: int) -> Json:
        """Send a request without a token. Raises `StepFailed` where the status is another."""
        answer = self.http.post(f"{self.urls[service]}{path}", json=body)
        expect(answer.status_code == status, f"POST {path} answered {answer.status_code}: {answer.text[:300]}")
        return cast(Json, answer.json()) if answer.content else {}

    def sign_in(self, username: str, password: str, service: str = "registration") -> Person:
        """Sign in with a password that is good."""
        return self._person(Way(username, password), service)

    def sign_in_first(self, username: str, first_password: str, service: str = "registration") -> Person:
        """Sign in for the first time: the first password must be changed before anything else."""
        way = Way(username, first_password, new_password())
        person = self._person(way, service)
        expect("/account/password" in way.seen, "the first password needed no change")
        return person

    def _person(self, way: Way, service: str) -> Person:
        again = Way(way.username, way.new_password or way.password)
        return Person(self.http, self.urls[service], self._token(way), lambda: self._token(again))

    def _token(self, way: Way) -> str:
        try:
            return Provider(self.urls["identity"], self.key_file).token(way)
        except SignInRefused as error:
            raise StepFailed(str(error)) from error

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """Return the mail to an address whose subject holds a text, once it has arrived. Raises `StepFailed`."""
        return eventually(lambda: self._find_mail(address, subject), f"no mail “{subject}” arrived")

    def _find_mail(self, address: str, subject: str) -> EmailMessage | None:
        for file in sorted(self.mails.glob("*.eml")):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if mail["To"] == address and subject in str(mail["Subject"]):
                return mail
        return None


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def code_in(mail: EmailMessage) -> str:
    """Return the activation code of a mail. Raises `StepFailed`."""
    found = re.search(r"\b\d{8}\b", text_of(mail))
    expect(found is not None, "the mail holds no code")
    return cast(re.Match[str], found).group()


def new_password() -> str:
    """Return a password of all classes of characters."""
    return f"Yc-{secrets.token_hex(8)}-7Q"


def upload_headers(name: str, slot: str) -> dict[str, str]:
    """Return the headers of an upload for a material."""
    return {"Content-Type": "application/octet-stream", "X-File-Name": quote(name), "X-Material": slot}
