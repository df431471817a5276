"""The panels of a dashboard as data: read strictly, every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.statistics.tables.panels import BELOW, load_panels
from services.statistics.tables.reading import TablesBroken

BROKEN = """
[odd]
title = "某栏"
axis = "business_class"
levels = ["total", "huge"]
times = ["to_date", "week"]
measures = ["execution_usd", "gold", "staff", "executing_firms"]
nature = "2"
colour = "red"

[moved]
title = "审核前后"
axis = "nature"
levels = ["total"]
times = ["month"]
measures = ["execution_usd"]
reviewed = true

[lost]
title = "某栏"
axis = "colour"
levels = ["total"]
times = ["year"]
measures = ["staff"]
"""


def test_every_amount_of_a_panel_stands_in_both_currencies() -> None:
    for panel in load_panels():
        stems = {each[:-4] for each in panel.measures if each[-4:] in {"_usd", "_cny"}}
        assert {f"{stem}{end}" for stem in stems for end in ("_usd", "_cny")} <= set(panel.measures), panel.key
        assert panel.axis == BELOW or not panel.reviewed


def test_all_faults_of_a_file_are_told_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(BROKEN, encoding="utf-8")

    with pytest.raises(TablesBroken) as caught:
        load_panels(file)

    assert {fault.partition(":")[0] for fault in caught.value.faults} == {
        "broken.toml/odd/levels",
        "broken.toml/odd/times",
        "broken.toml/odd/measures",
        "broken.toml/odd/colour",
        "broken.toml/moved/reviewed",
        "broken.toml/lost/axis",
    }
    assert sum("odd/measures" in fault for fault in caught.value.faults) >= 3
