"""What the tests of forms share: small code lists, editions of one tiny form, and a plain context."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from services.filing.forms.answers import Answers, Value
from services.filing.forms.checks import Finding, check
from services.filing.forms.computing import with_computed
from services.filing.forms.context import Context, FirmFacts
from services.filing.forms.lists import ListEntry
from services.filing.forms.loading.editions import Documents, load_edition
from services.filing.forms.model import Edition, Form
from services.filing.forms.reading import read
from tests.support.tree import ROOT

TINY = ROOT / "tests" / "forms" / "tiny"
TODAY = date(2024, 1, 8)


@dataclass(frozen=True)
class FakeEntry:
    """An entry of a fake list."""

    code: str
    name: str
    parent: str = ""
    level: int = 1
    is_leaf: bool = True
    aliases: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the aliases."""
        return self.aliases if key == "aliases" else ()


class FakeLists:
    """Lists in memory: colours of two versions, and certificates in two levels."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], tuple[FakeEntry, ...]] = {
            ("colour", "1"): (FakeEntry("r", "红"), FakeEntry("g", "绿")),
            ("colour", "2"): (FakeEntry("r", "红"), FakeEntry("b", "蓝")),
            ("currency", "1"): (FakeEntry("CNY", "人民币"), FakeEntry("USD", "美元")),
            ("mark", "1"): (
                FakeEntry("CMM", "CMM", is_leaf=False, facts={"note": "软件能力。"}),
                FakeEntry("CMM-1", "CMM 一级", "CMM", 2),
                FakeEntry("CMM-2", "CMM 二级", "CMM", 2),
                FakeEntry("SOC1", "SOC 1", aliases=("SAS70",)),
            ),
        }

    def find(self, scheme: str, version: str, code: str) -> ListEntry | None:
        """Return the entry of a code."""
        return next((entry for entry in self.entries(scheme, version) if entry.code == code), None)

    def entries(self, scheme: str, version: str) -> Sequence[ListEntry]:
        """Return the whole list; raises LookupError."""
        return self._lists[scheme, version]


EDITION: Mapping[str, Any] = {
    "id": "tiny",
    "title": "小制度",
    "approval": "试〔2024〕1号",
    "valid_from": date(2024, 1, 1),
    "valid_to": date(2024, 12, 31),
    "made_by": "某部",
    "approved_by": "某局",
    "forms": ["tiny.toml"],
    "lists": {"colour": "colour/1", "mark": "mark/1"},
    "facts": {"before": "what was counted before", "city": "the city"},
    "parameters": {"ratio": "0.5", "colours": {"list": "colour"}},
}

FORM: Mapping[str, Any] = {
    "key": "tiny",
    "title": "小表",
    "number": "小1表",
    "period": "year",
    "due": {"month": 1, "day": 10, "source": "一（七）3"},
    "filer": "enterprise",
    "reporter": "unit",
    "layout": "fields",
}


def documents(form: Mapping[str, Any], **edition: Any) -> Documents:
    """Return the files of an edition with one form; what is not given stands as in `EDITION` and `FORM`."""
    return {"edition.toml": {**EDITION, **edition}, "tiny.toml": {**FORM, **form}}


def tiny(form: Mapping[str, Any], **edition: Any) -> Edition:
    """Load an edition with one form."""
    return load_edition(documents(form, **edition), FakeLists())


@dataclass(frozen=True)
class Story:
    """One tiny form with the cases that show its ability."""

    name: str
    form: Mapping[str, Any]
    cases: tuple[Mapping[str, Any], ...] = field(repr=False)


def stories() -> tuple[Story, ...]:
    """Return every tiny form of `tests/forms/tiny`."""
    return tuple(map(_story, sorted(TINY.glob("*.toml"))))


def _story(path: Path) -> Story:
    data = tomllib.loads(path.read_text("utf-8"))
    return Story(path.stem, data["form"], tuple(data["cases"]))


def a_context(
    facts: Mapping[str, Value | bool] | None = None,
    previous: Answers | None = None,
    firms: Mapping[str, FirmFacts] | None = None,
    month: int = 0,
    filed_on: date = TODAY,
) -> Context:
    """Return the context of a filing for 2023, checked and filed on 8 January 2024 unless told otherwise."""
    return Context(
        today=max(TODAY, filed_on),
        filed_on=filed_on,
        year=2023,
        month=month,
        facts=facts or {},
        previous=previous,
        firms=firms or {},
    )


def answers_of(form: Form, body: object) -> Answers:
    """Read answers that must be readable; a JSON text is parsed first."""
    reading = read(form, json.loads(body) if isinstance(body, str) else body)
    assert [f"{problem.pointer} {problem.code}" for problem in reading.problems] == []
    return reading.answers


def findings_of(edition: Edition, form: Form, body: object, context: Context) -> tuple[Finding, ...]:
    """Read, compute and check."""
    answers = with_computed(edition, form, answers_of(form, body), context)
    return check(edition, form, answers, context)
