"""How long the work list takes with many referrals: ``python -m tests.benchmarks.bench_worklist [N] [DATABASE]``.

``DATABASE`` is ``sqlite`` (a file in a temporary folder), ``postgresql`` (a server of its own, as the tests start it),
or the URL of an empty store. Prints the median and the worst of five runs in milliseconds: the queries by themselves,
and the whole request of the page over HTTP.
"""

import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import text

from extractor.store import accounts, referrals, worklist
from extractor.store.accounts import Role
from extractor.store.database import Database
from extractor.store.worklist import Wanted
from models.record import Order, Referral, ReferralKind
from tests.browser.review_house import PASSWORD, open_house, served
from tests.durability.postgres import PostgresServer
from tests.security.conftest import log_in_as

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DRUGS = ("ocrelizumab", "vedolizumab", "infliximab-dyyb", "natalizumab", "alemtuzumab")
NAMES = ("Holloway", "Rasmussen", "Thibodeaux", "Delacroix", "Shah", "Okafor", "Lindqvist")
RUNS = 5
ASKED = {
    "what waits": {},
    "one drug": {"drug": "ocrelizumab"},
    "a name": {"search": "person777"},
    "a part of many names": {"search": "holl"},
    "a name and a date of birth": {"search": "Okafor 1951-02-11"},
    "an NPI": {"search": "1000000777"},
    "page 100": {"offset": 20_000},
}


def fill(database: Database, count: int) -> None:
    """``count`` referrals as rows, each with a record of usual form."""
    chance = random.Random(8)
    rows, records = [], []
    record = Referral(
        referral_id="r",
        created_at=NOW,
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        orders=(Order(),),
    ).model_dump_json()
    for number in range(count):
        drug, priority = chance.choice(DRUGS), chance.choices(("stat", "urgent", "routine"), (1, 5, 94))[0]
        name, born = chance.choice(NAMES), f"{chance.randint(1930, 2008)}-{chance.randint(1, 12):02d}-11"
        npi = f"1{number:09d}"
        at = NOW - timedelta(minutes=chance.randint(1, 60_000))
        records.append({"referral_id": f"r-{number}", "revision": 1, "record": record})
        rows.append(
            {
                "referral_id": f"r-{number}",
                "revision": 1,
                "is_latest": True,
                "state": "review",
                "kind": "referral",
                "document_sha256": f"{number:064x}",
                "priority": priority,
                "rank": referrals.PRIORITIES.index(priority),
                "patient_last_name": name,
                "patient_first_name": f"Person{number}",
                "date_of_birth": born,
                "drug": drug,
                "npi": npi,
                "sought": referrals.sought_text(name, f"Person{number}", drug),
                "verdict": chance.choice(("ready", "incomplete")),
                "needs_human": chance.randint(0, 40),
                "received_at": at,
                "changed_at": at,
            }
        )
    with database.begin() as connection:
        connection.execute(referrals.REFERRALS.insert(), rows)
        connection.execute(referrals.RECORDS.insert(), records)
    if database.engine.dialect.name == "postgresql":
        # What its autovacuum does by itself within a minute.
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def measure(name: str, work: Callable[[], object]) -> None:
    """Print how long ``work`` takes, and the CPU time of this process in it, where others share the machine."""
    times, busy = [], []
    for _ in range(RUNS):
        start, began = time.perf_counter(), time.process_time()
        work()
        times.append(1000 * (time.perf_counter() - start))
        busy.append(1000 * (time.process_time() - began))
    figures = f"median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms"
    print(f"{name:38s} {figures}   CPU {statistics.median(busy):7.1f} ms")


@contextlib.contextmanager
def opened(name: str, folder: Path) -> Iterator[Database]:
    """The empty store that is asked for; closed at the end."""
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder}/store.db" if name == "sqlite" else name
        if name == "postgresql":
            url = stack.enter_context(PostgresServer()).create_database()
        database = Database.open(url)
        stack.callback(database.close)
        yield database


def measure_queries(database: Database) -> None:
    """Each query by itself."""
    with database.read() as connection:
        for name, asked in ASKED.items():
            wanted = Wanted(limit=200, **asked)
            measure(name, lambda wanted=wanted: worklist.list_work(connection, wanted, now=NOW))
            measure("  how many", lambda wanted=wanted: worklist.count_work(connection, wanted))
        measure("counts by state", lambda: referrals.count_by_state(connection))
        measure("drugs", lambda: worklist.list_drugs(connection))
        measure("next in line", lambda: worklist.find_next(connection, "ada", now=NOW))


def measure_requests(database: Database, folder: Path) -> None:
    """What the page asks, over HTTP."""
    with database.begin() as connection:
        accounts.add_account(connection, "ada", Role.REVIEWER, PASSWORD, now=NOW)
    house = open_house(folder / "house", folder / "kept")
    house.desk.database.close()
    house.desk = replace(house.desk, database=database)
    with served(house), httpx.Client(base_url=house.url, timeout=60) as client:
        log_in_as(client, "ada")
        for name, asked in ASKED.items():
            measure(f"request: {name}", lambda asked=asked: client.post("/api/work", json=asked).raise_for_status())


def main() -> None:
    """Fill a store and ask it what the page asks."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as told:
        folder = Path(told)
        with opened(sys.argv[2] if len(sys.argv) > 2 else "sqlite", folder) as database:
            fill(database, count)
            measure_queries(database)
            measure_requests(database, folder)


if __name__ == "__main__":
    main()
