"""What is seen from outside: counts, ages and codes for Prometheus."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from extractor.store.figures import collect, prometheus_text
from extractor.web.bearer import has_token
from extractor.web.guard import AtDesk, find_member

router = APIRouter()


@router.get("/metrics", response_class=PlainTextResponse)
def show_metrics(request: Request, desk: AtDesk) -> PlainTextResponse:
    """The figures of the whole store, for a session or with the token ``EXTRACTOR_SECRETS__METRICS``."""
    if not has_token(request, desk.reception.metrics_token if desk.reception else None):
        find_member(request, desk)
    with desk.database.read() as connection:
        figures = collect(connection, desk.clock())
    return PlainTextResponse(prometheus_text(figures), media_type="text/plain; version=0.0.4; charset=utf-8")
