"""Diagnosis codes for whoever types one: found by words, abbreviations, or the beginning of a code."""

from fastapi import APIRouter
from pydantic import Field as Key

from extractor.knowledge.icd10cm import search_codes
from extractor.web.guard import Writer
from models.record import Value

router = APIRouter(prefix="/api/codes")
_MOST = 8


class CodesAsked(Value):
    """What is typed; it stands in the body, because it may be a patient's."""

    text: str = Key(max_length=200)


class CodeView(Value):
    """A code with its official description."""

    code: str
    description: str


@router.post("/search")
def search(asked: CodesAsked, session: Writer) -> tuple[CodeView, ...]:  # noqa: ARG001
    """The codes that fit, billable ones first."""
    found = search_codes(asked.text, _MOST)
    return tuple(CodeView(code=code, description=description) for code, description in found)
