"""The application: routes, headers, and what a browser is told when something is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from extractor.errors import (
    EngineError,
    ExtractorError,
    InputError,
    InvalidEntry,
    RecordError,
    StoreConflict,
    StoreUnavailable,
    UsageError,
)
from extractor.version import __version__
from extractor.web import (
    api,
    codes,
    draft_routes,
    letters,
    metrics,
    page_routes,
    quality_routes,
    sign_on_routes,
    site,
    uploads,
)
from extractor.web.access import NotThere
from extractor.web.desk import Desk
from extractor.web.guard import NotAllowed, NotLoggedIn
from extractor.web.headers import SecurityHeaders
from extractor.web.messages import Problem

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_STATUS: tuple[tuple[type[ExtractorError], int], ...] = (
    (InvalidEntry, 422),
    (RecordError, 422),
    (UsageError, 422),
    (StoreConflict, 409),
    (StoreUnavailable, 503),
    (InputError, 404),
    (EngineError, 503),
)


def create_app(desk: Desk) -> FastAPI:
    """The application over a desk; closes what the desk's pages hold when it ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.pages.close()

    app = FastAPI(
        title="Referral review",
        version=__version__,
        openapi_url="/api/openapi.json",
        # The built-in pages for trying an API load scripts from another host.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.include_router(site.router)
    app.include_router(sign_on_routes.router)
    app.include_router(api.router)
    app.include_router(page_routes.router)
    app.include_router(page_routes.ahead)
    app.include_router(draft_routes.router)
    app.include_router(quality_routes.router)
    app.include_router(letters.router)
    app.include_router(codes.router)
    app.include_router(uploads.router)
    app.include_router(metrics.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*_LOOPBACK, desk.options.host, *desk.options.hosts])
    app.add_middleware(SecurityHeaders, is_secure=desk.options.is_secure)
    app.add_exception_handler(NotLoggedIn, _ask_to_log_in)
    app.add_exception_handler(NotAllowed, _say_not_allowed)
    app.add_exception_handler(NotThere, _say_not_there)
    app.add_exception_handler(ExtractorError, _say_error)
    app.add_exception_handler(RequestValidationError, _say_invalid)
    app.add_exception_handler(HTTPException, _say_http)
    return app


def _problem(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse(Problem(code=code, message=message).model_dump(), status)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/metrics")) or request.method != "GET"


def _ask_to_log_in(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return _problem(401, "not_logged_in", "Your session ended: log in again. What you answered is saved.")
    return RedirectResponse("/login", 303)


def _say_not_allowed(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    return _problem(403, "not_allowed", error.message)


def _say_not_there(_: Request, __: Exception) -> Response:
    return _problem(404, "not_there", "There is no such referral or page.")


def _say_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, ExtractorError)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return _problem(status, error.code, error.message)


def _say_invalid(_: Request, error: Exception) -> Response:
    """Which part of the request is wrong, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    places = ", ".join(sorted({".".join(map(str, one["loc"][1:])) for one in error.errors()}))
    return _problem(422, "invalid_request", f"The request does not fit the API: {places}.")


def _say_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, "http", str(error.detail))
