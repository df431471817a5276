"""Cut-off pictures are refused whatever another library has told Pillow for the whole process."""

from __future__ import annotations

import io

import pytest
from PIL import ImageFile

from shared.documents.kinds import Kind
from shared.documents.preview import page_png
from shared.errors import Invalid
from tests.support.files import make


@pytest.fixture
def lenient_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow as WeasyPrint leaves it once it is imported."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)


@pytest.mark.usefixtures("lenient_pillow")
@pytest.mark.parametrize("kind", [Kind.PNG, Kind.JPEG])
def test_a_cut_off_picture_is_not_shown(kind: Kind) -> None:
    with pytest.raises(Invalid):
        page_png(io.BytesIO(make(kind)[:60]), kind, 1, 100)
