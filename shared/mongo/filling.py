"""Fields that came to be after documents were stored without them: filled in once, before the new code asks by them."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from pymongo.collection import Collection

from shared.mongo.client import Document, unavailable_when_down

log = structlog.get_logger()


def fill_in(
    collection: Collection[Document],
    field: str,
    fields_of: Callable[[Document], Document],
    passing_over: type[Exception],
) -> int:
    """Set what `fields_of` returns on each document that lacks `field`, and return on how many; twice does no harm.

    The version stays: nothing is said that the document did not say. One that is changed meanwhile is passed over, since
    a change writes the field itself; one for which `fields_of` raises `passing_over` stays as it is and is named in the
    log.
    """
    lacking: Document = {field: {"$exists": False}}
    filled = 0
    with unavailable_when_down():
        for document in collection.find(lacking):
            try:
                fields = fields_of(document)
            except passing_over as error:
                log.error("not_filled_in", collection=collection.name, id=document["_id"], error=type(error).__name__)
                continue
            same = {"_id": document["_id"], "v": document["v"], **lacking}
            filled += collection.update_one(same, {"$set": fields}).modified_count
    return filled
