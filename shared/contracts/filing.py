"""What filing tells: ids and codes in clear; the corrected record of a unit sealed for its reader."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts import Contract

OWNER = "filing"


class Told(Schema):
    """A fact about a filing: one form of one unit for one period."""

    filing_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    form = fields.String(required=True)
    edition = fields.String(required=True)
    period = fields.String(required=True)
    revision = fields.Integer(required=True, strict=True)


class ThreadTold(Schema):
    """A fact about a thread on a filing: ids and codes, nothing of what was said or of the place."""

    filing_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    form = fields.String(required=True)
    period = fields.String(required=True)
    thread_id = fields.String(required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(["internal", "filer"]))


class UnitChanged(Schema):
    """An approved 企业1表 says other than what is known of its unit: `sealed` is a JWE for `reader` with the record.

    The record holds `unit` (its basic facts by name), `changes` (`field`, `before`, `after`) and `effective_date`.
    """

    filing_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    revision = fields.Integer(required=True, strict=True)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


class DirectoryWanted(Schema):
    """A unit has registered itself and typed a credit code: `sealed` is a JWE for `reader` with what it says of itself.

    It holds `basics`, the basic facts by name as it typed them.
    """

    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


class PeriodFinalised(Schema):
    """The ministry has settled a period for good (最终审定), and its snapshot is frozen.

    `final_on` is the day of the final approval, day 0 of the sharing clock. `counts` are the filings of the snapshot by
    form, `rows` all of them, `left_out` those that were not approved. `digest` stands for the rows and their order.
    `unreadable` are those of `counts` that could not be opened, whose facts are not told. `sealed` is a JWE for `reader`
    with the sums of the forms (`ControlTotals`), empty before they were told.
    """

    closing_id = fields.String(required=True)
    period = fields.String(required=True)
    final_on = fields.Date(required=True)
    rows = fields.Integer(required=True, strict=True)
    left_out = fields.Integer(required=True, strict=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True), required=True)
    digest = fields.String(required=True)
    unreadable = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True), load_default=dict)
    reader = fields.String(load_default="")
    sealed = fields.String(load_default="")


class FactKind(StrEnum):
    """What a line of facts is about."""

    CONTRACT = "contract"
    EXECUTION = "execution"
    UNIT = "unit"
    STAFF = "staff"
    CERTIFICATE = "certificate"
    PLATFORM = "platform"
    TRAINING = "training"


class Layer(StrEnum):
    """Which version of a filing lines are of: the first one filed, the one in force, the one settled for good."""

    FILED = "filed"
    APPROVED = "approved"
    FINAL = "final"


class FactLine(Schema):
    """A line of facts; what its kind doesn't say is missing. Amounts are in 万元 (cny) and 万美元 (usd)."""

    class Meta:
        unknown = EXCLUDE

    kind = fields.Enum(FactKind, by_value=True, required=True)
    counted_in = fields.String(required=True)
    contract = fields.String()
    name = fields.String()
    holder = fields.String()
    business_class = fields.String()
    class_list = fields.String()
    nature = fields.String()
    market = fields.String()
    client_city = fields.String()
    client_industry = fields.String()
    industry = fields.String()
    industry_list = fields.String()
    ownership = fields.String()
    ownership_list = fields.String()
    act = fields.String()
    category = fields.String()
    education = fields.String()
    usd = fields.Decimal(allow_none=True)
    cny = fields.Decimal(allow_none=True)
    settled_usd = fields.Decimal(allow_none=True)
    settled_cny = fields.Decimal(allow_none=True)
    number = fields.Decimal(allow_none=True)
    before = fields.Decimal(allow_none=True)
    hours = fields.Decimal(allow_none=True)


class Facts(Schema):
    """What is sealed in `facts_changed`: where the filing belongs, the division first, and its lines by layer."""

    path = fields.List(fields.String(), required=True)
    layers = fields.Dict(
        keys=fields.Enum(Layer, by_value=True), values=fields.List(fields.Nested(FactLine)), required=True
    )


@dataclass(frozen=True)
class Controlled:
    """A sum that filing reckons of the filings of a form when a period is closed: of a column of its lines of facts.

    `measure` is what the sum is called; `category` narrows the lines.
    """

    form: str
    measure: str
    kind: FactKind
    column: str
    category: str = ""


CONTROLLED = (
    Controlled("enterprise-2", "contract_cny", FactKind.CONTRACT, "cny"),
    Controlled("enterprise-2", "contract_usd", FactKind.CONTRACT, "usd"),
    Controlled("enterprise-3", "execution_cny", FactKind.EXECUTION, "cny"),
    Controlled("enterprise-3", "execution_usd", FactKind.EXECUTION, "usd"),
    Controlled("enterprise-3", "settlement_cny", FactKind.EXECUTION, "settled_cny"),
    Controlled("enterprise-3", "settlement_usd", FactKind.EXECUTION, "settled_usd"),
    Controlled("enterprise-4", "employed", FactKind.STAFF, "number", "employed"),
    Controlled("enterprise-4", "staff", FactKind.STAFF, "number", "outsourcing"),
    Controlled("enterprise-4", "trained_staff", FactKind.STAFF, "number", "trained"),
)
"""All control totals. Lines count that count in the period which is closed: what was carried over into it is another's."""


class ControlTotal(Schema):
    """A sum over the settled filings of a form."""

    form = fields.String(required=True)
    measure = fields.String(required=True)
    total = fields.Decimal(required=True)


class ControlTotals(Schema):
    """What is sealed in `period_finalised`: the control totals of the forms of the period."""

    totals = fields.List(fields.Nested(ControlTotal, unknown=EXCLUDE), required=True)


class FactsChanged(Told):
    """A filing counts otherwise than before: `sealed` is a JWE for `reader` with all that it counts with now (`Facts`).

    `version` is that of the filing, by which the last word is known in whatever order it comes. Without lines the filing
    counts no more.
    """

    version = fields.Integer(required=True, strict=True)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


DIRECTORY_WANTED = Contract("tongbao.filing.directory_wanted.v1", 1, OWNER, DirectoryWanted())

UNIT_CHANGED = Contract("tongbao.filing.unit_changed.v1", 1, OWNER, UnitChanged())

FACTS_CHANGED = Contract("tongbao.filing.facts_changed.v1", 1, OWNER, FactsChanged())

PERIOD_FINALISED = Contract("tongbao.filing.period_finalised.v1", 1, OWNER, PeriodFinalised())

THREAD_RESOLVED = Contract("tongbao.filing.thread_resolved.v1", 1, OWNER, ThreadTold())
THREAD_REOPENED = Contract("tongbao.filing.thread_reopened.v1", 1, OWNER, ThreadTold())

CONTRACTS = (
    DIRECTORY_WANTED,
    UNIT_CHANGED,
    FACTS_CHANGED,
    PERIOD_FINALISED,
    *(
        Contract(f"tongbao.filing.{fact}.v1", 1, OWNER, Told())
        for fact in (
            *("submitted", "forwarded", "returned", "withdrawn", "decision_undone"),
            *("approved", "finalised", "rerouted"),
        )
    ),
    THREAD_RESOLVED,
    THREAD_REOPENED,
)
