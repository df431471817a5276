"""QR codes on scanned pages, read from the same pictures that a preview shows (zxing-cpp)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

import zxingcpp
from PIL import Image

from shared.documents.kinds import DEFAULT_LIMITS, PICTURES, Kind, Limits
from shared.documents.preview import page_count, page_picture

MOST_PAGES = 3
"""Pages that are looked at: the code is on the first page of a form, which a cover may precede."""

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

MOST_CODES = 8
LONGEST_CODE = 1000
"""Characters; what is longer is not ours."""

INK_SHARES = (0.2, 0.28)
"""Where between the darkest and the lightest shade of a page the printed black ends and a seal's ink begins."""

WIDTHS = (2000, 1240)
"""Pixels across: about 240 dpi of A4, then 150 dpi, where noise and blur of a finer scan are averaged away."""


def read_codes(stream: BinaryIO, kind: Kind, limits: Limits = DEFAULT_LIMITS) -> tuple[str, ...]:
    """Return the texts of the QR codes on the first pages, each once; none for kinds without pictures of pages.

    Only for files that `inspect` found good. Raises `Invalid` for a file whose pages can't be drawn.
    """
    if kind is not Kind.PDF and kind not in PICTURES:
        return ()
    pages = range(1, min(page_count(stream, kind, limits), MOST_PAGES) + 1)
    for width in WIDTHS:
        found: dict[str, None] = {}
        for page in pages:
            found |= dict.fromkeys(_texts(page_picture(stream, kind, page, width, limits)))
        if found:
            return tuple(found)[:MOST_CODES]
    return ()


def _texts(picture: Image.Image) -> Iterator[str]:
    """Yield the texts of a page, from the first of its aspects that shows any."""
    for aspect in _aspects(picture):
        found = zxingcpp.read_barcodes(aspect, formats=_QR)
        texts = [code.text for code in found if code.valid and len(code.text) <= LONGEST_CODE]
        if texts:
            yield from texts
            return


def _aspects(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a page in shades of grey: as it is, then so that the ink of a seal over the code vanishes.

    In the red channel red ink is as light as the paper; on a scan in grey it is still lighter than what is printed.
    """
    grey = picture.convert("L")
    yield grey
    yield picture.getchannel("R")
    darkest, lightest = cast(tuple[int, int], grey.getextrema())  # one band
    for share in INK_SHARES:
        limit = darkest + (lightest - darkest) * share
        yield grey.point([0 if level < limit else 255 for level in range(256)])
