"""New applications for a platform that is registered or was, and drafts that come to nothing."""

from __future__ import annotations

from dataclasses import replace

from services.registration.model.registration import Registration
from services.registration.model.states import Action
from services.registration.operations.changes import Changed, change
from services.registration.ports import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.codes import divisions


def open_change(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Begin a change of what is registered: the working copy is that of the revision in force, which stays in force.

    Actor: own operator. From: any state without an open application, while registered or suspended. To: draft.
    Events: none.
    """
    return change(deps, call, registration_id, Action.OPEN_CHANGE, lambda registration: _afresh(deps, registration))


def renew_registration(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Begin to register a platform again, filled in as it was last registered.

    Actor: own operator. From: any state without an open application, after expiry or de-registration. To: draft.
    Events: none. The registration keeps its id, and its round counts on with the approval.
    """
    return change(deps, call, registration_id, Action.RENEW, lambda registration: _afresh(deps, registration))


def discard_draft(deps: Deps, call: Call, registration_id: str) -> Registration:
    """Give a draft up for good; what is in force stays.

    Actor: own operator. From: draft. To: discarded. Events: none.
    """

    def make(registration: Registration) -> Changed:
        return at_home(deps, replace(registration, form={}, materials={}, stated={})), ()

    return change(deps, call, registration_id, Action.DISCARD, make)


def at_home(deps: Deps, registration: Registration) -> Registration:
    """Return the registration with the division that is in force, where there is one: an application that ended moves
    it nowhere."""
    division = registration.life.division
    if division is None:
        return registration
    path = divisions.path(division, local_date(deps.clock.now()))
    return replace(registration, division=division, path=path)


def _afresh(deps: Deps, registration: Registration) -> Changed:
    last = registration.in_force
    if last is None:  # the table lets nobody here who never was registered
        return registration, ()
    fresh = replace(registration, form=last.form, materials=last.materials, stated=last.stated)
    return at_home(deps, fresh), ()
