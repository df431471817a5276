"""What one version of a filing says as lines of facts, for statistics: codes and numbers, no texts but names to be keyed.

A line says in which month or year it counts (`counted_in`). Amounts are in 万元 and 万美元, each as it was filed or as it
was converted at the submission; one whose rate was not known then is missing, and is never reckoned from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.filing.completeness.expecting import BASICS_FORM
from services.filing.ledger.carry_over import counting_month
from services.filing.ledger.keys import normal
from services.filing.ledger.reading import CONTRACT_FORM, EXECUTION_FORM, execution_of, terms_of
from services.filing.model.filings import Filing, Version
from services.filing.model.rates import CNY
from services.filing.model.units import CITY_UNIT
from services.filing.operations.instruments import Instrument
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import FactKind

Line = dict[str, object]
Row = Mapping[str, object]

MAJORITY = Decimal(50)
"""From this share (%) on an investor holds a unit: 拥有 50% 以上 is read as 50 or more."""

EDUCATION = ("doctor", "master", "bachelor", "college", "other")
STAFF = {"employed": 401, "outsourcing": 411, "trained": 421}
"""The groups of 企业4表 with the indicator of their total; the five degrees follow it."""

PARTS_OF_PLATFORM = tuple(str(code) for code in (*range(601, 610), *range(611, 619), *range(621, 627)))
CITY_FORMS = frozenset({"city-1", "city-2", "city-3"})
UNLISTED = "other"
"""The certificate that no list names: what people typed in its place stays in the filing."""


@dataclass(frozen=True)
class Said:
    """A version with the filing that it is of, and the rows of its long list where it has one."""

    filing: Filing
    version: Version
    instrument: Instrument
    rows: Sequence[Row] = ()

    @property
    def answers(self) -> Row:
        """The answers as they are stored."""
        return self.version.content.answers

    def converted(self, code: str) -> Decimal | None:
        """Return an amount in RMB as it was reckoned at the submission."""
        cells = (f"/{code}", f"/{code}/")
        found = (
            each.result
            for each in self.version.converted
            if each.target == CNY and (each.pointer == cells[0] or each.pointer.startswith(cells[1]))
        )
        return next(found, None)

    def list_of(self, name: str) -> str:
        """Return a code list of the edition with its version, such as business_class/2022."""
        found = self.instrument.edition.lists.get(name)
        return str(found) if found else ""


def lines_of(said: Said) -> tuple[Line, ...]:
    """Return the lines of a version; a nil report has none, nor has what no table counts.

    What a city's own 城市1–3表 are put together from would count twice: those of the city alone are told.
    """
    make = _MAKERS.get(said.filing.form)
    is_part = said.filing.form in CITY_FORMS and not said.filing.unit_id.startswith(CITY_UNIT)
    if make is None or is_part or said.version.content.nil_reason is not None:
        return ()
    return tuple(make(said))


def _contract(said: Said) -> Iterator[Line]:
    terms, client = terms_of(said.answers), _parts(said.answers, "211")
    yield {
        "kind": FactKind.CONTRACT,
        "counted_in": said.filing.period,
        "contract": said.filing.id,
        "business_class": terms.business_class,
        "class_list": said.list_of("business_class"),
        "nature": terms.nature,
        "market": _text(client.get("country")) or "CHN",
        "client_city": _text(client.get("city")),
        "client_industry": _text(said.answers.get("212")),
        "industry_list": said.list_of("buyer_industry"),
        "usd": terms.usd,
        "cny": said.converted("206"),
    }


def _execution(said: Said) -> Iterator[Line]:
    execution, filed_on = execution_of(said.answers), said.filing.filed_on
    if execution is None or filed_on is None:
        return
    year, month = counting_month(execution.dated_on, filed_on)
    yield {
        "kind": FactKind.EXECUTION,
        "counted_in": f"{year}-{month:02}",
        "contract": said.version.contract_id,
        "nature": _text(said.answers.get("303")),
        "usd": execution.executed,
        "cny": said.converted("308"),
        "settled_usd": execution.settled,
        "settled_cny": said.converted("309"),
    }


def _unit(said: Said) -> Iterator[Line]:
    yield {
        "kind": FactKind.UNIT,
        "counted_in": said.filing.period,
        "name": normal(_text(said.answers.get("102"))),
        "holder": _holder(said.answers),
        "ownership": _text(said.answers.get("108")),
        "ownership_list": said.list_of("registration_type"),
        "industry": _text(_parts(said.answers, "107").get("industry_code")),
        "industry_list": said.list_of("industry"),
    }


def _holder(answers: Row) -> str:
    """Return the name of who holds the unit by 119, empty where nobody has the majority."""
    investors = sorted(_rows(answers, "119"), key=lambda each: _number(each.get("share")) or Decimal(0), reverse=True)
    found = (each for each in investors if (_number(each.get("share")) or Decimal(0)) >= MAJORITY)
    return normal(_text(next(found, {}).get("name")))


def _staff(said: Said) -> Iterator[Line]:
    for group, total in STAFF.items():
        for place, education in enumerate(EDUCATION, total + 1):
            persons = _parts(said.answers, str(place)).get("2")
            yield _staff_line(said, group, education=education, number=_number(persons) or Decimal(0))
        before = _number(_parts(said.answers, str(total)).get("1"))
        if before is not None:
            yield _staff_line(said, group, before=before)


def _staff_line(said: Said, group: str, **numbers: object) -> Line:
    return {"kind": FactKind.STAFF, "counted_in": said.filing.period, "category": group, **numbers}


def _certificates(said: Said) -> Iterator[Line]:
    known = {"kind": FactKind.CERTIFICATE, "counted_in": said.filing.period}
    held = _parts(said.answers, "501")
    for code in _texts(held.get("held")):
        yield {**known, "act": "held", "category": code, "number": Decimal(1)}
    for row in _rows(said.answers, "502"):
        certificate = _listed(said, row.get("certificate"))
        yield {**known, "act": "new", "category": certificate, "number": Decimal(1), "cny": _number(row.get("fee"))}
    for row in _rows(said.answers, "503"):
        yield {**known, "act": "lost", "category": _listed(said, row.get("certificate")), "number": Decimal(1)}


def _platform(said: Said) -> Iterator[Line]:
    for code in PARTS_OF_PLATFORM:
        value = _number(_parts(said.answers, code).get("2"))
        if value is None:
            continue
        measure = "cny" if code >= "622" else "number"
        yield {"kind": FactKind.PLATFORM, "counted_in": said.filing.period, "category": code, measure: value}


def _training(said: Said) -> Iterator[Line]:
    """Yield one line per kind of training: a list of thousands of rows is no more to statistics than its sums."""
    sums: dict[str, Line] = {}
    for row in said.rows:
        kind = _text(row.get("category"))
        line = sums.setdefault(kind, {"number": Decimal(0), "hours": Decimal(0), "cny": Decimal(0)})
        for name, column in (("number", "people"), ("hours", "hours"), ("cny", "fee")):
            line[name] = Decimal(str(line[name])) + (_number(row.get(column)) or Decimal(0))
    act = "of_firms" if said.filing.form == "city-1" else "of_institutions"
    known = {"kind": FactKind.TRAINING, "counted_in": said.filing.period, "act": act}
    yield from ({**known, "category": kind, **line} for kind, line in sorted(sums.items()))


def _paid_certificates(said: Said) -> Iterator[Line]:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for row in said.rows:
        code = _listed(said, row.get("certificate"))
        number, fee = sums.get(code, (Decimal(0), Decimal(0)))
        sums[code] = number + 1, fee + (_number(row.get("fee")) or Decimal(0))
    known = {"kind": FactKind.CERTIFICATE, "counted_in": said.filing.period, "act": "paid"}
    for code, (number, fee) in sorted(sums.items()):
        yield {**known, "category": code, "number": number, "cny": fee}


_MAKERS: Mapping[str, Callable[[Said], Iterator[Line]]] = {
    BASICS_FORM: _unit,
    CONTRACT_FORM: _contract,
    EXECUTION_FORM: _execution,
    "enterprise-4": _staff,
    "enterprise-5": _certificates,
    "platform-1": _platform,
    "city-1": _training,
    "city-2": _training,
    "city-3": _paid_certificates,
}


def _listed(said: Said, value: object) -> str:
    """Return the code of a certificate; what a person typed, which no list knows, is another one."""
    reference, code = said.instrument.edition.lists["certificate"], _text(value)
    return code if lists.find_last(Scheme.CERTIFICATE, code, reference.version) else UNLISTED


def _parts(answers: Row, code: str) -> Row:
    value = answers.get(code)
    return value if isinstance(value, Mapping) else {}


def _rows(answers: Row, code: str) -> list[Row]:
    value = answers.get(code)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _number(value: object) -> Decimal | None:
    """Return a number as it is stored: amounts are texts, counts whole; None where it doesn't apply."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return Decimal(value)
