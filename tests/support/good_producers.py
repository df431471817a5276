"""Good files as ordinary programs make them: browsers, office programs, scanners, cameras, printing libraries."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from functools import partial

import docx
import openpyxl
import pikepdf
import pypdfium2
import segno
import weasyprint
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Cm
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image, ImageCms, PngImagePlugin

from tests.support.files import make_jpeg, make_pdf, make_pdf_document, make_png, ofd_parts

Good = tuple[str, Callable[[], bytes], int | None]

_PAGE = """<html lang="zh"><head><title>说明</title><style>@page { size: A4 } h1 { color: #133 }</style></head>
<body><h1>平台运营方案</h1><p>第一章 管理制度</p><a href="https://example.com/">网站</a>
<table><tr><td>一</td><td>二</td></tr></table><p style="page-break-before: always">第二章</p></body></html>"""


def _printed(variant: str | None = None, **options: object) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the printer leaves its colour profile open
        return bytes(weasyprint.HTML(string=_PAGE).write_pdf(pdf_variant=variant, **options))


def _pikepdf(**options: object) -> bytes:
    buffer = io.BytesIO()
    make_pdf_document(pages=2).save(buffer, **options)  # type: ignore[arg-type]  # options of each case
    return buffer.getvalue()


def _pdfium(version: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    other = pypdfium2.PdfDocument(make_pdf("导入"))
    document.import_pages(other)
    buffer = io.BytesIO()
    document.save(buffer, version=version)
    return buffer.getvalue()


def _scanned(mode: str, count: int = 2) -> bytes:
    """What scanning programs write: pages that are pictures."""
    pages = [_ramp(mode, (600, 800)) for _ in range(count)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return buffer.getvalue()


def _outlined() -> bytes:
    pdf = make_pdf_document(pages=3)
    with pdf.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(f"第{number + 1}章", number) for number in range(3))
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = "运营方案"
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _form() -> bytes:
    """A form whose fields do nothing but hold text, and a place for a signature."""
    pdf = make_pdf_document()
    fields = [
        pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=kind,
                T=f"f{number}".encode(),
                Rect=[0, 0, 9, 9],
                F=4,
            )
        )
        for number, kind in enumerate((pikepdf.Name.Tx, pikepdf.Name.Sig))
    ]
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields), SigFlags=1)
    pdf.pages[0].Annots = pikepdf.Array(fields)
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _noted() -> bytes:
    """A PDF with notes in its margin, a mark over its text, and a link to another page."""
    pdf = make_pdf_document(pages=2)
    kinds = (pikepdf.Name.Text, pikepdf.Name.Highlight, pikepdf.Name.Stamp, pikepdf.Name.FreeText)
    notes = [
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=kind, Rect=[0, 0, 9, 9], Contents=b"ok") for kind in kinds
    ]
    go = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[pdf.pages[1].obj, pikepdf.Name.Fit])
    notes.append(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=go))
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note) for note in notes])
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _ramp(mode: str, size: tuple[int, int] = (400, 300)) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)
    return (
        ramp.convert("RGB").convert(mode)
        if mode != "I;16"
        else ramp.convert("I").point(lambda v: v * 256).convert("I;16")
    )


def _png(mode: str, size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    buffer = io.BytesIO()
    _ramp(mode, size).save(buffer, "PNG", **options)
    return buffer.getvalue()


def _jpeg(mode: str, size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    buffer = io.BytesIO()
    _ramp(mode, size).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _worded_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Software", "截图工具")
    words.add_itxt("Title", "平台首页", lang="zh", zip=True)
    words.add_text("Comment", "长" * 500, zip=True)
    return _png("RGB", pnginfo=words, dpi=(96, 96))


def _turned_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned to the right
    exif[0x010F] = "Maker"
    exif[0x0132] = "2026:03:02 09:30:00"
    return _jpeg("RGB", exif=exif)


def _clear_palette() -> bytes:
    picture = _ramp("RGB").quantize(16)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", transparency=0, bits=4)
    return buffer.getvalue()


def _code() -> bytes:
    buffer = io.BytesIO()
    segno.make("https://example.com/").save(buffer, kind="png", scale=5)
    return buffer.getvalue()


def _rich_docx() -> bytes:
    document = docx.Document()
    document.add_heading("平台运营方案", 1)
    document.add_picture(io.BytesIO(make_png(200, 100)), width=Cm(5))
    document.add_picture(io.BytesIO(make_jpeg(200, 100)), width=Cm(5))
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "收费标准"
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.part.relate_to("https://example.com/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.part.relate_to("mailto:a@example.com", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.add_page_break()
    document.add_paragraph("服务流程", style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _rich_xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("月份", "金额"), (1, 10.5), (2, 12), ("合计", "=SUM(B2:B3)")):
        sheet.append(row)
    sheet["A1"].comment = Comment("含税", "财务")
    sheet["B1"].hyperlink = "https://example.com/"
    sheet.add_data_validation(DataValidation(type="list", formula1='"是,否"'))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "D2")
    sheet.add_image(SheetImage(io.BytesIO(make_png(50, 50))), "D20")
    book.create_sheet("第二页").append(["=Sheet!B2*2", "=VLOOKUP(1,A1:B4,2)"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _office_zip() -> bytes:
    """A ZIP with times in extra fields, folders, and members packed in different ways."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.mkdir("截图")
        for name, method in (("截图/一.png", zipfile.ZIP_STORED), ("截图/二.jpg", zipfile.ZIP_DEFLATED)):
            member = zipfile.ZipInfo(name, (2026, 3, 2, 9, 30, 0))
            member.compress_type = method
            member.extra = b"UT\x05\x00\x03\0\0\0\0ux\x0b\x00\x01\x04\0\0\0\0\x04\0\0\0\0"
            archive.writestr(member, make_png(30, 30) if name.endswith("png") else make_jpeg(30, 30))
    return buffer.getvalue()


def _named_twice_zip() -> bytes:
    """A member whose name is noted in Unicode besides, as packers on Windows do."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo("jietu.png")
        member.extra = b"\x75\x70\x0f\x00\x01\0\0\0\0" + "截图.png".encode()
        archive.writestr(member, make_png())
    return buffer.getvalue()


def _rich_ofd() -> bytes:
    parts = ofd_parts("电子营业执照", pages=3) | {
        "Doc_0/Res/image_0.png": make_png(40, 40),
        "Doc_0/Res/image_1.jpg": make_jpeg(40, 40),
        "Doc_0/Res/font_0.ttf": b"\0\x01\0\0" + bytes(60),
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"0\x82\x01\0" + bytes(256),
        "Doc_0/Signs/Signatures.xml": b'<?xml version="1.0"?><Signatures xmlns="http://www.ofdspec.org/2016"/>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


_GENERATE = pikepdf.ObjectStreamMode.generate

PRODUCED: dict[str, Good] = {
    "a page printed by WeasyPrint": ("a.pdf", _printed, 2),
    "an archive PDF (PDF/A-1)": ("a.pdf", partial(_printed, "pdf/a-1b"), 2),
    "an archive PDF (PDF/A-2)": ("a.pdf", partial(_printed, "pdf/a-2b"), 2),
    "an archive PDF (PDF/A-3)": ("a.pdf", partial(_printed, "pdf/a-3u"), 2),
    "a PDF for screen readers (PDF/UA)": ("a.pdf", partial(_printed, "pdf/ua-1"), 2),
    "an unpacked print": ("a.pdf", partial(_printed, uncompressed_pdf=True), 2),
    "a PDF 1.4": ("a.pdf", partial(_pikepdf, force_version="1.4"), 2),
    "a PDF 1.5 with object streams": ("a.pdf", partial(_pikepdf, min_version="1.5", object_stream_mode=_GENERATE), 2),
    "a PDF 1.6": ("a.pdf", partial(_pikepdf, force_version="1.6"), 2),
    "a PDF 2.0": ("a.pdf", partial(_pikepdf, force_version="2.0"), 2),
    "a linear PDF with object streams": ("a.pdf", partial(_pikepdf, linearize=True, object_stream_mode=_GENERATE), 2),
    "a PDF in readable form": ("a.pdf", partial(_pikepdf, qdf=True), 2),
    "a PDF of PDFium": ("a.pdf", partial(_pdfium, 17), 2),
    "a PDF 1.4 of PDFium": ("a.pdf", partial(_pdfium, 14), 2),
    "a scan in grey": ("扫描件.pdf", partial(_scanned, "L"), 2),
    "a scan in colour": ("扫描件.pdf", partial(_scanned, "RGB"), 2),
    "a scan in black and white": ("扫描件.pdf", partial(_scanned, "1"), 2),
    "a scan in four inks": ("扫描件.pdf", partial(_scanned, "CMYK", 1), 1),
    "a PDF with an outline and metadata": ("a.pdf", _outlined, 3),
    "a PDF with a plain form": ("a.pdf", _form, 1),
    "a PDF with notes": ("a.pdf", _noted, 2),
    "a PNG in 16 bits": ("a.png", partial(_png, "I;16"), 1),
    "a grey PNG with transparency": ("a.png", partial(_png, "LA"), 1),
    "a PNG with a clear colour of its palette": ("a.png", _clear_palette, 1),
    "a PNG with words": ("a.png", _worded_png, 1),
    "a PNG with a colour profile": ("a.png", lambda: _png("RGB", icc_profile=_profile()), 1),
    "a PNG packed as well as can be": ("a.png", partial(_png, "RGB", optimize=True), 1),
    "a screenshot of a large screen": ("截屏.png", partial(_png, "RGB", (5120, 2880)), 1),
    "a very long screenshot": ("长截图.png", partial(_png, "RGB", (1080, 18_000)), 1),
    "a QR code": ("a.png", _code, 1),
    "a JPEG turned by its camera": ("照片.jpg", _turned_jpeg, 1),
    "a JPEG with a colour profile": ("a.jpg", lambda: _jpeg("RGB", icc_profile=_profile()), 1),
    "a JPEG with all samples": ("a.jpg", partial(_jpeg, "RGB", subsampling=0, quality=95), 1),
    "a JPEG with restarts": ("a.jpg", partial(_jpeg, "RGB", restart_marker_blocks=4), 1),
    "a JPEG with a comment": ("a.jpg", partial(_jpeg, "RGB", comment="现场照片".encode()), 1),
    "a progressive JPEG in four inks": ("a.jpg", partial(_jpeg, "CMYK", progressive=True), 1),
    "a progressive JPEG in grey": ("a.jpg", partial(_jpeg, "L", progressive=True, optimize=True), 1),
    "a photo of 24 megapixels": ("照片.jpg", partial(_jpeg, "RGB", (6000, 4000)), 1),
    "a progressive photo of 24 megapixels": ("照片.jpg", partial(_jpeg, "RGB", (6000, 4000), progressive=True), 1),
    "a Word file with pictures and tables": ("方案.docx", _rich_docx, None),
    "a workbook with a chart and comments": ("交易.xlsx", _rich_xlsx, None),
    "an OFD with seals, pictures and fonts": ("执照.ofd", _rich_ofd, 3),
    "a ZIP with times and folders": ("截图.zip", _office_zip, 2),
    "a ZIP whose members have two names": ("截图.zip", _named_twice_zip, 1),
}
