"""View-models of changes to the divisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.people import ChangeSetAnswer, DivisionChange, PreviewAnswer
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.words import Badge, moment

KINDS = {
    "open": "设立",
    "close": "撤销",
    "rename": "更名",
    "move": "改隶",
    "merge": "合并",
    "split": "拆分",
}
LEVELS = {"province": "省级", "city": "地级", "county": "县级"}
FIELDS = {
    "kind": "变更类型",
    "code": "代码",
    "name": "名称",
    "level": "级别",
    "parent": "上级代码",
    "on": "生效日期",
    "successors": "承接代码",
}
"""The fields of a change as the form and the head of a table name them."""

_STATES = {
    "proposed": Badge("待确认", "warning"),
    "confirmed": Badge("已确认", "success"),
    "refused": Badge("未通过", "danger"),
    "withdrawn": Badge("已撤回", "secondary"),
}


@dataclass(frozen=True)
class ChangeView:
    """A change, divisions with their names of today."""

    kind: str
    division: str
    name: str
    level: str
    parent: str
    on: str
    heirs: str


@dataclass(frozen=True)
class PreviewView:
    """What changes would do. `changes` are proposed as they are shown, unless there are `faults`."""

    rows: tuple[ChangeView, ...]
    faults: tuple[str, ...]
    impacts: tuple[str, ...]
    changes: tuple[Mapping[str, object], ...]

    @property
    def can_be_proposed(self) -> bool:
        """Whether there is something to propose, and nothing wrong with it."""
        return bool(self.changes) and not self.faults


@dataclass(frozen=True)
class ChangeSetView:
    """The changes of one document."""

    id: str
    version: int
    document: str
    badge: Badge
    proposed: str
    rows: tuple[ChangeView, ...]
    acts: tuple[str, ...]


def change_set_views(sets: Iterable[ChangeSetAnswer], name_of: Callable[[str], str]) -> tuple[ChangeSetView, ...]:
    """Return the sets of a list; `name_of` knows the divisions."""
    return tuple(
        ChangeSetView(
            id=each["id"],
            version=each["version"],
            document=each["document"],
            badge=_STATES[each["state"]],
            proposed=f"{moment(each['proposed_at'])} 提出" + ("（本人）" if each["is_proposed_by_me"] else ""),
            rows=_rows(each["changes"], name_of),
            acts=tuple(each["open_actions"]),
        )
        for each in sets
    )


def preview_view(seen: PreviewAnswer, name_of: Callable[[str], str]) -> PreviewView:
    """Return what changes would do."""
    return PreviewView(
        rows=_rows(seen["changes"], name_of),
        faults=tuple(
            f"第 {each['line']} 行　{FIELDS.get(each['field'], each['field'])}：{each['message']}"
            for each in seen["faults"]
        ),
        impacts=tuple(
            f"{each['name']}（{each['code']}）：涉及有效权限 {each['grants']} 项、单位 {each['units']} 家。"
            for each in seen["impacts"]
        ),
        changes=tuple(sent(change) for change in seen["changes"]),
    )


def faults_of_one(seen: PreviewAnswer) -> tuple[ErrorLink, ...]:
    """Return what is wrong with the one change of the form, each at its field."""
    return tuple(ErrorLink(each["field"], f"{FIELDS[each['field']]}：{each['message']}") for each in seen["faults"])


def sent(change: DivisionChange) -> Mapping[str, object]:
    """Return a change as it is sent: without what it does not have."""
    return {name: value for name, value in change.items() if value not in ("", None)}


def _rows(changes: Iterable[DivisionChange], name_of: Callable[[str], str]) -> tuple[ChangeView, ...]:
    def named(code: str) -> str:
        name = name_of(code)
        return f"{code} {name}" if name else code

    return tuple(
        ChangeView(
            kind=KINDS[each["kind"]],
            division=named(each["code"]),
            name=each["name"],
            level=LEVELS.get(each["level"] or "", ""),
            parent=named(each["parent"]) if each["parent"] else "",
            on=each["on"],
            heirs="、".join(named(code) for code in each["successors"]),
        )
        for each in changes
    )
