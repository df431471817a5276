"""A set of tables as statistics hands it over: taken once, and prepared for everybody who gets it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from services.exchange.errors import Unreadable
from services.exchange.model.deliveries import RECEIVERS, KeptSet
from services.exchange.operations.preparing import prepared
from services.exchange.packaging.package import MOST_BYTES
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.contracts.border import EXCHANGE
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.contracts.statistics import digest_of, load_tables, unpacked
from shared.errors import Conflict, TooLarge
from shared.identity.actor import Role
from shared.messaging.errors import ContractBroken
from shared.tabulation.tables import TableSet, table_set_of

TAKE = "take"

_REFUSALS = {
    TooLarge.code: f"资料包超过 {MOST_BYTES // 1024 // 1024} MiB，不能作为一件报文送出，请按表或地区拆分",
    "set_told_otherwise": "同一批资料先后两次移交的内容不一致",
    "digest_mismatch": "资料内容与移交时所报摘要不符",
    "set_unfit": "资料内容不完整或格式不符",
    "set_of_another": "资料编号与移交时所报不符",
    "cannot_decrypt": "资料无法解密",
    "record_unfit": "资料内容不完整或格式不符",
}
"""Why a set is not taken, by its code."""


@dataclass(frozen=True)
class HandedOver:
    """A set as it was handed over: sealed for us, with the digest that was told of it."""

    type: str
    set_id: str
    digest: str
    sealed: str = field(repr=False)


def take_set(deps: Deps, call: Call, handed: HandedOver) -> KeptSet:
    """Keep a set and prepare it for every receiver; what did not leave of an older one is superseded.

    Actor: the exchange, by an event of statistics. Events: none. Safe to run twice. Raises `Unreadable` where the set can't
    be read, is not what was told, or was told otherwise before, and `TooLarge` where its package could not leave.
    """
    known = deps.sharing.deliveries.find_set(handed.set_id)
    if known is not None:
        if known.digest != handed.digest:
            raise Unreadable("set_told_otherwise")
        return known
    try:
        content = unpacked(deps.border.open_record(handed.sealed, handed.type))
        if digest_of(content) != handed.digest:
            raise Unreadable("digest_mismatch")
        made = table_set_of(load_tables(content))
    except ContractBroken:
        raise Unreadable("set_unfit") from None
    if made.set_id != handed.set_id:
        raise Unreadable("set_of_another")
    return keep_set(deps, call, made, content)


def keep_set(deps: Deps, call: Call, made: TableSet, content: bytes) -> KeptSet:
    """Keep a set that was read, and prepare it for every receiver.

    Actor: the exchange. Events: none. Raises `Conflict` where its id is taken.
    """
    at = deps.clock.now()
    kept = KeptSet(
        id=made.set_id,
        version=1,
        kind=made.kind,
        period=made.period,
        set_version=made.version,
        supersedes=made.supersedes,
        final_on=made.final_on,
        is_sample=made.is_sample,
        title=made.title,
        digest=digest_of(content),
        received_at=at,
        history=(call.entry(at, TAKE, None, None),),
    )
    deps.sharing.deliveries.add_set(kept, call, content)
    for receiver in RECEIVERS:
        with suppress(Conflict):  # a newer set came first
            prepared(deps, call, receiver, made)
    return kept


def tell_refused(deps: Deps, set_id: str, code: str) -> None:
    """Tell the sharing desk and the head of statistics that a set was not taken, so that nobody gets it; once for a reason.

    Actor: the exchange. Beside any transaction.
    """
    for role in (Role.SHARING_DESK, Role.STATISTICS_HEAD):
        notice = Notice(
            occasion=f"{EXCHANGE}.set_refused",
            once=sha256(f"{set_id}/{code}/{role}".encode()).hexdigest(),
            to=in_role(role, None),
            values={"reason": _REFUSALS.get(code, code)},
            link="/deliveries",
        )
        deps.journal.tell(NOTICE_DUE[EXCHANGE].type, deps.border.seal_notice(notice), deps.clock.now())


def tables_of(deps: Deps, kept: KeptSet) -> TableSet:
    """Return the tables of a set."""
    return table_set_of(load_tables(deps.sharing.deliveries.content_of(kept)))
