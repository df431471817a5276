"""The wording of decision sheets, by kind, and the digest of the revision that a decision speaks of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.registration.form.items import CONDITIONS, ITEM_BY_KEY, SLOT_LABELS, VERDICT_LABELS
from services.registration.form.print_code import PRINTED, canonical_item
from services.registration.model.registration import Revision
from services.registration.model.review import Remark, Review, Verdict
from services.registration.model.sheets import SheetKind, SheetReason

GROUND = "《服务外包统计调查制度》（国统制〔2022〕45号）“四、服务外包交易平台填报说明”"
"""On what the department decides; the section is added by kind."""

SCOPE, CONDITIONS_AND_MATERIALS, REVIEW = "（一）", "（二）", "（三）"


@dataclass(frozen=True)
class SheetWords:
    """Title, what is decided in a sentence, and the section that it rests on."""

    title: str
    sentence: str
    section: str

    @property
    def ground(self) -> str:
        """The legal ground as it is quoted."""
        return GROUND + self.section


WORDS: Mapping[SheetKind, SheetWords] = {
    SheetKind.RETURN: SheetWords(
        "服务外包交易平台注册补正通知书",
        "你单位提交的注册申请须作以下补正。请修改后重新提交。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.APPROVAL: SheetWords(
        "服务外包交易平台注册审核决定书",
        "经审核，你单位的服务外包交易平台符合注册条件，予以注册。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.CHANGE: SheetWords(
        "服务外包交易平台注册信息变更决定书",
        "经审核，同意变更你单位服务外包交易平台的注册信息。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.RENEWAL: SheetWords(
        "服务外包交易平台重新注册决定书",
        "经审核，你单位的服务外包交易平台符合注册条件，予以重新注册。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.REJECTION: SheetWords(
        "服务外包交易平台不予注册决定书", "经审核，你单位提交的注册申请不予注册。", CONDITIONS_AND_MATERIALS
    ),
    SheetKind.CHANGE_REJECTION: SheetWords(
        "服务外包交易平台不予变更决定书",
        "经审核，你单位提交的注册信息变更不予同意，原注册信息继续有效。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.SUSPENSION: SheetWords("服务外包交易平台暂停决定书", "自载明之日起，暂停你单位平台的注册。", REVIEW),
    SheetKind.RESUMPTION: SheetWords("服务外包交易平台恢复决定书", "恢复你单位平台的注册。", REVIEW),
    SheetKind.DEREGISTRATION: SheetWords(
        "服务外包交易平台注销决定书", "注销你单位平台的注册。", CONDITIONS_AND_MATERIALS
    ),
    SheetKind.DEREGISTRATION_REFUSAL: SheetWords(
        "服务外包交易平台不予注销决定书", "你单位提出的注销申请不予同意。", CONDITIONS_AND_MATERIALS
    ),
    SheetKind.DEREGISTRATION_ANNOUNCEMENT: SheetWords(
        "服务外包交易平台拟注销告知书",
        "拟注销你单位平台的注册，你单位可在载明的期限内陈述意见。",
        CONDITIONS_AND_MATERIALS,
    ),
    SheetKind.DEREGISTRATION_CALLED_OFF: SheetWords(
        "服务外包交易平台终止注销通知书", "终止此前告知的注销，你单位平台的注册继续有效。", CONDITIONS_AND_MATERIALS
    ),
}


def reasons_of(review: Review) -> tuple[SheetReason, ...]:
    """Return what the applicant is told of each part that was not accepted; readings of the department stay its own."""
    marks: list[tuple[str, Remark]] = [
        (f"材料{slot}：{label}" if slot.isdigit() else label, review.materials[slot])
        for slot, label in SLOT_LABELS.items()
        if slot in review.materials
    ]
    marks += [(f"注册条件：{CONDITIONS[key]}", mark) for key, mark in review.conditions.items() if key in CONDITIONS]
    labels = {key: item.label for key, item in ITEM_BY_KEY.items()} | {"traits": "平台特征"}
    marks += [(f"注册信息表：{labels.get(key, key)}", mark) for key, mark in review.fields.items()]
    return tuple(
        SheetReason(part, VERDICT_LABELS[mark.verdict], mark.note)
        for part, mark in marks
        if mark.verdict is not Verdict.ACCEPT
    )


def digest_of(revision: Revision) -> str:
    """Return the SHA-256, in hex, of what was submitted: every item that is printed, and the digest of every file."""
    items = [[item.pointer, canonical_item(revision.form, item)] for item in PRINTED]
    files = [[slot.value, [ref.sha256 for ref in refs]] for slot, refs in sorted(revision.materials.items())]
    return hashlib.sha256(json.dumps([revision.no, items, files], ensure_ascii=False).encode()).hexdigest()
