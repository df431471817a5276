"""What the differences between two records of a unit amount to, as the directory's offices speak of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from services.exchange.comparing import coded, plain
from services.exchange.comparing.comparison import Compared
from services.exchange.comparing.fields import Field
from services.exchange.comparing.verdicts import Outcome


class Proposal(StrEnum):
    """A kind of change, in the order of its weight: the first of a case gives its name."""

    CLOSE = "close"
    MERGE = "merge"
    SPLIT = "split"
    NEW = "new"
    MOVE = "move"
    WRONG_PLACE = "wrong_place"
    CHANGE = "change"


LABELS = {
    Proposal.CLOSE: "注销",
    Proposal.MERGE: "合并",
    Proposal.SPLIT: "拆分",
    Proposal.NEW: "新增",
    Proposal.MOVE: "迁移",
    Proposal.WRONG_PLACE: "误划属地",
    Proposal.CHANGE: "变更",
}

_PLACE = frozenset({Field.DIVISION, Field.ADDRESS})


def proposals(
    compared: Sequence[Compared],
    on: date,
    *,
    is_known: bool = True,
    announced: Collection[Proposal] = (),
) -> tuple[Proposal, ...]:
    """Return what is proposed, the weightiest first; nothing where the two sides say the same.

    `is_known` says that both sides know the unit, `announced` what the directory itself calls it: a merger or a split
    can't be seen in the fields of one unit.
    """
    found: set[Proposal] = {each for each in announced if each in (Proposal.MERGE, Proposal.SPLIT)}
    if not is_known:
        found.add(Proposal.NEW)
    else:
        found |= _of_fields(compared, on, is_moved=Proposal.MOVE in announced)
    return tuple(each for each in Proposal if each in found)


def _of_fields(compared: Sequence[Compared], on: date, *, is_moved: bool) -> set[Proposal]:
    by_field = {each.which: each for each in compared}
    unequal = {each.which for each in compared if each.needs_a_word}
    found = {Proposal.CLOSE} if Field.STANDING in unequal else set()
    if unequal - _PLACE - {Field.STANDING}:
        found.add(Proposal.CHANGE)
    place = by_field.get(Field.DIVISION)
    if place is None or place.outcome is not Outcome.DIFFERS:
        return found | ({Proposal.CHANGE} if unequal & _PLACE else set())
    if is_moved:
        return found | {Proposal.MOVE}
    address = by_field.get(Field.ADDRESS)
    return found | {Proposal.WRONG_PLACE if address and _stayed(place, address, on) else Proposal.MOVE}


def _stayed(place: Compared, address: Compared, on: date) -> bool:
    """Whether the unit sits where it sat, and one side alone has it in another division."""
    if address.theirs is None or address.ours is None or place.theirs is None or place.ours is None:
        return False
    written = address.theirs.value, address.ours.value
    names = [coded.names_of(each.value, on) for each in (place.theirs, place.ours)]
    return any(plain.address(written[0], each) == plain.address(written[1], each) for each in names)
