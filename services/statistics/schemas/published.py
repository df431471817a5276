"""What is published, as everybody reads it: releases, what is said of their tables, and the tables."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.statistics.model.releases import Published, Release
from services.statistics.operations.contents import APPROVALS
from services.statistics.operations.kinds import title_of
from services.statistics.schemas.outgoing import Body, DimensionOut
from services.statistics.tables.definitions import Tables
from shared.contracts.statistics import PUBLISHED, SUPPRESSED
from shared.tabulation.tables import Cell, Dimension, Measure, Table, TableSet

MARK = (
    "标记为隐去的单元格（JSON 中 status 为 suppressed，CSV 中状态为“隐去”，SDMX-CSV 中 CONF_STATUS 为 C，工作簿中为 *）"
    "依《中华人民共和国统计法》的保密规定不公布数值，不表示为零；没有列出的单元格没有数据。"
)


class PublicationOut(Schema):
    """A published release; `number` counts its versions, `superseded_by` is a later one, empty for none."""

    id = fields.String()
    kind = fields.String()
    title = fields.String()
    period = fields.String()
    number = fields.Integer()
    final_on = fields.String()
    published_on = fields.String()
    supersedes = fields.String()
    superseded_by = fields.String()


class PublicationsOut(Schema):
    """A page of the published releases, the newest first."""

    items = fields.List(fields.Nested(PublicationOut))
    next_cursor = fields.String()


class SeriesOut(Schema):
    """What is counted, and its unit; an amount is there once in each currency."""

    code = fields.String()
    title = fields.String()
    unit = fields.String()
    currency = fields.String()
    decimals = fields.Integer()


class DescribedOut(Schema):
    """A table without its numbers: `source` is its place in the regulation, `hidden` counts the cells of `cells` hidden."""

    code = fields.String()
    title = fields.String()
    source = fields.String()
    measures = fields.List(fields.Nested(SeriesOut))
    dimensions = fields.List(fields.String())
    cells = fields.Integer()
    hidden = fields.Integer()


class PublishedOut(PublicationOut):
    """A published release with all that explains its tables.

    `approval` is the number under which the survey was approved, `snapshot` the digest of the frozen facts behind the
    tables, `thresholds` the edition of the rules of confidentiality, `digest` that of all tables; `mark` says what a
    hidden cell is.
    """

    edition = fields.String()
    approval = fields.String()
    snapshot = fields.String()
    thresholds = fields.String()
    digest = fields.String()
    nature = fields.String()
    mark = fields.String()
    tables = fields.List(fields.Nested(DescribedOut))


class CellOut(Schema):
    """A number at a code of each dimension; one that is suppressed has no value."""

    at = fields.List(fields.String())
    measure = fields.String()
    status = fields.String()
    value = fields.String(allow_none=True)


class PublishedTableOut(Schema):
    """A table of a published release."""

    code = fields.String()
    title = fields.String()
    period = fields.String()
    nature = fields.String()
    mark = fields.String()
    dimensions = fields.List(fields.Nested(DimensionOut))
    measures = fields.List(fields.Nested(SeriesOut))
    cells = fields.List(fields.Nested(CellOut))


def publication_body(shown: Published) -> Body:
    """Return a row of the list."""
    release = shown.release
    return {
        "id": release.id,
        "kind": release.kind.value,
        "title": title_of(release),
        "period": release.period,
        "number": release.number,
        "final_on": release.final_on.isoformat(),
        "published_on": release.publish_on.isoformat() if release.publish_on else "",
        "supersedes": shown.supersedes,
        "superseded_by": shown.superseded_by,
    }


def published_body(shown: Published, made: TableSet, tables: Tables) -> Body:
    """Return a release with what is said of its tables."""
    return {
        **publication_body(shown),
        "title": made.title,
        "edition": made.edition,
        "approval": APPROVALS.get(made.edition, ""),
        "snapshot": made.snapshot_digest,
        "thresholds": shown.release.checked.thresholds if shown.release.checked else "",
        "digest": content_digest(shown.release),
        "nature": made.nature,
        "mark": MARK,
        "tables": [_described_body(each, tables) for each in made.tables],
    }


def published_table_body(made: TableSet, table: Table) -> Body:
    """Return a table with its cells; a hidden one is there without its value."""
    return {
        "code": table.code,
        "title": table.title,
        "period": made.period,
        "nature": made.nature,
        "mark": MARK,
        "dimensions": [_dimension_body(each) for each in table.dimensions],
        "measures": [_series_body(each) for each in table.measures],
        "cells": [_cell_body(each) for each in table.cells],
    }


def content_digest(release: Release) -> str:
    """Return the digest of a release's tables."""
    return release.checked.digest if release.checked else ""


def _described_body(table: Table, tables: Tables) -> Body:
    definition = tables.tables.get(table.code)
    return {
        "code": table.code,
        "title": table.title,
        "source": definition.source if definition else "",
        "measures": [_series_body(each) for each in table.measures],
        "dimensions": [each.title for each in table.dimensions],
        "cells": len(table.cells),
        "hidden": sum(not each.is_published for each in table.cells),
    }


def _series_body(measure: Measure) -> Body:
    return {
        "code": measure.code,
        "title": measure.title,
        "unit": measure.unit,
        "currency": measure.currency,
        "decimals": measure.decimals,
    }


def _dimension_body(dimension: Dimension) -> Body:
    items = [{"code": each.code, "title": each.title, "parent": each.parent} for each in dimension.items]
    return {"code": dimension.code, "title": dimension.title, "items": items}


def _cell_body(cell: Cell) -> Body:
    return {
        "at": list(cell.at),
        "measure": cell.measure,
        "status": PUBLISHED if cell.is_published else SUPPRESSED,
        "value": cell.text if cell.is_published else None,
    }
