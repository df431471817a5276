"""The foot of a form when it is submitted, and the queries that must be explained by then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import FindingAnswer
from services.portal.presenters.controls import FoundView, found_view
from services.portal.presenters.fields import ErrorLink
from shared.errors import Problem

FIELDS = ("unit_head", "statistics_head", "filler", "phone", "reported_on")

LABELS: Mapping[str, str] = {
    "unit_head": "单位负责人",
    "statistics_head": "统计负责人",
    "filler": "填表人",
    "phone": "联系电话",
    "reported_on": "报出日期",
}


def typed_sign_off(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the foot that was typed."""
    return {name: posted.get(name, "").strip() for name in FIELDS}


def listed_queries(filing: FilingAnswer) -> tuple[FoundView, ...]:
    """Return the queries with what is said to each."""
    return tuple(found_view(each, has_box=True) for each in _findings(filing) if each["severity"] == "query")


def unfounded(filing: FilingAnswer) -> dict[str, str]:
    """Return, emptied, what is said to findings that are no more: it does not go along with what is submitted."""
    keys = {each["key"] for each in _findings(filing)}
    founded = {*filing["counted"], *keys, *(key.partition("@")[0] for key in keys)}
    return {key: "" for key in filing["explanations"] if key not in founded}


def _findings(filing: FilingAnswer) -> tuple[FindingAnswer, ...]:
    """Return what was found in the national form, and in what divisions add to it."""
    return (*filing["findings"], *(found for each in filing["extras"] for found in each["findings"]))


def errors_of(problems: Iterable[Problem]) -> tuple[ErrorLink, ...]:
    """Return what is wrong with the foot; what is wrong with the form is listed with the form's own findings."""
    errors: list[ErrorLink] = []
    for problem in problems:
        name = problem.pointer.removeprefix("/sign_off/").removeprefix("/")
        if name in LABELS:
            errors.append(ErrorLink(name, f"{LABELS[name]}：{problem.message}"))
        elif name == "duties_read":
            errors.append(ErrorLink(name, problem.message))
    return tuple(errors)
