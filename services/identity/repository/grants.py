"""Grants as parts of an account's document, and the queries over them. Only their reasons are sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from services.identity.model.grants import LIVE, Act, Grant, GrantState
from services.identity.model.places import Place
from shared.identity.actor import PEOPLE, Role
from shared.mongo.client import Document

REASON = "reason."
"""Begins the names of sealed reasons; the grant's id follows."""


def grant_entry(grant: Grant) -> Document:
    """Return the part of the document that stays in clear: ids, role, division, state and days."""
    return {
        "id": grant.id,
        "role": grant.role.value,
        "unit_id": grant.unit_id,
        "division": grant.division,
        "state": grant.state.value,
        "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to.isoformat() if grant.valid_to else None,
        "is_principal": grant.is_principal,
        "proposed": _act_entry(grant.proposed),
        "decided": _act_entry(grant.decided),
        "ended": _act_entry(grant.ended),
    }


def grant_of(entry: Mapping[str, Any], reasons: Mapping[str, str]) -> Grant:
    """Return the grant of an entry, with its reason from the sealed part."""
    return Grant(
        id=entry["id"],
        role=Role(entry["role"]),
        unit_id=entry["unit_id"],
        division=entry["division"],
        state=GrantState(entry["state"]),
        valid_from=date.fromisoformat(entry["valid_from"]),
        valid_to=date.fromisoformat(entry["valid_to"]) if entry["valid_to"] else None,
        is_principal=entry["is_principal"],
        proposed=_act(entry["proposed"]),
        decided=_act(entry["decided"]) if entry["decided"] else None,
        ended=_act(entry["ended"]) if entry["ended"] else None,
        reason=reasons.get(REASON + entry["id"], ""),
    )


def reasons_of(grants: Collection[Grant]) -> dict[str, str]:
    """Return what is sealed of some grants."""
    return {REASON + grant.id: grant.reason for grant in grants if grant.reason}


def principal_of(grants: Collection[Grant]) -> list[str]:
    """Return the units that these grants answer for; a unique index allows each of them once among all accounts."""
    held = (grant for grant in grants if grant.is_principal and grant.state is GrantState.IN_FORCE)
    return sorted({grant.unit_id for grant in held if grant.unit_id})


def holding(today: date, **values: object) -> Document:
    """Return the query for accounts with a grant of these values that holds on this day."""
    day = today.isoformat()
    fits = {
        **values,
        "state": GrantState.IN_FORCE.value,
        "valid_from": {"$lte": day},
        "valid_to": {"$not": {"$lt": day}},  # an open end is null, which is not less than a text
    }
    return {"grants": {"$elemMatch": fits}}


def live_over(division: str, today: date) -> Document:
    """Return the query for accounts with a grant over a division that holds on this day or may come to hold."""
    fits = {
        "role": {"$in": sorted(PEOPLE)},  # whichever: the index of places begins with it
        "division": division,
        "state": {"$in": sorted(LIVE)},
        "valid_to": {"$not": {"$lt": today.isoformat()}},
    }
    return {"grants": {"$elemMatch": fits}}


def in_places(places: frozenset[Place], state: GrantState | None) -> list[Document]:
    """Return the queries, one a role, that find the grants of these places, in a state or in any."""
    divisions: dict[str, list[str | None]] = defaultdict(list)
    for place in sorted(places, key=lambda each: (each.role, each.division or "")):
        divisions[place.role.value].append(place.division)
    narrowed = {} if state is None else {"state": state.value}
    return [
        {"grants": {"$elemMatch": {"role": role, "division": {"$in": listed}, **narrowed}}}
        for role, listed in divisions.items()
    ]


def _act_entry(act: Act | None) -> Document | None:
    return None if act is None else {"by": act.by, "at": act.at}


def _act(entry: Mapping[str, Any]) -> Act:
    return Act(entry["by"], entry["at"])
