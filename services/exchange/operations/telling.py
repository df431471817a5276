"""Whom the exchange tells: the reviewers of a unit's division, where the 名录库 refuses it."""

from __future__ import annotations

from services.exchange.model.controls import RouteTrouble
from services.exchange.model.messages import Message
from services.exchange.model.mirror import PutAside
from services.exchange.model.partners import ROUTES, RouteName
from services.exchange.policy import KEEPER_OF
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.identity.actor import Role
from shared.identity.reviewers import reviewing_role

OWNER = "exchange"

_REASONS = {
    "kind_unknown": "报文种类不明",
    "malformed": "报文内容不完整或格式不符",
    "credit_code_invalid": "统一社会信用代码校验不符",
    "credit_code_refused": "名录库不接收该统一社会信用代码",
    "unit_known_otherwise": "该统一社会信用代码在名录库中属于另一单位",
    "sequence_old": "名录库已有该单位更新的信息",
    "change_refused": "名录库核对后不接受这项变更",
}
"""Why the 名录库 refuses a unit, by the code in its receipt; an unknown code is shown as it came."""


_CONTRADICTIONS = {
    "sequence_reused": "同一单位同一序号的通报内容前后不一",
    "answered_otherwise": "同一查询的答复前后不一",
    "record_differs": "同一单位同一序号的资料与已有资料不一",
    "bad_signature": "签名未通过核验",
    "never_came": "多次查询后仍缺少之前的通报",
}
"""What contradicts what the 名录库 said before, by its code; only this is worth an alarm."""


def refusal_in_words(code: str) -> str:
    """Return why the 名录库 refused something, as people read it."""
    return _REASONS.get(code, code)


_TROUBLES = {
    RouteTrouble.WAITING: "待发送的报文过多",
    RouteTrouble.OLD: "最早一件等待过久",
    RouteTrouble.REFUSED: "近一日拒收或未回执的报文过多",
}


def tell_trouble(deps: Deps, route: RouteName, trouble: RouteTrouble, once: str) -> Outgoing:
    """Return the alarm to the desk of a partner that a route is in trouble."""
    line = ROUTES[route]
    notice = Notice(
        occasion=f"{OWNER}.route_alarm",
        once=once[-64:],
        to=in_role(KEEPER_OF[line.partner], None),
        values={"route": line.title, "trouble": _TROUBLES[trouble]},
        link="/exchange/partners",
    )
    return Outgoing(NOTICE_DUE[OWNER].type, deps.border.seal_notice(notice))


def tell_refusal(deps: Deps, message: Message) -> tuple[Outgoing, ...]:
    """Return the notice to the reviewers that the 名录库 refused this sending of a unit; none on other routes."""
    if message.route is not RouteName.DIRECTORY_CHANGES:
        return ()
    notice = Notice(
        occasion=f"{OWNER}.refused",
        once=f"{message.id}.{message.attempts}"[-64:],
        to=in_role(reviewing_role(message.division), message.division),
        values={"reason": refusal_in_words(message.reason_code)},
        link=f"/filings/{message.filing_id}" if message.filing_id else f"/registrations/{message.registration_id}",
        about=message.unit_id,
    )
    return (Outgoing(NOTICE_DUE[OWNER].type, deps.border.seal_notice(notice)),)


def tell_put_aside(deps: Deps, trouble: PutAside) -> tuple[Outgoing, ...]:
    """Return the alarm to the desk that something of the 名录库 contradicts what was taken before; none for the rest."""
    if trouble.code not in _CONTRADICTIONS:
        return ()
    notice = Notice(
        occasion=f"{OWNER}.put_aside",
        once=trouble.id[-64:],
        to=in_role(Role.DIRECTORY_DESK, None),
        values={"reason": _CONTRADICTIONS[trouble.code]},
        link="/directory",
    )
    return (Outgoing(NOTICE_DUE[OWNER].type, deps.border.seal_notice(notice)),)
