"""XML of packages, read as a stream of events by defusedxml: no DTD, no entities, bounded depth and length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.expatreader import DefusedExpatParser

from shared.documents.findings import refusal
from shared.documents.kinds import DEFAULT_LIMITS

_DEEPEST = 256


class Events(Protocol):
    """What a reader of one part wants to hear; names are local names, attributes too."""

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, content: str) -> None:
        """Text, in pieces."""


class Silent:
    """Events that nobody listens to: the base of readers, and enough to check that a part is well formed."""

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        """Nothing."""

    def end(self, name: str) -> None:
        """Nothing."""

    def text(self, content: str) -> None:
        """Nothing."""


class _Bounded(ContentHandler):
    def __init__(self, events: Events, most: int) -> None:
        super().__init__()
        self._events = events
        self._most = most
        self._depth = 0
        self._elements = 0

    def startElementNS(self, name, qname, attrs):  # type: ignore[no-untyped-def]  # named by xml.sax
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > self._most:
            raise refusal("file_too_complex")
        self._events.start(name[0] or "", name[1], {key[1]: value for key, value in attrs.items()})

    def endElementNS(self, name, qname):  # type: ignore[no-untyped-def]  # named by xml.sax
        self._depth -= 1
        self._events.end(name[1])

    def characters(self, content: str) -> None:
        self._events.text(content)


def parse(blocks: Iterable[bytes], events: Events, most: int = DEFAULT_LIMITS.elements) -> None:
    """Feed the events of one XML part. Raises `Invalid` if it is too deep or has more than `most` elements.

    Parser errors go through.
    """
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(_Bounded(events, most))
    for block in blocks:
        parser.feed(block)
    parser.close()
