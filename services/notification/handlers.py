"""One function per type of message that notification takes: each owner's "somebody is to be told something", and "that
is done with"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from pymongo.client_session import ClientSession

from services.notification.model.notices import Arrival
from services.notification.model.occasions import Occasions
from services.notification.ports import Arrivals, Settlements
from shared.contracts.notification import ADDRESS, NOTICE_DUE, NOTICE_SETTLED
from shared.messaging.effects import Handler
from shared.messaging.envelope import Message
from shared.messaging.errors import ContractBroken, Poison


class Opens(Protocol):
    """Opens what owners sealed."""

    def values(self, token: str, type: str) -> Mapping[str, str]:
        """Return the named values. Raises `ContractBroken`, errors of `shared.crypto`."""
        ...


def handlers(
    occasions: Occasions,
    opens: Opens,
    arrivals_within: Callable[[ClientSession], Arrivals],
    settlements_within: Callable[[ClientSession], Settlements],
) -> Mapping[str, Handler]:
    """Return the handler of each owner's types; what arrives and what is settled is bound to a transaction."""

    def handler_of(owner: str) -> Handler:
        def on_notice_due(session: ClientSession, message: Message) -> None:
            data = message.data
            key = str(data["occasion"])
            if not key.startswith(f"{owner}."):
                raise Poison("foreign_occasion")
            if occasions.find(key) is None:
                raise Poison("unknown_occasion")
            values = opens.values(str(data["sealed"]), message.type)
            if "address" in data["to"] and not values.get(ADDRESS):
                raise ContractBroken("data/sealed/address")
            arrivals_within(session).add(
                Arrival(
                    id=message.id,
                    at=message.time,
                    occasion=key,
                    once=str(data["once"]),
                    to=data["to"],
                    link=str(data.get("link", "")),
                    about=str(data.get("about", "")),
                    correlation_id=message.correlation_id,
                    values=values,
                )
            )

        return on_notice_due

    def settler_of(owner: str) -> Handler:
        def on_notice_settled(session: ClientSession, message: Message) -> None:
            occasion = str(message.data["occasion"])
            if not occasion.startswith(f"{owner}."):
                raise Poison("foreign_occasion")
            settlements_within(session).settle(occasion, str(message.data["once"]), message.time)

        return on_notice_settled

    return {
        **{contract.type: handler_of(owner) for owner, contract in NOTICE_DUE.items()},
        **{contract.type: settler_of(owner) for owner, contract in NOTICE_SETTLED.items()},
    }
