"""One page of a PDF as a small clean PDF of its own, for readers less forgiving than PDFium."""

import io

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractor.ingest.pdf_frame import Sheet


def copy_page(sheet: Sheet) -> bytes:
    """A file of this page alone, as PDFium understands it: decrypted, without loops, annotations drawn into it.

    Raises ``PdfiumError``.
    """
    single = pdfium.PdfDocument.new()
    try:
        single.import_pages(sheet.document, [sheet.page_no - 1])
        page = single[0]
        for index in reversed(range(pdfium_c.FPDFPage_GetAnnotCount(page))):
            annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
            subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            pdfium_c.FPDFPage_CloseAnnot(annotation)
            if subtype == pdfium_c.FPDF_ANNOT_WIDGET:
                # Form fields are read as answers; as words too they would be there twice.
                pdfium_c.FPDFPage_RemoveAnnot(page, index)
        if pdfium_c.FPDFPage_GetAnnotCount(page):
            # Typewriter notes ("fill and sign") are text that a reader sees.
            pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
        buffer = io.BytesIO()
        single.save(buffer)
        return buffer.getvalue()
    finally:
        single.close()
