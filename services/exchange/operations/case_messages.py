"""What leaves with a decision of the desk: messages to the directory, the news to filing, notices to the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import cast

import orjson

from services.exchange.comparing.fields import RULES, Field
from services.exchange.model.cases import Case, CaseField
from services.exchange.model.messages import Kind, Message, State
from services.exchange.model.partners import RouteName
from services.exchange.model.survey_units import Ground, Source, SurveyUnit
from services.exchange.operations.sending import Draft, draft_of
from services.exchange.ports.deps import Deps
from shared.clock import local_date
from shared.contracts.border import KIND_BY_NAME, load_content
from shared.contracts.exchange import DIRECTORY_TAKEN
from shared.contracts.notification import NOTICE_DUE, READER, Notice, of_unit
from shared.errors import NotFound
from shared.messaging.events import Outgoing

OWNER = "exchange"
FILING = "filing"
"""The reader of what was taken."""


def told_fields(message: Message, content: bytes) -> frozenset[Field]:
    """Return the fields that a message told: all of a new unit, what a change names, the standing at its end."""
    if message.kind is Kind.UNIT_CLOSE:
        return frozenset({Field.STANDING})
    loaded = orjson.loads(content)
    if message.kind is Kind.UNIT_NEW:
        return frozenset(name for name in Field if loaded["unit"].get(name.value))
    named = {str(change["field"]).removeprefix("unit/") for change in loaded["changes"]}
    return frozenset(name for name in Field if name.value in named)


def kept_ours(deps: Deps, case: Case, unit: SurveyUnit, kept: Sequence[CaseField], at: datetime) -> Draft:
    """Return the message that tells the directory what is kept: before, after, from which day, on what ground."""
    ground = _ground(unit, kept)
    last = _told_last(deps, unit)
    is_new = not any(each.theirs for each in case.fields)
    message = Message(
        id=sha256(f"case/{case.id}/{case.version + 1}".encode()).hexdigest()[:32],
        version=1,
        party=unit.id,
        state=State.PENDING,
        created_at=at,
        updated_at=at,
        route=RouteName.DIRECTORY_CHANGES,
        kind=Kind.UNIT_NEW if is_new else Kind.UNIT_CHANGE,
        unit_id=unit.id,
        registration_id=ground.id if ground.source is Source.REGISTRATION else "",
        filing_id=ground.id if ground.source is Source.FILING else "",
        division=unit.division,
        revision=ground.revision,
    )
    changes = [{"field": f"unit/{each.which}", "before": each.theirs or None, "after": each.ours} for each in kept]
    record = {
        "unit": {**cast(Mapping[str, object], last["unit"]), **unit.values_of(*Source)},
        "platform": last["platform"],
        "effective_date": local_date(ground.at),
        "evidence": {
            "registration_id": message.registration_id,
            "filing_id": message.filing_id,
            "revision": ground.revision,
            "approved_at": ground.at,
        },
        **({} if is_new else {"changes": changes}),
    }
    return draft_of(message, record, case.id)


def asked_unit(case: Case, asked: Sequence[CaseField], reason: str) -> Outgoing:
    """Return the notice that asks the unit which value is right, with a link to where it told ours."""
    ground = next((each.ground for each in asked if each.ground), None)
    values = {"fields": named(asked), "words": reason or "请核对后更正，或书面说明以本系统值为准。"}
    return _notice(case, "unit_asked", values, _link(ground))


def taken_events(case: Case, unit: SurveyUnit, taken: Sequence[CaseField], at: datetime) -> tuple[Outgoing, ...]:
    """Return the news of what was taken from the directory: to filing, with the values, and to the unit."""
    data = {"case_id": case.id, "unit_id": case.unit_id, "division": unit.division, "at": at.isoformat()}
    said = {each.which: each.compared.theirs for each in taken if each.compared.theirs}
    secret = {
        "facts": {name.value: each.value for name, each in said.items()},
        "lists": {name.value: each.version for name, each in said.items() if each.version},
    }
    return (Outgoing(DIRECTORY_TAKEN.type, data, FILING, secret), _taken_notice(case, taken))


def _taken_notice(case: Case, taken: Sequence[CaseField]) -> Outgoing:
    ground = next((each.ground for each in taken if each.ground), None)
    return _notice(case, "directory_taken", {"fields": named(taken)}, _link(ground))


def named(fields: Sequence[CaseField]) -> str:
    """Return the names of fields in words."""
    return "、".join(RULES[each.which].label for each in fields)


def _notice(case: Case, occasion: str, values: Mapping[str, str], link: str) -> Outgoing:
    once = sha256(f"{case.id}/{occasion}/{case.version + 1}".encode()).hexdigest()
    notice = Notice(f"{OWNER}.{occasion}", once, of_unit(case.unit_id), values=values, link=link, about=case.unit_id)
    return Outgoing(NOTICE_DUE[OWNER].type, notice.clear, READER, dict(notice.values))


def _link(ground: Ground | None) -> str:
    if ground is None or ground.source is Source.DIRECTORY:
        return ""
    return f"/filings/{ground.id}" if ground.source is Source.FILING else f"/registrations/{ground.id}"


def _ground(unit: SurveyUnit, kept: Sequence[CaseField]) -> Ground:
    """Return the newest ground of what is kept; of the unit, where the directory itself is that of the fields."""
    own = [each.ground for each in kept if each.ground and each.ground.source is not Source.DIRECTORY]
    every = [fact.ground for fact in unit.facts.values() if fact.ground.source is not Source.DIRECTORY]
    return max(own or every, key=lambda ground: ground.at)


def _told_last(deps: Deps, unit: SurveyUnit) -> Mapping[str, object]:
    """Return the content of the unit's last message; of one that was removed, what is no fact of the unit is lost."""
    last = deps.messages.find_in_sequence(RouteName.DIRECTORY_CHANGES, unit.id, unit.sequence)
    try:
        if last is not None:
            return load_content(KIND_BY_NAME[last.kind].content, deps.messages.secret_of(last).content)
    except NotFound:  # its time was over
        pass
    return {"unit": {"unit_id": unit.id, "division": unit.division}, "platform": None}
