"""A unit of the survey, put together from the messages that told of it, and from what the desk took of the directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from services.exchange.comparing.comparison import Record
from services.exchange.comparing.fields import Field
from services.exchange.comparing.verdicts import Said
from services.exchange.model.directory import DirectoryRecord
from services.exchange.model.messages import Kind, Message
from services.exchange.model.partners import RouteName
from services.exchange.model.survey_units import CEASED, IN_FORCE, Fact, Ground, Source, SurveyUnit
from services.exchange.ports.deps import Deps
from shared.codes.registration_types import Version
from shared.contracts.border import KIND_BY_NAME, load_content
from shared.crypto.errors import KeyDestroyed
from shared.errors import NotFound

MOBILE = 11
"""Digits of a mobile number."""


def known_unit(deps: Deps, unit_id: str, newest: Message | None = None) -> SurveyUnit | None:
    """Return the unit as its messages tell it by now, kept up to the last; None where nothing was told of it.

    `newest` is its last message, where that is at hand.
    Raises `StaleVersion` where somebody else brings it up to date at the same time.
    """
    unit = deps.survey_units.find(unit_id)
    last = newest.sequence if newest else deps.messages.last_sequence(RouteName.DIRECTORY_CHANGES, unit_id)
    if last is None or last <= (unit.sequence if unit else 0):
        return unit
    for sequence in range((unit.sequence if unit else 0) + 1, last + 1):
        is_newest = newest is not None and newest.sequence == sequence
        message = (
            newest if is_newest else deps.messages.find_in_sequence(RouteName.DIRECTORY_CHANGES, unit_id, sequence)
        )
        if message is None:
            break
        try:
            unit = with_message(unit, message, deps.messages.secret_of(message).content)
        except KeyDestroyed:
            return None
        except NotFound:  # its content was removed when its time was over
            unit = replace(unit, sequence=sequence) if unit else None
    return deps.survey_units.save(unit) if unit else None


def with_message(unit: SurveyUnit | None, message: Message, content: bytes) -> SurveyUnit:
    """Return the unit with what a message told of it: all of it at first, later what the message says has changed."""
    told = load_content(KIND_BY_NAME[message.kind].content, content)
    evidence = cast(Mapping[str, object], told["evidence"])
    source = Source.FILING if evidence["filing_id"] else Source.REGISTRATION
    ground = Ground(
        source=source,
        id=str(evidence["filing_id"] or evidence["registration_id"]),
        revision=cast(int, evidence["revision"]),
        at=_moment(evidence["approved_at"], message.created_at),
    )
    record = cast(Mapping[str, object], told["unit"])
    facts = {name: Fact(_said(name, record.get(name), source), ground) for name in Field if record.get(name)}
    facts[Field.STANDING] = Fact(Said(CEASED if message.kind is Kind.UNIT_CLOSE else IN_FORCE), ground)
    known = unit or SurveyUnit(message.unit_id, 0, message.division, message.updated_at)
    if message.kind is not Kind.UNIT_NEW:
        changes = cast("list[Mapping[str, object]]", told.get("changes", []))
        named = {str(change["field"]).removeprefix("unit/") for change in changes} | {Field.STANDING.value}
        facts = {name: fact for name, fact in facts.items() if name in named or name not in known.facts}
    at = max(known.updated_at, message.updated_at)
    return replace(known.with_facts(facts, at), division=message.division, sequence=message.sequence or 0)


def directory_side(record: DirectoryRecord, ours: Record, *, is_ceased: bool) -> Record:
    """Return what the directory says, as one side of a comparison; of two telephones the one of the kind of ours."""
    own = ours.get(Field.PHONE)
    is_mobile = own is not None and len("".join(filter(str.isdecimal, own.value))) == MOBILE and own.value[0] == "1"
    phone = (record.mobile or record.phone) if is_mobile else (record.phone or record.mobile)
    return {
        Field.STANDING: Said(CEASED if is_ceased else IN_FORCE),
        Field.CREDIT_CODE: Said(record.credit_code),
        Field.ORGANISATION_CODE: Said(record.organisation_code),
        Field.NAME: Said(record.name),
        Field.DIVISION: Said(record.division),
        Field.ADDRESS: Said(record.address),
        Field.LEGAL_REPRESENTATIVE: Said(record.legal_representative),
        Field.OPENED_ON: Said(record.opened_on),
        Field.REGISTRATION_TYPE: Said(record.registration_type, record.registration_list),
        Field.INDUSTRY: Said(record.industry, record.industry_list),
        Field.PHONE: Said(phone),
        Field.EMAIL: Said(record.email),
    }


def _said(name: Field, value: object, source: Source) -> Said:
    """Return a value of ours; 企业1表 asks for a registration type of the list of 2011, registration for a group."""
    is_listed = name is Field.REGISTRATION_TYPE and source is Source.FILING
    return Said(str(value), Version.V2011.value if is_listed else "")


def _moment(text: object, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise
