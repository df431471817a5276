"""Exchange rates, as they come in and go out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from marshmallow import Schema, fields, validate

from services.filing.model.rates import Converted, PublishedRate, Quote, Quoting
from services.filing.operations.rates import Fate, RatesRead, Taken
from services.filing.rates.quotes import cny_per_unit
from services.filing.rates.table import Fault
from services.filing.rates.terms import RateTerms, load_terms
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.fields import PlainDate
from shared.web.paging import PageIn

Body = dict[str, object]

SHOWN_ROWS = 200
"""So many rates of a table are shown with what becomes of them; all are counted."""

FATE_LABELS = {
    Fate.NEW: "新增",
    Fate.CORRECTED: "更正",
    Fate.KNOWN: "与已有相同",
    Fate.OUTDATED: "早于现行值，仅存档",
}
FAULT_MESSAGES = {
    "cell_count": "应有 6 列，汇率中不能有逗号。",
    "currency_unknown": "应为三个大写字母的币种代码，如 USD。",
    "currency_is_cny": "人民币不需要汇率。",
    "day_malformed": "应为日期，如 2026-03-02。",
    "day_in_future": "不能晚于今天。",
    "day_too_early": "早于汇率表的起始日期。",
    "quoting_unknown": "应为：直接（单位外币折人民币）或 间接（单位人民币折外币）。",
    "units_unknown": "应为 1、10、100、1000 或 10000。",
    "rate_not_positive": "应为大于 0 的数字，小数不超过 10 位。",
    "source_unknown": "应为已登记的汇率来源。",
    "source_is_sample": "本系统不接收示例汇率。",
    "rate_twice": "表中已有同一币种、日期、来源的汇率。",
}


class RatesIn(PageIn):
    """Query of the list of rates."""

    currency = fields.String(load_default="", validate=validate.Regexp(r"([A-Z]{3})?\Z"))
    first_day = PlainDate(load_default=None)
    last_day = PlainDate(load_default=None)


class RateOut(Schema):
    """The rate of a currency on a day from one source: the value that applies, and every value it was given."""

    currency = fields.String()
    currency_name = fields.String()
    day = fields.String()
    source = fields.String()
    source_label = fields.String()
    is_sample = fields.Boolean()
    value = fields.String()
    quoting = fields.String()
    units = fields.Integer()
    quote_label = fields.String()
    cny_per_unit = fields.String()
    revision = fields.Integer()
    revisions = fields.List(fields.Dict())


class RatesOut(Schema):
    """A page of rates, the latest day first."""

    items = fields.List(fields.Nested(RateOut))
    next_cursor = fields.String()


class RateOnOut(RateOut):
    """The rate that applies on a day; `day` is the one that it was published for."""

    asked = fields.String()


class RatesReadOut(Schema):
    """A table of rates that was read: what becomes of its rates, or everything that is wrong with it."""

    is_stored = fields.Boolean()
    counted = fields.Dict()
    rows = fields.List(fields.Dict())
    faults = fields.List(fields.Dict())
    fault_count = fields.Integer()


class UsedRateOut(Schema):
    """A rate as a conversion used it: of which day, from which source, in which of its values."""

    currency = fields.String()
    currency_name = fields.String()
    day = fields.String()
    source = fields.String()
    source_label = fields.String()
    revision = fields.Integer()
    value = fields.String()
    quoting = fields.String()
    units = fields.Integer()
    quote_label = fields.String()
    cny_per_unit = fields.String()


class ConvertedOut(Schema):
    """An amount of a version in another currency; `result` is null where a rate was not known at the submission."""

    pointer = fields.String()
    amount = fields.String()
    currency = fields.String()
    target = fields.String()
    on = fields.String()
    result = fields.String(allow_none=True)
    rates = fields.List(fields.Nested(UsedRateOut))


def converted_body(converted: Converted) -> Body:
    """Return an amount in another currency with the rates that were used."""
    return {
        "pointer": converted.pointer,
        "amount": format(converted.amount, "f"),
        "currency": converted.currency,
        "target": converted.target,
        "on": converted.on.isoformat(),
        "result": None if converted.result is None else format(converted.result, "f"),
        "rates": [
            {
                "currency": each.currency,
                "currency_name": currency_name(each.currency),
                "day": each.day.isoformat(),
                "source": each.source,
                "source_label": source_label(each.source),
                "revision": each.revision,
                **quote_body(each.quote, each.currency),
            }
            for each in converted.rates
        ],
    }


def rate_body(rate: PublishedRate) -> Body:
    """Return a rate with its values."""
    current = rate.current
    source = _terms().source(rate.source)
    return {
        "currency": rate.currency,
        "currency_name": currency_name(rate.currency),
        "day": rate.day.isoformat(),
        "source": rate.source,
        "source_label": source_label(rate.source),
        "is_sample": source is None or source.is_sample,
        **quote_body(current.quote, rate.currency),
        "revision": current.no,
        "revisions": [
            {
                "no": each.no,
                **quote_body(each.quote, rate.currency),
                "published_at": each.published_at.isoformat(),
                "taken_at": each.taken_at.isoformat(),
                "is_current": each is current,
            }
            for each in rate.revisions
        ],
    }


def quote_body(quote: Quote, currency: str) -> Body:
    """Return a quote as it was published, in words, and as CNY for one unit."""
    return {
        "value": format(quote.value, "f"),
        "quoting": quote.quoting.value,
        "units": quote.units,
        "quote_label": quote_label(quote, currency),
        "cny_per_unit": format(cny_per_unit(quote), "f"),
    }


def quote_label(quote: Quote, currency: str) -> str:
    """Return a quote in words, such as 100日元＝4.8765元人民币."""
    name, value = currency_name(currency), format(quote.value, "f")
    if quote.quoting is Quoting.DIRECT:
        return f"{quote.units}{name}＝{value}元人民币"
    return f"{quote.units}元人民币＝{value}{name}"


def source_label(key: str) -> str:
    """Return the title of a source, its key where it is no longer among the settings."""
    source = _terms().source(key)
    return source.title if source else key


@cache
def _terms() -> RateTerms:
    return load_terms()


def currency_name(code: str) -> str:
    """Return the Chinese name of a currency, the code where it has none."""
    found = lists.find_last(Scheme.CURRENCY, code, lists.versions(Scheme.CURRENCY)[0].key)
    return found.name if found else code


def rates_read_body(read: RatesRead) -> Body:
    """Return what a table says."""
    return {
        "is_stored": read.is_stored,
        "counted": {fate.value: read.count(fate) for fate in Fate},
        "rows": [_taken_body(each) for each in read.taken[:SHOWN_ROWS]],
        "faults": [_fault_body(each) for each in read.faults],
        "fault_count": read.fault_count,
    }


def _taken_body(taken: Taken) -> Body:
    rate = taken.rate
    return {
        "line": taken.line,
        "currency": rate.currency,
        "currency_name": currency_name(rate.currency),
        "day": rate.day.isoformat(),
        "source_label": source_label(rate.source),
        **quote_body(rate.quote, rate.currency),
        "fate": taken.fate.value,
        "fate_label": FATE_LABELS[taken.fate],
        "before": quote_label(taken.before, rate.currency) if taken.before else "",
    }


def _fault_body(fault: Fault) -> Body:
    return {"line": fault.line, "column": fault.column, "code": fault.code, "message": FAULT_MESSAGES[fault.code]}


_QUOTE: Mapping[str, object] = {
    "value": "5.0000",
    "quoting": "direct",
    "units": 100,
    "quote_label": "100日元＝5.0000元人民币",
    "cny_per_unit": "0.05",
}
_RATE: Mapping[str, object] = {
    "currency": "JPY",
    "currency_name": "日元",
    "day": "2026-02-13",
    "source": "central_parity",
    "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
    "is_sample": False,
    **_QUOTE,
    "revision": 1,
    "revisions": [
        {
            "no": 1,
            **_QUOTE,
            "published_at": "2026-02-13T01:15:00+00:00",
            "taken_at": "2026-02-13T01:16:00+00:00",
            "is_current": True,
        }
    ],
}

CONVERTED: Mapping[str, object] = {
    "pointer": "/308",
    "amount": "40",
    "currency": "USD",
    "target": "CNY",
    "on": "2026-02-17",
    "result": "280",
    "rates": [
        {
            "currency": "USD",
            "currency_name": "美元",
            "day": "2026-02-13",
            "source": "central_parity",
            "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
            "revision": 1,
            "value": "7.0000",
            "quoting": "direct",
            "units": 1,
            "quote_label": "1美元＝7.0000元人民币",
            "cny_per_unit": "7",
        }
    ],
}

RATE_EXAMPLES: Mapping[str, object] = {
    "RateOut": _RATE,
    "RatesOut": {"items": [_RATE], "next_cursor": ""},
    "RateOnOut": {**_RATE, "asked": "2026-02-17"},
    "RatesReadOut": {
        "is_stored": False,
        "counted": {"new": 1, "corrected": 0, "known": 0, "outdated": 0},
        "rows": [
            {
                "line": 2,
                "currency": "JPY",
                "currency_name": "日元",
                "day": "2026-02-13",
                "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
                **_QUOTE,
                "fate": "new",
                "fate_label": "新增",
                "before": "",
            }
        ],
        "faults": [{"line": 3, "column": "单位", "code": "units_unknown", "message": FAULT_MESSAGES["units_unknown"]}],
        "fault_count": 1,
    },
}
"""Examples of the bodies; the figures are made up."""
