"""From templates to PDF (WeasyPrint; fonts of Debian's fonts-noto-cjk); nothing is fetched from anywhere while doing so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML

from shared.clock import SHANGHAI


def templates_in(folder: Path, filters: Mapping[str, Callable[..., object]] | None = None) -> Environment:
    """Return the templates of a folder: everything is escaped, and a value that is missing is a fault."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"day": day, "moment": moment, **(filters or {})}
    return environment


def pdf_of(html: str) -> bytes:
    """Return the page as PDF."""
    pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf()
    return pdf


def refuse_to_fetch(url: str, *_: object, **__: object) -> object:
    """Fetch nothing: what is printed comes from the values alone. Raises `ValueError` always."""
    raise ValueError("nothing is fetched while printing")


def code_picture(text: str) -> Markup:
    """Return a QR code as SVG. A third of it may be covered (level H): a seal or a staple does no harm."""
    svg: str = segno.make_qr(text, error="h", boost_error=False).svg_inline(border=0, omitsize=True)
    return Markup(svg)  # noqa: S704  drawn by segno from what `text` says, as squares


def day(value: date) -> str:
    """Return a day as it is written on paper."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Return a moment in the time of Beijing."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
