"""View-models of the form's fields, for filling in and for reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.answers import FormValues, RegistrationAnswer, RemarkAnswer
from services.portal.model.form import GROUPS, FormField, Kind
from services.portal.model.pointers import field_key
from services.portal.presenters.words import value_text
from shared.errors import Problem

FIVE_LINES = 5


@dataclass(frozen=True)
class FieldView:
    """A field of a page. `texts` has one value, or five for a TOP5 list; `described_by` lists the ids that explain it."""

    key: str
    anchor: str
    label: str
    kind: str
    texts: tuple[str, ...]
    shown: str
    options: tuple[tuple[str, str], ...]
    definition: str
    hint: str
    errors: tuple[str, ...]
    is_required: bool
    is_locked: bool
    remark: str
    remark_label: str
    stored_elsewhere: str
    """What another window saved meanwhile, where it differs from what was typed here."""

    input_type: str
    input_mode: str
    autocomplete: str
    is_essay: bool

    @property
    def described_by(self) -> str:
        """Ids of definition, hint, remark and errors; the place of errors is always there, for the page's script."""
        parts = ["d", *["h"] * bool(self.hint and not self.is_locked), *["r"] * bool(self.remark_label)]
        parts += [*["s"] * bool(self.stored_elsewhere), "e"]
        return " ".join(f"{self.anchor}-{part}" for part in parts)

    @property
    def is_checked(self) -> bool:
        """Whether a confirmation is given."""
        return self.texts[0] == "true"


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary: the message, and the id of the control to go to."""

    anchor: str
    message: str


def field_views(
    fields: Iterable[FormField],
    registration: RegistrationAnswer,
    typed: Mapping[str, object] | None = None,
    problems: Iterable[Problem] = (),
    *,
    is_conflict: bool = False,
) -> tuple[FieldView, ...]:
    """Return the fields with stored values, or the typed ones where there are any, and with their errors beside them.

    In a conflict each field also shows the stored value where the typed one differs.
    """
    messages: dict[str, list[str]] = {}
    for problem in problems:
        messages.setdefault(field_key(problem.pointer), []).append(problem.message)
    review = registration["review"]
    remarks = review["fields"] if review and registration["open_parts"] is not None else {}
    views = []
    for field in fields:
        stored = value_of(registration["form"], field.key)
        value = typed.get(field.key, stored) if typed else stored
        remark = remarks.get(field.key) or remarks.get(field.key.partition("/")[0])
        views.append(
            FieldView(
                key=field.key,
                anchor=field.anchor,
                label=field.label,
                kind=field.kind.value,
                texts=_texts(field, value),
                shown=value_text(field, value, registration["division_name"] if value == stored else ""),
                options=field.options,
                definition=field.definition,
                hint=field.hint,
                errors=tuple(messages.get(field.key, ())),
                is_required=field.is_required,
                is_locked=is_locked(registration, f"/form/{field.key}"),
                remark=remark["note"] if remark else "",
                remark_label=_remark_label(remark),
                stored_elsewhere=value_text(field, stored, registration["division_name"])
                if is_conflict and _texts(field, stored) != _texts(field, value)
                else "",
                input_type=field.input_type,
                input_mode=field.input_mode,
                autocomplete=field.autocomplete,
                is_essay=field.is_essay,
            )
        )
    return tuple(views)


def error_links(views: Iterable[FieldView]) -> tuple[ErrorLink, ...]:
    """Return the error summary of the fields, in the order of the page."""
    return tuple(ErrorLink(view.anchor, f"{view.label}：{message}") for view in views for message in view.errors)


def value_of(form: FormValues, key: str) -> object:
    """Return a field's value; a confirmation's key is `traits/matching`."""
    group, _, name = key.partition("/")
    if group in GROUPS:
        confirmed = form.get(group)
        return confirmed.get(name) if isinstance(confirmed, dict) else None
    return form.get(key)


def is_locked(registration: RegistrationAnswer, pointer: str) -> bool:
    """Whether a part can't be changed now: nothing can be saved, or a return reopened other parts only."""
    if "save" not in registration["open_actions"]:
        return True
    open_parts = registration["open_parts"]
    return open_parts is not None and not any(
        part == pointer or pointer.startswith(part + "/") or part.startswith(pointer + "/") for part in open_parts
    )


def _remark_label(remark: RemarkAnswer | None) -> str:
    if remark is None or remark["verdict"] == "accept":
        return ""
    return remark["verdict_label"]


def _texts(field: FormField, value: object) -> tuple[str, ...]:
    if field.kind is Kind.FIVE:
        lines = [str(item) for item in value] if isinstance(value, list) else []
        return tuple((lines + [""] * FIVE_LINES)[:FIVE_LINES])
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return ("" if value is None else str(value),)
