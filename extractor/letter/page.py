"""The letter on its one page: what the office must know, what is asked, and where the reply goes."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reportlab.lib.utils import ImageReader

from extractor.errors import RecordError
from extractor.image.barcode import LETTER_FOOT, LETTER_TITLE
from extractor.letter.addressee import Addressee, say_phone
from extractor.letter.items import Item, list_items, say_day
from extractor.letter.request import Letter, LetterRequest
from extractor.letter.sheet import BOLD, MARGIN, MONO, REGULAR, WIDTH, Sheet, Style, cut, open_picture, width_of, wrap
from extractor.letter.unread import Place, Unread, find_unread
from models.record import Referral, ReferralKind

CODE_SIZE = 104.0
"""Points with its border of 4 modules: a module is 3.6 points, 4.9 lines of a standard fax."""

FOOT = 706.0
"""Where the body ends."""

_MOST_LINES = 40
"""More items of a kind than any page holds."""

_RIGHT = WIDTH - MARGIN
_INDENT = 20.0
_TICK = 9.0
_PICTURE = (300.0, 46.0)
_GAP = 7.0


class _Fit(NamedTuple):
    """How much of the letter is shown: type size, lines an item, and how many of each kind."""

    size: float
    lines: int
    required: int
    unread: int
    pictures: int
    advisory: int


class _Content(NamedTuple):
    """All there is to ask."""

    required: Sequence[Item]
    unread: Sequence[Unread]
    advisory: Sequence[Item]
    pictures: Mapping[Place, ImageReader]

    @property
    def total(self) -> int:
        """Things asked for."""
        return len(self.required) + len(self.unread) + len(self.advisory)


def write_letter(referral: Referral, request: LetterRequest, images: Mapping[Place, bytes]) -> Letter:
    """Write the letter that asks a referral's prescriber for what its readiness found missing.

    ``images``: crops as PNG by the places of ``find_places``; others are not shown, so that no letter holds a picture
    of somebody else's page. What has no room is counted in the letter. Raises ``RecordError`` where the referral has no
    verdict or no order.
    """
    if referral.kind is not ReferralKind.REFERRAL:
        raise RecordError("These pages hold no order, so there is no office to ask: choose a referral with one.")
    if referral.readiness is None:
        raise RecordError("This referral has no verdict yet: read the file with this version of the program first.")
    items, unread = list_items(referral), find_unread(referral)
    places = {one.place for one in unread}
    content = _Content(
        required=[item for item in items if item.is_required],
        unread=unread,
        advisory=[item for item in items if not item.is_required],
        pictures={place: open_picture(data) for place, data in images.items() if place in places and data},
    )
    addressee = Addressee.of(referral, request.return_fax)
    sheet = Sheet("Request for missing items")
    top = _draw_head(sheet, request, addressee)
    fit = _find_fit(content, FOOT - top)
    _Body(sheet, content, fit, top).draw(request)
    _draw_foot(sheet, request)
    shown = fit.required + fit.unread + fit.advisory
    return Letter(request.letter_id, sheet.finish(), addressee.fax, content.total, content.total - shown)


def _find_fit(content: _Content, room: float) -> _Fit:
    """The largest type and the most text that fit; then advice goes first, pictures next, what is required last."""
    counts = (len(content.required), len(content.unread), len(content.pictures), len(content.advisory))
    full = _Fit(11.5, 4, *(min(count, _MOST_LINES) for count in counts))
    fits = [full, full._replace(size=10.5), full._replace(size=10.5, lines=2), full._replace(size=10.0, lines=1)]
    fits += [fits[-1]._replace(advisory=left) for left in range(full.advisory - 1, -1, -1)]
    fits += [fits[-1]._replace(pictures=left) for left in range(full.pictures - 1, 0, -1)]
    fits += [fits[-1]._replace(unread=left) for left in range(full.unread - 1, min(full.unread, 3) - 1, -1)]
    fits += [fits[-1]._replace(required=left) for left in range(full.required - 1, -1, -1)]
    # Each is lower than the one before it, but for a line that says what was left out.
    at = bisect_left(fits, True, key=lambda fit: _Body(None, content, fit, 0.0).draw(None) <= room)
    return fits[min(at, len(fits) - 1)]


def _draw_head(sheet: Sheet, request: LetterRequest, addressee: Addressee) -> float:
    """Sender, code, title and whom it is about; returns the height below."""
    code_left = _RIGHT - CODE_SIZE
    width = code_left - MARGIN - 12
    heading, strong = Style(BOLD, 15), Style(BOLD, 12)
    y = MARGIN + 14
    sheet.write(MARGIN, y, cut(request.center or "Infusion center", heading, width), heading)
    sheet.write(MARGIN, y + 19, f"Reply by fax to {say_phone(request.return_fax)}", strong)
    title = Style(BOLD, 20)
    sheet.write(MARGIN, y + 58, LETTER_TITLE, title)
    sheet.write(MARGIN, y + 78, say_day(request.written_on.isoformat()), Style(REGULAR, 12))
    sheet.code(code_left, MARGIN - 8, CODE_SIZE, request.letter_id)
    marked = Style(MONO, 11.5)
    for row in (0, 1):
        part = request.letter_id[8 * row : 8 * row + 8]
        text = f"{part[:4]} {part[4:]}"
        sheet.write(
            code_left + (CODE_SIZE - width_of(text, marked)) / 2, MARGIN + CODE_SIZE - 6 + row * 13, text, marked
        )
    y = MARGIN + CODE_SIZE + 17
    sheet.rule(MARGIN, _RIGHT, y)
    y += 17
    label, plain = Style(REGULAR, 11.5), Style(BOLD, 11.5)
    for name, text in addressee.rows:
        sheet.write(MARGIN, y, name, label)
        for line in wrap(text, plain, _RIGHT - MARGIN - 72, 2):
            sheet.write(MARGIN + 72, y, line, plain)
            y += 15.5
    sheet.rule(MARGIN, _RIGHT, y - 5)
    return y + 2


def _draw_foot(sheet: Sheet, request: LetterRequest) -> None:
    """How to reply, and what a stranger is to do."""
    sheet.rule(MARGIN, _RIGHT, FOOT + 6)
    strong, small = Style(BOLD, 11.5), Style(REGULAR, 9.5)
    text = f"{LETTER_FOOT} and fax both to {say_phone(request.return_fax)}."
    y = sheet.write_lines(MARGIN, FOOT + 21, [text], strong)
    note = (
        "Confidential: this page holds health information for the office named above only. If you are not that office, "
        "do not use or copy it; please fax us a note with the letters below the square code, and destroy it."
    )
    sheet.write_lines(MARGIN, y, wrap(note, small, _RIGHT - MARGIN, 2), small)


class _Body:
    """The lists. Without a sheet it only measures: what is measured is what is drawn."""

    def __init__(self, sheet: Sheet | None, content: _Content, fit: _Fit, top: float) -> None:
        self._sheet = sheet
        self._content = content
        self._fit = fit
        self._y = top
        self._plain = Style(REGULAR, fit.size)
        self._bold = Style(BOLD, fit.size)

    def draw(self, request: LetterRequest | None) -> float:
        """Everything that fits; returns the height below."""
        content, fit = self._content, self._fit
        if not content.total:
            self._say(
                "There is nothing that we ask you to send today. We are still checking what you sent.", self._plain
            )
        if content.required:
            self._head("Needed before we can schedule. Please send:")
            for item in content.required[: fit.required]:
                self._item(item)
            self._more(fit.required, len(content.required), "needed item", request)
        if content.unread:
            self._head("We could not read this. Please write it here, or send a clearer copy:")
            pictures = 0
            for one in content.unread[: fit.unread]:
                picture = content.pictures.get(one.place) if one.place is not None else None
                is_shown = picture is not None and pictures < fit.pictures
                pictures += is_shown
                self._unread(one, picture if is_shown else None)
            self._more(fit.unread, len(content.unread), "place that we could not read", request)
        if content.advisory:
            self._head("Also helpful, if you have it:")
            for item in content.advisory[: fit.advisory]:
                self._item(item)
            self._more(fit.advisory, len(content.advisory), "helpful item", request)
        return self._y

    def _head(self, text: str) -> None:
        style = Style(BOLD, self._fit.size + 1.5)
        self._y += style.step * 1.35
        self._write(MARGIN, text, style)
        self._y += style.step * 0.3

    def _item(self, item: Item) -> None:
        """A box to tick, the title in bold, and the sentence after it or below it."""
        style, left = self._plain, MARGIN + _INDENT
        self._y += style.step
        if self._sheet is not None:
            self._sheet.box(MARGIN + 2, self._y - _TICK + 0.5, _TICK, _TICK)
        title = cut(f"{item.title}:", self._bold, (_RIGHT - left) * 0.75)
        from_title = self._write(left, title, self._bold) + 4
        lines = wrap(item.text, style, _RIGHT - left, self._fit.lines, first=_RIGHT - from_title)
        first, *rest = lines or [""]
        self._write(from_title, first, style)
        for line in rest:
            self._y += style.step
            self._write(left, line, style)
        self._y += style.size * 0.3

    def _unread(self, one: Unread, picture: ImageReader | None) -> None:
        style, left = self._plain, MARGIN + _INDENT
        self._y += style.step
        if self._sheet is not None:
            self._sheet.box(MARGIN + 2, self._y - _TICK + 0.5, _TICK, _TICK)
        title = cut(f"{one.title}:", self._bold, (_RIGHT - left) * 0.5)
        start = self._write(left, title, self._bold) + 4
        self._write(start, cut(one.words, style, _RIGHT - start), style)
        if picture is not None:
            self._picture(left, picture)
        self._y += style.size * 0.4

    def _picture(self, left: float, picture: ImageReader) -> None:
        """The crop, and a line beside it to write on."""
        width, height = picture.getSize()
        scale = min(_PICTURE[0] / max(1, width), _PICTURE[1] / max(1, height))
        size = (width * scale, height * scale)
        if self._sheet is not None:
            self._sheet.picture(left + 2, self._y + _GAP, size, picture)
            self._sheet.rule(left + _PICTURE[0] + 14, _RIGHT, self._y + _GAP + size[1])
        self._y += _GAP + size[1] + 4

    def _more(self, shown: int, total: int, what: str, request: LetterRequest | None) -> None:
        """What had no room, so that nobody takes the list for whole."""
        count = total - shown
        if count:
            # Only measuring goes without a request, and measures heights.
            fax = "" if request is None else say_phone(request.return_fax)
            plural = what.replace("place", "places").replace("item", "items") if count > 1 else what
            said = f"and {count} more {plural}" if shown else f"{count} {plural} not listed here"
            self._y += self._plain.step
            text = f"{said}; for the whole list send a note to {fax}."
            self._write(MARGIN + _INDENT, cut(text, self._bold, _RIGHT - MARGIN - _INDENT), self._bold)
            self._y += self._plain.size * 0.3

    def _say(self, text: str, style: Style) -> None:
        for line in wrap(text, style, _RIGHT - MARGIN, 3):
            self._y += style.step
            self._write(MARGIN, line, style)

    def _write(self, x: float, text: str, style: Style) -> float:
        if self._sheet is None:
            return x + width_of(text, style)
        return self._sheet.write(x, self._y, text, style)
