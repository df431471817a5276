"""The five materials of a made-up platform, made the way real ones come about.

The licence is a PDF, the evidence a picture of a page taken by Chromium, the plan a DOCX, the certificate of the web
site a picture, and the form a print that was stamped, laid askew on a scanner and scanned in grey-free colour.
"""

from __future__ import annotations

import io
import math
import subprocess
import tempfile
from pathlib import Path

import docx
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from weasyprint import HTML

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1200,800",
)
SCAN_DPI = 150
SKEW_DEGREES = 1.2
SEAL_RED = (196, 22, 28)

_PAGE = """<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><style>
body {{ font: 16px/1.8 "Noto Sans CJK SC"; margin: 40px; }} table {{ border-collapse: collapse; width: 100%; }}
td, th {{ border: 1px solid #888; padding: 8px 12px; text-align: left; }} h1 {{ font-size: 28px; }}
</style>{body}</html>"""


def licence(name: str, code: str, representative: str) -> bytes:
    """Return a copy of a business licence as PDF."""
    body = (
        f"<h1>营业执照（副本）</h1><p>统一社会信用代码　{code}</p><table><tr><th>名称</th><td>{name}</td></tr>"
        f"<tr><th>类型</th><td>有限责任公司</td></tr><tr><th>法定代表人</th><td>{representative}</td></tr>"
        "<tr><th>注册资本</th><td>壹仟万元整</td></tr><tr><th>营业期限</th><td>2015年3月1日至长期</td></tr></table>"
    )
    pdf: bytes = HTML(string=_PAGE.format(body=body)).write_pdf()
    return pdf


def screenshot(platform: str) -> bytes:
    """Return a picture of the platform's page as Chromium renders it (PNG)."""
    rows = "".join(
        f"<tr><td>2026-0{month}-15</td><td>软件研发服务需求 {month:03d}</td><td>已成交</td></tr>"
        for month in range(1, 9)
    )
    body = f"<h1>{platform}</h1><p>最新成交</p><table><tr><th>日期</th><th>项目</th><th>状态</th></tr>{rows}</table>"
    with tempfile.TemporaryDirectory(prefix="tongbao-page-") as folder:
        page, picture = Path(folder, "page.html"), Path(folder, "page.png")
        page.write_text(_PAGE.format(body=body), "utf-8")
        subprocess.run(  # noqa: S603  a fixed program on a page of our own
            [CHROMIUM, *CHROMIUM_FLAGS, f"--user-data-dir={folder}/profile", f"--screenshot={picture}", page.as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return picture.read_bytes()


def plan(platform: str) -> bytes:
    """Return the operation plan as DOCX, with its four parts."""
    document = docx.Document()
    document.add_heading(f"{platform}运营方案", 0)
    for title, text in (
        ("一、管理制度", "平台设立运营委员会，实行实名注册、分级授权和年度审计。"),
        ("二、服务流程", "需求发布、供应商应答、撮合签约、过程监管、验收结算五个环节全程留痕。"),
        ("三、收费标准", "按成交金额的百分之一向供应商收取服务费，单笔不超过五万元。"),
        ("四、服务质量保证措施", "设立履约保证金和争议调解机制，客户满意度低于九成的供应商限期整改。"),
    ):
        document.add_heading(title, 1)
        document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def certificate(host: str, number: str, expires: str) -> bytes:
    """Return a picture of the certificate of the web site's filing (JPEG)."""
    picture = Image.new("RGB", (1240, 880), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 1210, 850), outline=(30, 70, 140), width=6)
    pen.text((620, 140), "网站备案证明", font=_font(64), fill="black", anchor="mm")
    for row, text in enumerate((f"网站域名：{host}", f"备案号：{number}", f"有效期至：{expires}")):
        pen.text((160, 300 + row * 110), text, font=_font(40), fill="black")
    return _jpeg(picture)


def stamped_scan(form_pdf: bytes, unit: str) -> bytes:
    """Return the printed form as it comes back from the scanner: sealed in red and slightly askew (PDF of pictures)."""
    document = pypdfium2.PdfDocument(form_pdf)
    try:
        pages = [page.render(scale=SCAN_DPI / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()
    seal = _seal(unit)
    last = pages[-1]
    last.paste(seal, (last.width - seal.width - 120, int(last.height * 0.30)), seal)
    scanned = [
        page.rotate(SKEW_DEGREES, resample=Image.Resampling.BICUBIC, fillcolor="white").filter(
            ImageFilter.GaussianBlur(0.4)
        )
        for page in pages
    ]
    target = io.BytesIO()
    scanned[0].save(target, "PDF", save_all=True, append_images=scanned[1:], resolution=SCAN_DPI, quality=80)
    return target.getvalue()


def _seal(unit: str) -> Image.Image:
    size, center = 280, 140
    seal = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    pen.ellipse((6, 6, size - 6, size - 6), outline=(*SEAL_RED, 215), width=7)
    pen.text((center, center), "★", font=_font(78), fill=(*SEAL_RED, 215), anchor="mm")
    for position, character in enumerate(unit[:16]):
        angle = math.radians(200 + position * 280 / max(1, len(unit[:16]) - 1) - 60)
        place = (center + math.cos(angle) * 104, center + math.sin(angle) * 104)
        pen.text(place, character, font=_font(24), fill=(*SEAL_RED, 215), anchor="mm")
    return seal


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()
