"""The register of bank vouchers: what each amounts to, and which executions it settles."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.filing.errors import UnitUnknown, VoucherRegistered
from services.filing.ledger.keys import voucher_key
from services.filing.ledger.vouchers import Voucher, VoucherExceeded
from services.filing.policy import owner_is_in_sight
from services.filing.ports.deps import Deps
from services.filing.ports.ledger import Listed
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, NotAllowed, NotFound, Problem
from shared.identity.actor import UNIT_ROLES


@dataclass(frozen=True)
class Told:
    """What the unit says of a voucher: `total` is its amount in 万美元."""

    bank: str = field(repr=False)
    number: str = field(repr=False)
    dated_on: date
    total: Decimal = field(repr=False)


def register_voucher(deps: Deps, call: Call, told: Told) -> Voucher:
    """Register a voucher with its amount, before executions on it or after the first one.

    Actor: a person of a unit. The same request registers one voucher only.
    Raises `Invalid`, `UnitUnknown`, `VoucherRegistered` where its amount was told before.
    """
    made = deps.vouchers.find_created(call.request) if call.request else None
    if made is not None:
        return made
    if call.actor.unit_id is None:
        raise NotAllowed
    unit = deps.units.find(call.actor.unit_id)
    if unit is None:
        raise UnitUnknown
    _check_day(deps, told.dated_on)
    now = deps.clock.now()
    known = deps.vouchers.find_by_key(unit.id, voucher_key(told.bank, told.number))
    if known is not None and known.total is not None:
        raise VoucherRegistered
    voucher = known or Voucher(
        deps.new_id(), 0, unit.id, unit.division, unit.path, now, told.bank, told.number, told.dated_on
    )
    return deps.vouchers.put(replace(_with_total(voucher, told.total, told.dated_on), updated_at=now), call)


def change_voucher(deps: Deps, call: Call, voucher_id: str, total: Decimal, dated_on: date) -> Voucher:
    """Tell the amount and the day of a voucher anew.

    Actor: a person of its unit. Raises `NotFound`, `Invalid` where executions already take more, `StaleVersion`.
    """
    voucher = _own(deps, call, voucher_id)
    if deps.vouchers.was_done(voucher_id, call.request):
        return voucher
    call.check_version(voucher.version)
    _check_day(deps, dated_on)
    changed = replace(_with_total(voucher, total, dated_on), updated_at=deps.clock.now())
    return deps.vouchers.put(changed, call)


def read_voucher(deps: Deps, call: Call, voucher_id: str) -> Voucher:
    """Return a voucher in the actor's sight; a reviewer's read is recorded. Raises `NotFound`."""
    voucher = deps.vouchers.get(voucher_id)
    if not owner_is_in_sight(call.actor, voucher.unit_id, voucher.path):
        raise NotFound
    if call.actor.role not in UNIT_ROLES:
        deps.reads.record(call, "read_voucher", voucher_id)
    return voucher


def list_vouchers(deps: Deps, call: Call, unit_id: str, cursor: str, limit: int) -> Listed[Voucher]:
    """Return a page of the vouchers in the actor's sight, the latest day first; a reviewer's read is recorded.

    Raises `Malformed`.
    """
    if call.actor.role not in UNIT_ROLES:
        deps.reads.record(call, "list_vouchers", unit_id or call.actor.division or "")
    return deps.vouchers.list_in_sight(call.actor, unit_id, cursor, limit)


def _own(deps: Deps, call: Call, voucher_id: str) -> Voucher:
    voucher = deps.vouchers.get(voucher_id)
    if call.actor.unit_id is None or call.actor.unit_id != voucher.unit_id:
        raise NotFound
    return voucher


def _check_day(deps: Deps, dated_on: date) -> None:
    today = local_date(deps.clock.now())
    if dated_on > today:
        text = "凭证日期不能晚于今天。"
        raise Invalid([Problem("/dated_on", "date_in_future", text, f"≤ {today.isoformat()}", "凭证日期")])


def _with_total(voucher: Voucher, total: Decimal, dated_on: date) -> Voucher:
    try:
        return voucher.with_total(total, dated_on)
    except VoucherExceeded as error:
        text = "凭证金额小于已填报的各笔执行金额之和。"
        raise Invalid([Problem("/total", "below_used", text, f"≥ {error.used:f} 万美元", "凭证金额")]) from None
