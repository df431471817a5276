"""The one way to a decoded picture: strict, whatever another library has set for the whole process."""

from __future__ import annotations

import io

from PIL import Image, ImageFile

from shared.documents.kinds import Kind


def open_picture(data: bytes, kind: Kind) -> Image.Image:
    """Return the picture, to be decoded as this kind alone; use as a context manager. Raises Pillow's errors.

    WeasyPrint tells Pillow, when it is imported, to fill up cut-off pictures in silence. That switch is one for the
    process, so it is put back each time: here a picture with missing data is to be refused.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return Image.open(io.BytesIO(data), formats=(kind.value.upper(),))
