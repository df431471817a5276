"""The package of a set: the same bytes for the same set, files that say what the set says, and a manifest that holds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from services.exchange.packaging.metadata import Resource, SharingType
from services.exchange.packaging.package import (
    CATALOGUE,
    MANIFEST,
    TYP,
    WORKBOOK,
    Addressed,
    Package,
    PackageFaulty,
    files_of,
    opened,
    pack,
)
from services.exchange.packaging.totals import totals_of
from services.sandbox.sample_tables import sample_set
from shared.contracts.statistics import ANNUAL, dump_tables, load_tables
from shared.crypto.errors import BadSignature
from shared.crypto.jose import create_jose_keys, public_part, sign, verify
from shared.tabulation.tables import SAMPLE, TableSet, table_set_of

KEYS = create_jose_keys("exchange")
STRANGER = create_jose_keys("exchange")
ADDRESSED = Addressed("d" * 32, "nbs", 2, "c" * 32)
RESOURCE = Resource(
    code="SO-A",
    category="经济统计",
    title="服务外包年度统计资料",
    summary="分省、分业务类别发展情况",
    formats=("CSV",),
    items=(),
    sharing=SharingType.CONDITIONAL,
    condition="最终审定满十个工作日",
    way="文件交换",
    openness="不向社会开放",
    cycle="每年",
    released_on="2026-05-08",
)


def make_table_set(correction: int = 0) -> TableSet:
    return table_set_of(load_tables(dump_tables(sample_set(ANNUAL, "2025", date(2026, 4, 20), correction=correction))))


def make_package(made: TableSet | None = None) -> Package:
    return pack(made or make_table_set(), ADDRESSED, RESOURCE, lambda payload: sign(KEYS, payload, typ=TYP))


def verified(token: str) -> bytes:
    return verify(public_part(KEYS), token, typ=TYP)


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """Return an archive with another content of a member, or without it."""
    archive = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as before, ZipFile(archive, "w", ZIP_DEFLATED) as after:
        names = [*before.namelist(), *([name] if name not in before.namelist() else [])]
        for each in names:
            found = content if each == name else before.read(each)
            if found is not None:
                after.writestr(each, found)
    return archive.getvalue()


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_same_set_is_the_same_package_and_another_is_another() -> None:
    one, again, other = make_package(), make_package(), make_package(make_table_set(correction=1))

    assert one.data == again.data
    assert one.digest != other.digest


def test_a_package_opens_and_its_manifest_names_every_file_with_its_digest() -> None:
    package = make_package()

    manifest, files = opened(package.data, verified)

    assert manifest == package.manifest
    assert (manifest.receiver, manifest.version, manifest.supersedes) == ("nbs", 2, "c" * 32)
    assert {each.name: each.sha256 for each in manifest.files} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }


def test_control_totals_are_what_the_files_add_up_to() -> None:
    made = make_table_set()
    shown = [
        each for each in rows(files_of(made, RESOURCE)["data/by_region.csv"]) if each["指标代码"] == "executed_cny"
    ]

    total = next(each for each in totals_of(made.tables) if (each.table, each.measure) == ("by_region", "executed_cny"))

    assert total.cells == len(shown) == 32
    assert total.suppressed == sum(each["状态"] == "隐去" for each in shown) == 2
    assert Decimal(total.total) == sum(Decimal(each["数值"] or 0) for each in shown)
    assert Decimal(total.by_region["110000"]) == Decimal(next(e["数值"] for e in shown if e["地区代码"] == "110000"))
    assert total.by_class == {}


def test_sdmx_csv_has_an_observation_for_each_cell_and_says_what_is_confidential() -> None:
    made = make_table_set()

    found = rows(files_of(made, RESOURCE)["data/by_class.sdmx.csv"])

    table = made.table("by_class")
    assert table is not None
    assert len(found) == len(table.cells)
    assert list(found[0])[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert {each["STRUCTURE_ID"] for each in found} == {"MOFCOM:BY_CLASS(2022.0.0)"}
    assert {(each["OBS_VALUE"] == "", each["CONF_STATUS"]) for each in found} == {(False, "F"), (True, "C")}
    assert {each["TIME_PERIOD"] for each in found} == {"2025"}


def test_the_workbook_opens_elsewhere_with_numbers_as_numbers_and_hides_what_is_suppressed() -> None:
    made = make_table_set()

    book = openpyxl.load_workbook(io.BytesIO(files_of(made, RESOURCE)[WORKBOOK]))

    sheet = book["1 服务外包分省发展情况"]
    assert len(book.sheetnames) == len(made.tables)
    assert sheet["A4"].value == "110000"
    assert sheet["B4"].value == "北京市"
    table = made.table("by_region")
    assert table is not None
    assert Decimal(str(sheet["C4"].value)) == next(c.value for c in table.cells if c.at == ("110000",))
    assert sum(cell.value == "*" for row in sheet.iter_rows() for cell in row) == 8


def test_sample_data_says_so_in_every_file() -> None:
    files = files_of(make_table_set(), RESOURCE)

    assert all(each["数据性质"] == SAMPLE for each in rows(files["data/people.csv"]))
    assert all(each["COMMENT_OBS"] == SAMPLE for each in rows(files["data/people.sdmx.csv"]))
    assert SAMPLE in str(openpyxl.load_workbook(io.BytesIO(files[WORKBOOK])).worksheets[0]["A1"].value)
    assert json.loads(files[CATALOGUE])["数据性质"] == SAMPLE


def test_the_catalogue_metadata_holds_every_item_of_the_standard() -> None:
    entry = json.loads(files_of(make_table_set(), RESOURCE)[CATALOGUE])

    wanted = "分类 名称 代码 提供方 提供方代码 摘要 格式"
    assert {f"信息资源{each}" for each in wanted.split()} <= entry.keys()
    assert {
        *("信息项信息", "共享类型", "共享条件", "共享方式", "开放属性", "更新周期", "发布日期", "关联资源代码")
    } <= entry.keys()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("data/by_region.csv", b"other", "digest_mismatch"),
        ("data/by_region.csv", None, "digest_mismatch"),
        ("data/more.csv", b"more", "digest_mismatch"),
        (MANIFEST, b"{}", "manifest_differs"),
    ],
)
def test_a_package_that_was_touched_does_not_open(name: str, content: bytes | None, code: str) -> None:
    data = changed(make_package().data, name, content)

    with pytest.raises(PackageFaulty) as caught:
        opened(data, verified)

    assert caught.value.code == code


def test_a_package_that_a_stranger_signed_does_not_open() -> None:
    package = pack(make_table_set(), ADDRESSED, RESOURCE, lambda payload: sign(STRANGER, payload, typ=TYP))

    with pytest.raises(BadSignature):
        opened(package.data, verified)


def test_a_truncated_package_does_not_open() -> None:
    package = make_package()

    with pytest.raises(PackageFaulty) as caught:
        opened(package.data[:-100], verified)

    assert caught.value.code == "package_unreadable"


def test_a_manifest_of_another_form_is_refused() -> None:
    made = make_package().manifest
    other = replace(made, title="另")
    payload = other.payload.replace(b"tongbao.delivery/1", b"tongbao.delivery/2")
    data = changed(
        changed(make_package().data, MANIFEST, payload), "manifest.jws", sign(KEYS, payload, typ=TYP).encode()
    )

    with pytest.raises(PackageFaulty) as caught:
        opened(data, verified)

    assert caught.value.code == "manifest_malformed"
