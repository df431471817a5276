"""Opening what was sealed for us and sealing what we answer, by the algorithms that the document names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.registry import HeaderParameter

Node = dict[str, Any]


class Untrusted(Exception):
    """What came does not open, or nobody whom we know has signed it."""


@dataclass(frozen=True)
class Seals:
    """Our own keys and those of the other side, and the rules of the document."""

    rules: Node
    own: list[Node]
    others: list[Node]

    @classmethod
    def of_files(cls, rules: Node, own: Path, others: Path) -> Seals:
        """Read both sets of keys."""
        return cls(rules, json.loads(own.read_text())["keys"], json.loads(others.read_text())["keys"])

    def open(self, token: str, type_: str) -> bytes:
        """Return the content of a message. Raises `Untrusted`."""
        try:
            opened = jwe.decrypt_compact(token, lambda it: self._key(self.own, "enc", it.headers()), registry=self._jwe)
            signed = jws.deserialize_compact(
                opened.plaintext or b"", lambda it: self._key(self.others, "sig", it.headers()), registry=self._jws
            )
        except (JoseError, ValueError, LookupError) as error:
            raise Untrusted from error
        outer, inner = opened.headers(), signed.headers()
        if (outer.get("typ"), inner.get("typ"), outer.get("cty")) != (type_, type_, "JWS"):
            raise Untrusted
        if inner.get("to") != outer["kid"]:
            raise Untrusted
        return signed.payload

    def seal(self, content: bytes, type_: str) -> str:
        """Return content signed by us and encrypted for the other side."""
        signing, reading = self._first(self.own, "sig"), self._first(self.others, "enc")
        header = {"alg": self.rules["signature"]["alg"], "kid": signing["kid"], "typ": type_, "to": reading["kid"]}
        signed = jws.serialize_compact(header, content, OKPKey.import_key(signing), registry=self._jws)
        outer = {
            "alg": self.rules["encryption"]["alg"],
            "enc": self.rules["encryption"]["enc"],
            "kid": reading["kid"],
            "typ": type_,
            "cty": "JWS",
        }
        return jwe.encrypt_compact(outer, signed.encode(), OKPKey.import_key(reading), registry=self._jwe)

    @property
    def _jwe(self) -> jwe.JWERegistry:
        rules = self.rules["encryption"]
        return jwe.JWERegistry(algorithms=[rules["alg"], rules["enc"]])

    @property
    def _jws(self) -> jws.JWSRegistry:
        own = {"to": HeaderParameter("id of the reader's key", "str")}
        return jws.JWSRegistry(own, algorithms=[self.rules["signature"]["alg"]])

    @staticmethod
    def _key(keys: list[Node], use: str, header: Node) -> OKPKey:
        [key] = [key for key in keys if key["use"] == use and key["kid"] == header.get("kid")]
        return OKPKey.import_key(key)

    @staticmethod
    def _first(keys: list[Node], use: str) -> Node:
        return next(key for key in keys if key["use"] == use)
