"""Each transport under mixtures of faults, dead workers and corrections: ``python tests/soak/deliveries.py [COUNT]``.

COUNT mixtures each (default 20, about 1 CPU second a mixture), of four referrals with up to three revisions. Stops at
the first referral that the counting system has twice, out of order or not at all.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractor.store.database import Database
from tests.faults.test_delivery_mixtures import TRANSPORTS, deliver_a_mixture


def main() -> None:
    """One line a transport."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=20)
    count = parser.parse_args().count
    for name in TRANSPORTS:
        taken = 0
        for seed in range(count):
            with tempfile.TemporaryDirectory() as place:
                database = Database.open(f"sqlite:///{place}/store.db")
                try:
                    taken += deliver_a_mixture(database, Path(place), name, seed)
                finally:
                    database.close()
        print(f"{name}: {count} mixtures, {taken} revisions, each once and in order", flush=True)


if __name__ == "__main__":
    main()
