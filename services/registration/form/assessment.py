"""Checks that the reviewer is shown beside a registration: what the system found, for a person to weigh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.registration.form.items import REGISTRATION_TYPES, SLOT_LABELS
from services.registration.form.stamped_copy import POINTER, Comparison, Standing
from services.registration.model.materials import Materials
from services.registration.model.registration import FormValues
from shared.codes import icp, uscc
from shared.documents.scan import NOT_CONFIGURED

LICENSING_BY_MARKET_REGULATION = "9"
"""First character of the credit code of enterprises (GB 32100-2015)."""


@dataclass(frozen=True)
class Finding:
    """One check: where, which, whether it holds, and what was seen. A check that fails asks, it does not block."""

    pointer: str
    code: str
    label: str
    holds: bool
    detail: str = ""


def findings(form: FormValues, materials: Materials, platforms_of_unit: int, copy: Comparison) -> tuple[Finding, ...]:
    """Return all checks of a submitted registration.

    `platforms_of_unit` is how many others carry its credit code, `copy` how material 1 stands to the form.
    """
    return (
        *_codes(form),
        *_facts(form),
        *_files(materials),
        _stamped_copy(copy),
        _other_platforms(platforms_of_unit),
    )


def _codes(form: FormValues) -> Iterable[Finding]:
    code = str(form.get("credit_code", ""))
    yield Finding("/form/credit_code", "both_check_digits", "信用代码与主体标识码的校验码均正确", not uscc.faults(code))
    yield Finding(
        "/form/credit_code",
        "registered_as_enterprise",
        "信用代码为市场监管部门登记的企业代码（9开头）",
        code.startswith(LICENSING_BY_MARKET_REGULATION),
    )
    province = icp.PROVINCES.get(str(form.get("icp_number", ""))[:1], "")
    is_same = bool(province) and province[:2] == str(form.get("division", ""))[:2]
    detail = "" if is_same else "备案主体可能在其他省份，请核对备案证明"
    yield Finding("/form/icp_number", "icp_of_the_province", "备案号的省份简称与单位注册地一致", is_same, detail)


def _facts(form: FormValues) -> Iterable[Finding]:
    opened, operating = form.get("opened_on"), form.get("operating_since")
    in_order = isinstance(opened, date) and isinstance(operating, date) and opened <= operating
    yield Finding("/form/operating_since", "operating_after_opening", "平台开始运营不早于单位成立", in_order)
    volume = form.get("trade_volume")
    has_trades = isinstance(volume, Decimal) and volume > 0
    yield Finding("/form/trade_volume", "has_trades", "已有撮合交易（注册条件三）", has_trades)
    kind = REGISTRATION_TYPES.get(str(form.get("registration_type", "")), "")
    yield Finding(
        "/form/registration_type", "compare_with_licence", "已选择登记注册类型（请对照执照）", bool(kind), kind
    )


def _files(materials: Materials) -> Iterable[Finding]:
    for slot, label in SLOT_LABELS.items():
        refs = materials.get(slot, ())
        if refs:
            detail = "、".join(f"{ref.kind.upper()} {ref.pages} 页" if ref.pages else ref.kind.upper() for ref in refs)
            yield Finding(f"/materials/{slot}", "type_checked", f"{label}：文件结构已检查", True, detail)
            unscanned = [ref for ref in refs if ref.scan == NOT_CONFIGURED]
            if unscanned:
                detail = f"{len(unscanned)} 个文件"
                yield Finding(f"/materials/{slot}", "not_scanned", f"{label}：未经病毒扫描（未配置）", False, detail)


def _stamped_copy(copy: Comparison) -> Finding:
    differing = "不一致：" + ("、".join(item.label for item in copy.items) or "无法指明的项目")
    details = {
        Standing.MATCHES: f"二维码已核对（第 {copy.revision} 次提交的打印件）",
        Standing.DIFFERS: differing,
        Standing.OTHER_FORM: "盖章件是另一份注册的信息表",
        Standing.NOT_READABLE: "扫描件上没有可识读的二维码，请人工逐项核对",
        Standing.ABSENT: "没有材料1",
    }
    holds = copy.standing is Standing.MATCHES
    return Finding(POINTER, "stamped_copy_matches", "盖章的信息表与电子信息一致", holds, details[copy.standing])


def _other_platforms(count: int) -> Finding:
    detail = f"另有 {count} 个平台注册记录" if count else ""
    return Finding("/form/credit_code", "only_platform_of_unit", "该单位没有其他平台注册", not count, detail)
