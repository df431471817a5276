"""From the fields of a posted page to the answers of a form.

A field is named by the pointer of its cell. Beside it stand `<pointer>:na` with `<pointer>:why` (does not apply, for
this reason), `<pointer>:none` (the answer "none" of a list), and `<pointer>:row` (which rows the page had).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from unicodedata import normalize

from services.portal.model.places import NOT_APPLICABLE, is_asked_for, pointer_to, value_at
from services.portal.model.survey import AnswerValues, FormAnswer, IndicatorAnswer, PartAnswer

CODED = frozenset({"code", "city", "country", "division"})
"""Kinds whose fields show the code with its name behind it."""

LISTS = frozenset({"choices", "names", "cities", "countries"})
"""Kinds whose value is a list, which may be empty."""

NUMBERS = frozenset({"money", "number", "percent"})

_WHOLE = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)


class Posted(Protocol):
    """The fields of a posted page."""

    def getlist(self, key: str) -> list[str]: ...

    def get(self, key: str, default: str) -> str: ...


def typed_answers(
    form: FormAnswer, posted: Posted, stored: AnswerValues, is_open: Callable[[str], bool], *, is_final: bool
) -> dict[str, object]:
    """Return the answers with what was typed into the open cells; the others stay as they are stored.

    Rows at the end that are empty are left out; where `is_final`, all empty ones are.
    """
    answers: dict[str, object] = {}
    for indicator in form["indicators"]:
        code = indicator["code"]
        if indicator["is_rows"]:
            value = _rows(indicator, posted, is_final=is_final) if is_open(f"/{code}") else stored.get(code)
        else:
            value = _cells(indicator, posted, stored, is_open)
        if value is not None:
            answers[code] = value
    return answers


@dataclass(frozen=True)
class PostedBelow:
    """The fields of a page whose names begin with a prefix, as if they did not."""

    posted: Posted
    prefix: str

    def getlist(self, key: str) -> list[str]:
        """Return all values of a field."""
        return self.posted.getlist(self.prefix + key)

    def get(self, key: str, default: str) -> str:
        """Return the first value of a field."""
        return self.posted.get(self.prefix + key, default)


def typed_row(form: FormAnswer, posted: Posted) -> dict[str, object]:
    """Return the row of a long list that was typed; its fields are named by the parts, as `/<part>`."""
    indicator = next(each for each in form["indicators"] if each["is_rows"])
    found = {part["key"]: typed_value(part, f"/{part['key']}", posted) for part in indicator["parts"]}
    return {key: value for key, value in found.items() if value is not None}


def typed_explanations(posted: Mapping[str, str]) -> dict[str, str]:
    """Return what was said to the findings; the boxes are named `explain:<key>`."""
    return {
        name.removeprefix("explain:"): text.replace("\r\n", "\n").strip()
        for name, text in posted.items()
        if name.startswith("explain:")
    }


def without_row(answers: dict[str, object], pointer: str) -> None:
    """Take a row, /502/0, out of the answers; where none is left, nothing is said of the item."""
    _, code, number = [*pointer.split("/"), "", ""][:3]
    rows = answers.get(code)
    if isinstance(rows, list) and number.isdecimal() and int(number) < len(rows):
        rows.pop(int(number))
        if not rows:
            answers.pop(code)


def with_row(answers: AnswerValues, pointer: str) -> AnswerValues:
    """Return the answers with a blank row behind those of an item, /502."""
    code = pointer.strip("/")
    rows = answers.get(code)
    return {**answers, code: [*(rows if isinstance(rows, list) else []), {}]} if code and "/" not in code else answers


def typed_value(part: PartAnswer, pointer: str, posted: Posted) -> object:
    """Return the JSON of one field, None where nothing was typed."""
    if posted.get(f"{pointer}:na", "") == "true":
        return {NOT_APPLICABLE: _line(posted.get(f"{pointer}:why", ""))}
    if part["kind"] in LISTS:
        return _list(part, pointer, posted)
    text = posted.get(pointer, "").replace("\r\n", "\n").strip()
    if not text:
        return None
    if part["kind"] == "whole":
        plain = plain_number(text)
        return int(plain) if _WHOLE.fullmatch(plain) else plain
    if part["kind"] in NUMBERS:
        return plain_number(text)
    return code_of(text) if part["kind"] in CODED else text


def plain_number(text: str) -> str:
    """Return a number as the service reads it: wide digits become plain, thousands that are set apart are joined."""
    plain = normalize("NFKC", text).strip()
    return plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain


def code_of(text: str) -> str:
    """Return the code of what a list offers: "I11 软件研发服务" is I11."""
    return normalize("NFKC", text).split(" ")[0]


def _list(part: PartAnswer, pointer: str, posted: Posted) -> list[str] | None:
    if part["kind"] == "choices":
        known = {option["code"] for option in part["options"]}
        found = [code for code in posted.getlist(pointer) if code in known]
    else:
        lines = [line.strip() for line in posted.get(pointer, "").splitlines() if line.strip()]
        found = [line if part["kind"] == "names" else code_of(line) for line in lines]
    return found if found or posted.get(f"{pointer}:none", "") == "true" else None


def _cells(indicator: IndicatorAnswer, posted: Posted, stored: AnswerValues, is_open: Callable[[str], bool]) -> object:
    cells: dict[str, object] = {}
    for part in filter(is_asked_for, indicator["parts"]):
        pointer = pointer_to(indicator, part)
        value = typed_value(part, pointer, posted) if is_open(pointer) else value_at(stored, pointer)
        if value is not None:
            cells[part["key"]] = value
    if any(part["key"] == "" for part in indicator["parts"]):
        return cells.get("")
    return cells or None


def _rows(indicator: IndicatorAnswer, posted: Posted, *, is_final: bool) -> list[dict[str, object]] | None:
    code = indicator["code"]
    rows: list[dict[str, object]] = []
    for number in posted.getlist(f"/{code}:row"):
        found = {
            part["key"]: typed_value(part, f"/{code}/{number}/{part['key']}", posted) for part in indicator["parts"]
        }
        rows.append({key: value for key, value in found.items() if value is not None})
    while rows and not rows[-1]:
        rows.pop()
    if is_final:
        rows = [row for row in rows if row]
    return rows if rows or posted.get(f"/{code}:none", "") == "true" else None


def _line(text: str) -> str:
    return " ".join(text.split())
