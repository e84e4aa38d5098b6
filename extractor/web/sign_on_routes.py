"""Logging in at the site's own provider, as a browser goes through it; nothing is there where none is set."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from extractor.errors import StoreConflict, UsageError
from extractor.store import audit, sessions
from extractor.store.identities import find_person
from extractor.web.access import NotThere
from extractor.web.desk import Desk
from extractor.web.guard import SESSION_COOKIE, AtDesk
from extractor.web.sign_on import DONE_PATH, Kept, Provider, SignOnFailed
from extractor.web.site import login_page, render, set_cookie

router = APIRouter(include_in_schema=False)
_LASTS = 600
"""Seconds from the beginning of a login to its end."""


@router.get("/login/sign-on")
def begin(desk: AtDesk) -> Response:
    """Send the browser to the provider; what proves that the login was begun here stays with the browser."""
    kept = Kept.fresh()
    try:
        url = _provider(desk).begin(kept)
    except SignOnFailed as refused:
        return login_page(desk, refused.message, 503)
    response = RedirectResponse(url, 303)
    # Lax: the browser comes back from another site.
    set_cookie(response, desk, _cookie(desk), kept.cookie, same_site="lax", max_age=_LASTS)
    return response


@router.get(DONE_PATH)
def finish(request: Request, desk: AtDesk) -> Response:
    """Open a session for whom the provider vouches."""
    provider, now = _provider(desk), desk.clock()
    kept = Kept.parse(request.cookies.get(_cookie(desk), ""))
    try:
        if kept is None:
            raise SignOnFailed("This login was not begun here, or long ago: try again.")
        identity = provider.finish(kept, request.query_params, now)
        with desk.database.begin() as connection:
            account = find_person(connection, identity, now=now)
            sessions.drop_ended(connection, now=now, idle=desk.idle)
            opened = sessions.open_session(connection, account, now=now)
            audit.append(connection, at=now, actor=account.name, action="login", code="sign_on")
    except (SignOnFailed, StoreConflict, UsageError) as refused:
        with desk.database.begin() as connection:
            audit.append(connection, at=now, actor=audit.SYSTEM, action="login_failed", code="sign_on")
        response = login_page(desk, refused.message, 403)
    else:
        # A page of ours and no redirect: a cookie for this site only does not travel on the way from another site.
        response = render("signed_on.html")
        set_cookie(response, desk, SESSION_COOKIE, opened)
    response.delete_cookie(_cookie(desk), secure=desk.options.is_secure)
    return response


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise NotThere
    return desk.provider


def _cookie(desk: Desk) -> str:
    """Over TLS a name that no other host of the same domain can set (RFC 6265bis, 4.1.3.2)."""
    return "__Host-sign-on" if desk.options.is_secure else "sign-on"
