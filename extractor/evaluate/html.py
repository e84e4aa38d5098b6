"""The scorecard as one HTML page that needs nothing else: tables, plots, and every miss with its picture."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from extractor.evaluate.crops import View, view_around
from extractor.evaluate.misses import Miss
from extractor.evaluate.plots import plot_lines, plot_reliability, plot_risk
from extractor.evaluate.scorecard import Scorecard
from extractor.evaluate.tables import Table, headline, make_tables, percent
from extractor.evaluate.truth import Place, Truth

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""Content security policy of the page: even a value that slipped through escaping could load and run nothing."""

STYLE = """
body{font:14px/1.45 system-ui,sans-serif;color:#2d3748;max-width:1180px;margin:2em auto;padding:0 1em;background:#fff}
h1{font-size:1.5em} h2{font-size:1.15em;margin-top:2em}
.warning{background:#fff5f5;border:1px solid #c53030;padding:.6em 1em}
.wide{overflow-x:auto} table{border-collapse:collapse;font-size:12.5px}
td,th{padding:.2em .6em;text-align:right;white-space:nowrap} th{border-bottom:1px solid #a0aec0}
td:first-child,th:first-child{text-align:left} tr:nth-child(even){background:#f7fafc}
.note,figcaption{color:#718096;font-size:12px;max-width:70em}
figure{display:inline-block;margin:0 1.5em 1em 0;vertical-align:top}
.miss{border-top:1px solid #e2e8f0;padding:.7em 0} .kind{font-weight:600} .bad{color:#c53030}
.miss dl{margin:.3em 0;display:grid;grid-template-columns:7em 1fr;gap:.1em .6em}
.miss dt{color:#718096} .miss dd{margin:0;overflow-wrap:anywhere}
.miss img{max-width:100%;max-height:220px;border:1px solid #e2e8f0;display:block;margin:.3em 0}
"""


@dataclass(frozen=True, slots=True)
class Gallery:
    """The misses that are shown, of ``count`` in all, with their pictures as far as there are any."""

    misses: Sequence[Miss]
    count: int
    truths: Sequence[Truth]
    pictures: Mapping[View, bytes]


def make_page(title: str, card: Scorecard, others: Sequence[Scorecard], gallery: Gallery) -> str:
    """The whole page. It holds patient data where the faxes do."""
    body = [
        f"<h1>{escape(title)}</h1>",
        '<p class="warning">This page holds what stands on the faxes: patient data, unless the faxes are invented. '
        "Keep it and pass it on as you do the faxes.</p>",
        f"<p>{escape(headline(card))}</p>",
        plot_lines(card.groups["tier"], "F1 by true tier and pen, with 95 % interval"),
        plot_reliability(card.reliability) if card.reliability.n else "",
        plot_risk(card.reliability) if card.reliability.n else "",
        *(_table(table) for table in make_tables(card, others)),
        f"<h2>Misses, the worst first ({len(gallery.misses)} of {gallery.count})</h2>",
        *(_miss(miss, gallery.truths[miss.fax], gallery.pictures) for miss in gallery.misses),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def views_of(miss: Miss, truth: Truth) -> tuple[tuple[str, View], ...]:
    """What to show of a miss: where the value stands, and where it was read if that is somewhere else."""
    places: list[tuple[str, Place]] = []
    if miss.true_place is not None:
        places.append(("where it stands", miss.true_place))
    if miss.read_place is not None and not _is_shown(miss.read_place, miss.true_place):
        places.append(("where it was read", miss.read_place))
    return tuple(
        (f"{name}, page {place.page_no}", view_around(truth.fax, place.page_no, place.bbox)) for name, place in places
    )


def _is_shown(place: Place, other: Place | None) -> bool:
    return other is not None and place.page_no == other.page_no and place.bbox.intersection_area(other.bbox) > 0


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in table.headings)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return f'<h2>{escape(table.title)}</h2><div class="wide"><table><tr>{head}</tr>{rows}</table></div>{note}'


def _miss(miss: Miss, truth: Truth, pictures: Mapping[View, bytes]) -> str:
    sure = "" if miss.confidence is None else f", confidence {percent(miss.confidence, 1)}"
    entries = [("truth", miss.truth), ("read", miss.read), ("read as", miss.raw), ("belongs to", miss.owner)]
    entries += [("state", miss.state + sure), ("fax", f"{truth.name} ({miss.where})")]
    shown = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in entries if text)
    style = "kind bad" if miss.rank < 4 else "kind"
    head = f'<div><span class="{style}">{escape(miss.kind)}</span> <code>{escape(miss.path)}</code></div>'
    return f'<div class="miss">{head}<dl>{shown}</dl>{"".join(_pictures(views_of(miss, truth), pictures))}</div>'


def _pictures(views: Iterable[tuple[str, View]], pictures: Mapping[View, bytes]) -> Iterable[str]:
    for name, view in views:
        data = pictures.get(view)
        if data is not None:
            encoded = base64.b64encode(data).decode("ascii")
            caption = escape(name)
            yield f'<div class="note">{caption}</div><img alt="{caption}" src="data:image/png;base64,{encoded}">'
