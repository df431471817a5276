"""Classes, questions and rankings as they come in and go out over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from marshmallow import Schema, fields, post_load, validate

from services.filing.classification.gate import verdict_of
from services.filing.classification.knowledge import Coded, Knowledge, KnownClass
from services.filing.classification.library import classifier_of
from services.filing.classification.paths import Path, Question, Walk
from services.filing.classification.records import LONGEST_QUERY, MOST_ANSWERS, candidate_body, dump_record
from services.filing.forms.model import Edition
from services.filing.model.classifications import ClassificationRecord, PathAnswer
from services.filing.operations.classifying import Evaluated, PathName, Searched
from services.filing.schemas.incoming import Members
from shared.errors import Invalid, Problem
from shared.fields import Choice, Text

Body = dict[str, object]

KEY = r"[a-z][a-z_]{0,39}\Z"
EDITION = r"[0-9a-z-]{0,20}\Z"


class EditionIn(Schema):
    """Which edition; the one in force today where none is named."""

    edition = fields.String(load_default="", validate=validate.Regexp(EDITION))


class ClassSearchIn(Schema):
    """What a contract is about, in the filer's words."""

    text = Text(LONGEST_QUERY, multiline=True, required=True)
    edition = fields.String(load_default="", validate=validate.Regexp(EDITION))


class PathAnswerIn(Schema):
    """What was chosen for one question."""

    question = fields.String(required=True, validate=validate.Regexp(KEY))
    values = fields.List(
        fields.String(validate=validate.Regexp(KEY)), required=True, validate=validate.Length(max=MOST_ANSWERS)
    )


class RecordIn(Schema):
    """How the class of a contract was found; the record itself is read strictly by `classification.records`."""

    record = Members(required=True, allow_none=True)


class PathIn(Schema):
    """Answers to a guided path, in any order."""

    path = Choice(PathName, required=True)
    answers = fields.List(fields.Nested(PathAnswerIn), required=True, validate=validate.Length(max=MOST_ANSWERS))
    edition = fields.String(load_default="", validate=validate.Regexp(EDITION))

    @post_load
    def by_question(self, data: dict[str, object], **_: object) -> dict[str, object]:
        """Return the answers by question; two to one question are refused."""
        answers = cast("list[dict[str, Any]]", data["answers"])
        found = {each["question"]: tuple(each["values"]) for each in answers}
        if len(found) != len(answers):
            raise Invalid([Problem("/answers", "answered_twice", "一个问题只能回答一次。")])
        return {**data, "answers": found}


class ClassOut(Schema):
    """A class: what it is, what it leaves out and where that belongs."""

    code = fields.String()
    name = fields.String()
    group = fields.Dict()
    main = fields.Dict()
    scope = fields.String()
    businesses = fields.List(fields.String())
    words = fields.List(fields.String())
    exclusions = fields.List(fields.Dict())
    notes = fields.List(fields.String())
    shares = fields.List(fields.Dict())


class ClassesOut(Schema):
    """All classes of an edition, in the order of the code list."""

    edition = fields.String()
    items = fields.List(fields.Nested(ClassOut))


class CandidatesOut(Schema):
    """The best classes for a description, each with the words and exclusions that made its place, and proposed answers."""

    edition = fields.String()
    candidates = fields.List(fields.Dict())
    suggestion = fields.Dict()


class PathsOut(Schema):
    """The guided paths with their questions, and how they may end."""

    edition = fields.String()
    scope = fields.Dict()
    mixed = fields.Dict()
    reasons = fields.List(fields.Dict())
    deductions = fields.List(fields.Dict())


class PathOut(Schema):
    """How far answers lead: the question that is open, or the end."""

    edition = fields.String()
    asked = fields.List(fields.String())
    next = fields.Dict(allow_none=True)
    outcome = fields.String()
    reason = fields.Dict(allow_none=True)
    deductions = fields.List(fields.Dict())
    result = fields.Dict(allow_none=True)


def class_body(known: KnownClass) -> Body:
    """Return a class."""
    listed = known.listed
    return {
        "code": known.code,
        "name": listed.name,
        "group": {"code": known.group.code, "name": known.group.name},
        "main": {"code": known.main.code, "name": known.main.name},
        "scope": listed.scope,
        "businesses": list(listed.businesses),
        "words": [*known.aliases, *known.strong],
        "exclusions": [
            {
                "what": each.what,
                "kind": each.reason.value,
                "belongs_to": list(each.belongs_to),
                "is_inferred": each.is_inferred,
            }
            for each in listed.exclusions
        ],
        "notes": list(listed.notes),
        "shares": [
            {"code": kind.code, "name": kind.name, "from": kind.share_from, "to": kind.share_to}
            for kind in known.shares
        ],
    }


def searched_body(found: Searched) -> Body:
    """Return what a description leads to."""
    knowledge = found.classifier.knowledge
    suggestion = found.suggestion
    return {
        "edition": knowledge.edition,
        "candidates": [
            {**candidate_body(each), "name": knowledge.classes[each.code].listed.name} for each in found.candidates
        ],
        "suggestion": {
            "answers": [{"question": name, "values": list(values)} for name, values in suggestion.answers.items()],
            "words": {name: list(words) for name, words in suggestion.words.items()},
            "outcome": str(verdict_of(suggestion.outcome) or ""),
            "reason": _coded_body(knowledge.reasons, suggestion.outcome.reason),
            "deductions": _deductions(knowledge, suggestion.outcome),
        },
    }


def paths_body(knowledge: Knowledge) -> Body:
    """Return both paths."""
    return {
        "edition": knowledge.edition,
        "scope": _path_body(knowledge.scope),
        "mixed": _path_body(knowledge.mixed)
        | {"results": [_result_body(knowledge.mixed, code) for code in knowledge.mixed.results]},
        "reasons": [_coded_body(knowledge.reasons, code) for code in knowledge.reasons],
        "deductions": [_coded_body(knowledge.deductions, code) for code in knowledge.deductions],
    }


def evaluated_body(found: Evaluated) -> Body:
    """Return how far answers lead."""
    knowledge, walked = found.classifier.knowledge, found.walk
    is_scope = found.path is knowledge.scope
    return {
        "edition": knowledge.edition,
        "asked": list(walked.asked),
        "next": _question_body(found.path.questions[walked.open]) if walked.open else None,
        "outcome": str(found.verdict or "") if is_scope else walked.outcome,
        "reason": _coded_body(knowledge.reasons, walked.reason),
        "deductions": _deductions(knowledge, walked),
        "result": _result_body(found.path, walked.outcome) if walked.outcome and not is_scope else None,
    }


def _deductions(knowledge: Knowledge, walked: Walk) -> list[Body | None]:
    return [_coded_body(knowledge.deductions, code) for code in walked.deductions]


def _coded_body(known: Mapping[str, Coded], code: str) -> Body | None:
    found = known.get(code)
    return {"code": found.code, "label": found.label, "text": found.text} if found else None


def _path_body(path: Path) -> Body:
    return {
        "title": path.title,
        "first": path.first,
        "questions": [_question_body(each) for each in path.questions.values()],
    }


def _question_body(question: Question) -> Body:
    return {
        "id": question.id,
        "text": question.text,
        "help": question.help,
        "is_many": question.is_many,
        "usual": question.usual,
        "next": question.next,
        "outcome": question.outcome,
        "answers": [
            {
                "value": each.value,
                "label": each.label,
                "next": each.next,
                "outcome": each.outcome,
                "reason": each.reason,
                "deduction": each.deduction,
            }
            for each in question.answers
        ],
    }


def _result_body(path: Path, code: str) -> Body:
    result = path.results[code]
    return {
        "code": result.code,
        "label": result.label,
        "text": result.text,
        "families": list(result.families),
        "is_filed": result.is_filed,
    }


def record_body(record: ClassificationRecord | None, edition: Edition) -> Body | None:
    """Return how the class of a contract was found, with the questions and answers in words; None where nothing is kept."""
    classifier = classifier_of(edition)
    if record is None or classifier is None:
        return None
    knowledge = classifier.knowledge
    return {
        **dump_record(record),
        "scope_shown": _shown(knowledge.scope, record.scope),
        "mixed_shown": _shown(knowledge.mixed, record.mixed),
    }


def _shown(path: Path, answers: Iterable[PathAnswer]) -> list[Body]:
    """Return the questions that were answered, each with the labels of its answers."""
    found = ((path.questions[each.question], each.values) for each in answers)
    return [
        {"question": question.text, "answers": [each.label for each in question.answers if each.value in values]}
        for question, values in found
    ]
