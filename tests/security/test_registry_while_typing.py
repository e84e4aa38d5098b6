"""What the registry of providers says of a number while it is typed, over the API."""

from collections.abc import Callable
from pathlib import Path

import httpx

from extractor.nppes import load_file
from tests.browser.review_house import House
from tests.unit.nppes.public_file import npi_of, pack, person

ADA, GONE, UNKNOWN = (npi_of(number) for number in (1, 4, 9))


def test_a_typed_number_tells_whose_it_is(
    house: House, log_in: Callable[[str | None], httpx.Client], tmp_path: Path
) -> None:
    client = log_in("ada")

    def told(number: str, path: str = "prescriber.npi") -> object:
        return client.post("/api/entries/check", json={"path": path, "text": number}).json()["told"]

    assert told(ADA) is None  # no registry is loaded
    rows = (
        person(ADA, "BRENNICK", "ADA", city="DENVER", state="CO"),
        person(GONE, "OKAFOR", "BORIS", ended="03/14/2019"),
    )
    load_file(pack(tmp_path / "full.zip", rows), tmp_path / "npi.db")
    house.change_desk(site=house.desk.site.model_copy(update={"npi_index": str(tmp_path / "npi.db")}))
    assert told(ADA) == "The registry has it for Ada Brennick in Denver, CO."
    assert "deactivated on 2019-03-14" in str(told(GONE))
    assert "does not have this number" in str(told(UNKNOWN))
    assert told(ADA[:-1]) is None
    assert told("Ada", "prescriber.first_name") is None
