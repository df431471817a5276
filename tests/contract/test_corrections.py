"""What filing tells of a correction is what statistics take, as the portal passes it on."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import orjson

from services.filing.operations.corrections import correction_of
from services.filing.schemas.corrections import correction_body
from services.filing.schemas.examples import EXAMPLES
from services.statistics.schemas.reach import CorrectedIn, corrected_of
from shared.calls import Call
from tests.support.month_end import FIRM, MONTH, contract, make_firm_office
from tests.unit.filing.test_corrections import rewritten, settled


def test_the_example_of_filing_is_taken_by_statistics() -> None:
    taken = corrected_of(CorrectedIn().load(EXAMPLES["CorrectionOut"]))  # type: ignore[arg-type]  # an example

    assert [each.values["usd"] for each in (*taken.before, *(taken.after or ()))] == [Decimal(100), Decimal(150)]


def test_a_correction_as_it_goes_over_the_wire_comes_out_with_its_codes_place_and_amounts() -> None:
    office = make_firm_office()
    office.close(MONTH)
    office.clock.moment = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
    draft = rewritten(office, settled(office, contract(office, "HT-1")), **{"209": "I12"})

    sent = orjson.dumps(correction_body(correction_of(office.deps, Call(FIRM), draft.id)))
    taken = corrected_of(CorrectedIn().load(orjson.loads(sent)))

    (before,), (after,) = taken.before, taken.after or ()
    assert (before.values["business_class"], after.values["business_class"]) == ("I11", "I12")
    assert (after.values["province"], after.values["city"], after.counted_in) == ("330000", "330100", MONTH)
    assert (after.values["nature"], after.values["market"], after.values["usd"]) == ("2", "USA", Decimal(100))
    assert "cny" not in after.values  # no rate was known, and none is guessed
