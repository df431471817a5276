"""A filing's numbers beside others, as they go out over HTTP."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema, fields

from services.filing.forms.answers import Place
from services.filing.model.periods import period_of
from services.filing.operations.outliers import Compared, Comparison
from services.filing.outliers.scores import FAR, LEAST, Score, Spread
from services.filing.schemas.overview import division_name

Body = dict[str, object]


class ScoreOut(Schema):
    """A verdict with its score, None where there is none."""

    verdict = fields.String()
    z = fields.Float(allow_none=True)


class SpreadOut(Schema):
    """How others are spread."""

    count = fields.Integer()
    zeros = fields.Integer()
    least = fields.String()
    median = fields.String()
    most = fields.String()


class ComparedOut(Schema):
    """A number of the filing beside others."""

    pointer = fields.String()
    indicator = fields.String()
    label = fields.String()
    measure = fields.String()
    value = fields.String()
    is_unusual = fields.Boolean()
    history = fields.Nested(ScoreOut)
    own = fields.Nested(SpreadOut, allow_none=True)
    region = fields.Nested(ScoreOut)
    others = fields.Nested(SpreadOut, allow_none=True)


class OutliersOut(Schema):
    """A filing's numbers beside others, the unusual ones first."""

    period_label = fields.String()
    division = fields.String()
    division_name = fields.String()
    units = fields.Integer()
    least_units = fields.Integer()
    is_sample = fields.Boolean()
    periods = fields.Integer()
    far = fields.Float()
    cells = fields.List(fields.Nested(ComparedOut))


def outliers_body(found: Comparison) -> Body:
    """Return a comparison."""
    return {
        "period_label": period_of(found.filing.period).label,
        "division": found.division,
        "division_name": division_name(found.division),
        "units": found.units,
        "least_units": LEAST,
        "is_sample": found.is_sample,
        "periods": found.periods,
        "far": FAR,
        "cells": [_cell(each) for each in found.cells],
    }


def _cell(cell: Compared) -> Body:
    part = cell.part
    name = f"{cell.indicator.full_name}　{part.label}" if part.key and part.label else cell.indicator.full_name
    is_sum = cell.indicator.is_rows
    return {
        "pointer": Place(cell.ref.indicator, cell.ref.part).pointer,
        "indicator": cell.indicator.code,
        "label": f"{name}（合计）" if is_sum else name,
        "measure": part.unit or cell.indicator.unit,
        "value": _text(cell.value),
        "is_unusual": cell.is_unusual,
        "history": _score(cell.history),
        "own": _spread(cell.own),
        "region": _score(cell.region),
        "others": _spread(cell.others),
    }


def _score(score: Score) -> Body:
    return {"verdict": score.verdict.value, "z": None if score.z is None else round(score.z, 2)}


def _spread(spread: Spread | None) -> Body | None:
    if spread is None:
        return None
    named = {"least": spread.least, "median": spread.median, "most": spread.most}
    return {"count": spread.count, "zeros": spread.zeros, **{name: _text(each) for name, each in named.items()}}


def _text(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")
