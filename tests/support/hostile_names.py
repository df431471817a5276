"""Names of files that mislead, on any system that a file may be saved on."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.files import make_pdf

Case = tuple[str, Callable[[], bytes], str]

_NAMES: dict[str, tuple[str, str]] = {
    "a path": ("../../etc/passwd.pdf", "file_name_path"),
    "a folder": ("a/b.pdf", "file_name_path"),
    "a folder of Windows": ("C:\\Users\\a.pdf", "file_name_path"),
    "a share": ("\\\\host\\share\\a.pdf", "file_name_path"),
    "a wide slash": ("a／b.pdf", "file_name_path"),
    "a wide backslash": ("a＼b.pdf", "file_name_path"),
    "an account sign that folds to a path": ("a℀b.pdf", "file_name_path"),
    "two dots in front": ("..a.pdf", "file_name_path"),
    "a zero byte": ("a.pdf\0.exe.pdf", "file_name_control"),
    "a line break": ("a\r\nSet-Cookie: x.pdf", "file_name_control"),
    "an escape": ("\x1b[2Ja.pdf", "file_name_control"),
    "a turned name": ("a\u202efdp.exe.pdf", "file_name_control"),
    "an isolated turn": ("a\u2067x.pdf", "file_name_control"),
    "a space of no width": ("a\u200b.pdf", "file_name_control"),
    "a tag character": ("a\U000e0041.pdf", "file_name_control"),
    "a half character": ("a\udc00.pdf", "file_name_control"),
    "no character": ("a\ufdd0.pdf", "file_name_control"),
    "a stream of Windows": ("a.pdf:x.exe", "file_name_character"),
    "a pipe": ("a|b.pdf", "file_name_character"),
    "a quote": ('a".pdf', "file_name_character"),
    "a device": ("NUL.pdf", "file_name_reserved"),
    "a wide device": ("ＡＵＸ.pdf", "file_name_reserved"),
    "a device with an extension of its own": ("com1.x.pdf", "file_name_reserved"),
    "a dot in front": (".a.pdf", "file_name_edge"),
    "a dot behind": ("a.pdf.", "file_name_edge"),
    "a blank behind": ("a.pdf ", "file_name_edge"),
    "nothing": ("", "file_name_empty"),
    "blanks": (" \u3000", "file_name_empty"),
    "two hundred and one characters": ("a" * 197 + ".pdf", "file_name_too_long"),
    "too many bytes": ("长" * 90 + ".pdf", "file_name_too_long"),
    "a program behind": ("a.pdf.exe", "file_extension_unknown"),
    "a page behind": ("a.pdf.html", "file_extension_unknown"),
    "a wide extension": ("a.ｐｄｆ", "file_extension_unknown"),
    "an extension in other letters": ("a.рdf", "file_extension_unknown"),
    "macros in the extension": ("a.docm", "file_extension_unknown"),
    "the kind in front": ("a.jpg.png", "file_kind_mismatch"),
}

NAMES: dict[str, Case] = {f"a name with {what}": (name, make_pdf, code) for what, (name, code) in _NAMES.items()}
