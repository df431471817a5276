"""Prints as they come back from a scanner: resolution, skew, grey, blur, compression, and a seal over the code's edge."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shared.documents.kinds import Kind

SEAL_RED = (196, 22, 28)
SEAL_MM = 42
CODE_CORNERS_MM = {"left": (164, 27), "bottom": (179, 42), "corner": (164, 42), "top": (179, 12)}
"""Where on the A4 page the edges of the code are: the middle of a side, or the lower left corner."""


@dataclass(frozen=True)
class Rescan:
    """How a page was scanned: dots per inch, degrees of skew, and what else happened to it."""

    dpi: int
    skew: float = 0.0
    kind: Kind = Kind.PDF
    is_grey: bool = False
    blur: float = 0.0
    quality: int = 80
    seal_at: str = ""
    contrast: float = 1.0


@cache
def _page(form_pdf: bytes, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(form_pdf)
    try:
        drawn: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB").copy()
        return drawn
    finally:
        document.close()


def rescan(form_pdf: bytes, how: Rescan) -> bytes:
    """Return the first page of a print as the scanner gives it, in the format of `how.kind`."""
    page = _page(form_pdf, how.dpi).copy()
    if how.seal_at:
        page = _sealed(page, how)
    page = page.rotate(how.skew, resample=Image.Resampling.BICUBIC, fillcolor="white", expand=how.skew % 90 == 0)
    if how.contrast != 1.0:
        page = page.point(lambda level: int(255 - (255 - level) * how.contrast - 12))
    if how.blur:
        page = page.filter(ImageFilter.GaussianBlur(how.blur))
    if how.is_grey:
        page = page.convert("L")
    target = io.BytesIO()
    options = {"resolution": how.dpi} if how.kind is Kind.PDF else {"dpi": (how.dpi, how.dpi)}
    page.save(target, how.kind.value.upper(), quality=how.quality, **options)
    return target.getvalue()


def _sealed(page: Image.Image, how: Rescan) -> Image.Image:
    """Press a seal on the page: ink darkens what is under it, black stays black."""
    millimetre = how.dpi / 25.4
    x, y = (value * millimetre for value in CODE_CORNERS_MM[how.seal_at])
    ink = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(ink)
    radius = SEAL_MM / 2 * millimetre
    if how.seal_at != "top":
        y += radius * 0.7
    x -= radius * 0.7
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=SEAL_RED, width=round(1.2 * millimetre))
    points = [(x + radius * 0.3 * dx, y + radius * 0.3 * dy) for dx, dy in ((0, -1), (0.9, 0.8), (-1, -0.2), (1, -0.2))]
    pen.polygon(points, fill=SEAL_RED)
    return ImageChops.multiply(page, ink)
