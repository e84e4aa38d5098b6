"""Who is asking: the session behind a request, its role, and proof that the request comes from our own page."""

import secrets
from typing import Annotated

from fastapi import Depends, Request

from extractor.store import sessions
from extractor.store.accounts import Role
from extractor.store.sessions import Session
from extractor.web.desk import Desk

SESSION_COOKIE = "session"
CSRF_HEADER = "x-csrf-token"
_RANK = {Role.REVIEWER: 0, Role.LEAD: 1, Role.ADMIN: 2}


class NotLoggedIn(Exception):
    """No session, or it ended."""


class NotAllowed(Exception):
    """The session's role may not do this, or the request does not prove that it comes from our page."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def get_desk(request: Request) -> Desk:
    """What the server was started with."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


AtDesk = Annotated[Desk, Depends(get_desk)]


def is_by_hand(request: Request) -> bool:
    """Whether somebody asks, and not the page by itself."""
    return request.headers.get("x-background") is None


ByHand = Annotated[bool, Depends(is_by_hand)]


def find_member(request: Request, desk: AtDesk) -> Session:
    """Who is logged in; ``NotLoggedIn`` where nobody is."""
    token = request.cookies.get(SESSION_COOKIE, "")
    now = desk.clock()
    with desk.database.read() as connection:
        session = sessions.find_session(connection, token, now=now, idle=desk.idle, longest=desk.longest)
    if session is None:
        raise NotLoggedIn
    # The work list asks by itself every few seconds: that is no use of the session.
    if sessions.needs_touch(session, now) and is_by_hand(request):
        with desk.database.begin() as connection:
            sessions.touch_session(connection, token, now=now)
    return session


Member = Annotated[Session, Depends(find_member)]


def find_writer(request: Request, session: Member) -> Session:
    """Who changes something; ``NotAllowed`` where the session's own token does not come with it."""
    if not secrets.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), session.csrf.encode()):
        raise NotAllowed("This request did not come from the review page: load the page again.")
    return session


Writer = Annotated[Session, Depends(find_writer)]


def find_lead(session: Writer) -> Session:
    """A lead or an admin who changes something."""
    return demand(session, Role.LEAD)


Lead = Annotated[Session, Depends(find_lead)]


def find_leading_member(session: Member) -> Session:
    """A lead or an admin who only looks."""
    return demand(session, Role.LEAD)


LeadToSee = Annotated[Session, Depends(find_leading_member)]


def find_admin(session: Member) -> Session:
    """An admin."""
    return demand(session, Role.ADMIN)


Admin = Annotated[Session, Depends(find_admin)]


def demand(session: Session, role: Role) -> Session:
    """The session, if its role is at least ``role``; else ``NotAllowed``."""
    if _RANK[session.account.role] < _RANK[role]:
        raise NotAllowed(f"This takes the role {role.value}: ask a {role.value} to do it.")
    return session
