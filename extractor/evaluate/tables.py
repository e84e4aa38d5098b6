"""The scorecard as tables of text, the same for the terminal and the HTML page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.evaluate.intervals import Estimate, Proportion
from extractor.evaluate.reliability import ACCEPTED_ERROR, Reliability
from extractor.evaluate.scorecard import Confusion, Harm, Line, Pages, Scorecard

NOT_SHOWN = "not shown"
DASH = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text. The first column is a name, the others stand right; ``note`` explains what needs it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


LINE_HEADINGS = (
    "n", "F1", "95 %", "precision", "recall", "correct", "WRONG", "SILENT", "missing", "denied", "OMITTED", "spurious",
    "asked", "box hit",
)  # fmt: skip
LINE_NOTE = (
    "n: values the faxes say. F1, precision and recall: exact after normalisation. WRONG: another value than the fax "
    "says. SILENT: of the wrong and spurious ones, those given out as found. missing: no value. denied: of the missing "
    "and omitted ones, those called blank or not on the form, or left out of a list called whole. OMITTED: fields of "
    "list items that are not in the record. asked: share left to a person. box hit: right values whose box meets the "
    "true place (IoU 0.3). Intervals: 95 %, resampled by fax."
)
GROUP_TITLES = {
    "tier": "By true tier and pen",
    "tier alone": "By true tier",
    "pen": "Typed and handwritten",
    "page type": "By type of the page where the value stands",
    "field": "By field",
}


def make_tables(card: Scorecard, others: Sequence[Scorecard] = ()) -> Iterator[Table]:
    """All tables of one scorecard, the most important first; ``others`` are other readers of the same faxes."""
    yield Table("What must not happen", ("", "count", "of", "share", "at most (95 %)"), tuple(_harm(card.harm)))
    if others:
        yield Table(
            "Beside plain readers",
            ("", *LINE_HEADINGS, "CPU s a page"),
            tuple(_reader_row(one) for one in (card, *others)),
            "Fields that the expressions of the plain readers try. They cannot ask: what they do not find is denied.",
        )
    for name, lines in card.groups.items():
        rows = [line_cells(line) for line in (*lines, card.critical, card.total)]
        yield Table(GROUP_TITLES[name], ("", *LINE_HEADINGS), tuple(rows), LINE_NOTE if name == "tier" else "")
    yield _items(card)
    yield Table("Pages and patients", ("", "right", "of", "share", "at least (95 %)"), tuple(_facts(card.about_pages)))
    yield _confusion("Types of pages", card.about_pages.type_confusion)
    yield _confusion("Quality of pages", card.about_pages.quality_confusion)
    yield _confusion("What the fax says of a field, and its state in the record", card.states)
    yield Table("Confidence", ("", "value", "95 %", "n"), tuple(_confidence(card.reliability)))
    yield _words(card)
    yield _cost(card)


def line_cells(line: Line) -> tuple[str, ...]:
    """One row of a table with ``LINE_HEADINGS``."""
    counts, boxes = line.counts, line.boxes
    numbers = (
        counts.correct,
        counts.wrong,
        counts.silent,
        counts.missing,
        counts.denied,
        counts.omitted,
        counts.spurious,
    )
    return (
        line.name,
        str(counts.truths),
        number(line.f1.value),
        interval(line.f1),
        number(line.precision.value),
        number(line.recall.value),
        *map(str, numbers),
        percent(counts.asked_share, 0),
        percent(boxes.value, 0),
    )


def headline(card: Scorecard) -> str:
    """The two figures that matter, as one sentence each."""
    silent, total = card.harm.silent, card.total
    bound = f", at most {percent(silent.upper)}" if silent.n else ""
    return (
        f"{card.faxes} faxes, {card.pages} pages, {total.counts.truths} values stated. F1 {number(total.f1.value)} "
        f"({interval(total.f1)}). Silently wrong: {silent.count} of {silent.n} values given out as found "
        f"({percent(silent.value)}{bound})."
    )


def number(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where there is none."""
    return DASH if value is None else f"{value:.{digits}f}"


def percent(value: float | None, digits: int = 2) -> str:
    """A share in percent, or a dash where there is none."""
    return DASH if value is None else f"{100 * value:.{digits}f} %"


def interval(estimate: Estimate, digits: int = 2) -> str:
    """The 95 % interval, or that there are too few faxes to say."""
    if estimate.value is None:
        return DASH
    if estimate.low is None or estimate.high is None:
        return NOT_SHOWN
    return f"{estimate.low:.{digits}f}-{estimate.high:.{digits}f}"


def _harm(harm: Harm) -> Iterator[tuple[str, ...]]:
    yield _proportion("silently wrong, of values given out as found", harm.silent, harm.silent.upper)
    yield _proportion("  of them critical fields", harm.critical_silent, harm.critical_silent.upper)
    yield _proportion("denied, of values the faxes say", harm.denied, harm.denied.upper)
    yield _proportion("two patients merged, of faxes with several", harm.merges, harm.merges.upper)
    for likeness, one in harm.merges_of.items():
        yield _proportion(f"  {likeness}", one, one.upper)
    yield _proportion("another role's value, of names, numbers and addresses read", harm.confused, harm.confused.upper)
    yield _proportion("  of them given out as found", harm.confused_silent, harm.confused_silent.upper)


def _facts(pages: Pages) -> Iterator[tuple[str, ...]]:
    for name, one in (
        ("type of page", pages.types),
        ("quality of page", pages.qualities),
        ("rotation of page", pages.rotations),
        ("pages parted by patient, all faxes", pages.splits),
        ("pages parted by patient, faxes with several", pages.splits_of_many),
    ):
        yield _proportion(name, one, one.lower)


def _proportion(name: str, one: Proportion, bound: float | None) -> tuple[str, ...]:
    return name, str(one.count), str(one.n), percent(one.value), NOT_SHOWN if bound is None else percent(bound)


def _reader_row(card: Scorecard) -> tuple[str, ...]:
    return card.reader, *line_cells(card.plain)[1:], number(sum(card.cpu_per_page.values()), 2)


def _items(card: Scorecard) -> Table:
    rows = (
        (i.name, *map(str, (i.stated, i.paired, i.omitted, i.silently_omitted, i.extra, i.silent_extra)))
        for i in card.items
    )
    headings = ("list", "stated", "paired", "OMITTED", "of them silently", "extra", "of them given out")
    return Table("Items of lists", headings, tuple(rows), "Silently: the record calls the list whole.")


def _confusion(title: str, table: Confusion) -> Table:
    columns = sorted({read for row in table.values() for read in row})
    rows = ((truth, *(str(row.get(read, 0)) for read in columns)) for truth, row in table.items())
    return Table(title, ("truth", *columns), tuple(rows))


def _confidence(found: Reliability) -> Iterator[tuple[str, ...]]:
    n, accepted = str(found.n), found.accepted
    yield "values right", percent(found.right.value), DASH, n
    yield "ECE", number(found.ece.value), interval(found.ece, 3), n
    yield "ECE below 0.99 alone", number(found.ece_below.value), interval(found.ece_below, 3), str(found.below)
    yield "Brier", number(found.brier.value), interval(found.brier, 3), n
    yield "log-loss", number(found.log_loss.value), interval(found.log_loss, 3), n
    yield "log-loss of one number for all", number(found.base_log_loss), DASH, n
    yield "AUROC", number(found.auroc.value), interval(found.auroc, 3), n
    errors = accepted.errors
    name = f"share with at most {percent(ACCEPTED_ERROR, 1)} errors in this set"
    share = accepted.share
    low, high = percent(share.low, 0), percent(share.high, 0)
    yield name, percent(share.value, 1), f"{low} to {high}" if share.low is not None else NOT_SHOWN, n
    bound = percent(errors.upper) if errors.n else NOT_SHOWN
    yield "  errors among them, at most (95 %)", f"{errors.count}", bound, str(errors.n)
    needed = f"{NOT_SHOWN} (needs {accepted.needed} values without an error)"
    shown = needed if accepted.shown is None else percent(accepted.shown, 1)
    yield f"share shown to have at most {percent(ACCEPTED_ERROR, 1)}", shown, DASH, n


def _words(card: Scorecard) -> Table:
    rows = (
        (tier, str(one.words), number(one.wer), number(one.cer), number(one.precision), number(one.recall))
        for tier, one in card.words.items()
    )
    headings = ("tier", "words", "WER", "CER", "precision", "recall")
    return Table("Words", headings, tuple(rows), "Case counts. WER and CER: in the order of the truth.")


def _cost(card: Scorecard) -> Table:
    stages: Mapping[str, float] = card.cpu_per_page
    rows: Iterable[tuple[str, str]] = ((stage, number(seconds, 3)) for stage, seconds in stages.items())
    return Table(
        "CPU seconds a page, and seconds by the clock",
        ("stage", "seconds"),
        (*rows, ("all", number(sum(stages.values()), 3)), ("passed in this run", number(card.wall_per_page, 3))),
        "Of reading as measured when each page was read, which may have been in an earlier run; what passed in this "
        "run is by the clock and leaves out pages that were read before.",
    )
