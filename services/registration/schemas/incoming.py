"""What comes in and goes out over HTTP: `XIn` strict and without unknown fields, `XOut` with what a reader may see."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import Schema, fields, post_load, validate

from services.registration.form.items import CONDITIONS, ITEM_BY_KEY
from services.registration.model.materials import PlanPart, Slot
from services.registration.model.review import (
    CONDITION_VERDICTS,
    FIELD_VERDICTS,
    MATERIAL_VERDICTS,
    ReasonCode,
    Remark,
    Verdict,
)
from services.registration.model.standing import Standing
from services.registration.model.states import State
from services.registration.operations.drafts import Chosen
from services.registration.operations.review import Marks, Signed
from services.registration.ports import Order
from services.registration.schemas.facts import FactsIn, ReasonsIn
from shared.fields import (
    ByKey,
    Choice,
    DivisionCode,
    Email,
    Flag,
    IcpLicence,
    IcpNumber,
    Id,
    Money,
    Phone,
    PlainDate,
    Text,
    Uscc,
    WebSite,
)
from shared.fields.faults import fault
from shared.web.paging import PageIn
from shared.web.queries import QueryNumber

NAME, LINE, PARAGRAPH, ESSAY = 120, 200, 2000, 5000
"""Lengths in characters."""

REVIEWABLE_GROUPS = frozenset({"traits"})


class RegistrationType(StrEnum):
    """登记注册类型 as on the 注册信息表."""

    DOMESTIC = "domestic"
    HK_MO_TW = "hk_mo_tw"
    FOREIGN = "foreign"


class TraitsIn(Schema):
    """The three traits of a platform."""

    matching = Flag()
    services = Flag()
    online = Flag()


class ConditionsIn(Schema):
    """The three conditions of registration."""

    legal_person_and_team = Flag()
    rules_and_quality = Flag()
    users_and_trades = Flag()


class FormIn(Schema):
    """The 注册信息表. A draft may lack any item; what is there must be right."""

    operator_name = Text(NAME)
    legal_representative = Text(NAME)
    credit_code = Uscc()
    division = DivisionCode(finest=True)
    opened_on = PlainDate()
    registered_capital = Money()
    registration_type = Choice(RegistrationType)
    advanced_technology_enterprise = Flag()
    postal_address = Text(LINE)
    contact_person = Text(NAME)
    phone = Phone()
    fax = Phone()
    email = Email()
    platform_name = Text(NAME)
    website = WebSite()
    icp_number = IcpNumber()
    licence_number = IcpLicence()
    operating_since = PlainDate()
    trade_volume = Money()
    main_trades = Text(PARAGRAPH, multiline=True)
    top_suppliers = fields.List(Text(NAME), validate=validate.Length(max=5))
    top_buyers = fields.List(Text(NAME), validate=validate.Length(max=5))
    background = Text(ESSAY, multiline=True)
    organisation = Text(ESSAY, multiline=True)
    trade_so_far = Text(ESSAY, multiline=True)
    operation_plan = Text(ESSAY, multiline=True)
    traits = fields.Nested(TraitsIn)
    conditions = fields.Nested(ConditionsIn)

    @post_load
    def plain(self, data: dict[str, object], **_: object) -> dict[str, object]:
        """Keep codes as plain text, as they are stored."""
        return {key: value.value if isinstance(value, StrEnum) else value for key, value in data.items()}


class EmptyIn(Schema):
    """A request that carries nothing."""


class FileChoiceIn(Schema):
    """A file of a material, and for the plan the parts that it covers."""

    file_id = Id(required=True)
    parts = fields.List(Choice(PlanPart), load_default=list, validate=validate.Length(max=len(PlanPart)))

    @post_load
    def chosen(self, data: dict[str, object], **_: object) -> Chosen:
        """Return the choice as the operation takes it."""
        return Chosen(data["file_id"], tuple(data["parts"]))  # type: ignore[arg-type]  # loaded by the fields above


class MaterialIn(Schema):
    """All files of a material, in order."""

    files = fields.List(fields.Nested(FileChoiceIn), required=True, validate=validate.Length(max=50))


class SubmissionIn(Schema):
    """The undertaking that all is true; `explanation` for what was returned and comes again without a change."""

    undertaking = Flag(required=True)
    explanation = Text(PARAGRAPH, min=0, multiline=True, load_default="")


class RemarkIn(Schema):
    """A verdict with its note."""

    verdict = Choice(Verdict, required=True)
    note = Text(PARAGRAPH, min=0, multiline=True, load_default="")

    @post_load
    def remark(self, data: dict[str, object], **_: object) -> Remark:
        """Return the remark as the operation takes it."""
        return Remark(**data)  # type: ignore[arg-type]  # loaded by the fields above


def _check_remarks(remarks: dict[object, Remark], group: str, allowed: frozenset[Verdict]) -> None:
    for key, remark in remarks.items():
        if remark.verdict not in allowed:
            expected = "、".join(sorted(allowed))
            raise fault("not_a_choice", f"“{key}”的意见不在可选范围内。", expected, field=group)


class ReviewIn(Schema):
    """Verdicts so far, per material, field and condition; the facts read from the materials; the overall opinion.

    `reasons` say why a fact that does not agree is accepted. `confirms_carried` takes all that was carried over from the
    round before as judged in this one.
    """

    materials = ByKey(keys=Choice(Slot), values=fields.Nested(RemarkIn), load_default=dict)
    fields_ = ByKey(
        keys=fields.String(validate=validate.OneOf(sorted(ITEM_BY_KEY.keys() | REVIEWABLE_GROUPS))),
        values=fields.Nested(RemarkIn),
        load_default=dict,
        data_key="fields",
    )
    conditions = ByKey(
        keys=fields.String(validate=validate.OneOf(sorted(CONDITIONS))),
        values=fields.Nested(RemarkIn),
        load_default=dict,
    )
    facts = fields.Nested(FactsIn, load_default=dict)
    reasons = fields.Nested(ReasonsIn, load_default=dict)
    opinion = Text(PARAGRAPH, min=0, multiline=True, load_default="")
    confirms_carried = Flag(load_default=False)

    @post_load
    def checked(self, data: dict[str, object], **_: object) -> Marks:
        """Refuse verdicts that belong to another group; return the marks as the operation takes them."""
        _check_remarks(data["materials"], "materials", MATERIAL_VERDICTS)  # type: ignore[arg-type]
        _check_remarks(data["fields_"], "fields", FIELD_VERDICTS)  # type: ignore[arg-type]
        _check_remarks(data["conditions"], "conditions", CONDITION_VERDICTS)  # type: ignore[arg-type]
        return Marks(fields=data.pop("fields_"), **data)  # type: ignore[arg-type]  # loaded by the fields above


class _SignedIn(Schema):
    signatory = Text(NAME, required=True)
    signed_on = PlainDate(required=True)


class RefusalIn(_SignedIn):
    """A return or a rejection: coded reason, free text, signature block."""

    reason_code = Choice(ReasonCode, required=True)
    reason = Text(PARAGRAPH, multiline=True, required=True)

    @post_load
    def signed(self, data: dict[str, object], **_: object) -> Signed:
        """Return the signature block as the operation takes it."""
        return Signed(text=data.pop("reason"), **data)  # type: ignore[arg-type]  # loaded by the fields above


class ApprovalIn(_SignedIn):
    """An approval: overall opinion and signature block."""

    opinion = Text(PARAGRAPH, multiline=True, required=True)

    @post_load
    def signed(self, data: dict[str, object], **_: object) -> Signed:
        """Return the signature block as the operation takes it."""
        return Signed(text=data.pop("opinion"), **data)  # type: ignore[arg-type]  # loaded by the fields above


class UndoIn(Schema):
    """Why a decision is taken back."""

    reason = Text(PARAGRAPH, multiline=True, required=True)


class ListIn(PageIn):
    """Query of the list of registrations; `ends_within` days from today on papers end, or have ended."""

    state = Choice(State, load_default=None)
    standing = Choice(Standing, load_default=None)
    ends_within = QueryNumber(0, 3660, load_default=None)
    order = Choice(Order, load_default=Order.NEWEST)


class DiffIn(Schema):
    """Query of a comparison: the revision to compare with."""

    against = QueryNumber(1, 10_000, required=True)


class PageImageIn(Schema):
    """Query of a page image: its width in pixels."""

    width = QueryNumber(100, 2000, load_default=1000)
