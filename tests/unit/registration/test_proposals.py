"""What the text of a material proposes: the labelled values, and nothing that can't be read as its kind."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

from weasyprint import HTML

from services.registration.form.proposals import propose
from services.registration.model.facts import NO_END
from services.registration.model.materials import Slot
from shared.documents.kinds import Kind
from shared.documents.preview import text_layer
from tests.support.files import make_docx

LICENCE = """营业执照（副本）
统一社会信用代码：91330106000000019W
名　　称：杭州云采科技有限公司
法定代表人 王小明
注册资本：人民币 1,000 万元
成立日期：2015年3月1日
营业期限：2015年3月1日至长期
住　　所：浙江省杭州市西湖区文三路1号
"""


def test_a_licence_proposes_its_facts() -> None:
    proposed = propose(Slot.LICENCE, LICENCE)

    assert proposed == {
        "licence_name": "杭州云采科技有限公司",
        "licence_credit_code": "91330106000000019W",
        "licence_representative": "王小明",
        "licence_opened_on": date(2015, 3, 1),
        "licence_valid_until": NO_END,
        "licence_capital": Decimal("1000"),
        "licence_address": "浙江省杭州市西湖区文三路1号",
    }


def test_a_text_proposes_facts_of_its_own_material_alone() -> None:
    assert propose(Slot.FILING, LICENCE) == {}


def test_a_day_that_does_not_exist_is_not_proposed() -> None:
    assert "licence_opened_on" not in propose(Slot.LICENCE, "成立日期：2015年2月30日")


def test_the_text_of_a_pdf_and_of_a_word_document_is_read_and_a_scan_has_none() -> None:
    pdf: bytes = HTML(
        string="<p>ICP备案号 浙ICP备12345678号-1</p><p>主办单位名称：杭州云采科技有限公司</p>"
    ).write_pdf()

    from_pdf = propose(Slot.FILING, text_layer(io.BytesIO(pdf), Kind.PDF))
    from_word = propose(Slot.PLAN, text_layer(io.BytesIO(make_docx("平台名称：云采平台")), Kind.DOCX))

    assert from_pdf == {"icp_number": "浙ICP备12345678号-1", "icp_subject": "杭州云采科技有限公司"}
    assert from_word == {"plan_platform_name": "云采平台"}
    assert text_layer(io.BytesIO(b""), Kind.PNG) == ""
