"""From templates to PDF (WeasyPrint; fonts of Debian's fonts-noto-cjk); nothing is fetched from anywhere while doing so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydyf import PDF, Array
from weasyprint import HTML, Attachment
from weasyprint.css import ColorProfile

from shared.clock import SHANGHAI


def templates_in(folder: Path, filters: Mapping[str, Callable[..., object]] | None = None) -> Environment:
    """Return the templates of a folder: everything is escaped, and a value that is missing is a fault."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"day": day, "moment": moment, **(filters or {})}
    return environment


_COLOURS = "colours"


class Archive(StrEnum):
    """The kinds of PDF/A (ISO 19005) that are made: whole with its fonts and colours, text that can be searched.

    `WITH_FILES` may carry other files, `PLAIN` may not.
    """

    PLAIN = "pdf/a-2u"
    WITH_FILES = "pdf/a-3u"


@dataclass(frozen=True)
class Enclosed:
    """A file within a PDF: the data that its pages show."""

    name: str
    content: bytes


def pdf_of(html: str, archive: Archive | None = None, enclosed: Enclosed | None = None) -> bytes:
    """Return the page as PDF, as PDF/A of a kind where one is named."""
    options: dict[str, object] = {}
    if archive is not None:
        options = {"pdf_variant": archive.value, "output_intent": _COLOURS, "color_profiles": {_COLOURS: _profile()}}
    if enclosed is not None:
        options["attachments"] = [
            Attachment(file_obj=BytesIO(enclosed.content), name=enclosed.name, relationship="Data")
        ]
    pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf(finisher=_list_once, **options)
    return pdf


def _profile() -> ColorProfile:
    """Return the profile of sRGB that WeasyPrint brings along; given to it, since its own way leaves the file open."""
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    return ColorProfile(BytesIO(content), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _list_once(_: object, pdf: PDF) -> None:
    """Name each file within the PDF once in its catalogue, where WeasyPrint names it twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = Array(dict.fromkeys(pdf.catalog["AF"]))


def refuse_to_fetch(url: str, *_: object, **__: object) -> object:
    """Fetch nothing: what is printed comes from the values alone. Raises `ValueError` always."""
    raise ValueError("nothing is fetched while printing")


def code_picture(text: str, error: str = "h") -> Markup:
    """Return a QR code as SVG. A third of it may be covered (level H): a seal or a staple does no harm."""
    svg: str = segno.make_qr(text, error=error, boost_error=False).svg_inline(border=0, omitsize=True)
    return Markup(svg)  # noqa: S704  drawn by segno from what `text` says, as squares


def day(value: date) -> str:
    """Return a day as it is written on paper."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Return a moment in the time of Beijing."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
