"""How far a correction reaches: the released cells that its facts stand in.

The answer is made from the facts that are asked about and from what is released, and from nothing else: whatever facts
somebody sends, it tells nothing of another unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from services.statistics.model.cells import Codes, Question
from services.statistics.model.facts import Value
from services.statistics.model.placing import Fact, sums_of
from services.statistics.model.reaches import Corrected, Reach, ReachedCell, ReachedRelease, ReachedTable, Sight
from services.statistics.model.releases import SIGNED_OFF, Release, ReleaseState
from services.statistics.operations.contents import SPAN
from services.statistics.operations.drafting import dimensions_of, question_of
from services.statistics.operations.kinds import RULES, definitions_of
from services.statistics.policy import GRANTS, Permission
from services.statistics.ports.deps import Deps
from services.statistics.tables.definitions import Audience, Counted, Definition, Measure
from shared.calls import Call
from shared.contracts.filing import FactKind, Layer
from shared.contracts.statistics import SUPPRESSED
from shared.tabulation.arithmetic import rounded

MOST_CELLS = 60
"""So many cells of a table are named; of more their number."""

NATIONAL_BUREAU, SHARING, WEBSITE, YEARBOOK = "国家统计局", "部门间统计信息共享数据库", "商务部网站", "《中国商务年鉴》"

OWNERSHIP_MOVES = "登记注册类型的更正使本单位的全部合同和执行改列另一类企业，分企业性质的表均受影响，不逐格列出。"

Part = Mapping[str, Any]  # Any: a content as it was handed over


@dataclass(frozen=True)
class _Asked:
    """A released set, whether whoever asks may read it before its day, and since when it is outdated."""

    release: Release
    sees_all: bool
    outdated_since: datetime | None

    def sight(self, cell: Part) -> Sight:
        """Return what whoever asks may know of a cell."""
        if self.release.state is not ReleaseState.PUBLISHED and not self.sees_all:
            return Sight.EMBARGOED
        return Sight.HIDDEN if cell["status"] == SUPPRESSED else Sight.SHOWN


def reach_of(deps: Deps, call: Call, corrected: Corrected) -> Reach:
    """Return the released sets that a correction reaches, the newest first; the read is recorded.

    Of each set that is its latest version. Values of a set that is not published yet are told to those alone who may
    read it. Actor: units, departments, the ministry.
    """
    deps.reads.record(call, "read_reach", "/".join(corrected.years))
    sees_all = call.actor.role in GRANTS[Permission.READ_CONTENT]
    latest = list(latest_of(each for year in corrected.years for each in deps.releases.list_signed_off(year)))
    outdated = deps.outdated.since_of([each.id for each in latest])
    found = [
        reached
        for release in sorted(latest, key=lambda each: (each.created_at, each.id), reverse=True)
        if (reached := _reached(deps, _Asked(release, sees_all, outdated.get(release.id)), corrected)) is not None
    ]
    return Reach(tuple(found), tuple(_notes(corrected)))


def latest_of(releases: Iterable[Release]) -> Iterator[Release]:
    """Yield the latest version that was signed off of every set."""
    latest: dict[tuple[str, str], Release] = {}
    for release in (each for each in releases if each.state in SIGNED_OFF):
        place = (release.kind.value, release.period)
        if place not in latest or latest[place].number < release.number:
            latest[place] = release
    yield from latest.values()


def holders_of(release: Release) -> tuple[str, ...]:
    """Return who has a released set, in words; what lies ready for a day that has not come is not had yet."""
    rules = RULES[release.kind]
    handed = (NATIONAL_BUREAU, SHARING) if rules.is_handed_over else ()
    where = YEARBOOK if rules.audience is Audience.YEARBOOK else WEBSITE
    return (*handed, where) if release.state is ReleaseState.PUBLISHED else handed


def _reached(deps: Deps, asked: _Asked, corrected: Corrected) -> ReachedRelease | None:
    release = asked.release
    changes = {
        definition.key: found
        for definition in definitions_of(deps.tables, release.kind, release.period)
        if (found := list(_changes(deps, definition, release.period, corrected)))
    }
    if not changes:
        return None
    content = orjson.loads(deps.releases.content(release))
    parts: Mapping[str, Part] = {each["code"]: each for each in content["tables"]}
    drawn = (_table(asked, parts[key], found) for key, found in changes.items() if key in parts)
    tables = tuple(each for each in drawn if each is not None)
    if not tables:
        return None
    return ReachedRelease(release, content["title"], holders_of(release), tables, asked.outdated_since)


@dataclass(frozen=True)
class _Change:
    """Cells of a measure over a span, each with its change; None where nothing is corrected yet."""

    measure: Measure
    span: str
    cells: Mapping[Codes, Decimal | None] = field(repr=False)


def _changes(deps: Deps, definition: Definition, period: str, corrected: Corrected) -> Iterator[_Change]:
    """Yield what changes of a table. How many units contribute is not said of one filing."""
    dimensions = dimensions_of(definition, period)
    measures = (deps.tables.measures[each] for each in definition.measures)
    for measure in (each for each in measures if each.counted is not Counted.UNITS):
        for span in definition.spans:
            question = question_of(definition, dimensions, measure, span, period, Layer.FINAL)
            cells = _differences(question, corrected)
            if cells:
                yield _Change(measure, span.value, cells)


def _differences(question: Question, corrected: Corrected) -> dict[Codes, Decimal | None]:
    before = sums_of(question, corrected.before)
    if corrected.after is None:
        return dict.fromkeys(before)
    after = sums_of(question, corrected.after)
    changes = {codes: after.get(codes, Decimal(0)) - before.get(codes, Decimal(0)) for codes in {**before, **after}}
    return {codes: change for codes, change in changes.items() if change}


def _table(asked: _Asked, table: Part, changes: list[_Change]) -> ReachedTable | None:
    titles = [{item["code"]: item["title"] for item in each["items"]} for each in table["dimensions"]]
    has_spans = table["dimensions"][0]["code"] == SPAN
    cells = {(each["measure"], *each["at"]): each for each in table["cells"]}
    found: list[ReachedCell] = []
    for change in changes:
        for codes, amount in change.cells.items():
            at = (change.span, *codes) if has_spans else codes
            cell = cells.get((change.measure.key, *at))
            if cell is not None:
                words = tuple(named.get(code, code) for named, code in zip(titles, at, strict=True))
                found.append(_cell(asked, cell, words, change.measure, amount))
    return ReachedTable(table["code"], table["title"], len(found), tuple(found[:MOST_CELLS])) if found else None


def _cell(asked: _Asked, cell: Part, words: tuple[str, ...], measure: Measure, change: Decimal | None) -> ReachedCell:
    sight = asked.sight(cell)
    if sight is Sight.HIDDEN:
        return ReachedCell(words, measure.title, measure.unit, sight)
    moved = None if change is None else rounded(change, measure.decimals)
    if sight is Sight.EMBARGOED:
        return ReachedCell(words, measure.title, measure.unit, sight, change=moved)
    value = Decimal(cell["value"])
    after = None if change is None or asked.outdated_since else rounded(value + change, measure.decimals)
    return ReachedCell(words, measure.title, measure.unit, sight, value, moved, after)


def _notes(corrected: Corrected) -> Iterator[str]:
    old, new = ({_ownership(each) for each in facts if each.kind is FactKind.UNIT} for facts in _sides(corrected))
    if new and old != new:
        yield OWNERSHIP_MOVES


def _ownership(fact: Fact) -> Value:
    return fact.values.get("ownership")


def _sides(corrected: Corrected) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    return corrected.before, corrected.after or ()
