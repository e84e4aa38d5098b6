"""The quality page, and the same figures over the API: for leads and admins."""

from datetime import timedelta

from fastapi import APIRouter, Response

from extractor.store import checks
from extractor.web.desk import Desk
from extractor.web.guard import AtDesk, LeadToSee
from extractor.web.quality import WEEKS, Quality, measure
from extractor.web.site import render

router = APIRouter()


@router.get("/api/quality")
def show_figures(desk: AtDesk, session: LeadToSee) -> Quality:  # noqa: ARG001
    """How right the machine and the review are: counts and shares only, no values and no patients."""
    return _figures(desk)


@router.get("/quality", include_in_schema=False)
def show_page(desk: AtDesk, session: LeadToSee) -> Response:
    """The page."""
    return render("quality.html", session=session, quality=_figures(desk), share=desk.options.check_share)


def _figures(desk: Desk) -> Quality:
    now = desk.clock()
    with desk.database.read() as connection:
        found = checks.list_checks(connection, since=now - timedelta(weeks=WEEKS))
    return measure(found, desk.policy, now)
