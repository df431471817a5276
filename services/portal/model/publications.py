"""What statistics answers about published releases, as the pages use it. The tables of a release not yet published have
the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

FORMATS: dict[str, str] = {"json": "JSON", "csv": "CSV", "sdmx-csv": "SDMX-CSV"}
"""The files of a table, by the last part of their address."""

BULLETIN = "bulletin"

KINDS: dict[str, str] = {
    BULLETIN: "月度发布",
    "monthly": "月度统计资料",
    "annual": "年度统计资料",
    "yearbook": "年鉴",
}
"""Kinds of releases in the order in which they are listed."""


class PublicationAnswer(TypedDict):
    """A published release in the list; `number` counts its versions."""

    id: str
    kind: str
    title: str
    period: str
    number: int
    final_on: str
    published_on: str
    supersedes: str
    superseded_by: str


class SeriesAnswer(TypedDict):
    """What is counted, and its unit."""

    code: str
    title: str
    unit: str
    currency: str
    decimals: int


class DescribedAnswer(TypedDict):
    """A table without its numbers."""

    code: str
    title: str
    source: str
    measures: list[SeriesAnswer]
    dimensions: list[str]
    cells: int
    hidden: int


class ReleasedAnswer(PublicationAnswer):
    """A published release with what explains its tables."""

    edition: str
    approval: str
    snapshot: str
    thresholds: str
    digest: str
    nature: str
    mark: str
    tables: list[DescribedAnswer]


class ItemAnswer(TypedDict):
    """A value of a dimension; `parent` is what it is a part of."""

    code: str
    title: str
    parent: str


class DimensionAnswer(TypedDict):
    """What a table is divided by."""

    code: str
    title: str
    items: list[ItemAnswer]


class CellAnswer(TypedDict):
    """A number at a code of each dimension; one that is suppressed has no value."""

    at: list[str]
    measure: str
    status: Literal["published", "suppressed"]
    value: str | None


class TableAnswer(TypedDict):
    """A table with its cells."""

    code: str
    title: str
    dimensions: list[DimensionAnswer]
    measures: list[SeriesAnswer]
    cells: list[CellAnswer]


@dataclass(frozen=True)
class Unchanged:
    """The answer to a reader who has the same already: its headers alone."""

    headers: Mapping[str, str]
