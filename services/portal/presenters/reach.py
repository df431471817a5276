"""View-models of the released cells that a correction reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.reach import ReachAnswer, ReachedCellAnswer, ReachedReleaseAnswer, ReachedTableAnswer
from services.portal.presenters.words import EMPTY, Badge, moment, period_label

SIGHTS = {"hidden": "已隐去", "embargoed": "尚未发布"}
OUTDATED = "资料有更正，待发布新版本"


@dataclass(frozen=True)
class ReachedRow:
    """A released cell: where it stands, and what it was, changes by and will be."""

    place: str
    measure: str
    value: str
    change: str
    after: str


@dataclass(frozen=True)
class ReachedTable:
    """A table with its cells; `more` are not named."""

    title: str
    count: int
    rows: tuple[ReachedRow, ...]
    more: int


@dataclass(frozen=True)
class ReachedSet:
    """A released set: what it is, who holds it, and its tables."""

    title: str
    badge: Badge
    outdated: str
    holders: str
    published_at: str
    count: int
    tables: tuple[ReachedTable, ...]


@dataclass(frozen=True)
class ReachView:
    """All released sets that are reached; `is_known` is False where statistics did not answer."""

    sets: tuple[ReachedSet, ...] = ()
    notes: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def count(self) -> int:
        """How many cells are reached."""
        return sum(each.count for each in self.sets)

    @property
    def holders(self) -> str:
        """Who holds any of the sets."""
        return _joined(name for each in self.sets for name in each.holders.split("、") if each.holders)


UNKNOWN = ReachView(is_known=False)


def reach_view(answer: ReachAnswer) -> ReachView:
    """Return what is reached, for a page."""
    return ReachView(tuple(map(_set, answer["releases"])), tuple(answer["notes"]))


def _set(release: ReachedReleaseAnswer) -> ReachedSet:
    is_published = release["state"] == "published"
    return ReachedSet(
        title=f"{release['title']}　{period_label(release['period'])}　第 {release['number']} 版",
        badge=Badge(release["state_label"], "success" if is_published else "primary"),
        outdated=OUTDATED if release["outdated_since"] else "",
        holders=_joined(release["holders"]),
        published_at=moment(release["published_at"]) if is_published else "",
        count=release["count"],
        tables=tuple(map(_table, release["tables"])),
    )


def _table(table: ReachedTableAnswer) -> ReachedTable:
    rows = tuple(map(_row, table["cells"]))
    return ReachedTable(table["title"], table["count"], rows, table["count"] - len(rows))


def _row(cell: ReachedCellAnswer) -> ReachedRow:
    return ReachedRow(
        place="　".join(cell["at"]),
        measure=f"{cell['measure']}（{cell['unit']}）",
        value=SIGHTS.get(cell["sight"], cell["value"] or EMPTY),
        change=_signed(cell["change"]),
        after=cell["after"] or EMPTY,
    )


def _signed(change: str | None) -> str:
    if change is None:
        return EMPTY
    return change if change.startswith("-") else f"+{change}"


def _joined(names: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(names))
