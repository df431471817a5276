"""Templates: the wordings of an occasion, edited by the ministry, in numbered versions.

Version 0 is the wording that the system comes with. Placeholders are those of `string.Template`, `${name}`: names are
looked up, nothing is evaluated, and a value that looks like a placeholder stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import Template as Placeholders

from services.notification.model.occasions import Occasion, Variable, Wording
from shared.errors import Problem
from shared.history import HistoryEntry

LENGTHS = {"title": 100, "text": 2000, "subject": 100, "mail": 5000}
"""Most characters of each part."""

POINTERS = {"title": "/in_app/title", "text": "/in_app/text", "subject": "/email/subject", "mail": "/email/text"}
"""Where each part stands in a request."""

_LABELS = {"title": "站内标题", "text": "站内正文", "subject": "邮件主题", "mail": "邮件正文"}


class _Pattern(Placeholders):
    """`${name}` with names of small ASCII letters, digits and underscores; `$$` is a dollar sign."""

    idpattern = r"[a-z][a-z0-9_]*"
    flags = re.ASCII


class TemplateAction(StrEnum):
    """What can be done with a template."""

    EDIT = "edit"
    DISCARD = "discard"
    PUBLISH = "publish"
    RETURN = "return"


@dataclass(frozen=True)
class Version:
    """A published wording: who published it when and why; `returned_to` is the earlier version that it repeats."""

    no: int
    wording: Wording
    at: datetime
    by: str
    reason: str
    returned_to: int | None = None


@dataclass(frozen=True)
class Draft:
    """A wording that nobody gets yet."""

    wording: Wording
    at: datetime
    by: str


@dataclass(frozen=True)
class Template:
    """The wordings of one occasion: published versions, the last of which is used, and perhaps a draft."""

    key: str
    version: int = 1
    draft: Draft | None = None
    versions: tuple[Version, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @property
    def published(self) -> int:
        """The number of the version that is used now."""
        return self.versions[-1].no if self.versions else 0

    def wording_of(self, no: int, occasion: Occasion) -> Wording | None:
        """Return the wording of a version, or None where there is no such version."""
        if no == 0:
            return occasion.wording
        return next((each.wording for each in self.versions if each.no == no), None)

    def current(self, occasion: Occasion) -> Wording:
        """Return the wording that is used now."""
        return self.versions[-1].wording if self.versions else occasion.wording


@dataclass(frozen=True)
class Rendered:
    """A wording with its values: `title` and `text` for the portal, `subject` and `mail` for mail."""

    title: str
    text: str
    subject: str
    mail: str

    def __repr__(self) -> str:
        return "Rendered(…)"


def problems_of(wording: Wording, occasion: Occasion) -> list[Problem]:
    """Return what is wrong with a wording: parts missing or too much, too long, bad, unknown, confidential variables."""
    problems: list[Problem] = []
    for part, allowed in _allowed(occasion).items():
        text: str = getattr(wording, part)
        problems += _faults(part, text, allowed, occasion)
    return problems


def render(wording: Wording, occasion: Occasion, values: Mapping[str, str]) -> Rendered:
    """Return the wording with the values; one that is missing is left empty, a subject or title keeps to one line."""
    made = {
        part: _Pattern(getattr(wording, part)).safe_substitute({name: values.get(name, "") for name in allowed})
        for part, allowed in _allowed(occasion).items()
    }
    return Rendered(" ".join(made["title"].split()), made["text"], " ".join(made["subject"].split()), made["mail"])


def samples_of(occasion: Occasion) -> dict[str, str]:
    """Return made-up values for a preview."""
    return {each.name: each.sample for each in (*occasion.variables, *occasion.in_mail().values())}


def _allowed(occasion: Occasion) -> Mapping[str, Mapping[str, Variable]]:
    portal, mail = occasion.in_portal(), occasion.in_mail()
    return {"title": portal, "text": portal, "subject": mail, "mail": mail}


def _faults(part: str, text: str, allowed: Mapping[str, Variable], occasion: Occasion) -> list[Problem]:
    label = _LABELS[part]
    is_needed = bool(getattr(occasion.wording, part))
    if not is_needed:
        return [_problem(part, "not_here", f"此通知没有{label}。", "空")] if text else []
    if not text.strip():
        return [_problem(part, "required", f"请填写{label}。", f"不超过 {LENGTHS[part]} 字")]
    if len(text) > LENGTHS[part]:
        return [_problem(part, "too_long", f"{label}过长。", f"不超过 {LENGTHS[part]} 字")]
    if part in ("title", "subject") and len(text.splitlines()) > 1:
        return [_problem(part, "one_line", f"{label}不能换行。", "一行")]
    return [
        fault for found in _Pattern.pattern.finditer(text) if (fault := _fault(part, text, found, allowed, occasion))
    ]


def _fault(
    part: str, text: str, found: re.Match[str], allowed: Mapping[str, Variable], occasion: Occasion
) -> Problem | None:
    """Return what is wrong with one placeholder; it is named by its line, and by its label where it is one of ours."""
    if found.group("escaped") is not None:
        return None
    name = found.group("named") or found.group("braced")
    if name in allowed:
        return None
    where = f"{_LABELS[part]}第 {text.count(chr(10), 0, found.start()) + 1} 行"
    offered = "、".join(f"${{{each}}}" for each in allowed) or "没有可用的变量"
    if name is None:
        return _problem(part, "bad_placeholder", f"{where}有不完整的变量；美元符号本身请写作 $$。", offered)
    if name in occasion.in_portal():
        label = occasion.in_portal()[name].label
        return _problem(part, "confidential_variable", f"{where}：“{label}”属保密内容，不能写入邮件。", offered)
    return _problem(part, "unknown_variable", f"{where}有此处没有的变量。", offered)


def _problem(part: str, code: str, message: str, expected: str) -> Problem:
    return Problem(POINTERS[part], code, message, expected)
