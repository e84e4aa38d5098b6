"""The server without a browser: a store with one referral, and clients that are logged in."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from models.record import (
    Document,
    Extraction,
    Order,
    Page,
    Patient,
    Prescriber,
    Referral,
    ReferralKind,
    Software,
    State,
    Status,
    Text,
)
from tests.browser.review_house import PASSWORD, SAMPLES, House, Read, add_referral, open_house, served
from tests.sample_readings import KEPT


def _text(value: str, state: State = State.FOUND) -> Text:
    return Text(
        value=value, confidence=0.9, state=state, raw=value, page_no=1, bbox=(10, 10, 50, 20), source="ocr:null"
    )


@pytest.fixture(scope="session")
def record() -> Referral:
    """A referral with one uncertain critical field."""
    return Referral(
        referral_id="r-1",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        patient=Patient(first_name=_text("Ingrid", State.NEEDS_REVIEW), last_name=_text("Holloway")),
        orders=(Order(drug=_text("vedolizumab")),),
        prescriber=Prescriber(npi=_text("1272397104")),
    )


@pytest.fixture
def house(tmp_path: Path, record: Referral) -> Iterator[House]:
    made = open_house(tmp_path, tmp_path / "kept")
    add_record(made, record)
    with served(made) as running:
        yield running


def add_record(house: House, record: Referral) -> None:
    """Put a referral of one page into the store."""
    document = Document(
        sha256="0" * 64,
        filename="fax.pdf",
        media_type="application/pdf",
        page_count=1,
        pages=(Page(page_no=1, width=612, height=792),),
    )
    extraction = Extraction(
        document=document, status=Status.COMPLETE, software=Software(version="1"), referrals=(record,)
    )
    add_referral(house, Read(SAMPLES / "04_grid_acroform.pdf", extraction, KEPT), record)


def log_in_as(client: httpx.Client, name: str) -> None:
    """Log in by the form; from then on each request carries the session's token."""
    form = client.get("/login").text
    token = form.split('name="token" value="')[1].split('"')[0]
    answer = client.post("/login", data={"name": name, "password": PASSWORD, "token": token})
    assert answer.status_code == 303, answer.text
    client.headers["x-csrf-token"] = client.get("/").text.split('data-csrf="')[1].split('"')[0]


@pytest.fixture
def log_in(house: House) -> Iterator[Callable[[str | None], httpx.Client]]:
    """A client of somebody, with the token of their session in ``client.headers``; of nobody for None."""
    clients: list[httpx.Client] = []

    def enter(name: str | None) -> httpx.Client:
        client = httpx.Client(base_url=house.url, timeout=60)
        clients.append(client)
        if name is not None:
            log_in_as(client, name)
        return client

    yield enter
    for client in clients:
        client.close()
