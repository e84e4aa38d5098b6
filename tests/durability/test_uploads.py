"""Files by HTTP go the same way as those of a folder; figures are for who may see them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from extractor.artifacts import FolderArtifacts
from extractor.errors import UsageError
from extractor.knowledge.protocols import load_protocols
from extractor.store import arrivals, audit
from extractor.web.desk import Desk
from extractor.web.pages import PageShelf
from extractor.web.reception import Reception
from models.stages.options import WebOptions
from tests.browser.review_house import Clock, House, served
from tests.durability.rooms import OPTIONS, Room

TOKEN, OTHER = "0123456789abcdef" * 2, "f" * 32
MOST = 100_000


@pytest.fixture
def client(sqlite_room: Room, tmp_path: Path) -> Iterator[httpx.Client]:
    store = sqlite_room.store
    reception = Reception(store, MOST, SecretStr(TOKEN), SecretStr(OTHER))
    pages = PageShelf(store.originals, OPTIONS, FolderArtifacts(tmp_path / "pictures"))
    options = WebOptions(port=0)
    desk = Desk(store.database, pages, load_protocols(None), options, clock=Clock(), reception=reception)
    with (
        served(House(desk, store.originals, Clock())) as house,
        httpx.Client(base_url=house.url, timeout=60, headers={"authorization": f"Bearer {TOKEN}"}) as made,
    ):
        yield made


def test_an_upload_becomes_a_document_that_is_read(sqlite_room: Room, client: httpx.Client, fax: Path) -> None:
    data, told = fax.read_bytes(), {"x-filename": "a%20fax.pdf", "x-priority": "stat", "idempotency-key": "one"}
    first = client.post("/api/documents", content=data, headers=told)
    assert first.status_code == 201, first.text
    sha256 = hashlib.sha256(data).hexdigest()
    assert (first.json()["document"], first.json()["is_new"], first.json()["state"]) == (sha256, True, "received")
    # The sender tries again because the answer was lost: nothing comes of it. Another time is another arrival.
    assert client.post("/api/documents", content=data, headers=told).json()["is_new"] is False
    pieces = iter([data[:100], data[100:]])
    assert client.post("/api/documents", content=pieces).json() == first.json() | {"is_new": False}
    with sqlite_room.store.database.read() as connection:
        came = arrivals.list_arrivals(connection, sha256)
        lines = audit.list_lines(connection, document_sha256=sha256)
    assert {arrival.filename for arrival in came} == {"a fax.pdf", sha256[:12]}
    assert [(line.actor, line.action) for line in lines] == [
        ("upload-token", "receive"),
        ("upload-token", "receive_again"),
    ]
    assert sqlite_room.document(sha256).priority == "stat"
    sqlite_room.now = sqlite_room.document(sha256).due_at
    assert sqlite_room.read(sha256) == "read"
    answer = client.get(f"/api/documents/{sha256}").json()
    assert (answer["state"], len(answer["referral_ids"])) == ("read", 1)


def test_what_is_no_whole_file_is_refused_or_kept_with_a_reason(
    sqlite_room: Room, client: httpx.Client, fax: Path
) -> None:
    cut = client.post("/api/documents", content=fax.read_bytes()[:-30])
    assert (cut.status_code, cut.json()["state"], cut.json()["code"]) == (201, "quarantined", "damaged_document")
    assert client.post("/api/documents", content=b"").status_code == 422
    assert client.post("/api/documents", content=b"x" * (MOST + 1)).status_code == 413
    assert client.get("/api/documents/" + "0" * 64).status_code == 404
    folder = Path(sqlite_room.store.readings.folder).parent / "originals"
    assert sum(path.is_file() for path in folder.rglob("*")) == 1


def test_nobody_uploads_without_the_token(client: httpx.Client, fax: Path) -> None:
    for token in ("", "Bearer", f"Bearer {OTHER}", f"Basic {TOKEN}", f"Bearer {TOKEN}0"):
        told = {"authorization": token}
        assert client.post("/api/documents", content=fax.read_bytes(), headers=told).status_code == 401, token
        assert client.get("/api/documents/" + "0" * 64, headers=told).status_code == 401, token


def test_figures_are_for_the_metrics_token(client: httpx.Client) -> None:
    assert client.get("/metrics").status_code == 401
    answer = client.get("/metrics", headers={"authorization": f"Bearer {OTHER}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "extractor_worker_processes 0\n" in answer.text


def test_a_short_token_is_refused(sqlite_room: Room) -> None:
    with pytest.raises(UsageError, match="openssl"):
        Reception(sqlite_room.store, MOST, SecretStr("secret"))
