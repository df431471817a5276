"""One function per type of message that filing takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import structlog
from joserfc.jwk import KeySetSerialization
from pymongo.client_session import ClientSession

from services.filing.model.rates import Quote, Quoting, Rate
from services.filing.model.units import Platform, Source, UnitType
from services.filing.operations.directory_values import Taken, take_directory, take_record
from services.filing.operations.likeness import take_fact
from services.filing.operations.rates import take_rates
from services.filing.operations.reminders import settle_filed
from services.filing.operations.units import Told, take_basics, take_told
from services.filing.policy import SYSTEM
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.contracts.exchange import DIRECTORY_RECORD, DIRECTORY_TAKEN
from shared.contracts.filing import PERIOD_FINALISED, THREAD_REOPENED, THREAD_RESOLVED
from shared.contracts.identity import DIVISIONS_CHANGED
from shared.contracts.rates import RATES_PUBLISHED
from shared.contracts.registration import UNIT_KNOWN
from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.errors import Invalid, NotFound, StaleVersion
from shared.messaging.effects import Handler
from shared.messaging.envelope import Message
from shared.messaging.errors import Poison, Transient

APPROVED = "tongbao.filing.approved.v1"
SUBMITTED = "tongbao.filing.submitted.v1"

FACTS = ("forwarded", "returned", "withdrawn", "decision_undone", "finalised", "rerouted")
"""Facts about filings. Their notices left with them; here likely duplicates are looked for (L8)."""

REGISTERED = "registered"
"""The standing in which a platform counts as registered; a suspended one does not."""

BASICS = {"name": "name", "credit_code": "uscc", "legal_representative": "legal_representative"}
"""What registration's record says of a unit, by the names under which filing keeps it.

Registration types are left out: registration knows three groups, 企业1表 asks for the type itself.
"""

log = structlog.get_logger()


def handlers(
    deps_within: Callable[[ClientSession], Deps],
    own_keys: Callable[[], KeySetSerialization],
    note_divisions: Callable[[Mapping[str, Any], ClientSession], None],
) -> Mapping[str, Handler]:
    """Return the handler of each type.

    `deps_within` binds what the operations use to a transaction; `own_keys` open what registration sealed for us;
    `note_divisions` keeps confirmed changes to the divisions.
    """

    def on_unit_known(session: ClientSession, message: Message) -> None:
        # Any: what registration's `unit_known` put in
        record = cast(dict[str, Any], load_payload(open_sealed(own_keys(), message.data["sealed"], typ=message.type)))
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            take_told(deps_within(session), call, _told(message, record["unit"], record["platform"]))
        except StaleVersion as error:
            raise Transient("unit changed meanwhile") from error

    def on_directory_taken(session: ClientSession, message: Message) -> None:
        data = DIRECTORY_TAKEN.load(message.data)
        # Any: what the exchange's `directory_taken` put in
        record = cast(dict[str, Any], load_payload(open_sealed(own_keys(), data["sealed"], typ=message.type)))
        at = _stored_moment(data["at"])
        taken = Taken(data["unit_id"], data["division"], at, record["facts"], record["lists"])
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            unit = take_directory(deps_within(session), call, taken)
        except StaleVersion as error:
            raise Transient("unit changed meanwhile") from error
        log.info("directory_taken", case_id=data["case_id"], unit_id=data["unit_id"], is_known=unit is not None)

    def on_directory_record(session: ClientSession, message: Message) -> None:
        data = DIRECTORY_RECORD.load(message.data)
        # Any: what the exchange's `directory_record` put in
        record = cast(dict[str, Any], load_payload(open_sealed(own_keys(), data["sealed"], typ=message.type)))
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            take_record(deps_within(session), call, data["unit_id"], record["basics"], _stored_moment(data["told_at"]))
        except StaleVersion as error:
            raise Transient("unit changed meanwhile") from error
        except NotFound as error:  # registration's own news of it is still under way
            raise Transient("unit not known yet") from error

    def on_approved(session: ClientSession, message: Message) -> None:
        deps = deps_within(session)
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            take_basics(deps, call, deps.filings.get(message.data["filing_id"]))
        except StaleVersion as error:
            raise Transient("unit changed meanwhile") from error
        on_fact(session, message)

    def on_fact(session: ClientSession, message: Message) -> None:
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            take_fact(deps_within(session), call, message.data["filing_id"])
        except StaleVersion as error:
            raise Transient("alarm changed meanwhile") from error
        log.info("fact_told", type=message.type, filing_id=message.data["filing_id"])

    def on_submitted(session: ClientSession, message: Message) -> None:
        said = message.data
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            settle_filed(deps_within(session), call, said["unit_id"], said["form"], said["period"])
        except StaleVersion as error:
            raise Transient("reminded meanwhile") from error
        on_fact(session, message)

    def on_period_finalised(session: ClientSession, message: Message) -> None:
        log.info("period_final", closing_id=message.data["closing_id"], period=message.data["period"])

    def on_thread(session: ClientSession, message: Message) -> None:
        log.info("thread_told", type=message.type, thread_id=message.data["thread_id"])

    def on_rates_published(session: ClientSession, message: Message) -> None:
        data = RATES_PUBLISHED.load(message.data)
        call = Call(actor=SYSTEM, correlation_id=message.correlation_id)
        try:
            taken = take_rates(deps_within(session), call, _rates(data), _stored_moment(data["published_at"]))
        except StaleVersion as error:
            raise Transient("rates changed meanwhile") from error
        except Invalid as error:
            log.error("rates_refused", batch_id=data["batch_id"], codes=sorted({each.code for each in error.problems}))
            raise Poison("rates_refused") from None
        log.info("rates_taken", batch_id=data["batch_id"], rates=len(taken))

    def on_divisions_changed(session: ClientSession, message: Message) -> None:
        note_divisions(message.data, session)
        log.info("divisions_changed", change_set_id=message.data["change_set_id"])

    return {
        DIVISIONS_CHANGED.type: on_divisions_changed,
        UNIT_KNOWN.type: on_unit_known,
        DIRECTORY_TAKEN.type: on_directory_taken,
        DIRECTORY_RECORD.type: on_directory_record,
        RATES_PUBLISHED.type: on_rates_published,
        APPROVED: on_approved,
        PERIOD_FINALISED.type: on_period_finalised,
        THREAD_RESOLVED.type: on_thread,
        THREAD_REOPENED.type: on_thread,
        **{f"tongbao.filing.{fact}.v1": on_fact for fact in FACTS},
        SUBMITTED: on_submitted,
    }


def _stored_moment(moment: datetime) -> datetime:
    """Return a moment in UTC, cut to milliseconds as it will be stored, so that it compares with what is stored."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _rates(data: Mapping[str, Any]) -> list[Rate]:
    return [
        Rate(
            currency=each["currency"],
            day=each["day"],
            source=data["source"],
            quote=Quote(Decimal(each["value"]), Quoting(each["quoting"]), each["units"]),
        )
        for each in data["rates"]
    ]


def _told(message: Message, unit: Mapping[str, Any], platform: Mapping[str, Any]) -> Told:
    basics = {ours: unit[theirs] for theirs, ours in BASICS.items() if unit.get(theirs)}
    opened_on = unit.get("opened_on")
    if isinstance(opened_on, date):
        basics["opened_on"] = f"{opened_on:%Y-%m}"  # 企业1表 asks for the month
    return Told(
        unit_id=message.data["unit_id"],
        kind=UnitType.PLATFORM,
        division=message.data["division"],
        source=Source.REGISTRATION,
        at=message.time,
        basics=basics,
        platform=Platform(
            id=message.data["registration_id"],
            name=platform["name"],
            is_registered=message.data["standing"] == REGISTERED,
        ),
    )
