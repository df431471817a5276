"""The stamped form comes back from all kinds of scanners: its code is read, and a changed item is found."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.registration.form.print_code import PRINTED, code_of
from services.registration.form.stamped_copy import Standing, compare
from services.registration.model.materials import Slot
from services.registration.printing import WeasyPrinter
from shared.clock import FixedClock
from shared.documents.codes import read_codes
from shared.documents.kinds import Kind
from tests.support.registration import NOW, PRINT_KEY, make_file, make_form, make_registration
from tests.support.rescans import Rescan, rescan

CHANGES: tuple[tuple[str, object], ...] = (
    ("phone", "0571-66666666"),
    ("trade_volume", Decimal("23456.6")),
    ("operating_since", date(2016, 1, 2)),
    ("top_suppliers", ["供应商甲", "供应商丙"]),
    ("advanced_technology_enterprise", False),
    ("fax", "0571-88888889"),
    ("operation_plan", "运营方案。"),
)

RESCANS = (
    Rescan(150),
    Rescan(150, 3),
    Rescan(150, -3),
    Rescan(150, 3, is_grey=True),
    Rescan(150, -3, is_grey=True, blur=0.6),
    Rescan(150, 1.2, blur=0.8),
    Rescan(150, -2, Kind.JPEG, quality=40),
    Rescan(150, 2.5, Kind.JPEG, is_grey=True, quality=50, blur=0.5),
    Rescan(150, 3, seal_at="left"),
    Rescan(150, -3, seal_at="corner"),
    Rescan(150, -3, is_grey=True, seal_at="corner"),
    Rescan(150, 3, Kind.PNG, seal_at="bottom", blur=0.6),
    Rescan(150, 1, Kind.JPEG, is_grey=True, quality=60, seal_at="left", contrast=0.6),
    Rescan(200, 3, blur=1.0),
    Rescan(200, -3, is_grey=True, seal_at="corner"),
    Rescan(200, 2, Kind.JPEG, quality=35, seal_at="bottom"),
    Rescan(200, -1, Kind.PNG, is_grey=True, contrast=0.5),
    Rescan(240, 3, Kind.PNG, seal_at="top"),
    Rescan(300),
    Rescan(300, 3, is_grey=True, seal_at="corner"),
    Rescan(300, -3, blur=1.5),
    Rescan(300, -3, Kind.JPEG, quality=30, seal_at="corner"),
    Rescan(300, 1.5, Kind.PNG, is_grey=True, blur=1.2, seal_at="left"),
    Rescan(300, -2.2, Kind.JPEG, is_grey=True, quality=45, contrast=0.6, seal_at="bottom"),
)


@pytest.fixture(scope="module")
def printed() -> bytes:
    registration = make_registration()
    code = code_of(PRINT_KEY, registration.id, 1, registration.form)
    return WeasyPrinter(FixedClock(NOW)).registration_form(registration, code)


@pytest.mark.parametrize("position", range(len(RESCANS)))
def test_the_code_of_a_rescan_is_read_and_a_changed_item_found(printed: bytes, position: int) -> None:
    how = RESCANS[position]
    key, value = CHANGES[position % len(CHANGES)]
    scanned = io.BytesIO(rescan(printed, how))
    labels = {item.pointer: item for item in PRINTED}

    materials = {Slot.FORM: (make_file(print_codes=read_codes(scanned, how.kind)),)}
    unchanged = compare(PRINT_KEY, "1" * 32, make_form(), materials)
    changed = compare(PRINT_KEY, "1" * 32, make_form() | {key: value}, materials)

    assert (unchanged.standing, unchanged.revision) == (Standing.MATCHES, 1)
    assert (changed.standing, changed.items) == (Standing.DIFFERS, (labels[f"/form/{key}"],))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_lay_the_wrong_way_round_is_read_too(printed: bytes, angle: int) -> None:
    scanned = rescan(printed, replace(Rescan(150), skew=angle, kind=Kind.PNG))

    assert len(read_codes(io.BytesIO(scanned), Kind.PNG)) == 1
