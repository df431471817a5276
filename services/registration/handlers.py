"""One function per type of message that registration takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import structlog
from joserfc.jwk import KeySetSerialization
from pymongo.client_session import ClientSession

from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.model.sheets import SheetContent, SheetKind, SheetReason
from services.registration.operations.following import note_directory
from services.registration.operations.sheets import SHEET_DUE, make_sheet
from services.registration.ports import Deps
from shared.calls import Call
from shared.contracts.identity import DIVISIONS_CHANGED
from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.errors import StaleVersion
from shared.identity.actor import Actor, Role
from shared.messaging.effects import Handler, Outward
from shared.messaging.envelope import Message
from shared.messaging.errors import Transient

EXCHANGE = Actor(account_id="exchange", role=Role.DIRECTORY_DESK)
"""Stands for the exchange service in histories."""

NOTED = (
    "submitted",
    "returned",
    "approved",
    "rejected",
    "withdrawn",
    "decision_undone",
    "amended",
    "renewed",
    "suspended",
    "resumed",
    "expired",
)
"""Facts for services to come. Their notices left with them; here they are only noted, so that each has a reader."""

log = structlog.get_logger()

_NEWS = {
    "tongbao.exchange.unit_sent.v1": DirectoryState.SENT,
    "tongbao.exchange.unit_acknowledged.v1": DirectoryState.ACCEPTED,
    "tongbao.exchange.unit_refused.v1": DirectoryState.REFUSED,
    "tongbao.exchange.unit_unanswered.v1": DirectoryState.UNANSWERED,
}


def handlers(
    deps_within: Callable[[ClientSession], Deps],
    deps: Deps,
    own_keys: Callable[[], KeySetSerialization],
    note_divisions: Callable[[Mapping[str, Any], ClientSession], None],
) -> Mapping[str, Handler | Outward]:
    """Return the handler of each type; sheets come by a queue of their own.

    `deps_within` binds what the operations use to a transaction; `own_keys` open what this service sealed for itself;
    `note_divisions` keeps confirmed changes to the divisions.
    """

    def on_directory_news(session: ClientSession, message: Message) -> None:
        if not message.data["registration_id"]:  # of a correction by a filing, which no registration waits for
            return
        news = Directory(
            state=_NEWS[message.type],
            at=message.time,
            message_id=message.data["message_id"],
            reason_code=message.data["reason_code"],
            attempt=message.data["attempt"],
            kind=DirectoryKind(message.data["kind"]),
            revision=message.data["revision"],
        )
        call = Call(actor=EXCHANGE, correlation_id=message.correlation_id)
        try:
            note_directory(deps_within(session), call, message.data["registration_id"], news)
        except StaleVersion as error:
            raise Transient("registration changed meanwhile") from error

    def on_sheet_due(message: Message) -> None:
        data = message.data
        # Any: what `operations.sheets.ordered` put in
        secret = cast(dict[str, Any], load_payload(open_sealed(own_keys(), data["sealed"], typ=SHEET_DUE)))
        reasons = tuple(SheetReason(*reason) for reason in secret.pop("reasons"))
        content = SheetContent(
            kind=SheetKind(data["kind"]),
            registration_id=data["registration_id"],
            revision=data["revision"],
            reasons=reasons,
            **secret,
        )
        make_sheet(deps, message.id, data["unit_id"], data["division"], content)

    def on_fact(_: ClientSession, message: Message) -> None:
        log.info("fact_told", type=message.type, registration_id=message.data["registration_id"])

    def on_divisions_changed(session: ClientSession, message: Message) -> None:
        note_divisions(message.data, session)
        log.info("divisions_changed", change_set_id=message.data["change_set_id"])

    return {
        DIVISIONS_CHANGED.type: on_divisions_changed,
        **{f"tongbao.registration.{kind}.v1": on_fact for kind in NOTED},
        SHEET_DUE: Outward(on_sheet_due),
        **dict.fromkeys(_NEWS, on_directory_news),
    }
