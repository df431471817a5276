"""What the portal reads in answers of statistics is what statistics says it answers, and has words for each of its codes."""

from __future__ import annotations

import pytest
from marshmallow import Schema

from services.portal.model import drafts, publications, releases
from services.portal.presenters.releases import NEXT, TO_DO
from services.statistics.model.releases import Fault, ReleaseKind, ReleaseState, Review
from services.statistics.schemas import outgoing, published, reports
from services.statistics.schemas import releases as told

ANSWERS = (
    (releases.SnapshotAnswer, outgoing.SnapshotOut),
    (releases.ReleaseAnswer, told.ReleaseOut),
    (releases.CheckedAnswer, told.CheckedOut),
    (releases.HappenedAnswer, told.StepOut),
    (releases.ReportAnswer, reports.ReportOut),
    (releases.HiddenAnswer, reports.HiddenOut),
    (releases.QuantityAnswer, reports.QuantityOut),
    (releases.FindingAnswer, reports.FindingOut),
    (releases.ControlAnswer, reports.ControlOut),
    (drafts.DrawableAnswer, outgoing.TableOut),
    (drafts.DraftAnswer, outgoing.DraftOut),
    (drafts.ValueAnswer, outgoing.ValueOut),
    (publications.PublicationAnswer, published.PublicationOut),
    (publications.ReleasedAnswer, published.PublishedOut),
    (publications.DescribedAnswer, published.DescribedOut),
    (publications.TableAnswer, published.PublishedTableOut),
    (publications.CellAnswer, published.CellOut),
    (publications.DimensionAnswer, outgoing.DimensionOut),
)


@pytest.mark.parametrize(("answer", "schema"), ANSWERS, ids=lambda each: each.__name__)
def test_every_field_that_is_read_is_answered(answer: type, schema: type[Schema]) -> None:
    read = {name for each in answer.__mro__ for name in getattr(each, "__annotations__", {})}

    assert read <= set(schema().fields)


def test_every_finding_says_what_to_do_and_every_state_what_is_next() -> None:
    assert set(TO_DO) == {*Fault, *Review}
    assert set(NEXT) == set(ReleaseState)
    assert set(publications.KINDS) == set(ReleaseKind)
