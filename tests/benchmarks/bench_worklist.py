"""How long the work list takes with many referrals: ``python tests/benchmarks/bench_worklist.py [N] [DATABASE_URL]``.

Without a URL a SQLite file in a temporary folder. Prints the median and the worst of five runs in milliseconds.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from extractor.store import referrals, worklist
from extractor.store.database import Database
from extractor.store.worklist import Wanted
from models.record import Order, Referral, ReferralKind

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DRUGS = ("ocrelizumab", "vedolizumab", "infliximab-dyyb", "natalizumab", "alemtuzumab")
NAMES = ("Holloway", "Rasmussen", "Thibodeaux", "Delacroix", "Shah", "Okafor", "Lindqvist")
RUNS = 5
REVIEW = (referrals.ReferralState.REVIEW,)


def fill(database: Database, count: int) -> None:
    """``count`` referrals as rows, each with a record of usual form."""
    chance = random.Random(8)
    rows, records = [], []
    text = Referral(
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
        records.append({"referral_id": f"r-{number}", "revision": 1, "record": text})
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


def measure(name: str, work: Callable[[], object]) -> None:
    """Print how long ``work`` takes."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    print(f"{name:32s} median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms")


def main() -> None:
    """Fill a store and ask it what the page asks."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/store.db")
        fill(database, count)
        asked = {
            "the first 200": Wanted(states=REVIEW, limit=200),
            "one drug": Wanted(states=REVIEW, limit=200, drug="ocrelizumab"),
            "a name": Wanted(states=REVIEW, limit=200, search="person777"),
            "a name and a date of birth": Wanted(states=REVIEW, limit=200, search="Okafor 1951-02-11"),
            "an NPI": Wanted(states=REVIEW, limit=200, search="1000000777"),
            "page 100": Wanted(states=REVIEW, limit=200, offset=20_000),
        }
        with database.read() as connection:
            for name, wanted in asked.items():
                measure(name, lambda wanted=wanted: worklist.list_work(connection, wanted, now=NOW))
            measure("how many", lambda: worklist.count_work(connection, Wanted(states=REVIEW)))
            measure(
                "how many of a name", lambda: worklist.count_work(connection, Wanted(states=REVIEW, search="person777"))
            )
            measure("counts by state", lambda: referrals.count_by_state(connection))
            measure("drugs", lambda: worklist.list_drugs(connection, REVIEW))
            measure("next in line", lambda: worklist.find_next(connection, "ada", now=NOW))
        database.close()


if __name__ == "__main__":
    main()
