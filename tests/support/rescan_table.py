"""The rescans that must be read, and the change that must be found in each: `python -m tests.support.rescan_table`.

Prints a line per rescan: how it was scanned, whether its code was read, which item was changed after printing, and
which item the comparison names. The exit status is 1 where one is not read or a change is missed.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.registration.form.print_code import PRINTED, code_of
from services.registration.form.stamped_copy import Comparison, Standing, compare
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


@dataclass(frozen=True)
class Reading:
    """What was read from one rescan: against the form as printed, and against one with an item changed afterwards."""

    how: Rescan
    changed: str
    as_printed: Comparison
    after_change: Comparison

    @property
    def is_read(self) -> bool:
        """Whether the code was read, and says that the form is the printed one."""
        return self.as_printed == Comparison(Standing.MATCHES, revision=1)

    @property
    def is_found(self) -> bool:
        """Whether exactly the changed item is named."""
        named = [item.pointer for item in self.after_change.items]
        return self.after_change.standing is Standing.DIFFERS and named == [f"/form/{self.changed}"]


def printed_form() -> bytes:
    """Return the 注册信息表 of a made-up registration, as it is printed for the stamp."""
    registration = make_registration()
    code = code_of(PRINT_KEY, registration.id, 1, registration.form)
    return WeasyPrinter(FixedClock(NOW)).registration_form(registration, code)


def reading(printed: bytes, position: int) -> Reading:
    """Scan the print in the way of `RESCANS[position]`, and compare it with the form before and after a change."""
    how = RESCANS[position]
    key, value = CHANGES[position % len(CHANGES)]
    codes = read_codes(io.BytesIO(rescan(printed, how)), how.kind)
    materials = {Slot.FORM: (make_file(print_codes=codes),)}
    return Reading(
        how,
        key,
        compare(PRINT_KEY, "1" * 32, make_form(), materials),
        compare(PRINT_KEY, "1" * 32, make_form() | {key: value}, materials),
    )


def line_of(no: int, found: Reading) -> str:
    """Return the line of the table for one rescan."""
    how = found.how
    labels = {item.pointer: item.label for item in PRINTED}
    paper = f"{how.dpi} dpi {how.skew:+.1f}° {how.kind.value:4} {'grey ' if how.is_grey else 'color'}"
    worn = f"blur {how.blur} quality {how.quality} contrast {how.contrast} seal {how.seal_at or '-'}"
    read = "read" if found.is_read else "NOT READ"
    named = "、".join(item.label for item in found.after_change.items) if found.is_found else "MISSED"
    return f"{no:2}  {paper}  {worn:52}  {read}  changed {labels[f'/form/{found.changed}']} -> named {named}"


def main() -> int:
    """Print the table with its counts; return the exit status."""
    printed = printed_form()
    readings = [reading(printed, position) for position in range(len(RESCANS))]
    lines = [line_of(no, found) for no, found in enumerate(readings, 1)]
    read, named = sum(found.is_read for found in readings), sum(found.is_found for found in readings)
    lines.append(f"{len(readings)} rescans: {read} read, the changed item named in {named}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if read == named == len(readings) else 1


if __name__ == "__main__":
    raise SystemExit(main())
