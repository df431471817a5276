"""Reads a classification record strictly, counts again what it says, and holds it against the answers of 企业2表.

What comes in are answers, deductions, the description and the chosen class; outcome, reason and candidates are counted
here, so that the same answers always make the same record and nobody can write another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.filing.classification.gate import verdict_of
from services.filing.classification.knowledge import Verdict
from services.filing.classification.library import Classifier
from services.filing.classification.paths import Path, Walk, walk
from services.filing.classification.ranking import Ranked
from services.filing.model.classifications import (
    Candidate,
    ClassificationRecord,
    Deduction,
    Moved,
    PathAnswer,
    WordHit,
)
from shared.clock import local_date
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.errors import Problem

LONGEST_QUERY = 1000
MOST_CANDIDATES = 10
MOST_ANSWERS = 20
LARGEST, PLACES = Decimal("1e12"), 6
"""Amounts are below this, in 万元, with so many decimals."""

_AMOUNT = re.compile(rf"[0-9]{{1,20}}(\.[0-9]{{1,{PLACES}}})?")

MEMBERS = frozenset({"edition", "query", "scope", "deductions", "chosen", "mixed"})

Json = dict[str, object]


@dataclass(frozen=True)
class RecordReading:
    """A record, or everything that is wrong with what came in."""

    record: ClassificationRecord | None
    problems: tuple[Problem, ...] = ()


def read_record(found: object, classifier: Classifier, made_at: datetime) -> RecordReading:
    """Return the record that JSON describes, made now, or its problems with their pointers."""
    if not isinstance(found, Mapping):
        return RecordReading(None, (Problem("", "not_object", "分类记录应为对象。", "对象"),))
    reader = _Reader(classifier, made_at)
    record = reader.record(found)
    return RecordReading(None if reader.problems else record, tuple(reader.problems))


def check_record(record: ClassificationRecord, chosen: str | None, deducted: Decimal | None) -> tuple[Problem, ...]:
    """Return what does not agree between a record and 企业2表: `chosen` is 209, `deducted` is 206.deducted.

    Codes: classification_not_filed, classification_not_chosen, classification_deducted.
    """
    problems: list[Problem] = []
    if record.outcome == Verdict.OUT:
        problems.append(
            Problem("/classification", "classification_not_filed", "按分类记录，这份合同不予填报。", indicator="209")
        )
    elif record.chosen != (chosen or ""):
        problems.append(
            Problem(
                "/answers/209",
                "classification_not_chosen",
                "合同业务类型与分类记录所选的不一致。",
                record.chosen,
                "209",
            )
        )
    total = sum((each.amount for each in record.deductions), Decimal(0))
    if total != (deducted or Decimal(0)):
        expected = f"{total.normalize():f}"
        problems.append(
            Problem(
                "/answers/206/deducted",
                "classification_deducted",
                "已扣除的金额与分类记录中的扣除项合计不一致。",
                expected,
                "206",
            )
        )
    return tuple(problems)


def dump_record(record: ClassificationRecord) -> Json:
    """Return a record as JSON, amounts as texts."""
    return {
        "edition": record.edition,
        "made_at": record.made_at.isoformat(),
        "query": record.query,
        "scope": [_answer_body(each) for each in record.scope],
        "outcome": record.outcome,
        "reason": record.reason,
        "deductions": [
            {"kind": each.kind, "amount": f"{each.amount:f}", "currency": each.currency} for each in record.deductions
        ],
        "candidates": [candidate_body(each) for each in record.candidates],
        "chosen": record.chosen,
        "mixed": [_answer_body(each) for each in record.mixed],
        "mixed_result": record.mixed_result,
    }


def candidate_body(candidate: Candidate) -> Json:
    """Return a proposed class as JSON."""
    return {
        "code": candidate.code,
        "points": f"{candidate.points:f}",
        "hits": [{"word": hit.word, "field": hit.field, "points": f"{hit.points:f}"} for hit in candidate.hits],
        "moves": [
            {"source": move.source, "what": move.what, "targets": list(move.targets), "words": list(move.words)}
            for move in candidate.moves
        ],
    }


def candidates_of(classifier: Classifier, text: str, limit: int = MOST_CANDIDATES) -> tuple[Candidate, ...]:
    """Return the best classes for a description as they are recorded."""
    return tuple(_candidate(each) for each in classifier.index.rank(text)[:limit])


class _Reader:
    """Reads one record and collects its problems."""

    def __init__(self, classifier: Classifier, made_at: datetime) -> None:
        self._classifier = classifier
        self._made_at = made_at
        self.problems: list[Problem] = []

    def record(self, found: Mapping[str, object]) -> ClassificationRecord:
        """Return the record as far as it could be read; it counts only where there are no problems."""
        knowledge = self._classifier.knowledge
        for key in found:
            if key not in MEMBERS:
                self._add("", "unknown_field", "分类记录里没有这一项。")
        if found.get("edition") != knowledge.edition:
            self._add("/edition", "edition_unknown", "分类记录须属于本制度版本。", knowledge.edition)
        query = self._query(found.get("query", ""))
        scope, outcome = self._path("/scope", found.get("scope"), knowledge.scope)
        mixed, result = self._path(
            "/mixed", found.get("mixed") or [], knowledge.mixed, is_asked=bool(found.get("mixed"))
        )
        verdict = verdict_of(outcome)
        deductions = self._deductions(found.get("deductions", []), outcome, verdict)
        return ClassificationRecord(
            edition=knowledge.edition,
            made_at=self._made_at,
            query=query,
            scope=scope,
            outcome=verdict or "",
            reason=outcome.reason,
            deductions=deductions,
            candidates=candidates_of(self._classifier, query),
            chosen=self._chosen(found.get("chosen", ""), verdict, result),
            mixed=mixed,
            mixed_result=result.outcome,
        )

    def _query(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > LONGEST_QUERY:
            self._add("/query", "not_text", "合同描述应为文字。", f"至多 {LONGEST_QUERY} 字")
            return ""
        return value

    def _path(
        self, pointer: str, value: object, path: Path, *, is_asked: bool = True
    ) -> tuple[tuple[PathAnswer, ...], Walk]:
        answers = self._answers(pointer, value)
        if not is_asked:
            return answers, Walk(())
        given = {each.question: each.values for each in answers}
        found = walk(path, given)
        order = list(given)
        for fault in found.faults:
            self._add(f"{pointer}/{order.index(fault.question)}", fault.code, "这样回答不合路径。")
        if not found.faults and found.open:
            self._add(pointer, "unfinished", "还有问题没有回答。", found.open)
        if len(given) != len(answers):
            self._add(pointer, "answered_twice", "一个问题只能回答一次。")
        return tuple(PathAnswer(name, given[name]) for name in found.asked), found

    def _answers(self, pointer: str, value: object) -> tuple[PathAnswer, ...]:
        if not isinstance(value, list) or len(value) > MOST_ANSWERS:
            self._add(pointer, "not_list", "回答应为列表。", "列表")
            return ()
        made: list[PathAnswer] = []
        for number, each in enumerate(value):
            if isinstance(each, Mapping) and set(each) == {"question", "values"}:
                question, values = each["question"], each["values"]
                if isinstance(question, str) and isinstance(values, list) and all(isinstance(v, str) for v in values):
                    made.append(PathAnswer(question, tuple(values)))
                    continue
            self._add(f"{pointer}/{number}", "not_answer", "应有问题和所选的回答。", "question, values")
        return tuple(made)

    def _deductions(self, value: object, outcome: Walk, verdict: Verdict | None) -> tuple[Deduction, ...]:
        wanted = outcome.deductions if verdict is Verdict.PART else ()
        if not isinstance(value, list) or len(value) > MOST_ANSWERS:
            self._add("/deductions", "not_list", "扣除项应为列表。", "列表")
            return ()
        made = [each for number, found in enumerate(value) if (each := self._deduction(number, found))]
        kinds = [each.kind for each in made]
        if len(made) == len(value) and verdict is not None and sorted(kinds) != sorted(wanted):
            self._add("/deductions", "kinds_differ", "扣除项应与回答所选的一致，每种一项。", "、".join(wanted))
        if len({each.currency for each in made}) > 1:
            self._add("/deductions", "currencies_differ", "扣除项应使用合同的同一币种。")
        return tuple(made)

    def _deduction(self, number: int, found: object) -> Deduction | None:
        pointer = f"/deductions/{number}"
        if not isinstance(found, Mapping) or set(found) != {"kind", "amount", "currency"}:
            self._add(pointer, "not_deduction", "应有种类、金额和币种。", "kind, amount, currency")
            return None
        kind, currency, amount = found["kind"], found["currency"], _amount(found["amount"])
        if not isinstance(kind, str) or kind not in self._classifier.knowledge.deductions:
            self._add(f"{pointer}/kind", "unknown", "没有这种扣除项。")
        if not isinstance(currency, str) or lists.find(Scheme.CURRENCY, currency, local_date(self._made_at)) is None:
            self._add(f"{pointer}/currency", "unknown", "没有这种货币。")
        if amount is None:
            self._add(f"{pointer}/amount", "not_amount", "金额应为不小于 0 的数，以万元计。", f"至多 {PLACES} 位小数")
        return None if amount is None else Deduction(str(kind), amount, str(currency))

    def _chosen(self, value: object, verdict: Verdict | None, result: Walk) -> str:
        if verdict is Verdict.OUT and value == "":
            return ""
        known = self._classifier.knowledge.classes
        if not isinstance(value, str) or value not in known:
            self._add("/chosen", "unknown", "应选一个业务类型小类。")
            return ""
        ending = self._classifier.knowledge.mixed.results.get(result.outcome)
        if ending is not None and not ending.is_filed:
            self._add("/mixed", "not_filed", "按所答，这份合同不予填报，应改答是否填报的问题。")
        elif ending is not None and ending.families and known[value].main.code not in ending.families:
            self._add("/chosen", "family", "所选业务类型与按混合合同规则得出的大类不符。", "、".join(ending.families))
        return value

    def _add(self, pointer: str, code: str, message: str, expected: str = "") -> None:
        self.problems.append(Problem(pointer, code, message, expected))


def _amount(value: object) -> Decimal | None:
    """Return an amount; numbers are taken whole or as text, since a fraction in JSON is not exact."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not _AMOUNT.fullmatch(str(value)):
        return None
    amount = Decimal(value)
    return amount if amount < LARGEST else None


def _candidate(ranked: Ranked) -> Candidate:
    return Candidate(
        code=ranked.code,
        points=_points(ranked.points),
        hits=tuple(WordHit(hit.word, hit.field.value, _points(hit.points)) for hit in ranked.hits),
        moves=tuple(Moved(each.source, each.what, each.targets, each.words) for each in ranked.shifts),
    )


def _points(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _answer_body(answer: PathAnswer) -> Json:
    return {"question": answer.question, "values": list(answer.values)}
