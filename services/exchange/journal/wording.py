"""What the verifier says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.exchange.journal.chains import Fault


class Doubt(StrEnum):
    """Why a container as a whole, or something of it beside a line of the chain, does not hold."""

    NOT_A_CONTAINER = "not_a_container"
    KEYS_MALFORMED = "keys_malformed"
    KEYS_LACKING = "keys_lacking"
    MANIFEST_FORGED = "manifest_forged"
    FILE_CHANGED = "file_changed"
    ANCHOR_FORGED = "anchor_forged"
    ANCHOR_UNLINKED = "anchor_unlinked"
    ANCHOR_AHEAD = "anchor_ahead"
    BEGINS_LOOSE = "begins_loose"
    OUTSIDE_OF_DAY = "outside_of_day"
    RECEIPT_MALFORMED = "receipt_malformed"
    RECEIPT_FOREIGN = "receipt_foreign"
    RECEIPT_FORGED = "receipt_forged"
    RECEIPT_OTHERWISE = "receipt_otherwise"
    RECEIPT_OF_OTHER_CONTENT = "receipt_of_other_content"
    RECEIPT_LACKING = "receipt_lacking"


WORDS: Mapping[Fault | Doubt, tuple[str, str]] = {
    Fault.MALFORMED: ("不是日志行，或写法不符", "not a line of the journal, or not spelled as the journal does"),
    Fault.CHANGED: ("内容与其哈希不符，登记后被改动", "does not fit its hash: changed after it was entered"),
    Fault.OTHER_CHAIN: ("属于另一方的日志链", "belongs to another partner's chain"),
    Fault.MISSING: ("此处缺少条目", "entries are missing here"),
    Fault.OUT_OF_ORDER: ("条目重复、插入或次序颠倒", "repeated, inserted or out of order"),
    Fault.NOT_LINKED: (
        "没有接在前一条之后：前一条或本条被替换",
        "not linked to the one before: one of the two was replaced",
    ),
    Fault.TIME_RUNS_BACK: ("时刻早于前一条", "its moment is before that of the entry before"),
    Fault.ANCHORED_OTHERWISE: ("与锚定或清单所记的哈希不符", "the anchor or the manifest says another hash"),
    Fault.CUT_OFF: ("日志从此处起被截断", "the journal is cut off from here"),
    Doubt.NOT_A_CONTAINER: ("不是证明容器，或文件已损坏", "not a container, or a damaged one"),
    Doubt.KEYS_MALFORMED: ("公钥文件格式不符", "the keys are malformed"),
    Doubt.KEYS_LACKING: ("缺少所需的公钥", "a needed public key is lacking"),
    Doubt.MANIFEST_FORGED: ("清单的签名不成立", "the manifest's signature does not hold"),
    Doubt.FILE_CHANGED: ("文件与清单所记的摘要不符", "a file is not the one of the manifest"),
    Doubt.ANCHOR_FORGED: ("锚定的签名不成立", "an anchor's signature does not hold"),
    Doubt.ANCHOR_UNLINKED: ("锚定没有接在前一个之后", "an anchor does not follow the one before"),
    Doubt.ANCHOR_AHEAD: ("锚定所记的条数多于日志：日志被截断", "an anchor counts more entries than there are: cut off"),
    Doubt.BEGINS_LOOSE: (
        "日志的开头没有接在之前的锚定上",
        "the journal does not begin where the anchor before it ends",
    ),
    Doubt.OUTSIDE_OF_DAY: ("条目的时刻不在锚定的日期之内", "its moment is outside of the day that was anchored"),
    Doubt.RECEIPT_MALFORMED: ("回执行格式不符", "not a line of receipts"),
    Doubt.RECEIPT_FOREIGN: ("日志中没有这份回执", "the journal has no such receipt"),
    Doubt.RECEIPT_FORGED: ("回执的签名不成立", "the receipt's signature does not hold"),
    Doubt.RECEIPT_OTHERWISE: ("回执与日志所记不符", "the receipt is not the one that was entered"),
    Doubt.RECEIPT_OF_OTHER_CONTENT: (
        "回执所引的摘要不是所发报文的摘要",
        "the receipt quotes a digest that is not that of the message",
    ),
    Doubt.RECEIPT_LACKING: ("缺少这条日志所记的回执", "the receipt that was entered is lacking"),
}


class Untrue(Exception):
    """A container does not hold: why, in which file, at which line of it, for which entry; 0 where there is none."""

    def __init__(self, reason: Fault | Doubt, file: str = "", line: int = 0, number: int = 0) -> None:
        self.reason = reason
        self.file, self.line, self.number = file, line, number
        super().__init__(f"{reason} {file} {line} {number}")

    @property
    def text(self) -> str:
        """What to say, in both languages."""
        chinese, english = WORDS[self.reason]
        at = f"{self.file}" if self.file else ""
        here = f"{at} 第 {self.line} 行" if self.line else at
        there = f"{at} line {self.line}" if self.line else at
        if self.number:
            here, there = f"{here}（编号 {self.number}）", f"{there} (entry {self.number})"
        return f"{here}：{chinese}\n{there}: {english}" if here else f"{chinese}\n{english}"
