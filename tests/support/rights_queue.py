"""What the tables of rights and of bad input know of the queue and of batches: one batch of the county."""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.model.batches import BatchAction, Words
from services.filing.operations.batches import Wish, begin_batch
from services.filing.operations.selection import Selected
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.identity.actor import Actor

BATCHES = "/review-batches"
BATCH_COLLECTIONS = ("review_batches", "review_batch_items")
BATCH_BODY: Mapping[str, object] = {
    "action": "return",
    "text": "请核实",
    "signatory": "张审核",
    "reason_code": "implausible",
    "items": [{"id": "0" * 32, "version": 1}],
}
QUEUE_BODIES: Mapping[str, object] = {BATCHES: BATCH_BODY, "/units/search": {"text": "杭州云采科技有限公司"}}
"""What each route is sent."""


def batch_of(deps: Deps, filing_id: str, county: Actor) -> str:
    """Make a batch of the county over one filing, and return its id."""
    wish = Wish(BatchAction.APPROVE, Words("同意", "张审核"), selected=(Selected(filing_id, 1),))
    return begin_batch(deps, Call(county), wish).batch.id
