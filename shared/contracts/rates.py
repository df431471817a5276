"""What is told of exchange rates from outside: those that a source published. All of it is public."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts import Contract

OWNER = "exchange"
"""The way in from outside; a machine of the source's publishes with rights to this type alone."""

MOST_RATES = 500


class Rate(Schema):
    """The rate of a currency on a day, as it was quoted.

    `direct`: `value` CNY for `units` of the currency; `inverted`: `value` of the currency for `units` CNY.
    """

    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{3}\Z"))
    day = fields.Date(required=True)
    quoting = fields.String(required=True, validate=validate.OneOf(["direct", "inverted"]))
    units = fields.Integer(required=True, strict=True, validate=validate.OneOf([1, 10, 100, 1000, 10000]))
    value = fields.String(required=True, validate=validate.Regexp(r"[0-9]{1,12}(\.[0-9]{1,10})?\Z"))


class RatesPublished(Schema):
    """A source published rates, or corrected them.

    Of two values of the same rate the one with the later `published_at` applies, whichever message comes first.
    """

    batch_id = fields.String(required=True, validate=validate.Length(min=1, max=64))
    source = fields.String(required=True, validate=validate.Length(min=1, max=40))
    published_at = fields.AwareDateTime(required=True)
    rates = fields.List(fields.Nested(Rate), required=True, validate=validate.Length(min=1, max=MOST_RATES))


RATES_PUBLISHED = Contract("tongbao.rates.published.v1", 1, OWNER, RatesPublished())

CONTRACTS = (RATES_PUBLISHED,)
