"""AcroForm answers: text, choices, check boxes and radio buttons, from the widgets that stand on a page."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.ingest.pdf_canvas import Canvas
from extractor.ingest.pdf_frame import Frame, Sheet
from extractor.pixels import FormAnswer
from models.record import BBox

_MOST_WIDGETS = 5000
_MOST_CHARACTERS = 20_000
_UNSEEN = 0x2 | 0x20
"""Annotation flags Hidden and NoView (ISO 32000-1, table 165)."""

_TEXTS = (pdfium_c.FPDF_FORMFIELD_TEXTFIELD,)
_CHOICES = (pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX)
_MARKS = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)

_Getter = Callable[[object, object, object, int], int]


def read_answers(sheet: Sheet, canvas: Canvas) -> tuple[FormAnswer, ...]:
    """Every visible widget with its state; boxes in points of the page as rendered.

    A text or choice without an answer has value None; a mark's value is its export value, ticked or not.
    """
    page = sheet.page
    if not page.formenv:
        return ()
    answers = []
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MOST_WIDGETS)):
        with _annotation(page, index) as annotation:
            if annotation is None or pdfium_c.FPDFAnnot_GetSubtype(annotation) != pdfium_c.FPDF_ANNOT_WIDGET:
                continue
            box = _box(annotation, sheet.frame)
            if box is None or pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
                continue
            answer = _read(page.formenv, annotation, canvas.to_points(box))
            if answer is not None:
                answers.append(answer)
    return tuple(answers)


def has_handwriting(sheet: Sheet) -> bool:
    """Whether somebody wrote on the page with a pen tool: strokes that no text layer knows."""
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(sheet.page), _MOST_WIDGETS)):
        with _annotation(sheet.page, index) as annotation:
            if annotation is not None and pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_INK:
                return True
    return False


def _read(form: object, annotation: object, box: BBox) -> FormAnswer | None:
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _text(pdfium_c.FPDFAnnot_GetFormFieldName, form, annotation) or ""
    if kind in _MARKS:
        value = _text(pdfium_c.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        return FormAnswer(name, value, bool(pdfium_c.FPDFAnnot_IsChecked(form, annotation)), box)
    if kind in _CHOICES:
        return FormAnswer(name, _chosen(form, annotation), None, box)
    if kind in _TEXTS:
        return FormAnswer(name, _text(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation), None, box)
    return None


def _chosen(form: object, annotation: object) -> str | None:
    """The labels of the chosen options as the form shows them, else the field's own value."""
    count = min(pdfium_c.FPDFAnnot_GetOptionCount(form, annotation), _MOST_WIDGETS)
    labels = [
        _text(_option_label(at), form, annotation)
        for at in range(max(0, count))
        if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, at)
    ]
    shown = ", ".join(label for label in labels if label)
    return shown or _text(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation)


def _option_label(at: int) -> _Getter:
    def get(form: object, annotation: object, buffer: object, size: int) -> int:
        return int(pdfium_c.FPDFAnnot_GetOptionLabel(form, annotation, at, buffer, size))

    return get


def _text(getter: _Getter, form: object, annotation: object) -> str | None:
    """A UTF-16 string of PDFium without its final zero; None where it is empty."""
    size = min(int(getter(form, annotation, None, 0)), 2 * _MOST_CHARACTERS)
    if size <= 2:
        return None
    buffer = (pdfium_c.FPDF_WCHAR * ((size + 1) // 2))()
    if int(getter(form, annotation, buffer, size)) <= 2:
        return None
    text = bytes(memoryview(buffer).cast("B")).decode("utf-16-le", errors="replace")
    return text.split("\x00")[0].strip() or None


def _box(annotation: object, frame: Frame) -> BBox | None:
    rect = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
        return None
    box = frame.place_box([(rect.left, rect.bottom), (rect.right, rect.top)])
    page = BBox(0.0, 0.0, frame.width, frame.height)
    return box if box.intersection_area(page) > 0 else None


@contextmanager
def _annotation(page: pdfium.PdfPage, index: int) -> Iterator[object | None]:
    raw = pdfium_c.FPDFPage_GetAnnot(page, index)
    try:
        yield raw or None
    finally:
        if raw:
            pdfium_c.FPDFPage_CloseAnnot(raw)
