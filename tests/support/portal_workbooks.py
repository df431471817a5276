"""The filing service's Excel files as the portal sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.answers import Streamed
from services.portal.model.workbooks import CellFault, ImportAnswer, ReadWorkbook

XLSX = {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=filing.xlsx"}


def make_cell_fault(**changes: object) -> CellFault:
    """Return an amount that is none."""
    fault = {
        "pointer": "/622/2",
        "indicator": "622",
        "sheet": "填报",
        "cell": "E27",
        "code": "not_amount",
        "message": "应为以数字填写的数值。",
        "expected": "",
        "severity": "error",
        "row": None,
    }
    return cast(CellFault, {**fault, **changes})


@dataclass
class FakeWorkbooks:
    """Takes every file, and says what it was told to say."""

    faults: list[CellFault] = field(default_factory=list)
    sent: list[tuple[str, bytes, bool]] = field(default_factory=list)
    state: str = "running"
    error: Exception | None = None

    def template(self, edition: str, form: str, address: str) -> Streamed:
        return Streamed(XLSX, iter([b"template"]))

    def filled(self, token: str, filing_id: str, no: int) -> Streamed:
        return Streamed(XLSX, iter([b"filled"]))

    def read(
        self, token: str, filing_id: str, version: int, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ReadWorkbook:
        self._take(name, chunks, is_trial=is_trial)
        is_saved = not is_trial and not self.faults
        return {"is_saved": is_saved, "version": version + is_saved, "faults": self.faults}

    def mark(self, token: str, filing_id: str, name: str, chunks: Iterable[bytes]) -> Streamed:
        self._take(name, chunks, is_trial=True)
        return Streamed(XLSX, iter([b"marked"]))

    def begin_import(
        self, token: str, filing_id: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ImportAnswer:
        self._take(name, chunks, is_trial=is_trial)
        return self.progress(token, filing_id, "i1")

    def progress(self, token: str, filing_id: str, import_id: str) -> ImportAnswer:
        return {
            "id": import_id,
            "state": self.state,
            "state_label": {"running": "正在读取", "done": "已导入"}.get(self.state, self.state),
            "is_trial": False,
            "total": 12000,
            "done": 4000,
            "counted": {"error": len(self.faults)} if self.faults else {},
            "faults": self.faults,
            "reason": "",
            "reason_label": "",
        }

    def marked(self, token: str, filing_id: str, import_id: str) -> Streamed:
        return Streamed(XLSX, iter([b"marked"]))

    def _take(self, name: str, chunks: Iterable[bytes], *, is_trial: bool) -> None:
        self.sent.append((name, b"".join(chunks), is_trial))
        if self.error is not None:
            raise self.error
