import pytest
from reportlab.pdfgen.canvas import Canvas
from specimens import drawn_pdf, raw_pdf, stream

from extractor.pixels import FormAnswer, RenderedPage


def fill_in(canvas: Canvas) -> None:
    form = canvas.acroForm
    canvas.drawString(72, 706, "Name")
    form.textfield(name="name", value="Jane Sample", x=120, y=700, width=200, height=20)
    form.textfield(name="fax", value="", x=120, y=660, width=200, height=20)
    form.checkbox(name="urgent", checked=True, x=120, y=620)
    form.checkbox(name="routine", checked=False, x=160, y=620)
    form.radio(name="sex", value="F", selected=True, x=120, y=580)
    form.radio(name="sex", value="M", selected=False, x=160, y=580)
    form.choice(name="drug", value="o", options=[("Ocrelizumab", "o"), ("Rituximab", "r")], x=120, y=540, width=120)


@pytest.fixture
def page(render) -> RenderedPage:
    return render(drawn_pdf(fill_in))


def test_every_kind_of_answer(page: RenderedPage) -> None:
    assert page.embedded is not None
    answers = [(answer.name, answer.value, answer.is_checked) for answer in page.embedded.answers]
    assert answers == [
        ("name", "Jane Sample", None),
        ("fax", None, None),
        ("urgent", "Yes", True),
        ("routine", "Yes", False),
        ("sex", "F", True),
        ("sex", "M", False),
        ("drug", "Ocrelizumab", None),
    ]
    assert page.embedded.answers[0].bbox == pytest.approx((120, 72, 320, 92), abs=0.1)


def test_answers_are_drawn_and_are_not_words_too(page: RenderedPage) -> None:
    assert page.embedded is not None
    assert [word.text for word in page.embedded.words] == ["Name"]

    def darkest(answer: FormAnswer) -> int:
        scale = page.x_dpi / 72
        x0, top, x1, bottom = (round(side * scale) for side in answer.bbox)
        return int(page.pixels[top + 8 : bottom - 8, x0 + 8 : x1 - 8].min())

    name, fax, urgent, routine, *_ = page.embedded.answers
    assert darkest(name) < 100 < darkest(fax)
    assert darkest(urgent) < 100 < darkest(routine)


def test_a_value_that_no_viewer_has_drawn_yet(render) -> None:
    """NeedAppearances: the value is in the field, its picture is not."""
    page = render(
        raw_pdf(
            {
                1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R 6 0 R] /NeedAppearances true "
                b"/DA (/Helv 12 Tf 0 g) >> >>",
                2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [5 0 R 6 0 R] >>",
                4: stream(b""),
                5: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (npi) /V (1234567893) /Rect [100 500 300 520] /F 4 >>",
                6: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (secret) /V (x) /Rect [100 400 300 420] /F 2 >>",
            }
        )
    )
    assert page.embedded is not None
    assert [(answer.name, answer.value) for answer in page.embedded.answers] == [("npi", "1234567893")]
