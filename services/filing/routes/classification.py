"""The classes of contracts and the way to the right one: what is asked leaves no trace, a contract keeps its record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.filing.classification.paths import Answers
from services.filing.operations import classifying
from services.filing.operations.classifying import PathName
from services.filing.policy import Permission
from services.filing.routes.context import ONE, Answer, answer, deps
from services.filing.schemas.classification import (
    Body,
    CandidatesOut,
    ClassesOut,
    ClassOut,
    ClassSearchIn,
    EditionIn,
    PathIn,
    PathOut,
    PathsOut,
    RecordIn,
    class_body,
    evaluated_body,
    paths_body,
    searched_body,
)
from services.filing.schemas.outgoing import FilingOut
from shared.web.auth import needs, public
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call
from shared.web.limits import costly
from shared.web.preconditions import changing

bp = Blueprint("classification", __name__, description="业务分类")

open_classes = public("the classes of the survey and the questions are public, as its rules are")


@bp.get("/classification/classes")
@open_classes
@bp.arguments(EditionIn, location="query")
@bp.response(200, ClassesOut)
def list_all(query: dict[str, str]) -> Body:
    """List the classes with scopes, exclusions and the words that they are known by."""
    knowledge = classifying.get_classifier(deps(), query["edition"]).knowledge
    return {"edition": knowledge.edition, "items": [class_body(each) for each in knowledge.classes.values()]}


@bp.get("/classification/classes/<string:code>")
@open_classes
@bp.arguments(EditionIn, location="query")
@bp.response(200, ClassOut)
def read(query: dict[str, str], code: str) -> Body:
    """Read one class."""
    return class_body(classifying.get_class(deps(), code, query["edition"]))


@bp.get("/classification/paths")
@open_classes
@bp.arguments(EditionIn, location="query")
@bp.response(200, PathsOut)
def paths(query: dict[str, str]) -> Body:
    """Read the questions of both paths, the reasons not to file, the kinds of deductions."""
    return paths_body(classifying.get_classifier(deps(), query["edition"]).knowledge)


@bp.post("/classification/paths/evaluation")
@open_classes
@bp.arguments(PathIn)
@bp.response(200, PathOut)
def evaluate(data: dict[str, object]) -> Body:
    """Say how far answers lead: the next question, or the end. The same answers always come to the same end."""
    name, answers = cast(PathName, data["path"]), cast(Answers, data["answers"])
    return evaluated_body(classifying.evaluate_path(deps(), name, answers, str(data["edition"])))


@bp.post("/classification/search")
@needs(Permission.READ)
@costly
@bp.arguments(ClassSearchIn)
@bp.response(200, CandidatesOut)
def search(data: dict[str, str]) -> Body:
    """Rank the classes for a description, explained, and propose answers for the path; neither stored nor logged."""
    return searched_body(classifying.search_classes(deps(), data["text"], data["edition"]))


@bp.put(f"{ONE}/classification")
@needs(Permission.FILE)
@changing
@bp.arguments(RecordIn)
@bp.response(200, FilingOut)
def keep(data: dict[str, object], filing_id: str) -> Answer:
    """Keep with a contract how its class was found; null takes the record out."""
    record = cast("Mapping[str, object] | None", data["record"])
    return answer(classifying.save_classification(deps(), changing_call(), filing_id, record))
