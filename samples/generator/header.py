"""The line that a sending fax machine prints across the top of each page, in several makes' formats."""

import random
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from PIL import Image, ImageDraw

from samples.generator.fonts import Face
from samples.generator.ops import WordBox
from samples.generator.picture import Grey, Picture

# {date} by the machine's own pattern, then sender, number, receiver, page and total.
FORMATS = {
    "train": (
        ("%m-%d-%Y %H:%M", "{date}   FROM: {sender}  {number}   T-{job}  P.{page:03d}/{total:03d}  F-{job}"),
        ("%m/%d/%Y %I:%M %p", "{date}  FROM: {number}  {sender}   TO: {to}   Pag.{page}/{total}"),
        ("%b %d '%y %H:%M", "{date} FR {number}        TO {to}        P.{page:02d}"),
    ),
    "tune": (
        ("%d/%m/%Y %H.%M", "{date}   {number}   {sender}   >> {to}   {page:02d}/{total:02d}"),
        ("%a %b %d %Y %I:%M:%S %p", "Received: {date}  {sender} ({number})  pg {page} of {total}"),
        ("%m.%d.%y %H:%M", "TX/RX NO {job}  {date}  {number}  ({page:03d})"),
    ),
    "retired": (
        ("%Y-%m-%d %H:%M", "{date}    {sender} -> {to}    {page} of {total}"),
        ("%d %b %Y %I:%M%p", "{sender}   Fax: {number}   {date}   PAGE {page}/{total}"),
        ("%m/%d/%y %H:%M", "{date} FAX {number} {sender}  @{page:03d}"),
    ),
    "test": (
        ("%b-%d-%Y %H:%M", "{date}  FROM-{sender}   {number}   T:{to}   Page:{page}/{total}"),
        ("%d-%b-%y %H:%M:%S", "ID {job} | {date} | {number} | {sender} | P {page:02d}"),
        ("%m/%d/%Y %I:%M:%S %p", "{sender}    {date}    sheet {page} of {total}    callback {number}"),
    ),
}


@dataclass(frozen=True)
class Header:
    """What one transmission prints."""

    pattern: str
    line: str
    sender: str
    number: str
    to: str
    sent_at: datetime
    total: int
    job: int

    def text(self, page: int) -> str:
        """The line on page ``page``."""
        when = self.sent_at.strftime(self.pattern).upper()
        return self.line.format(
            date=when,
            sender=self.sender,
            number=_spaced(self.number),
            to=_spaced(self.to),
            page=page,
            total=self.total,
            job=self.job,
        )

    def truth(self) -> dict[str, str | int | None]:
        """What the line says: the record's ``fax_header``."""
        return {
            "sender": self.sender if "{sender}" in self.line else None,
            "sender_number": self.number if "{number}" in self.line else None,
            "sent_at": self.sent_at.strftime("%Y-%m-%dT%H:%M"),
            "page_total": self.total if "{total" in self.line else None,
        }


def _spaced(e164: str) -> str:
    return f"+1-{e164[2:5]}-{e164[5:8]}-{e164[8:]}"


def choose(rng: random.Random, pool: str, sender: str, number: str, to: str, sent_at: datetime, total: int) -> Header:
    """A machine of a pool with its settings."""
    pattern, line = rng.choice(FORMATS[pool])
    return Header(pattern, line, sender.upper(), number, to, sent_at, total, rng.randint(100, 999))


def stamp(picture: Picture, header: Header, page_no: int, font: Face) -> tuple[Picture, list[WordBox]]:
    """The picture with the line printed at the machine's own top edge, and its words' boxes on the upright page."""
    text = header.text(page_no)
    columns = picture.pixels.shape[1]
    strip = Image.new("L", (columns, 40), 255)
    pen, size = ImageDraw.Draw(strip), 21.0
    while font.width(text, size) > columns - 80:
        size -= 1
    x, words, inverse = 40.0, [], np.linalg.inv(picture.to_pixels)
    squeeze = picture.y_dpi / 196
    for part in text.split(" "):
        if part:
            wide = font.width(part, size)
            pen.text((x, 30), part, fill=0, font=font.at(size), anchor="ls")
            corners = np.array([[x, (30 - size * 0.74) * squeeze, 1], [x + wide, (30 + size * 0.21) * squeeze, 1]]).T
            ends = inverse @ corners
            (x0, x1), (y0, y1) = sorted(ends[0]), sorted(ends[1])
            words.append(WordBox(part, (x0, y0, x1, y1), False, True))
            x += wide
        x += font.width(" ", size)
    rows = max(1, round(40 * squeeze))
    line: Grey = np.asarray(strip.resize((columns, rows), Image.Resampling.BOX))
    pixels = picture.pixels.copy()
    pixels[:rows] = np.where(line < 175, 0, 255)
    return replace(picture, pixels=pixels), words
