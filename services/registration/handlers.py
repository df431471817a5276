"""One function per type of message that registration takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pymongo.client_session import ClientSession

from services.registration.model.directory import Directory, DirectoryKind, DirectoryState
from services.registration.operations.following import TITLES, note_directory, tell_applicant
from services.registration.ports import Deps
from shared.calls import Call
from shared.errors import StaleVersion
from shared.identity.actor import Actor, Role
from shared.messaging.effects import Handler
from shared.messaging.envelope import Message
from shared.messaging.errors import Transient

EXCHANGE = Actor(account_id="exchange", role=Role.DIRECTORY_DESK)
"""Stands for the exchange service in histories."""

_NEWS = {
    "tongbao.exchange.unit_sent.v1": DirectoryState.SENT,
    "tongbao.exchange.unit_acknowledged.v1": DirectoryState.ACCEPTED,
    "tongbao.exchange.unit_refused.v1": DirectoryState.REFUSED,
    "tongbao.exchange.unit_unanswered.v1": DirectoryState.UNANSWERED,
}


def handlers(deps_within: Callable[[ClientSession], Deps]) -> Mapping[str, Handler]:
    """Return the handler of each type; `deps_within` binds what the operations use to a transaction."""

    def on_own_fact(session: ClientSession, message: Message) -> None:
        kind = message.type.split(".")[2]
        tell_applicant(
            deps_within(session),
            message.id,
            message.data["registration_id"],
            kind,
            message.data["revision"],
            message.time,
        )

    def on_directory_news(session: ClientSession, message: Message) -> None:
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

    return {
        **{f"tongbao.registration.{kind}.v1": on_own_fact for kind in TITLES},
        **dict.fromkeys(_NEWS, on_directory_news),
    }
