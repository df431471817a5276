"""The journal on the wire: queries of days, entries, chains, anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from marshmallow import Schema, fields

from services.exchange.journal.anchors import SignedAnchor
from services.exchange.journal.chains import Fault
from services.exchange.journal.wording import WORDS
from services.exchange.model.partners import PARTNER_TITLES, ROUTES, Partner, RouteName
from services.exchange.operations.proving import Overview
from services.exchange.ports.journal import Chain, Checked, Noted
from shared.fields import Choice, Id, PlainDate
from shared.web.paging import PageIn

Body = dict[str, object]

ZIP = "application/zip"

OUTCOME_LABELS = {"": "", "accepted": "接收", "refused": "拒收", "rejected": "未通过核验"}
DIRECTION_LABELS = {"out": "发出", "in": "收到"}


class EntriesIn(PageIn):
    """Query of the entries of a partner; days are those of Asia/Shanghai."""

    partner = Choice(Partner, load_default=Partner.DIRECTORY)
    route = Choice(RouteName, load_default=None)
    message_id = Id(load_default="")
    since = PlainDate(load_default=None)
    until = PlainDate(load_default=None)


class DaysIn(Schema):
    """The first and the last day, in Asia/Shanghai."""

    since = PlainDate(required=True)
    until = PlainDate(required=True)


class EntryOut(Schema):
    """An entry as it is chained, with its hash and names for people."""

    number = fields.Integer()
    at = fields.String()
    partner = fields.String()
    direction = fields.String()
    direction_label = fields.String()
    route = fields.String()
    route_label = fields.String()
    message_id = fields.String()
    type = fields.String()
    attempt = fields.Integer()
    event = fields.String()
    content = fields.String()
    token = fields.String()
    size = fields.Integer()
    outcome = fields.String()
    outcome_label = fields.String()
    quoted = fields.String()
    previous = fields.String()
    hash = fields.String()


class EntriesOut(Schema):
    """A page of entries."""

    items = fields.List(fields.Nested(EntryOut))
    next_cursor = fields.String()


class ChainCheckOut(Schema):
    """How far a chain was followed; `broken_at` is the number of the first entry that does not hold, 0 for none."""

    at = fields.String()
    number = fields.Integer()
    holds = fields.Boolean()
    fault = fields.String()
    fault_label = fields.String()
    broken_at = fields.Integer()


class ChainOut(Schema):
    """The chain of a partner: how many entries, the hash and the moment of the last, how it was checked last."""

    partner = fields.String()
    partner_label = fields.String()
    count = fields.Integer()
    head = fields.String()
    at = fields.String()
    checked = fields.Nested(ChainCheckOut, allow_none=True)


class StandingOut(Schema):
    """Where a chain stood at an anchor."""

    chain = fields.String()
    count = fields.Integer()
    head = fields.String()


class AnchorOut(Schema):
    """The anchor of a day: `token` is the JWS that may be published, `digest` what the next anchor quotes."""

    number = fields.Integer()
    day = fields.String()
    made_at = fields.String()
    previous = fields.String()
    chains = fields.List(fields.Nested(StandingOut))
    token = fields.String()
    digest = fields.String()


class AnchorsOut(Schema):
    """The anchors of some days."""

    items = fields.List(fields.Nested(AnchorOut))


class ChainsOut(Schema):
    """All chains, the last anchor, and since when nothing can be entered, where that is so."""

    items = fields.List(fields.Nested(ChainOut))
    anchor = fields.Nested(AnchorOut, allow_none=True)
    stuck_since = fields.String(allow_none=True)


def entry_body(noted: Noted) -> Body:
    """Return an entry."""
    entry, hash = noted
    return {
        **asdict(entry),
        "hash": hash,
        "direction_label": DIRECTION_LABELS.get(entry.direction, entry.direction),
        "route_label": _route_label(entry.route),
        "outcome_label": OUTCOME_LABELS.get(entry.outcome, entry.outcome),
    }


def entries_body(page: tuple[Sequence[Noted], str]) -> Body:
    """Return a page of entries."""
    items, following = page
    return {"items": [entry_body(each) for each in items], "next_cursor": following}


def check_body(checked: Checked) -> Body:
    """Return how far a chain was followed."""
    return {
        "at": checked.at.isoformat(),
        "number": checked.number,
        "holds": not checked.broken_at,
        "fault": checked.fault,
        "fault_label": WORDS[Fault(checked.fault)][0] if checked.fault else "",
        "broken_at": checked.broken_at,
    }


def anchor_body(signed: SignedAnchor) -> Body:
    """Return an anchor."""
    return {**asdict(signed.anchor), "token": signed.token, "digest": signed.digest}


def chains_body(found: Overview) -> Body:
    """Return how the journal stands."""
    return {
        "items": [_chain_body(chain) for chain in found.chains],
        "anchor": anchor_body(found.anchor) if found.anchor else None,
        "stuck_since": found.stuck_since.isoformat() if found.stuck_since else None,
    }


def _chain_body(chain: Chain) -> Body:
    return {
        "partner": chain.partner.value,
        "partner_label": PARTNER_TITLES[chain.partner],
        "count": chain.head.number,
        "head": chain.head.hash,
        "at": chain.head.at,
        "checked": check_body(chain.checked) if chain.checked else None,
    }


def _route_label(name: str) -> str:
    return ROUTES[RouteName(name)].title if name in set(RouteName) else name


_HASH = "0d5c5b1f6a7f7e2b8d4c5a9e3b2f1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b"
_ENTRY: Body = {
    "number": 7,
    "at": "2026-03-04T01:00:01.000Z",
    "partner": "directory",
    "direction": "out",
    "direction_label": "发出",
    "route": "directory.changes",
    "route_label": "单位变动情况反馈",
    "message_id": "01990000000070008000000000000003",
    "type": "tongbao.border.unit_new.v1",
    "attempt": 1,
    "event": "01990000000070008000000000000009",
    "content": _HASH,
    "token": _HASH,
    "size": 2310,
    "outcome": "",
    "outcome_label": "",
    "quoted": "",
    "previous": _HASH,
    "hash": _HASH,
}
_CHECK: Body = {
    "at": "2026-03-04T16:05:00+00:00",
    "number": 7,
    "holds": True,
    "fault": "",
    "fault_label": "",
    "broken_at": 0,
}
_ANCHOR: Body = {
    "number": 1,
    "day": "2026-03-04",
    "made_at": "2026-03-04T16:05:00.000Z",
    "previous": "0" * 64,
    "chains": [{"chain": "directory", "count": 7, "head": _HASH}],
    "token": "eyJhbGciOiJFZDI1NTE5In0.eyJmb3JtIjoidG9uZ2Jhby5hbmNob3IvMSJ9.c2lnbmF0dXJl",
    "digest": _HASH,
}

EXAMPLES: Mapping[str, object] = {
    "EntriesOut": {"items": [_ENTRY], "next_cursor": ""},
    "ChainCheckOut": _CHECK,
    "AnchorsOut": {"items": [_ANCHOR]},
    "ChainsOut": {
        "items": [
            {
                "partner": "directory",
                "partner_label": "基本单位名录库",
                "count": 7,
                "head": _HASH,
                "at": "2026-03-04T01:00:01.000Z",
                "checked": _CHECK,
            }
        ],
        "anchor": _ANCHOR,
        "stuck_since": None,
    },
}
