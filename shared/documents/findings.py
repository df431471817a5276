"""The catalogue of what can be wrong with a file, and the collector that gathers several faults at once.

Codes are stable, wording may be bettered. A message names a place ("压缩包内第 3 个文件"), never a name or a value.
"""

from __future__ import annotations

from shared.errors import Invalid, Problem

POINTER = "/file"

MESSAGES: dict[str, str] = {
    # the name
    "file_name_empty": "文件名为空。",
    "file_name_too_long": "文件名过长，请缩短到 200 个字符（255 字节）以内。",
    "file_name_path": "文件名中不能含有斜杠等路径符号。",
    "file_name_control": "文件名中含有控制字符或不可见字符，请重新命名。",
    "file_name_character": '文件名中不能含有 < > : " | ? * 等符号。',
    "file_name_reserved": "该文件名是操作系统的保留名称，请重新命名。",
    "file_name_edge": "文件名不能以点号或空格开头或结尾。",
    # the kind
    "file_extension_unknown": "文件名没有可以接受的扩展名。",
    "file_empty": "文件是空的，请检查后重新上传。",
    "file_too_large": "文件超过大小限制。",
    "file_kind_unknown": "无法识别文件内容，或者不是可以接受的文件格式。",
    "file_kind_not_allowed": "此处不接受这种格式的文件。",
    "file_kind_mismatch": "文件扩展名与实际内容不一致，请以原格式保存后再上传。",
    "file_broken": "文件已损坏或结构不规范，请重新导出或扫描后再上传。",
    "file_not_as_sent": "收到的内容与所选文件不一致（可能续传了另一个文件），请重新上传。",
    # more than one file in one
    "file_extra_data": "文件结束标记之后还有多余数据，请重新导出或另存后再上传。",
    "file_leading_data": "文件开头有多余数据，请重新导出或另存后再上传。",
    "file_hidden_archive": "文件内部夹带了压缩包或其他文件，请去除后再上传。",
    "file_nested_archive": "压缩包内还有压缩包、程序或其他复合文件，请去除后再上传。",
    # what it does
    "file_encrypted": "文件已加密或设有密码、权限限制，请解除后再上传。",
    "file_active_content": "文件含有脚本、自动动作或多媒体等可执行内容，请打印为普通文件后再上传。",
    "file_embedded": "文件中嵌入了其他文件或对象，请去除后再上传。",
    "file_macro": "文件含有宏或控件，请另存为不含宏的格式后再上传。",
    "file_external_reference": "文件引用了外部资源（打开时会自动加载），请断开链接后再上传。",
    "file_animated": "图片是动画，请保存为静态图片后再上传。",
    # how much
    "file_no_pages": "文件中没有可以查看的内容。",
    "file_too_many_pages": "文件页数超过限制，请拆分后上传。",
    "file_too_complex": "文件结构过于复杂，请重新导出后再上传。",
    "file_picture_too_large": "图片尺寸超过限制，请缩小后再上传。",
    "file_too_many_members": "压缩包内文件过多。",
    "file_unpacked_too_large": "文件展开后的大小超过限制。",
    "file_ratio": "文件的压缩比异常，请重新制作后再上传。",
    # inside a zip
    "file_member_path": "压缩包内含有绝对路径、上级目录或不合规的文件名。",
    "file_member_link": "压缩包内含有链接或特殊文件。",
    "file_member_overlap": "压缩包内各文件的数据相互重叠或之间夹有多余数据。",
    "file_member_duplicate": "压缩包内有重名文件。",
    "file_member_method": "压缩包使用了不支持的压缩方式，请用普通 zip 方式重新压缩。",
    "file_size_lie": "压缩包登记的大小或校验值与实际内容不符。",
    "file_not_pictures": "压缩包内只能存放 PNG、JPEG 图片。",
    # the scan
    "file_infected": "文件未通过恶意代码检查，不能上传。",
}


def problem(code: str, *, place: str = "", expected: str = "") -> Problem:
    """One fault of the file, worded from the catalogue; `place` says where inside the file, in Chinese."""
    return Problem(POINTER, code, f"{place}：{MESSAGES[code]}" if place else MESSAGES[code], expected)


def refusal(code: str, *, place: str = "", expected: str = "") -> Invalid:
    """The error for a file that can't be looked at any further."""
    return Invalid([problem(code, place=place, expected=expected)])


class Findings:
    """Gathers faults, each code and place once, so that a person sees them all in one answer."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, str], Problem] = {}

    def add(self, code: str, *, place: str = "", expected: str = "") -> None:
        """Note a fault and go on."""
        self._problems.setdefault((code, place), problem(code, place=place, expected=expected))

    def take(self, refused: Invalid, *, place: str = "") -> None:
        """Note all faults of a part that was refused, as faults at `place`."""
        for found in refused.problems:
            self.add(found.code, place=place, expected=found.expected)

    def settle(self) -> None:
        """Raise `Invalid` with everything found so far, if anything was."""
        if self._problems:
            raise Invalid(self._problems.values())
