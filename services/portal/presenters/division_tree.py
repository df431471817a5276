"""View-models of the tree of divisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.portal.model.divisions import DivisionEntry, Event, Happening
from services.portal.presenters.upkeep import LEVELS

Below = Callable[[str], Iterable[DivisionEntry]]
CITY = "city"


@dataclass(frozen=True)
class NodeView:
    """A division of the tree. One that is not `is_loaded` is opened by a link."""

    code: str
    name: str
    level: str
    notes: tuple[str, ...]
    coming: tuple[str, ...]
    is_ended: bool = False
    has_below: bool = False
    is_loaded: bool = False
    is_open: bool = False
    is_sought: bool = False
    below: tuple[NodeView, ...] = ()
    ended: tuple[NodeView, ...] = ()


def tree_view(root: DivisionEntry, below: Below, opened: Collection[str], sought: str, on: date) -> NodeView:
    """Return the tree from `root` on, with what lies below what is `opened`, and below a city that is shown."""

    def node(entry: DivisionEntry, *, is_root: bool = False) -> NodeView:
        is_open = is_root or entry.code in opened
        is_loaded = entry.has_below and (is_open or entry.level == CITY)
        found = [node(each) for each in below(entry.code)] if is_loaded else []
        return _node(
            entry,
            on,
            name=entry.full_name if is_root else entry.name,
            is_loaded=is_loaded,
            is_open=is_open,
            is_sought=entry.code == sought,
            below=tuple(each for each in found if not each.is_ended),
            ended=tuple(each for each in found if each.is_ended),
        )

    return node(root, is_root=True)


def found_views(found: Iterable[DivisionEntry], on: date) -> tuple[NodeView, ...]:
    """Return what a search has found, with full names."""
    return tuple(_node(each, on, name=each.full_name) for each in found)


def _node(entry: DivisionEntry, on: date, *, name: str, **more: object) -> NodeView:
    return NodeView(
        code=entry.code,
        name=name,
        level=LEVELS.get(entry.level, ""),
        notes=tuple(_words(each) for each in entry.happenings if each.on <= on),
        coming=tuple(f"将于 {_words(each)}" for each in entry.happenings if each.on > on),
        is_ended=entry.is_ended,
        has_below=entry.has_below,
        **more,  # type: ignore[arg-type]  # as tree_view names them
    )


def _words(happening: Happening) -> str:
    others = "、".join(happening.others)
    day = happening.on.isoformat()
    words = {
        Event.OPEN: f"{day} 设立",
        Event.CLOSE: f"{day} 撤销，由{others}承接",
        Event.RENAME: f"{day} 更名，原名{happening.before}",
        Event.MOVE: f"{day} 改隶，原属{happening.before}",
        Event.MERGE: f"{day} 并入{others}",
        Event.SPLIT: f"{day} 拆分，由{others}承接",
        Event.TAKE_OVER: f"{day} 承接{others}",
        Event.LISTED: f"{happening.on.year} 年起" + (f"，此前为{happening.before}" if happening.before else ""),
        Event.UNLISTED: f"至 {happening.on.year} 年止",
    }
    return words[happening.event]
