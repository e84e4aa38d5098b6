"""What a letter is written with besides the referral, and what comes of it."""

import base64
import secrets
from dataclasses import dataclass
from datetime import date

from pydantic import Field as Key

from extractor.errors import UsageError
from extractor.image.barcode import LETTER_ID
from extractor.knowledge.phones import parse_phone
from models.record import Value
from models.stages.options import SiteOptions

_RANDOM_BYTES = 10
_ID_LENGTH = 16


class LetterRequest(Value):
    """``letter_id``: random, in the code and the file name; ``return_fax``: E.164; ``center``: the sender's name."""

    letter_id: str = Key(pattern=rf"^{LETTER_ID.pattern}$")
    written_on: date
    return_fax: str
    center: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One page of PDF. ``fax`` (E.164) is where it goes; None: no person has confirmed a number, so someone must.

    ``asked`` counts the items in it and ``left_out`` those for which the page had no room.
    """

    letter_id: str
    content: bytes
    fax: str | None
    asked: int
    left_out: int

    @property
    def filename(self) -> str:
        """Random, so that it says nothing of the patient."""
        return f"{self.letter_id}.pdf"


def make_request(site: SiteOptions, written_on: date) -> LetterRequest:
    """A letter of this site with an id of its own. Raises ``UsageError`` where no fax for replies is set."""
    if site.fax is None:
        raise UsageError(
            "A letter needs the fax number that replies go to: set site.fax in extractor.toml or EXTRACTOR_SITE__FAX."
        )
    reading = parse_phone(site.fax)
    if reading is None or not reading.is_valid:
        raise UsageError("site.fax is not a whole fax number with its area code: write it as +1 and ten digits.")
    return LetterRequest(
        letter_id=_new_id(),
        written_on=written_on,
        return_fax=reading.value,
        center=site.names[0] if site.names else None,
    )


def _new_id() -> str:
    token = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode("ascii")
    return ("L" + token)[:_ID_LENGTH]
