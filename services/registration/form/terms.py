"""Terms of the life of a registration, as data: each with the ground on which it stands.

The regulation asks for the papers (指引 四（二）) and for review by the 所在地商务主管部门, and names no term for either. The
terms below are therefore promises and habits of this service; they change here, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """`review_days` and `statement_days` are working days, the others calendar days.

    review_days: within which the department decides on an application, from the day after it was submitted; the days on
    which it lies with the applicant after a return don't count.
    notice_days: how long before the end of a paper's validity its operator is told, the longest first; 0 is the last day.
    grace_days: how long after the end of a paper's validity the registration stays in force.
    statement_days: how long the operator has for a statement after a de-registration was announced.
    """

    review_days: int
    review_ground: str
    notice_days: tuple[int, ...]
    grace_days: int
    grace_ground: str
    statement_days: int
    statement_ground: str


TERMS = Terms(
    review_days=15,
    review_ground="《服务外包统计调查制度》未规定审核时限；本系统的服务承诺为15个工作日，退回修改期间不计。",
    notice_days=(60, 30, 7, 0),
    grace_days=30,
    grace_ground="证照到期后留30日办理变更；逾期未更新的，注册自动过期。",
    statement_days=10,
    statement_ground="拟依职权注销的，平台运营主体自收到告知之日起10个工作日内可以陈述意见。",
)
"""The terms in force."""
