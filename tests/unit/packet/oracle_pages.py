"""Pages built by hand: what a perfect reader and layout would give for a few rows of a form."""

from dataclasses import dataclass, field

from models.record import BBox, FaxHeader, Page, Quality, bounding_box
from models.stages.layout import (
    Cell,
    CheckBox,
    KeyValue,
    Layout,
    Line,
    Mark,
    PageReading,
    Relation,
    Section,
    SignatureArea,
    Table,
)
from models.stages.text import Word, Words

HEIGHT = 12.0
STEP = 18.0
CHARACTER = 5.0


def words_at(text: str, x0: float, top: float, *, confidence: float = 0.98) -> tuple[Word, ...]:
    """One word for each run without spaces, five points a character."""
    words = []
    place = x0
    for part in text.split():
        width = len(part) * CHARACTER
        words.append(
            Word(
                text=part,
                bbox=BBox(place, top, place + width, top + HEIGHT),
                confidence=confidence,
                char_confidences=(confidence,) * len(part),
                source="ocr:oracle",
            )
        )
        place += width + CHARACTER
    return tuple(words)


@dataclass
class PageMaker:
    page_no: int = 1
    quality: Quality = Quality.FINE_FAX
    header: FaxHeader | None = None
    y: float = 40.0
    lines: list[Line] = field(default_factory=list)
    pairs: list[KeyValue] = field(default_factory=list)
    boxes: list[CheckBox] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    signatures: list[SignatureArea] = field(default_factory=list)

    def line(self, text: str, x0: float = 40.0) -> "PageMaker":
        self._add_line(words_at(text, x0, self.y))
        self.y += STEP
        return self

    def section(self, title: str) -> "PageMaker":
        words = words_at(title, 40.0, self.y)
        box = bounding_box([word.bbox for word in words])
        self.sections.append(Section(title=title, title_bbox=box, bbox=box))
        self._add_line(words)
        self.y += STEP
        return self

    def row(self, *pairs: tuple[str, str], confidence: float = 0.98) -> "PageMaker":
        """Label and value pairs side by side; an empty value is a blank."""
        width = 520.0 / len(pairs)
        for index, (label, value) in enumerate(pairs):
            x0 = 40.0 + index * width
            label_words = words_at(f"{label}:", x0, self.y)
            label_box = bounding_box([word.bbox for word in label_words])
            words = words_at(value, label_box.x1 + CHARACTER, self.y, confidence=confidence)
            area = BBox(label_box.x1 + CHARACTER, self.y, x0 + width, self.y + HEIGHT)
            self.pairs.append(
                KeyValue(
                    label=label,
                    label_bbox=label_box,
                    value=words,
                    relation=Relation.RIGHT,
                    area=area,
                    section=self._section(),
                )
            )
            self._add_line((*label_words, *words))
        self.y += STEP
        return self

    def box(self, label: str, is_checked: bool | None, question: str | None = None) -> "PageMaker":
        mark = {True: Mark.CROSS, False: Mark.NONE, None: Mark.UNCLEAR}[is_checked]
        words = words_at(label, 60.0, self.y)
        self.boxes.append(
            CheckBox(
                bbox=BBox(42.0, self.y + 1, 52.0, self.y + 11),
                is_checked=is_checked,
                mark=mark,
                label=label,
                label_bbox=bounding_box([word.bbox for word in words]),
                question=question,
                section=self._section(),
            )
        )
        self._add_line(words)
        self.y += STEP
        return self

    def table(self, header: tuple[str, ...], *rows: tuple[str, ...]) -> "PageMaker":
        width = 520.0 / len(header)
        cells = []
        top = self.y
        for number, row in enumerate((header, *rows)):
            for column, text in enumerate(row):
                x0 = 40.0 + column * width
                words = words_at(text, x0, self.y)
                cells.append(
                    Cell(row=number, column=column, bbox=BBox(x0, self.y, x0 + width, self.y + STEP), words=words)
                )
                if words:
                    self._add_line(words)
            self.y += STEP
        self.tables.append(
            Table(
                bbox=BBox(40.0, top, 560.0, self.y),
                cells=tuple(cells),
                header_rows=1,
                is_ruled=True,
                section=self._section(),
            )
        )
        return self

    def signature(
        self, label: str, has_ink: bool | None, signed_on: str = "", electronic: str | None = None
    ) -> "PageMaker":
        words = words_at(f"{label}:", 40.0, self.y)
        box = bounding_box([word.bbox for word in words])
        self._add_line(words)
        self.signatures.append(
            SignatureArea(
                label=label,
                label_bbox=box,
                area=BBox(box.x1 + 5, self.y - 6, 380.0, self.y + HEIGHT),
                has_ink=has_ink,
                electronic=electronic,
                section=self._section(),
            )
        )
        label_words = words_at("Date:", 400.0, self.y)
        value = words_at(signed_on, 430.0, self.y)
        self.pairs.append(
            KeyValue(
                label="Date",
                label_bbox=label_words[0].bbox,
                value=value,
                relation=Relation.RIGHT,
                area=BBox(430.0, self.y, 560.0, self.y + HEIGHT),
                section=self._section(),
            )
        )
        self._add_line((*label_words, *value))
        self.y += STEP
        return self

    def build(self) -> PageReading:
        words = tuple(word for line in self.lines for word in line.words)
        return PageReading(
            page=Page(page_no=self.page_no, quality=self.quality, width=612.0, height=792.0),
            words=Words(page_no=self.page_no, words=words, engine="oracle", version="1"),
            layout=Layout(
                page_no=self.page_no,
                lines=tuple(self.lines),
                key_values=tuple(self.pairs),
                checkboxes=tuple(self.boxes),
                tables=tuple(self.tables),
                sections=tuple(self.sections),
                signatures=tuple(self.signatures),
            ),
            fax_header=self.header,
        )

    def _section(self) -> int | None:
        return len(self.sections) - 1 if self.sections else None

    def _add_line(self, words: tuple[Word, ...]) -> None:
        self.lines.append(Line(words=words, bbox=bounding_box([word.bbox for word in words]), section=self._section()))


def order_page(page_no: int = 1, *, quality: Quality = Quality.FINE_FAX) -> PageMaker:
    """A filled order form: patient, prescriber, diagnosis, one ticked drug among three, signature."""
    maker = PageMaker(page_no=page_no, quality=quality)
    maker.line("Infusion Order Form").line("Fax completed form to: (303) 555-0199")
    maker.section("Patient Information")
    maker.row(("Patient Name", "Maria Elena Lopez-Ortiz"), ("DOB", "03/14/1981"))
    maker.row(("Home Phone", "303-555-0141"), ("Cell", "(720) 555-0142"))
    maker.row(("Emergency Contact", "Juan Lopez"), ("Emergency Contact Phone", "303-555-0143"))
    maker.section("Insurance Information")
    maker.row(("Subscriber Name", "Pedro Lopez"), ("Subscriber DOB", "01/02/1979"), ("Phone", "800-555-0170"))
    maker.section("Prescriber Information")
    maker.row(("Name", "Thomas A. Reed, MD"), ("NPI", "1234567893"))
    maker.row(("Group NPI", "1245319599"), ("DEA", "AR1234563"))
    maker.row(("Phone", "303-555-0150"), ("Fax", "303-555-0151"))
    maker.section("Diagnosis")
    maker.box("G35.A Relapsing-remitting multiple sclerosis", True)
    maker.box("G35.B1 Primary progressive multiple sclerosis", False)
    maker.section("Prescription")
    maker.box("Ocrevus (ocrelizumab) 600 mg IV every 6 months", True)
    maker.box("Tysabri (natalizumab) 300 mg IV every 4 weeks", False)
    maker.box("Lemtrada (alemtuzumab) 12 mg IV daily x 5 days", False)
    maker.signature("Prescriber Signature", True, "11/18/2026")
    return maker
