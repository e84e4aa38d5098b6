"""Files that are sent here: one request a file, its bytes as they are, checked and kept as those of a watched folder.

The bytes are the body itself and not a form, so that who may send is known before the first of them is read, and
nothing lies in a temporary folder.
"""

import hashlib
import uuid
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from extractor.errors import DamagedDocument
from extractor.ingest.wholeness import is_whole
from extractor.store import documents, referrals
from extractor.web.bearer import has_token
from extractor.web.desk import Desk
from extractor.web.guard import AtDesk, find_member, find_writer
from extractor.web.reception import Reception
from extractor.workflow import Taken, take_in
from models.record import Value

router = APIRouter(prefix="/api")
PROGRAM = "upload-token"
"""The actor of what comes with the token."""

_LONGEST_NAME = 200
_NOT_THERE = "There is no such document."


class DocumentAnswer(Value):
    """Where a file stands. ``document`` is its sha256; ``code`` and ``reason`` say what stopped it or why it waits."""

    document: str
    is_new: bool = False
    state: str
    code: str | None
    reason: str | None
    referral_ids: tuple[str, ...] = ()


def find_sender(request: Request, desk: AtDesk) -> str:
    """Who sends: a program with the token, or somebody who is logged in."""
    if has_token(request, desk.reception.token if desk.reception else None):
        return PROGRAM
    return find_writer(request, find_member(request, desk)).account.name


def find_asker(request: Request, desk: AtDesk) -> str:
    """Who asks where a file stands."""
    if has_token(request, desk.reception.token if desk.reception else None):
        return PROGRAM
    return find_member(request, desk).account.name


@router.post(
    "/documents", status_code=201, openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}}
)
async def upload(
    request: Request,
    desk: AtDesk,
    sender: Annotated[str, Depends(find_sender)],
    *,
    x_filename: Annotated[str, Header(max_length=1000)] = "",
    x_priority: Annotated[Literal["stat", "urgent", "routine"], Header()] = "routine",
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> DocumentAnswer:
    """Take a file in: the body is its bytes (TIFF, PDF, PNG, JPEG).

    ``x-filename`` (percent-encoded) is its name; ``x-priority`` is ``stat``, ``urgent`` or ``routine``. The same
    ``idempotency-key`` with the same bytes is one arrival. What cannot be read is kept too, in quarantine with its
    reason; the same bytes again are the same document.
    """
    reception = _open_reception(desk)
    with reception.store.originals.receive() as partial:
        async for chunk in request.stream():
            if partial.size + len(chunk) > reception.max_bytes:
                raise HTTPException(413, f"A file has at most {reception.max_bytes} bytes: send it in parts.")
            await run_in_threadpool(partial.write, chunk)
        if not partial.size:
            raise HTTPException(422, "The body is empty: send the bytes of one file.")
        sha256 = await run_in_threadpool(partial.keep)
    return await run_in_threadpool(
        _take,
        desk,
        reception,
        sha256,
        arrival_id=_arrival_id(sender, idempotency_key, sha256),
        filename=unquote(x_filename)[-_LONGEST_NAME:] or sha256[:12],
        sender=sender,
        priority=x_priority,
    )


@router.get("/documents/{sha256}")
def show_document(sha256: str, desk: AtDesk, asker: Annotated[str, Depends(find_asker)]) -> DocumentAnswer:  # noqa: ARG001
    """Where a file stands, and the referrals that were read from it."""
    return _tell(desk, sha256, is_new=False)


def _open_reception(desk: Desk) -> Reception:
    if desk.reception is None:
        raise HTTPException(404, "No files are taken here: send them to the process that watches the inbox.")
    return desk.reception


def _arrival_id(sender: str, key: str, sha256: str) -> str:
    return hashlib.sha256(f"{sender}\n{key or uuid.uuid4()}\n{sha256}".encode()).hexdigest()


def _take(
    desk: Desk, reception: Reception, sha256: str, *, arrival_id: str, filename: str, sender: str, priority: str
) -> DocumentAnswer:
    broken = None
    if not is_whole(reception.store.originals.path(sha256)):
        broken = DamagedDocument("The upload is not whole: ask the sender to send the file again.")
    taken: Taken = take_in(
        reception.store,
        sha256,
        arrival_id=arrival_id,
        filename=filename,
        source="upload",
        now=desk.clock(),
        priority=priority,
        quarantine=broken,
        actor=sender,
    )
    reception.on_taken()
    return _tell(desk, sha256, is_new=taken.is_new)


def _tell(desk: Desk, sha256: str, *, is_new: bool) -> DocumentAnswer:
    with desk.database.read() as connection:
        found = documents.find(connection, sha256)
        if found is None:
            raise HTTPException(404, _NOT_THERE)
        lines = referrals.list_by_document(connection, sha256)
    return DocumentAnswer(
        document=sha256,
        is_new=is_new,
        state=found.state.value,
        code=found.code,
        reason=found.reason,
        referral_ids=tuple(dict.fromkeys(line.referral_id for line in lines)),
    )
