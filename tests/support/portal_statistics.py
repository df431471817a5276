"""Answers of statistics about releases, drafts and publications, and stand-ins for its clients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from services.portal.model.answers import Streamed
from services.portal.model.drafts import DraftAnswer, DrawableAnswer
from services.portal.model.publications import PublicationAnswer, ReleasedAnswer, TableAnswer, Unchanged
from services.portal.model.releases import ContentAnswer, ReleaseAnswer, ReportAnswer, SnapshotAnswer
from shared.errors import NotFound, TongbaoError

RELEASE_ID, BEFORE_ID, LAST_YEAR_ID = "1e" * 16, "2e" * 16, "3e" * 16
DIGEST = "ab" * 32
CODE = "monthly_province"

PLACES = (("000000", "全国", ""), ("110000", "北京市", "000000"), ("540000", "西藏自治区", "000000"))
SPANS = (("period", "本月", ""), ("to_date", "本年累计", ""))
MEASURES = [
    {"code": "execution_cny", "title": "执行额（人民币）", "unit": "万元", "currency": "CNY", "decimals": 2},
    {"code": "execution_usd", "title": "执行额（美元）", "unit": "万美元", "currency": "USD", "decimals": 2},
]
VALUES = {"000000": "200000.00", "110000": "150000.00", "540000": None}
"""By place; what is not there of 西藏自治区 is hidden."""


def _cells(factor: int) -> Iterator[dict[str, object]]:
    for span, _, _ in SPANS:
        for place, text in VALUES.items():
            for measure in MEASURES:
                value = None if text is None else f"{float(text) * factor / 10:.2f}"
                status = "suppressed" if text is None else "published"
                yield {"at": [span, place], "measure": measure["code"], "status": status, "value": value}


def _items(listed: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"code": code, "title": title, "parent": parent} for code, title, parent in listed]


def make_table(factor: int = 10, **changes: object) -> TableAnswer:
    """Return a table of provinces in which 西藏自治区 is hidden; `factor` is tenths of its numbers."""
    values: dict[str, object] = {
        "code": CODE,
        "title": "服务外包分省发展情况（月度）",
        "dimensions": [
            {"code": "span", "title": "期间", "items": _items(SPANS)},
            {"code": "place", "title": "地区", "items": _items(PLACES)},
        ],
        "measures": MEASURES,
        "cells": list(_cells(factor)),
        **changes,
    }
    return cast(TableAnswer, values)


CLASSES_BEFORE = {"total": "230.00", "I1": "110.00", "I11": "10.00", "I12": "0.00", "I13": "0.00", "I14": "0.00"}
CLASSES_BEFORE |= {"I19": "0.00", "I23": "100.00", "I39": "40.00"}
CLASSES_2022 = {"total": "345.00", "I1": "20.00", "I11": "20.00", "I23": "160.00", "I39": "35.00"}
"""Numbers by class of 2021 and of 2022, when another list was in force and the platforms (I23) had left I1."""


def make_class_table(values: Mapping[str, str | None]) -> TableAnswer:
    """Return a table by business class."""
    measure = MEASURES[0]
    items = _items((code, code, "" if code == "total" else "total") for code in values)
    cells = [
        {
            "at": [code],
            "measure": measure["code"],
            "status": "suppressed" if value is None else "published",
            "value": value,
        }
        for code, value in values.items()
    ]
    dimensions = [{"code": "business_class", "title": "业务类别", "items": items}]
    return make_table(dimensions=dimensions, measures=[measure], cells=cells)


def make_publication(**changes: object) -> PublicationAnswer:
    """Return a month's release in the list."""
    values: dict[str, object] = {
        "id": RELEASE_ID,
        "kind": "monthly",
        "title": "服务外包月度统计资料",
        "period": "2026-01",
        "number": 1,
        "final_on": "2026-02-06",
        "published_on": "2026-02-20",
        "supersedes": "",
        "superseded_by": "",
        **changes,
    }
    return cast(PublicationAnswer, values)


def make_released(**changes: object) -> ReleasedAnswer:
    """Return what is said of that release."""
    table = make_table()
    values: dict[str, object] = {
        **make_publication(),
        "edition": "2022",
        "approval": "国统制〔2022〕45号",
        "snapshot": DIGEST,
        "thresholds": "2024-1",
        "digest": DIGEST,
        "nature": "正式数据",
        "mark": "标记为隐去的单元格依《中华人民共和国统计法》的保密规定不公布数值，不表示为零。",
        "tables": [
            {
                "code": CODE,
                "title": table["title"],
                "source": "附录（一）2、（二）2",
                "measures": MEASURES,
                "dimensions": ["期间", "地区"],
                "cells": 12,
                "hidden": 4,
            }
        ],
        **changes,
    }
    return cast(ReleasedAnswer, values)


def make_checked(**changes: object) -> dict[str, object]:
    """Return the outcome of a check that nothing was found by."""
    return {
        "verdict": "pass",
        "verdict_label": "通过",
        "thresholds": "2024-1",
        "snapshot": DIGEST,
        "tables": 1,
        "cells": 12,
        "unsafe": 2,
        "hidden": 4,
        "findings": 0,
        "faults": [],
        "reviews": [],
        "digest": DIGEST,
        **changes,
    }


def make_release(**changes: object) -> ReleaseAnswer:
    """Return a release that passed its check and waits for its sign-off."""
    values: dict[str, object] = {
        "id": RELEASE_ID,
        "version": 2,
        "kind": "monthly",
        "title": "服务外包月度统计资料",
        "nature": "正式数据",
        "period": "2026-01",
        "number": 1,
        "supersedes": "",
        "final_on": "2026-02-06",
        "state": "passed",
        "state_label": "核查通过，待签发",
        "prepared_by": "somebody",
        "approved_by": "",
        "statement": "",
        "exception_reason": "",
        "publish_on": None,
        "published_at": None,
        "outdated_since": None,
        "created_at": "2026-02-06T02:00:00+00:00",
        "progress": None,
        "checked": make_checked(),
        "history": [
            {"at": "2026-02-06T02:00:00+00:00", "by": "somebody", "action": "prepare", "action_label": "制表"},
            {"at": "2026-02-06T02:05:00+00:00", "by": "statistics", "action": "pass", "action_label": "核查通过"},
        ],
        "open_actions": [],
        **changes,
    }
    return cast(ReleaseAnswer, values)


def make_report(**changes: object) -> ReportAnswer:
    """Return the report of a check."""
    values: dict[str, object] = {
        "thresholds": "2024-1",
        "snapshot": DIGEST,
        "verdict": "pass",
        "tables": [
            {
                "code": CODE,
                "title": make_table()["title"],
                "measure": "execution_cny",
                "span": "to_date",
                "cells": 3,
                "hidden": 1,
            }
        ],
        "quantities": [
            {
                "measure": "execution_cny",
                "title": "执行额（人民币）",
                "unsafe": 1,
                "secondary": 1,
                "loss": "50000.00",
                "bound": "50000.00",
                "is_best": True,
                "findings": 0,
            }
        ],
        "findings_counted": 0,
        "findings": [],
        "controls": [{"form": "enterprise-3", "measure": "execution_cny", "ours": "200000.00", "filing": "200000.00"}],
        "oversize": None,
        **changes,
    }
    return cast(ReportAnswer, values)


def make_snapshot(**changes: object) -> SnapshotAnswer:
    """Return a closed period that is frozen."""
    values: dict[str, object] = {
        "period": "2026-01",
        "state": "frozen",
        "state_label": "已冻结",
        "final_on": "2026-02-06",
        "frozen_at": "2026-02-06T02:00:00+00:00",
        "counts": {"enterprise-2": 41, "enterprise-3": 418},
        "missing": {},
        "unreadable": {},
        "is_overdue": False,
        "number": 1,
        "lines": 460,
        "digest": DIGEST,
        **changes,
    }
    return cast(SnapshotAnswer, values)


def make_drawable(**changes: object) -> DrawableAnswer:
    """Return a table that can be drawn up."""
    measures = [{"key": each["code"], **{k: v for k, v in each.items() if k != "code"}} for each in MEASURES]
    values: dict[str, object] = {
        "key": CODE,
        "title": "服务外包分省发展情况（月度）",
        "source": "附录（一）2、（二）2",
        "rhythm": "month",
        "audiences": ["nbs", "sharing"],
        "measures": measures,
        "axes": [{"dimension": "place", "levels": ["nation", "province"]}],
        "spans": ["period", "to_date"],
        **changes,
    }
    return cast(DrawableAnswer, values)


def make_draft(**changes: object) -> DraftAnswer:
    """Return that table as it would be now."""
    value = {"before": "100000.00", "growth": "50.0", "share": "75.0", "units": 2, "holdings": 2, "lacking": 0}
    values: dict[str, object] = {
        "table": make_drawable(),
        "period": "2026-01",
        "layer": "approved",
        "drawn_at": "2026-02-06T02:00:00+00:00",
        "values": [
            {"measure": measure["code"], "span": span, "codes": [code], "value": VALUES[code], **value}
            for measure in MEASURES
            for span, _, _ in SPANS
            for code in ("000000", "110000")
        ],
        "dimensions": [{"code": "place", "title": "地区", "items": _items(PLACES[:2])}],
        "gaps": [],
        "snapshot": "",
        **changes,
    }
    return cast(DraftAnswer, values)


class FakeReleases:
    """`ports.Releases` with one release; `sent` is what it was asked to change, `refuses` what it raises then."""

    def __init__(self) -> None:
        self.release = make_release()
        self.the_report = make_report()
        self.frozen = [make_snapshot()]
        self.sent: list[tuple[Any, ...]] = []
        self.refuses: TongbaoError | None = None

    def snapshots(self, token: str) -> list[SnapshotAnswer]:
        return self.frozen

    def all(self, token: str) -> list[ReleaseAnswer]:
        return [self.release]

    def get(self, token: str, release_id: str) -> ReleaseAnswer:
        if release_id != self.release["id"]:
            raise NotFound
        return self.release

    def report(self, token: str, release_id: str) -> ReportAnswer:
        return self.the_report

    def content(self, token: str, release_id: str) -> ContentAnswer:
        return {"title": "服务外包月度统计资料", "tables": [make_table()]}

    def prepare(self, token: str, key: str, kind: str, period: str) -> ReleaseAnswer:
        self._send(kind, period)
        return self.release

    def act(
        self, token: str, release_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> ReleaseAnswer:
        self._send(release_id, act, version, dict(body or {}))
        return self.release

    def _send(self, *what: object) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.sent.append(what)


class FakeDrafts:
    """`ports.Drafts` with one table; `asked` is what it was asked for, `refuses` what it raises then."""

    def __init__(self) -> None:
        self.draft = make_draft()
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.refuses: TongbaoError | None = None

    def tables(self, token: str) -> list[DrawableAnswer]:
        return [make_drawable()]

    def draw(self, token: str, table: str, asked: Mapping[str, str]) -> DraftAnswer:
        self.asked.append((table, dict(asked)))
        if self.refuses is not None:
            raise self.refuses
        return self.draft

    def file(self, token: str, table: str, form: str, asked: Mapping[str, str]) -> Streamed:
        self.asked.append((f"{table}/{form}", dict(asked)))
        return Streamed({"Content-Type": "text/csv"}, iter([b"a,b"]))


class FakePublications:
    """`ports.Publications` with a release and that of the year before; `files` is what was asked for."""

    def __init__(self) -> None:
        self.listed = [make_publication(), make_publication(id=LAST_YEAR_ID, period="2025-01")]
        self.released = make_released()
        self.files: list[tuple[tuple[str, ...], Mapping[str, str], str]] = []
        self.refuses: TongbaoError | None = None

    def all(self, address: str) -> Sequence[PublicationAnswer]:
        return self.listed

    def release(self, release_id: str, address: str) -> ReleasedAnswer:
        if release_id != self.released["id"]:
            raise NotFound
        return self.released

    def table(self, release_id: str, code: str, address: str) -> TableAnswer:
        if code != CODE:
            raise NotFound
        return make_table(8 if release_id == LAST_YEAR_ID else 10)

    def file(self, parts: Sequence[str], query: Mapping[str, str], known: str, address: str) -> Streamed | Unchanged:
        self.files.append((tuple(parts), query, known))
        if self.refuses is not None:
            raise self.refuses
        headers = {"ETag": '"t1"', "Cache-Control": "public, max-age=60"}
        if known == '"t1"':
            return Unchanged(headers)
        return Streamed({**headers, "Content-Type": "text/csv; charset=utf-8"}, iter([b"a,b\n"]))
