"""Saying whether a receipt is genuine, and whether a content is the one that it was given for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from services.filing.model.receipts import Receipt, content_from, digest_of
from services.filing.ports.deps import Deps
from shared.printing.statements import NotGenuine

NO_RECEIPT = "文件不是回执，或已被改动"


class SameContent(StrEnum):
    """How a content compares with the one that was received."""

    NOT_GIVEN = ""
    SAME = "same"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verdict:
    """What a file says: `reason` why it is not genuine, else the receipt, who signed it, and how the content compares."""

    reason: str = ""
    receipt: Receipt | None = None
    signer: str = ""
    content: SameContent = SameContent.NOT_GIVEN


def verify_receipt(deps: Deps, file: bytes, content: bytes | None) -> Verdict:
    """Return whether the file is a receipt of ours, and whether `content` is what was received.

    Actor: anybody. Nothing of what is stored is read: the file and the public certificates say it all.
    """
    try:
        receipt, signer = deps.verify_receipt(file)
    except NotGenuine as reason:
        return Verdict(str(reason))
    except (ValueError, RecursionError):
        return Verdict(NO_RECEIPT)
    return Verdict("", receipt, signer, _compared(receipt, content))


def _compared(receipt: Receipt, content: bytes | None) -> SameContent:
    if content is None:
        return SameContent.NOT_GIVEN
    try:
        is_same = digest_of(content_from(json.loads(content))) == receipt.digest
    except (ValueError, TypeError, RecursionError):
        return SameContent.UNREADABLE
    return SameContent.SAME if is_same else SameContent.DIFFERENT
