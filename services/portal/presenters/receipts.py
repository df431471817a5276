"""What is said of a receipt that somebody shows."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.model.receipts import VerificationAnswer
from services.portal.presenters.words import moment

CONTENTS = {
    "same": ("内容一致：所附内容文件就是当时报送的内容。", "success"),
    "different": ("内容不一致：所附内容文件不是当时报送的内容。", "danger"),
    "unreadable": ("所附内容文件不是报送内容文件（filing.json），无法比对。", "warning"),
}
"""How a content compares with the one that was received, with a tone."""


@dataclass(frozen=True)
class VerificationView:
    """Whether a receipt is genuine; `reason` says why not, `lines` what a genuine one says."""

    is_genuine: bool
    reason: str
    signer: str
    lines: tuple[tuple[str, str], ...]
    content: str
    content_tone: str


def verification_view(answer: VerificationAnswer) -> VerificationView:
    """Return what the page says."""
    receipt = answer["receipt"]
    lines: tuple[tuple[str, str], ...] = ()
    if receipt is not None:
        lines = (
            ("报表", f"{receipt['form_number']}　{receipt['form_title']}".strip() or receipt["form"]),
            ("报告期", receipt["period_label"]),
            ("报送编号", receipt["filing_id"]),
            ("报送次数", f"第 {receipt['revision']} 次报送"),
            ("提交时间", f"{moment(receipt['submitted_at'])}（北京时间）"),
            ("内容摘要（SHA-256）", receipt["digest"]),
            ("签名证书", answer["signer"]),
        )
    content, tone = CONTENTS.get(answer["content"], ("", ""))
    return VerificationView(answer["is_genuine"], answer["reason"], answer["signer"], lines, content, tone)
