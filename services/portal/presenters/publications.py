"""View-models of published releases: the list by year and kind, what is said of one, its versions, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.model.publications import BULLETIN, KINDS, PublicationAnswer, ReleasedAnswer, SeriesAnswer
from services.portal.presenters.table_sheets import GROWTH, SHARE
from services.portal.presenters.words import period_label


@dataclass(frozen=True)
class PublicationRow:
    """A release in the list; `note` says that a later version is there."""

    answer: PublicationAnswer
    label: str
    note: str


@dataclass(frozen=True)
class KindGroup:
    """The releases of a kind within a year."""

    label: str
    rows: tuple[PublicationRow, ...]


@dataclass(frozen=True)
class ListView:
    """The releases of a year, and which other years there are."""

    years: tuple[str, ...]
    year: str
    groups: tuple[KindGroup, ...]


@dataclass(frozen=True)
class VersionRow:
    """A version of a release; `is_this` for the one on the page."""

    id: str
    words: str
    is_this: bool


@dataclass(frozen=True)
class DescribedRow:
    """A table of a release: how its measures, their units and its hidden cells are told."""

    code: str
    title: str
    source: str
    measures: str
    units: str
    dimensions: str
    cells: int
    hidden: int


@dataclass(frozen=True)
class ReleasedView:
    """A release for its page."""

    answer: ReleasedAnswer
    period: str
    is_superseded: bool
    tables: tuple[DescribedRow, ...]
    versions: tuple[VersionRow, ...]
    has_hidden: bool
    says_rates: bool


def span_label(kind: str, period: str) -> str:
    """Return which months a release is about: a bulletin tells of the year up to its month, 2025年1－3月."""
    year, _, month = period.partition("-")
    is_to_date = kind == BULLETIN and month not in ("", "01")
    return f"{year}年1－{int(month)}月" if is_to_date else period_label(period)


def list_view(publications: Sequence[PublicationAnswer], year: str) -> ListView:
    """Return the releases of a year, the latest one where none or an unknown one is asked for."""
    years = tuple(sorted({each["period"][:4] for each in publications}, reverse=True))
    shown = year if year in years else years[0] if years else ""
    mine = [each for each in publications if each["period"][:4] == shown]
    kinds = [*KINDS, *sorted({each["kind"] for each in mine} - KINDS.keys())]
    groups = (KindGroup(KINDS.get(kind, kind), _rows(mine, kind)) for kind in kinds)
    return ListView(years, shown, tuple(group for group in groups if group.rows))


def released_view(answer: ReleasedAnswer, publications: Sequence[PublicationAnswer]) -> ReleasedView:
    """Return a release with all of its published versions."""
    same = [each for each in publications if (each["kind"], each["period"]) == (answer["kind"], answer["period"])]
    return ReleasedView(
        answer=answer,
        period=span_label(answer["kind"], answer["period"]),
        is_superseded=bool(answer["superseded_by"]),
        tables=tuple(
            DescribedRow(
                code=table["code"],
                title=table["title"],
                source=table["source"],
                measures="、".join(each["title"] for each in table["measures"] if not _is_rate(each)),
                units="、".join(dict.fromkeys(each["unit"] for each in table["measures"])),
                dimensions="、".join(table["dimensions"]),
                cells=table["cells"],
                hidden=table["hidden"],
            )
            for table in answer["tables"]
        ),
        versions=tuple(
            VersionRow(each["id"], f"第 {each['number']} 版，{each['published_on']} 发布", each["id"] == answer["id"])
            for each in sorted(same, key=lambda each: each["number"])
        ),
        has_hidden=any(table["hidden"] for table in answer["tables"]),
        says_rates=any(_is_rate(each) for table in answer["tables"] for each in table["measures"]),
    )


def year_before(answer: PublicationAnswer, publications: Sequence[PublicationAnswer]) -> PublicationAnswer | None:
    """Return the latest version of the release of the same kind for the year before, None where there is none."""
    period = f"{int(answer['period'][:4]) - 1}{answer['period'][4:]}"
    same = [each for each in publications if (each["kind"], each["period"]) == (answer["kind"], period)]
    return max(same, key=lambda each: each["number"], default=None)


def _is_rate(measure: SeriesAnswer) -> bool:
    return measure["code"].endswith((GROWTH, SHARE))


def _rows(publications: Sequence[PublicationAnswer], kind: str) -> tuple[PublicationRow, ...]:
    mine = sorted(
        (each for each in publications if each["kind"] == kind),
        key=lambda each: (each["period"], each["number"]),
        reverse=True,
    )
    return tuple(
        PublicationRow(each, span_label(each["kind"], each["period"]), "已有更正版" if each["superseded_by"] else "")
        for each in mine
    )
