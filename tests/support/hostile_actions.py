"""PDFs that act, fetch, hide or lock: every place where an action can stand, and every way to hide it there."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.support.files import make_pdf, make_pdf_document, save_pdf

Case = tuple[str, Callable[[], bytes], str]
Change = Callable[[pikepdf.Pdf], None]

_ACTIVE, _OUTSIDE, _EMBEDDED, _LOCKED = (
    "file_active_content",
    "file_external_reference",
    "file_embedded",
    "file_encrypted",
)
_URL = b"https://example.com/"
_SCRIPT: dict[str, object] = {"/S": Name.JavaScript, "/JS": String("app.alert(1)")}

ACTIONS: dict[str, tuple[dict[str, object], str]] = {
    "a script": (_SCRIPT, _ACTIVE),
    "a script without its name": ({"/S": Name("/J#61vaScript"), "/JS": String("1")}, _ACTIVE),
    "a program": ({"/S": Name.Launch, "/F": String("cmd.exe")}, _ACTIVE),
    "a program of Windows": ({"/S": Name.Launch, "/Win": Dictionary(F=b"cmd.exe", P=b"/c calc")}, _ACTIVE),
    "a form to be sent": ({"/S": Name.SubmitForm, "/F": Dictionary(FS=Name.URL, F=_URL)}, _ACTIVE),
    "a form to be cleared": ({"/S": Name.ResetForm}, _ACTIVE),
    "data to be taken in": ({"/S": Name.ImportData, "/F": String("a.fdf")}, _ACTIVE),
    "something to be hidden": ({"/S": Name.Hide, "/T": String("x")}, _ACTIVE),
    "a film": ({"/S": Name.Movie}, _ACTIVE),
    "a sound": ({"/S": Name.Sound}, _ACTIVE),
    "a rendition": ({"/S": Name.Rendition}, _ACTIVE),
    "rich media": ({"/S": Name.RichMediaExecute}, _ACTIVE),
    "a view of a model": ({"/S": Name.GoTo3DView}, _ACTIVE),
    "another file": ({"/S": Name.GoToR, "/F": String("\\\\host\\share\\a.pdf"), "/D": Array([0])}, _OUTSIDE),
    "an embedded file": ({"/S": Name.GoToE, "/T": Dictionary(R=Name.C, N=b"a.pdf")}, _OUTSIDE),
}
"""What an action can do, and what it is refused for."""


def _open(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    pdf.Root.OpenAction = action


def _link(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def _chained(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    """Behind a harmless first action, in a list of further ones."""
    _link(pdf, Dictionary(S=Name.URI, URI=_URL, Next=Array([Dictionary(S=Name.URI, URI=_URL), action])))


def _field(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=b"x", Rect=[0, 0, 9, 9], Subtype=Name.Widget, A=action))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def _outline(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    entry = pdf.make_indirect(Dictionary(Title=b"x", A=action))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))


def _unused(pdf: pikepdf.Pdf, action: pikepdf.Dictionary) -> None:
    """In an object that nothing refers to, for a later revision to refer to it."""
    pdf.Root.PieceInfo = Dictionary(X=pdf.make_indirect(Dictionary(Deep=Array([Array([Dictionary(D=action)])]))))


PLACES: dict[str, Callable[[pikepdf.Pdf, pikepdf.Dictionary], None]] = {
    "on opening": _open,
    "behind a link": _link,
    "behind another action": _chained,
    "in a form's field": _field,
    "in an outline": _outline,
    "deep in private data": _unused,
}

_TRIGGERS = ("/O", "/C", "/WC", "/WS", "/DS", "/WP", "/DP", "/E", "/X", "/D", "/U", "/Fo", "/Bl", "/K", "/F", "/V")
"""Events that start an action by themselves: of pages, of the document, of notes and fields."""


def _placed(place: str, action: str, *, packed: bool) -> Callable[[], bytes]:
    def build() -> bytes:
        pdf = make_pdf_document()
        PLACES[place](pdf, Dictionary(ACTIONS[action][0]))
        return save_pdf(pdf, packed=packed)

    return build


def _actions() -> dict[str, Case]:
    """Every action at two of the places in turn, one of them in an object stream; scripts and programs at all."""
    cases: dict[str, Case] = {}
    places = list(PLACES)
    for number, (action, (_, code)) in enumerate(ACTIONS.items()):
        at = places if action in ("a script", "a program") else [places[number % 6], places[(number + 3) % 6]]
        for turn, place in enumerate(at):
            # On opening nothing but a first view may be: there it is an action whatever it does.
            expected = _ACTIVE if place == "on opening" else code
            kept = "packed" if turn % 2 else "plain"
            cases[f"{action} {place}, {kept}"] = ("a.pdf", _placed(place, action, packed=bool(turn % 2)), expected)
    return cases


def _trigger(event: str) -> Callable[[], bytes]:
    def build() -> bytes:
        pdf = make_pdf_document()
        holder = pdf.pages[0].obj if event in ("/O", "/C") else pdf.Root
        holder.AA = Dictionary({event: Dictionary(_SCRIPT)})
        return save_pdf(pdf)

    return build


def _changed(change: Change, *, packed: bool = False) -> Callable[[], bytes]:
    def build() -> bytes:
        pdf = make_pdf_document()
        change(pdf)
        return save_pdf(pdf, packed=packed)

    return build


def _update(change: bytes) -> Callable[[], bytes]:
    """A PDF whose second revision, behind the first, changes the catalogue."""

    def build() -> bytes:
        first = make_pdf()
        table = int(first[first.rindex(b"startxref") + 9 :].split()[0])
        changed = b"1 0 obj\n<< /Pages 2 0 R /Type /Catalog " + change + b" >>\nendobj\n"
        second = f"xref\n1 1\n{len(first):010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev {table} >>\n".encode()
        return first + changed + second + f"startxref\n{len(first + changed)}\n%%EOF\n".encode()

    return build


def _escaped(name: bytes) -> Callable[[], bytes]:
    """An action whose name is written with escapes, which readers undo and searches miss."""

    def build() -> bytes:
        pdf = make_pdf_document()
        stand_in = "/" + "Z" * (len(name) - 1)  # as long, so that every offset stays right
        _link(pdf, Dictionary(S=Name(stand_in), R=b"1"))
        return save_pdf(pdf).replace(stand_in.encode(), name)

    return build


def _annotation(**entries: object) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        note = {"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9])} | {f"/{k}": v for k, v in entries.items()}
        pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(note))])

    return change


def _associated(pdf: pikepdf.Pdf) -> None:
    data = Stream(pdf, b"<xml/>")
    pdf.Root.AF = Array([pdf.make_indirect(Dictionary(Type=Name.Filespec, F=b"a.xml", EF=Dictionary(F=data)))])


def _thread(pdf: pikepdf.Pdf) -> None:
    data = Stream(pdf, b"x")
    data.Type = Name.EmbeddedFile
    pdf.Root.PieceInfo = Dictionary(X=data)


def _reference(pdf: pikepdf.Pdf) -> None:
    form = Stream(pdf, b"")
    form.update({"/Subtype": Name.Form, "/BBox": [0, 0, 1, 1], "/Ref": Dictionary(F=b"a.pdf", Page=0)})
    pdf.pages[0].Resources.XObject = Dictionary(X=form)


def _locked(revision: int, user: str = "", *, aes: bool = True) -> Callable[[], bytes]:
    def build() -> bytes:
        lock = pikepdf.Encryption(owner="o", user=user, R=revision, aes=aes, metadata=aes)  # type: ignore[arg-type]
        return save_pdf(make_pdf_document(), encryption=lock)

    return build


def _linear() -> bytes:
    pdf = make_pdf_document()
    pdf.Root.OpenAction = Dictionary(_SCRIPT)
    buffer = io.BytesIO()
    pdf.save(buffer, linearize=True)
    return buffer.getvalue()


_MORE: dict[str, Case] = {
    "a script in a second revision": ("a.pdf", _update(b"/OpenAction << /S /JavaScript /JS (1) >>"), _ACTIVE),
    "a script hidden in a second revision": ("a.pdf", _update(b"/Open#41ction <</S/J#61vaScript/#4aS(1)>>"), _ACTIVE),
    "a form in a second revision": ("a.pdf", _update(b"/AcroForm << /XFA (x) /Fields [] >>"), _ACTIVE),
    "an embedded file in a second revision": ("a.pdf", _update(b"/Names << /EmbeddedFiles << >> >>"), _EMBEDDED),
    "a script whose name has one escape": ("a.pdf", _escaped(b"/#4aavaScript"), _ACTIVE),
    "a script whose name is all escapes": ("a.pdf", _escaped(b"/#4a#61#76#61#53#63#72#69#70#74"), _ACTIVE),
    "a program whose name is all escapes": ("a.pdf", _escaped(b"/#4C#61#75#6E#63#68"), _ACTIVE),
    "a script in a linear PDF": ("a.pdf", _linear, _ACTIVE),
    "an XFA form in an object stream": (
        "a.pdf",
        _changed(lambda pdf: pdf.Root.update({"/AcroForm": Dictionary(XFA=Array([b"x", b"y"]))}), packed=True),
        _ACTIVE,
    ),
    "a screen": ("a.pdf", _changed(_annotation(Subtype=Name.Screen)), _ACTIVE),
    "a sound note": ("a.pdf", _changed(_annotation(Subtype=Name.Sound)), _ACTIVE),
    "a model": ("a.pdf", _changed(_annotation(Subtype=Name("/3D"))), _ACTIVE),
    "rich media in an object stream": ("a.pdf", _changed(_annotation(Subtype=Name.RichMedia), packed=True), _ACTIVE),
    "an associated file": ("a.pdf", _changed(_associated), _EMBEDDED),
    "an embedded stream that nothing names": ("a.pdf", _changed(_thread), _EMBEDDED),
    "a portfolio in an object stream": (
        "a.pdf",
        _changed(lambda pdf: pdf.Root.update({"/Collection": Dictionary(View=Name.T)}), packed=True),
        _EMBEDDED,
    ),
    "a page of another file": ("a.pdf", _changed(_reference), _OUTSIDE),
    "a password of RC4, 40 bits": ("a.pdf", _locked(2, "secret", aes=False), _LOCKED),
    "a password of RC4, 128 bits": ("a.pdf", _locked(3, "secret", aes=False), _LOCKED),
    "a password of AES, 128 bits": ("a.pdf", _locked(4, "secret"), _LOCKED),
    "a password of AES, 256 bits": ("a.pdf", _locked(6, "secret"), _LOCKED),
    "permissions of RC4 only": ("a.pdf", _locked(3, aes=False), _LOCKED),
    "permissions of AES only": ("a.pdf", _locked(6), _LOCKED),
}

ACTIVE: dict[str, Case] = (
    _actions()
    | {f"a script on the event {event[1:]}": ("a.pdf", _trigger(event), _ACTIVE) for event in _TRIGGERS}
    | _MORE
)
