"""An operator's work on a registration: saving a step, files of a material, actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.answers import FileAnswer, FormValues, MeAnswer, RegistrationAnswer
from services.portal.model.form import GROUPS
from services.portal.model.pointers import field_key
from services.portal.ports import Deps
from shared.errors import Invalid, NotFound, Problem, StaleVersion, Unavailable

CLAIM_TRIES = 3

FileEntry = Mapping[str, object]


@dataclass(frozen=True)
class Saved:
    """A registration after saving, and what could not be saved with the reason."""

    registration: RegistrationAnswer
    problems: tuple[Problem, ...] = ()


def open_registration(deps: Deps, token: str, key: str) -> RegistrationAnswer:
    """Open a draft, filled with what the account knows of the unit; the same key opens it once.

    What can't be filled in is left to be typed: the draft is there all the same.
    """
    registration = deps.registrations.create(token, key)
    if registration["form"]:
        return registration
    try:
        me = deps.identity.me(token)
        form = merged({}, _known_of(me))
        return deps.registrations.save_form(token, registration["id"], registration["version"], form)
    except (Invalid, StaleVersion, NotFound, Unavailable):
        return registration


def _known_of(me: MeAnswer) -> dict[str, object]:
    unit = me["unit"]
    return {
        "operator_name": unit["name"] if unit else None,
        "credit_code": unit["credit_code"] if unit else None,
        "division": me["division"],
        "contact_person": me["display_name"],
        "phone": me["phone"],
        "email": me["email"],
    }


def save_step(deps: Deps, token: str, registration_id: str, version: int, typed: Mapping[str, object]) -> Saved:
    """Save what was typed on a step; `typed` is keyed like the fields (`traits/matching`), empty values included.

    Values that the service refuses are left as they were, and reported; the others are saved all the same, so that a
    slip in one field costs nothing else. Raises `StaleVersion` where the registration changed since the page was
    made, and `Invalid` where the faults lie elsewhere.
    """
    registration = deps.registrations.get(token, registration_id)
    if registration["version"] != version:
        raise StaleVersion
    try:
        return Saved(_put(deps, token, registration, merged(registration["form"], typed)))
    except Invalid as error:
        refused = {field_key(problem.pointer) for problem in error.problems}
        if not refused or not refused <= set(typed):
            raise
        rest = {key: value for key, value in typed.items() if key not in refused}
        return Saved(_put(deps, token, registration, merged(registration["form"], rest)), error.problems)


def merged(form: FormValues, typed: Mapping[str, object]) -> FormValues:
    """Return the form with the typed values put in; an empty value takes the entry out."""
    result: FormValues = dict(form)
    for key, value in typed.items():
        group, _, name = key.partition("/")
        if group in GROUPS:
            confirmed = result.get(group)
            result[group] = {**(confirmed if isinstance(confirmed, dict) else {}), name: value}
        elif value in (None, "", []):
            result.pop(key, None)
        else:
            result[key] = value
    return {key: value for key, value in result.items() if value is not None}


def _put(deps: Deps, token: str, registration: RegistrationAnswer, form: FormValues) -> RegistrationAnswer:
    if form == registration["form"]:
        return registration
    return deps.registrations.save_form(token, registration["id"], registration["version"], form)


def add_file(
    deps: Deps, token: str, registration_id: str, slot: str, file_name: str, length: int | None, chunks: Iterable[bytes]
) -> RegistrationAnswer:
    """Upload a file and put it into a material; `length` is in bytes, None where it is not known beforehand.

    Raises `Invalid`, `TooLarge`, `Conflict`.
    """
    uploaded = deps.registrations.upload(token, registration_id, slot, file_name, length, chunks)
    return put_file(deps, token, registration_id, slot, uploaded["file_id"])


def put_file(deps: Deps, token: str, registration_id: str, slot: str, file_id: str) -> RegistrationAnswer:
    """Put an uploaded file into a material; one that is in it already stays as it is. Raises `Invalid`, `Conflict`."""

    def with_it(files: list[FileEntry]) -> list[FileEntry]:
        if any(file["file_id"] == file_id for file in files):
            return files
        return [*files, {"file_id": file_id, "parts": []}]

    return _change_material(deps, token, registration_id, slot, with_it)


def remove_file(deps: Deps, token: str, registration_id: str, slot: str, file_id: str) -> RegistrationAnswer:
    """Take a file out of a material."""

    def without(files: list[FileEntry]) -> list[FileEntry]:
        return [file for file in files if file["file_id"] != file_id]

    return _change_material(deps, token, registration_id, slot, without)


def set_parts(
    deps: Deps, token: str, registration_id: str, slot: str, parts: Mapping[str, Iterable[str]]
) -> RegistrationAnswer:
    """Say which required parts each file of a material holds; `parts` is keyed by file id."""

    def marked(files: list[FileEntry]) -> list[FileEntry]:
        return [{"file_id": file["file_id"], "parts": list(parts.get(str(file["file_id"]), ()))} for file in files]

    return _change_material(deps, token, registration_id, slot, marked)


def _change_material(
    deps: Deps,
    token: str,
    registration_id: str,
    slot: str,
    change: Callable[[list[FileEntry]], list[FileEntry]],
) -> RegistrationAnswer:
    """Read, change and save a material's list; where somebody saved in between, do it again on what they saved."""
    for _ in range(CLAIM_TRIES):
        registration = deps.registrations.get(token, registration_id)
        present = registration["materials"].get(slot, [])
        files = change([{"file_id": file["file_id"], "parts": list(file["parts"])} for file in present])
        try:
            return deps.registrations.set_material(token, registration_id, registration["version"], slot, files)
        except StaleVersion:
            continue
    raise StaleVersion


def find_file(registration: RegistrationAnswer, file_id: str) -> FileAnswer:
    """Return a file of the registration. Raises `NotFound`."""
    for files in registration["materials"].values():
        for file in files:
            if file["file_id"] == file_id:
                return file
    raise NotFound
