"""Who is expected to file a form for a period: the denominator of completeness (domain: 报送义务).

One day decides: the last day of the period. Whoever was known to the survey on it is expected, whoever came later is not:
a unit that came after the period may file for it, which is counted apart. Platforms count while they are registered on
that day, and cities while they stand on the list of demonstration cities.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.filing.forms.model import Filer, Form, PeriodKind, Reporter
from services.filing.model.periods import Period
from services.filing.model.respondents import Respondent, Slot
from services.filing.model.units import UnitType

TYPES = {
    Filer.ENTERPRISE: UnitType.ENTERPRISE,
    Filer.PLATFORM: UnitType.PLATFORM,
    Filer.TRAINING: UnitType.TRAINING,
}
"""The type of unit that fills in the forms of each filer."""

BASICS_FORM = "enterprise-1"


def is_expected_of_anybody(form: Form, period: Period) -> bool:
    """Tell whether a form is expected for such a period at all: one of events is not."""
    return not form.is_event and (form.period is PeriodKind.MONTH) == period.is_month


def is_open_to(form: Form, types: frozenset[UnitType]) -> bool:
    """Tell whether a unit of these types files a form by itself, whatever the day.

    企业1表 is for platform operators too; what training institutions fill in they file to their city.
    """
    if form.reporter is Reporter.CITY:
        is_detail = TYPES[form.filer] is UnitType.TRAINING and UnitType.TRAINING in types
        return UnitType.CITY in types or is_detail
    is_basics = form.key == BASICS_FORM and UnitType.PLATFORM in types
    return is_basics or TYPES[form.filer] in types


def slots_of(respondent: Respondent, form: Form, period: Period, *, has_contract: bool) -> Iterator[Slot]:
    """Yield what a respondent is expected to file of a form for a period; `has_contract` where one was open in it."""
    if not is_expected_of_anybody(form, period):
        return
    day = period.last_day
    if form.reporter is Reporter.CITY:
        items = [""] if respondent.is_known_as(UnitType.CITY, day) else []
    elif TYPES[form.filer] is UnitType.PLATFORM:
        items = registered_platforms(respondent, period)
    elif form.is_many:
        items = [""] if respondent.is_known_as(UnitType.ENTERPRISE, day) and has_contract else []
    else:
        is_operator = form.key == BASICS_FORM and bool(registered_platforms(respondent, period))
        items = [""] if is_operator or respondent.is_known_as(TYPES[form.filer], day) else []
    for item in items:
        yield Slot(respondent.unit_id, respondent.division, respondent.path, form.key, str(period), item)


def registered_platforms(respondent: Respondent, period: Period) -> list[str]:
    """Return the platforms of a unit that were registered on the last day of a period, by id."""
    day = period.last_day
    return sorted(each for each, spells in respondent.platforms.items() if any(one.covers(day) for one in spells))


def rule_of(form: Form) -> str:
    """Say in Chinese of whom a form is expected, and which day decides."""
    if form.is_event:
        return "发生时填报，没有应报单位，不计算完整率。"
    if form.reporter is Reporter.CITY:
        return "应报：报告期最后一日列入服务外包示范城市名单的城市，每市一份。"
    if TYPES[form.filer] is UnitType.PLATFORM:
        return "应报：报告期最后一日已登记（未暂停、未注销）的服务外包交易平台，每个平台一份。"
    if form.is_many:
        return "应报：报告期最后一日已进入统计、且当月任何一日有履行中合同的企业；没有执行的报零报告，零报告计入已报。"
    also = "以及有已登记平台的平台运营主体" if form.key == BASICS_FORM else ""
    return f"应报：报告期最后一日已进入统计的服务外包企业{also}，每户一份。"


LATER = "报告期结束以后进入统计或登记的单位不计入该期应报数；其报送另行列为“非应报”，不进入完整率。"
"""What becomes of whoever came after the period."""
