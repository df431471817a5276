"""Choices among options that stand on the form itself, one or several; levels are options of one group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, clean
from services.filing.forms.lists import Option

YES, NO = "1", "2"
YES_NO = (Option(YES, "是"), Option(NO, "否"))
"""As every form prints it: 1.是 2.否."""

_PRINTED = re.compile(r"[0-9]+|[A-Z]")
"""Codes that the forms print before a label; others are the project's own."""


@dataclass(frozen=True)
class Choice:
    """Exactly one option, by its code."""

    options: tuple[Option, ...]
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, not_a_choice."""
        code = clean(value)
        if code not in self._by_code:
            raise Wrong("not_a_choice", "、".join(f"{option.code} {option.label}" for option in self.options))
        return code

    def show(self, value: Value) -> str:
        """Return the label, after the code where the form prints one: 1.是."""
        found = self._by_code.get(str(value))
        if found is None:
            return str(value)
        words = f"{found.group}{found.label}"
        return f"{found.code}.{words}" if _PRINTED.fullmatch(found.code) else words

    @cached_property
    def _by_code(self) -> Mapping[str, Option]:
        return {option.code: option for option in reversed(self.options)}


@dataclass(frozen=True)
class Choices:
    """Any number of options, each once, kept in the order of the form; an empty list is the answer "none"."""

    options: tuple[Option, ...]
    is_number: bool = False

    def read(self, value: object) -> tuple[str, ...]:
        """Return the codes in the form's order. Codes: not_list, not_text, not_a_choice, repeated."""
        if not isinstance(value, list):
            raise Wrong("not_list", "列表")
        if len(value) > len(self.options):
            raise Wrong("repeated", "每项只选一次")
        codes = set(map(Choice(self.options).read, value))
        if len(codes) < len(value):
            raise Wrong("repeated", "每项只选一次")
        return tuple(option.code for option in self.options if option.code in codes)

    def show(self, value: Value) -> str:
        """Return the labels side by side."""
        chosen = [option for option in self.options if isinstance(value, tuple) and option.code in value]
        return "、".join(f"{option.group}{option.label}" for option in chosen)
