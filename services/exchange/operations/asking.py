"""Asking the 名录库: for a unit by its credit code, for announcements that never came, for a page of all its units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256

from services.exchange import policy
from services.exchange.model.inquiries import Asks, Follower, Inquiry, InquiryState, Question
from services.exchange.model.messages import Kind
from services.exchange.model.mirror import Kept, Known, PutAside, gaps_of
from services.exchange.model.partners import RouteName
from services.exchange.operations.mirroring import best, follow
from services.exchange.operations.sending import Draft, Fact, post
from services.exchange.operations.telling import tell_put_aside
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.codes import uscc
from shared.contracts.border import dump_content
from shared.errors import NotFound
from shared.ids import new_id

GAPS_AT_ONCE = 50
MOST_ASKED = 5
"""So often missing announcements are asked for before the desk is told that they never came."""

PROOFS = ("name", "legal_representative")
"""What a unit that registers itself must know of the record before it is told the rest; both are public facts."""

NEVER_CAME = "never_came"
FRESH = timedelta(days=1)
"""A code that the 名录库 did not know so lately is not asked for again."""


@dataclass(frozen=True)
class LookedUp:
    """What is known of a credit code: the unit, or the inquiry that is on its way."""

    known: Known | None
    inquiry: Inquiry | None = None


def look_up(deps: Deps, call: Call, credit_code: str) -> LookedUp:
    """Return what the mirror has of a credit code, else ask the 名录库 for it.

    Actor: the desk, or a reviewer for what is registered in their area. Events: the inquiry over the border. The look-up is
    recorded. A unit outside of the actor's area is asked for like one that nobody knows, and looks like it.
    """
    code = uscc.normalise(credit_code)
    known = best(deps.directory.mirror.find_by_code(code))
    if known is None or not policy.may_see_record(call.actor, known):
        inquiry = ask_for(deps, call, code)
        deps.reads.record(call, "look_up", inquiry.id)
        return LookedUp(None, inquiry)
    deps.reads.record(call, "look_up", deps.directory.mirror.id_of(known.unit))
    return LookedUp(known)


def read_inquiry(deps: Deps, call: Call, inquiry_id: str) -> LookedUp:
    """Return one's own inquiry for a credit code, and the unit once the 名录库 has answered. Raises `NotFound`."""
    inquiry = deps.directory.inquiries.find(inquiry_id)
    if inquiry is None or inquiry.question.asks is not Asks.CODE or inquiry.by != call.actor.account_id:
        raise NotFound
    known = best(deps.directory.mirror.find_by_code(inquiry.question.credit_code))
    if known is not None:
        deps.reads.record(call, "look_up", deps.directory.mirror.id_of(known.unit))
    return LookedUp(known if known and policy.may_see_record(call.actor, known) else None, inquiry)


def follow_fact(deps: Deps, call: Call, fact: Fact, record: Mapping[str, object]) -> None:
    """Have the unit of an approved registration or 企业1表 follow the news of the 名录库 on its credit code.

    Actor: the exchange, by an event of registration or filing, with its record. Events: as of `follow_unit`.
    """
    unit = record.get("unit")
    code = (
        next((unit[name] for name in ("credit_code", "uscc") if unit.get(name)), "") if isinstance(unit, dict) else ""
    )
    if code and fact.kind is not Kind.UNIT_CLOSE:
        follow_unit(deps, call, Follower(fact.unit_id, fact.division, uscc.normalise(str(code)), fact.at))


def follow_wish(deps: Deps, call: Call, follower: Follower) -> None:
    """Have a unit that registered itself follow the news of the 名录库, if it says who it is.

    Actor: the exchange, by an event of filing. Events: as of `follow_unit`. Who leaves out one of `PROOFS` is not followed.
    """
    if all(follower.claims.get(name) for name in PROOFS):
        follow_unit(deps, call, follower)


def follow_unit(deps: Deps, call: Call, follower: Follower) -> None:
    """Have a unit of the survey follow the news of the 名录库 on its credit code, which is asked for where it is not known.

    Actor: the exchange, on a ground that was examined. Events: the record for filing, or the inquiry. Safe to run twice.
    """
    if not uscc.faults(follower.credit_code) and follow(deps, call, follower) is None:
        ask_for(deps, call, follower.credit_code)


def ask_for(deps: Deps, call: Call, credit_code: str) -> Inquiry:
    """Ask for a unit by its credit code; while an inquiry for it is open, or it is answered of late, nothing more is asked.

    Actor: the exchange, the desk, a reviewer. Events: the inquiry over the border.
    """
    at, by = deps.clock.now(), call.actor.account_id
    recent = deps.directory.inquiries.find_recent(credit_code, by, at - FRESH)
    return recent or ask(deps, call, Question(Asks.CODE, credit_code=credit_code))


def ask_missing(deps: Deps, call: Call, kept: Kept) -> None:
    """Ask for what must come before an announcement that waits; after several times the desk is told.

    Actor: the exchange. Events: the inquiries over the border, or a notice. Safe to run twice.
    """
    units = [party.unit for party in kept.announcement.parties]
    at = deps.clock.now()
    for gap in gaps_of(kept.announcement, deps.directory.mirror.sequences(units)):
        ask(
            deps, call, Question(Asks.MISSING, unit=gap.unit, first=gap.first, last=gap.last), f"{kept.id}/{kept.asked}"
        )
    deps.directory.announcements.save(replace(kept, asked_at=at, asked=kept.asked + 1))
    if kept.asked + 1 == MOST_ASKED:
        trouble = PutAside(kept.source, NEVER_CAME, at)
        deps.directory.troubles.note(trouble, call, tell_put_aside(deps, trouble))


def ask_for_gaps(deps: Deps, correlation_id: str) -> int:
    """Ask for what announcements have waited for too long; return how many waited.

    Actor: the exchange, by the clock. Events: as of `ask_missing`.
    """
    before = deps.clock.now() - deps.patience.gap
    waiting = deps.directory.announcements.list_to_ask(before, GAPS_AT_ONCE)
    for kept in waiting:
        deps.together(partial(ask_missing, call=Call(policy.EXCHANGE, correlation_id), kept=kept))
    return len(waiting)


def ask(deps: Deps, call: Call, question: Question, occasion: str = "", load_id: str = "") -> Inquiry:
    """Put a question on its way; the same one on the same occasion is asked once.

    Actor: the exchange, the desk, a reviewer. Events: the inquiry over the border.
    """
    occasion = occasion or new_id()
    id = sha256(f"inquiry/{occasion}/{question.asks}/{question.unit}/{question.after}".encode()).hexdigest()[:32]
    content = dump_content({"kind": Kind.UNIT_INQUIRY.value, "message_id": id, **asdict(question)})
    draft = Draft(
        id, RouteName.DIRECTORY_INQUIRIES, Kind.UNIT_INQUIRY, id, lambda _: content, credit_code=question.credit_code
    )
    inquiry = Inquiry(id, question, InquiryState.ASKED, deps.clock.now(), call.actor.account_id, load_id=load_id)
    deps.directory.inquiries.add(inquiry)
    post(deps, Call(policy.EXCHANGE, call.correlation_id), draft)
    return inquiry
