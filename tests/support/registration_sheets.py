"""Decision sheets for tests: fakes of their ports, and what stands on one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from services.registration.model.sheets import Sheet, SheetContent, SheetKind, SheetReason

DECIDED_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def make_content(**changes: object) -> SheetContent:
    """Return what stands on a return of the registration of `make_registration`."""
    content = SheetContent(
        kind=SheetKind.RETURN,
        registration_id="1" * 32,
        revision=1,
        digest="ab" * 32,
        platform_name="云采服务外包交易平台",
        operator_name="杭州云采科技有限公司",
        credit_code="91330106000000019W",
        text="材料5看不清",
        ground="材料不清晰",
        reasons=(SheetReason("材料5", "无法辨认", "备案号看不清"),),
        department="浙江省杭州市西湖区商务主管部门",
        signatory="陈明",
        signed_on=date(2026, 3, 2),
        decided_at=DECIDED_AT,
    )
    return replace(content, **changes)  # type: ignore[arg-type]  # a test names fields of the content


@dataclass
class FakeSheets:
    """Decision sheets in memory, numbered in the order in which they are asked for."""

    kept: dict[str, Sheet] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def number(self, sheet_id: str, unit_id: str, division: str, content: SheetContent) -> Sheet:
        number = f"{division}-{len(self.kept) + 1:04d}"
        sheet = Sheet(sheet_id, content.registration_id, unit_id, content.kind, number, content.decided_at)
        return self.kept.setdefault(sheet_id, sheet)

    def keep(self, sheet: Sheet, pdf: bytes) -> Sheet:
        if not self.kept[sheet.id].is_ready:
            self.files[sheet.id] = pdf
            digest = hashlib.sha256(pdf).hexdigest()
            self.kept[sheet.id] = replace(sheet, size=len(pdf), sha256=digest, stored={"key": sheet.id})
        return self.kept[sheet.id]

    def list_of(self, registration_id: str) -> tuple[Sheet, ...]:
        return tuple(sheet for sheet in self.kept.values() if sheet.registration_id == registration_id)

    def stream(self, sheet: Sheet) -> Iterator[bytes]:
        return iter([self.files[sheet.id]])


@dataclass
class FakeSheetMaker:
    """Makes no PDF, but shows what it was asked for."""

    made: list[tuple[SheetContent, str]] = field(default_factory=list)

    def make(self, content: SheetContent, number: str) -> bytes:
        self.made.append((content, number))
        return number.encode()

    def certificates(self) -> bytes:
        return b"PEM"
