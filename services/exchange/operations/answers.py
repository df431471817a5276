"""What the 名录库 answers to inquiries: a unit, announcements that never came, a page of all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hmac import compare_digest
from typing import Any, cast

from services.exchange.errors import Unreadable
from services.exchange.model.directory import DirectoryRecord, record_of
from services.exchange.model.inquiries import Asks, Inquiry, InquiryState
from services.exchange.model.mirror import Known, UnitState
from services.exchange.model.partners import Partner
from services.exchange.operations.announcements import Arrived, note_put_aside, settle_waiting, take_content
from services.exchange.operations.loading import Page, take_page
from services.exchange.operations.mirroring import take_entries
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.contracts.border import load_content
from shared.contracts.directory import RECORDS, Records
from shared.messaging.errors import ContractBroken

RECORD_DIFFERS = "record_differs"
"""A record came with a number that the mirror has, and is another one."""


def take_records(deps: Deps, call: Call, arrived: Arrived) -> Inquiry:
    """Take the answer to an inquiry.

    Actor: the directory, by a message whose signature holds. Events: the records of units that file; of a page, the inquiry for the next one. An
    inquiry that is answered is passed over. Raises `Unreadable` where it does not verify or answers nothing that was
    asked.
    """
    content = deps.border.open_receipt(arrived.sealed, RECORDS.type, Partner.DIRECTORY)
    try:
        loaded = load_content(Records(), content)
    except ContractBroken:
        raise Unreadable("answer_malformed") from None
    inquiry = _asked(deps, loaded)
    if inquiry.state is InquiryState.ANSWERED:
        return inquiry
    entries = _entries(deps, cast("list[Mapping[str, Any]]", loaded["entries"]))  # Any: as the contract loaded it
    answered = replace(
        inquiry,
        state=InquiryState.ANSWERED,
        answered_at=deps.clock.now(),
        found=len(entries),
        reason=cast(str, loaded["reason"]),
    )
    deps.directory.inquiries.save(answered)
    taken = take_entries(deps, call, entries)
    if inquiry.question.asks is Asks.MISSING:
        _take_missing(deps, call, cast("list[str]", loaded["announcements"]), arrived.event_id)
    if entries:
        settle_waiting(deps, call, [known.unit for known in entries])
    if inquiry.question.asks is Asks.PAGE:
        page = Page(len(entries), taken, cast(str, loaded["next"]), cast(int, loaded["total"]), answered.reason)
        take_page(deps, call, answered, page)
    elif taken.differing:
        note_put_aside(deps, call, RECORD_DIFFERS, arrived.event_id)
    return answered


def _asked(deps: Deps, loaded: Mapping[str, object]) -> Inquiry:
    message_id, digest = cast(str, loaded["message_id"]), cast(str, loaded["digest"])
    inquiry, message = deps.directory.inquiries.find(message_id), deps.messages.find(message_id)
    if inquiry is None or message is None:
        raise Unreadable("unknown_inquiry")
    if not compare_digest(digest, message.digest):
        raise Unreadable("digest_mismatch")
    return inquiry


def _entries(deps: Deps, loaded: Sequence[Mapping[str, Any]]) -> Sequence[Known]:
    at = deps.clock.now()
    return [
        Known(
            unit=each["unit"],
            sequence=each["sequence"],
            state=UnitState(each["state"]),
            record=cast(DirectoryRecord, record_of(each["record"])),
            at=at,
        )
        for each in loaded
    ]


def _take_missing(deps: Deps, call: Call, contents: Sequence[str], source: str) -> None:
    """Take announcements that were asked for; one that contradicts what is known is put aside, the others go on."""
    for content in contents:
        try:
            take_content(deps, call, content.encode(), source)
        except Unreadable as error:
            note_put_aside(deps, call, error.code, source)
