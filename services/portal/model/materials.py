"""The six places for files (regulation 指引 四（二）, and part three of the form): what each takes, in words for the page.

The registration service decides; the limits here are shown, and spare the applicant an upload that would be refused.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Slot:
    """A place for files. `largest` is in bytes; `most` counts files."""

    key: str
    title: str
    hint: str
    extensions: tuple[str, ...]
    largest: int
    most: int
    is_required: bool = True

    @property
    def label(self) -> str:
        """The slot's short name."""
        return f"材料{self.key}" if self.is_required else "附件"

    @property
    def accept(self) -> str:
        """The value of an input's `accept` attribute."""
        return ",".join(f".{extension}" for extension in self.extensions)


_COPIES = ("pdf", "png", "jpg", "jpeg", "ofd")
_PAPERS = (*_COPIES, "docx", "xlsx", "zip")

SLOTS = (
    Slot(
        "1",
        "服务外包交易平台注册信息表（加盖单位公章）",
        "先在“核对提交”一步打印，由法定代表人签字并加盖公章，再扫描或拍照上传。",
        _COPIES,
        20 * MIB,
        5,
    ),
    Slot("2", "法人证书或营业执照副本（复印件）", "证照的扫描件或清晰照片，应在有效期内。", _COPIES, 20 * MIB, 3),
    Slot(
        "3",
        "平台开展相关线上服务外包交易的证明材料（截屏照片、总结等）",
        "成交页面截屏、项目照片、业务总结等；图片较多时可压缩为一个 ZIP。",
        _PAPERS,
        50 * MIB,
        20,
    ),
    Slot(
        "4",
        "平台运营方案，含管理制度、服务流程、收费标准、服务质量保证措施等",
        "可以是一个或几个文件；请勾选每个文件包含的内容，四项内容须齐全。",
        ("pdf", "docx", "ofd"),
        50 * MIB,
        10,
    ),
    Slot(
        "5",
        "网站备案、许可证等证明（复印件）",
        "备案截图或证书、经营许可证等，编号须与填报内容一致。",
        _COPIES,
        20 * MIB,
        10,
    ),
    Slot(
        "details",
        "详细信息的有关证明材料（截屏、照片、内部制度文件等）",
        "与“详细信息”一步的说明相配合，没有的可不传。",
        _PAPERS,
        50 * MIB,
        20,
        is_required=False,
    ),
)

SLOT_BY_KEY = {slot.key: slot for slot in SLOTS}
LARGEST_UPLOAD = max(slot.largest for slot in SLOTS)

PLAN_SLOT = "4"
PLAN_PARTS = (
    ("management_rules", "管理制度"),
    ("service_process", "服务流程"),
    ("fees", "收费标准"),
    ("quality_assurance", "服务质量保证措施"),
)
