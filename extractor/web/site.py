"""The pages that a browser opens: logging in, the work list, one review."""

import hmac
import secrets
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from extractor.store import accounts, audit, sessions
from extractor.store.referrals import ReferralState
from extractor.store.worklist import Wanted
from extractor.web import screens
from extractor.web.desk import Desk
from extractor.web.guard import SESSION_COOKIE, AtDesk, Member, NotAllowed, Writer
from extractor.web.messages import Health

router = APIRouter(include_in_schema=False)
LOGIN_COOKIE = "login"
_TEMPLATES = Environment(
    loader=PackageLoader("extractor.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_WRONG = "Name or password is wrong."
_BARRED = "Too many attempts: wait 15 minutes, or ask an admin."


def render(name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A template with everything in it escaped."""
    return HTMLResponse(_TEMPLATES.get_template(name).render(**values), status)


@router.get("/health", include_in_schema=True)
def health(desk: AtDesk) -> Health:
    """Whether the server runs and its store answers."""
    with desk.database.read() as connection:
        sessions.find_session(connection, "", now=desk.clock(), idle=desk.idle, longest=desk.longest)
    return Health(status="ok")


@router.get("/login")
def show_login(desk: AtDesk) -> Response:
    """The form; its token stands in the page and in a cookie, so that no other site can log a browser in."""
    return login_page(desk, "", 200)


@router.post("/login")
def log_in(
    request: Request,
    desk: AtDesk,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Open a session; the same answer for a wrong name and a wrong password, none at all after too many."""
    if not token or not hmac.compare_digest(token.encode(), request.cookies.get(LOGIN_COOKIE, "").encode()):
        return login_page(desk, "The page was open for too long: try again.", 400)
    now, name = desk.clock(), name.strip().casefold()
    address = request.client.host if request.client else ""
    with desk.database.begin() as connection:
        if accounts.is_barred(connection, name, address, now=now):
            return login_page(desk, _BARRED, 429)
        # Counted before it is checked: attempts that run at the same time cannot share one place.
        accounts.note_failure(connection, name, address, now=now)
    with desk.database.read() as connection:
        account = accounts.check_password(connection, name, password)
    with desk.database.begin() as connection:
        if account is None:
            audit.append(connection, at=now, actor=audit.SYSTEM, action="login_failed")
            return login_page(desk, _WRONG, 401)
        accounts.forgive(connection, name)
        sessions.drop_ended(connection, now=now, idle=desk.idle)
        opened = sessions.open_session(connection, account, now=now)
        audit.append(connection, at=now, actor=account.name, action="login")
    response = RedirectResponse("/", 303)
    set_cookie(response, desk, SESSION_COOKIE, opened)
    response.delete_cookie(LOGIN_COOKIE)
    return response


@router.post("/logout")
def log_out(request: Request, desk: AtDesk, session: Writer) -> Response:
    """End the session at once."""
    with desk.database.begin() as connection:
        sessions.close_session(connection, request.cookies.get(SESSION_COOKIE, ""))
        audit.append(connection, at=desk.clock(), actor=session.account.name, action="logout")
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/")
def show_work(desk: AtDesk, session: Member) -> Response:
    """The work list; from then on the page keeps itself up to date."""
    with desk.database.begin() as connection:
        audit.append(connection, at=desk.clock(), actor=session.account.name, action="view_list")
    found = screens.work(desk, Wanted(limit=200))
    return render("work.html", session=session, work=found, states=list(ReferralState))


@router.get("/referrals/{referral_id}")
def show_referral(referral_id: str, session: Member) -> Response:
    """One review; the page fetches it through the API."""
    if len(referral_id) > 64:
        raise NotAllowed("There is no such referral.")
    return render("review.html", session=session, referral_id=quote(referral_id, safe=""))


def login_page(desk: Desk, problem: str, status: int) -> Response:
    """The form, with what was wrong."""
    token = secrets.token_urlsafe(24)
    has_sign_on = desk.provider is not None
    response = render("login.html", status, problem=problem, token=token, has_sign_on=has_sign_on)
    set_cookie(response, desk, LOGIN_COOKIE, token)
    return response


def set_cookie(
    response: Response,
    desk: Desk,
    name: str,
    value: str,
    *,
    same_site: Literal["strict", "lax"] = "strict",
    max_age: int | None = None,
) -> None:
    """For this site only, out of reach of scripts, gone with the browser or after ``max_age`` seconds."""
    response.set_cookie(
        name, value, max_age, httponly=True, samesite=same_site, secure=desk.options.is_secure, path="/"
    )
