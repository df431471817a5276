"""The filing service as the portal sees it: the real forms and checks, over filings in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

from services.filing.forms.answers import Answers
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import check, closed_places
from services.filing.forms.computing import show, with_computed
from services.filing.forms.describing.findings import expected_text, finding_text
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form
from services.filing.forms.reading import dump, read
from services.filing.schemas.editions import form_body
from services.portal.model.answers import Streamed
from services.portal.model.filing import (
    CellChange,
    CollectionDecision,
    Content,
    EarlierAnswer,
    EvidenceAnswer,
    FilingAct,
    FilingAnswer,
    FilingRow,
    RowPage,
    TaskAnswer,
    UnitAnswer,
    VersionAnswer,
)
from services.portal.model.survey import (
    AnswerValues,
    FormAnswer,
)
from shared.errors import Conflict, Invalid, NotFound, StaleVersion
from tests.support.filing import a_context

LISTS = ("extras", "evidence", "suggestions", "seen", "duplicates", "chain", "versions", "history")
FILING_ID, UNIT_ID = "f" * 32, "u" * 32

WRITING = (("save", "保存"), ("submit", "报送"), ("discard", "作废"))


@cache
def edition_2022() -> Edition:
    """Return the edition that the forms are of."""
    return load_catalogue(KnownLists()).editions[0]


@cache
def form_answer(key: str) -> FormAnswer:
    """Return a form as the filing service describes it."""
    form = edition_2022().form(key)
    if form is None:
        raise NotFound
    return cast(FormAnswer, form_body(edition_2022(), form))


def checked_parts(key: str, answers: AnswerValues, explanations: Mapping[str, str]) -> dict[str, Any]:
    """Return what the service says of answers: with computed cells, in words, and with every finding."""
    edition, form = edition_2022(), edition_2022().form(key)
    assert form is not None
    context = a_context({"evidence.files": 1})
    done = with_computed(edition, form, read(form, dict(answers)).answers, context)
    found = check(edition, form, done, context) if form.layout != "rows" else ()
    keyed = [(f"{one.rule}@{one.pointers[0]}" if one.pointers else one.rule, one) for one in found]
    return {
        "answers": dump(done),
        "shown": _shown(form, done),
        "closed": [place.pointer for place in closed_places(edition, form, done, context)],
        "findings": [
            {
                "key": key,
                "rule": one.rule,
                "severity": one.severity.value,
                "title": one.title,
                "text": finding_text(edition, form, one),
                "expected": expected_text(edition, form, one),
                "pointers": list(one.pointers),
                "indicators": list(one.indicators),
                "explanation": explanations.get(key, ""),
            }
            for key, one in keyed
        ],
    }


def make_filing(form: str = "platform-1", **changes: object) -> FilingAnswer:
    """Return a draft of a form without answers."""
    known = form_answer(form)
    answers = cast(AnswerValues, changes.get("answers", {}))
    filing: dict[str, object] = {
        **make_filing_row(form),
        "head": {line["key"]: "" for line in known["head"]} | {"name": "杭州云采科技有限公司"},
        **{name: [] for name in LISTS},
        "explanations": {},
        "nil_reason": None,
        "rows": 0 if known["layout"] == "rows" else None,
        "counted": {},
        "open_actions": [{"action": action, "label": label} for action, label in WRITING],
        "open_pointers": None,
        **checked_parts(form, answers, cast("Mapping[str, str]", changes.get("explanations", {}))),
    }
    return cast(FilingAnswer, {**filing, **changes})


def make_filing_row(form: str = "platform-1", **changes: object) -> FilingRow:
    """Return a draft as a list shows it."""
    known = form_answer(form)
    row = {
        "id": FILING_ID,
        "version": 1,
        "unit_id": UNIT_ID,
        "unit_name": "杭州云采科技有限公司",
        "form": form,
        "form_number": known["number"],
        "form_title": known["title"],
        "edition": "2022",
        "period": "2025-06" if known["period"] == "month" else "2025",
        "period_label": "2025年6月" if known["period"] == "month" else "2025年",
        **dict.fromkeys(("item", "item_name"), ""),
        "state": "draft",
        "state_label": "填报中",
        **dict.fromkeys(("division", "reviewer"), "330106"),
        **dict.fromkeys(("division_name", "reviewer_name"), "西湖区"),
        **dict.fromkeys(("revision", "in_force", "queries"), 0),
        "due": "2025-06-30" if known["period"] == "month" else "2026-01-10",
        "is_late": False,
        **dict.fromkeys(("filed_on", "submitted_at", "waiting_since")),
        "updated_at": "2026-01-08T01:00:00+00:00",
    }
    return cast(FilingRow, {**row, **changes})


def _shown(form: Form, answers: Answers) -> dict[str, str]:
    texts: dict[str, str] = {}
    for place in answers.places():
        indicator = form.indicator(place.indicator)
        part = indicator.part(place.part) if indicator else None
        if part is not None:
            texts[place.pointer] = show(part, answers.find(place))
    return texts


@dataclass
class FakeFilings:
    """Keeps filings in memory by the service's own reading and checks; refuses stale versions."""

    items: dict[str, FilingAnswer] = field(default_factory=dict)
    versions: dict[tuple[str, int], VersionAnswer] = field(default_factory=dict)
    lists: dict[str, list[Mapping[str, object]]] = field(default_factory=dict)
    todo: list[TaskAnswer] = field(default_factory=list)
    acts: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    wanted: list[Mapping[str, str]] = field(default_factory=list)
    uploads: list[tuple[str, int]] = field(default_factory=list)
    error: Exception | None = None
    own: UnitAnswer | None = None
    known_units: list[UnitAnswer] = field(default_factory=list)
    recorded: list[CollectionDecision] = field(default_factory=list)
    differences: list[CellChange] = field(default_factory=list)
    earlier: list[EarlierAnswer] = field(default_factory=list)

    def tasks(self, token: str) -> Sequence[TaskAnswer]:
        return self.todo

    def begin(self, token: str, key: str, form: str, period: str, item: str = "") -> FilingAnswer:
        self._fail()
        self.acts.append((FILING_ID, "begin", {"form": form, "period": period, "item": item, "key": key}))
        return self._keep(make_filing(form, period=period, item=item))

    def list(
        self, token: str, wanted: Mapping[str, str] | None = None, cursor: str = "", limit: int = 20
    ) -> tuple[list[FilingRow], str]:
        self.wanted.append(dict(wanted or {}))
        return [cast(FilingRow, item) for item in self.items.values() if _is_wanted(item, wanted or {})], ""

    def get(self, token: str, filing_id: str) -> FilingAnswer:
        if filing_id not in self.items:
            raise NotFound
        return self.items[filing_id]

    def save(self, token: str, filing_id: str, version: int, content: Content) -> FilingAnswer:
        self._fail()
        filing = self.get(token, filing_id)
        form = edition_2022().form(filing["form"])
        assert form is not None
        reading = read(form, dict(content.answers))
        if reading.problems:
            raise Invalid([replace(each, pointer=f"/answers{each.pointer}") for each in reading.problems])
        known = {file["file_id"]: file for file in filing["evidence"]}
        files = [known.get(file_id) or make_evidence(file_id=file_id) for file_id in content.evidence]
        parts = checked_parts(filing["form"], content.answers, content.explanations)
        extras = [{**each, "answers": content.extras.get(each["id"], {})} for each in filing["extras"]]
        said, nil = content.explanations, content.nil_reason
        parts |= {"explanations": said, "evidence": files, "nil_reason": nil, "extras": extras}
        return self._change(filing_id, version, **parts)

    def act(self, token: str, filing_id: str, version: int, act: FilingAct, body: Mapping[str, object]) -> FilingAnswer:
        self._fail()
        filing = self.get(token, filing_id)
        if act != "assemble" and act not in [each["action"] for each in filing["open_actions"]]:
            raise Conflict
        self.acts.append((filing_id, act, body))
        return self._change(filing_id, version)

    def tick(self, token: str, filing_id: str, version: int, keys: Sequence[str]) -> None:
        self._change(filing_id, version, seen=[*keys])["version"] = version

    def rows(self, token: str, filing_id: str, no: int = 0, first: int = 0, limit: int = 50) -> RowPage:
        rows = self.lists.get(filing_id, [])
        return {"first": first, "count": len(rows), "rows": rows[first : first + limit]}

    def add_rows(self, token: str, filing_id: str, version: int, rows: Sequence[Mapping[str, object]]) -> FilingAnswer:
        self._fail()
        kept = self.lists.setdefault(filing_id, [])
        kept += rows
        return self._change(filing_id, version, rows=len(kept))

    def put_row(
        self, token: str, filing_id: str, version: int, number: int, row: Mapping[str, object] | None
    ) -> FilingAnswer:
        self._fail()
        kept = self.lists.setdefault(filing_id, [])
        kept[number : number + 1] = [] if row is None else [row]
        return self._change(filing_id, version, rows=len(kept))

    def upload(
        self, token: str, filing_id: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> EvidenceAnswer:
        received = b"".join(chunks)
        self._fail()
        self.uploads.append((file_name, len(received)))
        return make_evidence(file_id=f"e{len(self.uploads)}", name=file_name, size=max(1, len(received)))

    def file(self, token: str, filing_id: str, file_id: str) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"one"]))

    def version(self, token: str, filing_id: str, no: int) -> VersionAnswer:
        if (filing_id, no) not in self.versions:
            raise NotFound
        return self.versions[filing_id, no]

    def changes(self, token: str, filing_id: str, no: int, against: int) -> Sequence[CellChange]:
        return self.differences

    def field_history(self, token: str, filing_id: str, pointer: str) -> Sequence[EarlierAnswer]:
        return self.earlier

    def print(self, token: str, filing_id: str, no: int, section: int = 1) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF-1.7"]))

    def receipt(self, token: str, filing_id: str, no: int) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"{}"]))

    def receipt_pdf(self, token: str, filing_id: str, no: int) -> Streamed:
        return Streamed({"Content-Type": "application/pdf"}, iter([b"%PDF-1.7"]))

    def content(self, token: str, filing_id: str, no: int) -> Streamed:
        return Streamed({"Content-Type": "application/json"}, iter([b"{}"]))

    def register_unit(self, token: str, key: str, body: Mapping[str, str]) -> UnitAnswer:
        self._fail()
        self.acts.append(("", "register_unit", body))
        self.own = make_unit()
        return self.own

    def own_unit(self, token: str) -> UnitAnswer:
        if self.own is None:
            raise NotFound
        return self.own

    def units(self, token: str, kind: str = "", cursor: str = "", limit: int = 20) -> tuple[Sequence[UnitAnswer], str]:
        return self.known_units, ""

    def unit(self, token: str, unit_id: str) -> UnitAnswer:
        found = next((each for each in self.known_units if each["id"] == unit_id), None)
        if found is None:
            raise NotFound
        return found

    def decisions(self, token: str) -> Sequence[CollectionDecision]:
        return self.recorded

    def decide(self, token: str, key: str, body: Mapping[str, str]) -> CollectionDecision:
        self._fail()
        self.recorded.insert(
            0, cast(CollectionDecision, {"id": "d1", "decided_at": "2026-01-08T01:00:00+00:00", **body})
        )
        return self.recorded[0]

    def ping(self) -> None:
        return None

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    def _keep(self, filing: FilingAnswer) -> FilingAnswer:
        self.items[filing["id"]] = filing
        return filing

    def _change(self, filing_id: str, version: int, **changes: object) -> FilingAnswer:
        filing = self.items[filing_id]
        if filing["version"] != version:
            raise StaleVersion
        return self._keep(cast(FilingAnswer, {**filing, **changes, "version": version + 1}))


def make_evidence(**changes: object) -> EvidenceAnswer:
    """Return a piece of evidence."""
    evidence = {
        "file_id": "e1",
        "name": "交易记录.pdf",
        "kind": "pdf",
        "size": 345_678,
        "sha256": "0" * 64,
        "pages": 3,
        "uploaded_at": "2026-01-08T01:00:00+00:00",
    }
    return cast(EvidenceAnswer, {**evidence, **changes})


def make_unit(**changes: object) -> UnitAnswer:
    """Return an enterprise."""
    unit = {
        "id": UNIT_ID,
        "types": [{"type": "enterprise", "label": "服务外包企业"}],
        "division": "330106",
        "division_name": "西湖区",
        "basics": [{"name": "name", "value": "杭州软件研发有限公司", "source": "unit", "label": "单位登记"}],
        "platforms": [],
        "updated_at": "2026-01-08T01:00:00+00:00",
    }
    return cast(UnitAnswer, {**unit, **changes})


def _is_wanted(filing: FilingAnswer, wanted: Mapping[str, str]) -> bool:
    """Whether a filing is in a list that is narrowed so; what waits is what was submitted."""
    state = "submitted" if wanted.get("waiting") else wanted.get("state", "")
    pairs = ((state, filing["state"]), (wanted.get("form"), filing["form"]), (wanted.get("period"), filing["period"]))
    return all(not asked or asked == held for asked, held in pairs)
