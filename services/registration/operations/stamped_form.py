"""The printed form with its code, and the comparison of the stamped copy with what is filled in."""

from __future__ import annotations

from services.registration.form.print_code import PrintCode, code_of
from services.registration.form.stamped_copy import Comparison, compare
from services.registration.model.registration import Registration
from services.registration.model.states import State
from services.registration.ports import Deps

_IN_PREPARATION = frozenset({State.DRAFT, State.RETURNED, State.WITHDRAWN})


def code_to_print(deps: Deps, registration: Registration, *, is_own: bool) -> PrintCode:
    """Return the code for a print of the registration as the reader sees it.

    Its revision is the one in preparation where the unit prints a form that it can still submit, else the last one.
    """
    shown = registration.in_force
    if shown is not None and shown.form == registration.form and not registration.has_open_application:
        return code_of(deps.print_key(), registration.id, shown.no, registration.form)
    is_next = is_own and registration.state in _IN_PREPARATION
    return code_of(deps.print_key(), registration.id, registration.revision + is_next, registration.form)


def compare_copy(deps: Deps, registration: Registration) -> Comparison:
    """Compare material 1 with the form of the registration, both as the reader sees them."""
    return compare(deps.print_key(), registration.id, registration.form, registration.materials)
