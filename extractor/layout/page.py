"""The structure of one page, finder after finder."""

from extractor.layout.answer_columns import part_at_labels, rule_rows
from extractor.layout.checkboxes import find_checkboxes
from extractor.layout.combs import part_rows
from extractor.layout.faint_boxes import find_faint
from extractor.layout.frames import find_frames
from extractor.layout.ink import read_ink
from extractor.layout.key_values import find_key_values
from extractor.layout.reading_order import order_lines
from extractor.layout.rules import find_rules
from extractor.layout.scene import make_scene
from extractor.layout.sections import find_sections, section_of
from extractor.layout.siblings import find_covered, find_siblings
from extractor.layout.side_titles import part_sideways, side_sections
from extractor.layout.signatures import find_signatures
from extractor.layout.splitting import split_at_boxes, split_words
from extractor.layout.squares import find_circles, find_squares, without_marks
from extractor.layout.strikes import mark_struck
from extractor.layout.strokes import find_writing
from extractor.layout.tables import find_tables
from extractor.pixels import PageImage
from models.record import BBox, Quality
from models.stages.layout import Layout
from models.stages.text import Words

ROUGH_DPI = 150.0
ROUGH = (Quality.STANDARD_FAX, Quality.DEGRADED)


def analyse_page(page: PageImage, words: Words) -> Layout:
    """Lines in reading order, key-values, check boxes, tables, sections and signature areas of one page.

    ``words`` without those of the transmit header; boxes in points on the upright page, as ``page``.
    """
    ink = read_ink(page)
    parts = mark_struck(ink, split_words(words.words))
    rules = find_rules(ink, parts, is_rough=page.native_dpi[1] < ROUGH_DPI or page.quality in ROUGH)
    squares = find_squares(ink, rules, parts)
    combs, squares = part_rows(squares)
    circles = find_circles(ink, parts)
    squares = (*squares, *find_faint(ink, rules, (*squares, *circles), parts))
    squares = (*squares, *find_siblings(ink, (*squares, *circles), parts))
    squares = (*squares, *find_covered(ink, (*squares, *circles), parts))
    edges = [square.bbox for square in squares] + [cell for comb in combs for cell in comb.cells]
    parts = without_marks(split_at_boxes(parts, [square.bbox for square in squares]), squares)
    rules = rules.without(edges).with_combs(combs)
    upright, sideways = part_sideways(parts)
    scene = rule_rows(part_at_labels(make_scene(upright, rules, page.width, page.height)))
    checkboxes = find_checkboxes(scene, ink, page, squares, circles)
    sections = (*find_sections(scene), *side_sections(scene, sideways))
    pairs = find_key_values(scene, checkboxes, sections)
    tables = find_tables(scene)
    writing = find_writing(ink, scene.rules, parts)
    layout = Layout(
        page_no=page.page_no,
        lines=(*order_lines(scene.rows, tables, scene.text_height), *sideways),
        key_values=pairs,
        checkboxes=checkboxes,
        tables=tables,
        sections=sections,
        frames=find_frames(scene),
        signatures=find_signatures(scene, pairs, writing),
    )
    return _with_sections(layout)


def _with_sections(layout: Layout) -> Layout:
    """Every part of the page with the section it stands in."""

    def at(box: BBox) -> dict[str, int | None]:
        return {"section": section_of(box, layout.sections)}

    return layout.model_copy(
        update={
            "lines": tuple(line.model_copy(update=at(line.bbox)) for line in layout.lines),
            "key_values": tuple(pair.model_copy(update=at(pair.label_bbox)) for pair in layout.key_values),
            "checkboxes": tuple(box.model_copy(update=at(box.bbox)) for box in layout.checkboxes),
            "tables": tuple(table.model_copy(update=at(table.bbox)) for table in layout.tables),
            "signatures": tuple(area.model_copy(update=at(area.label_bbox)) for area in layout.signatures),
        }
    )
