"""Requests of every kind against the API: ``python -m tests.benchmarks.fuzz_api [EXAMPLES] [SCHEMATHESIS]``.

Drives Schemathesis, a program of its own (``pip install schemathesis`` in another environment), as an administrator who
holds the referral; ids, revisions and paths in the schema are those that are there. Fails on any answer of 500 or more.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from tests.browser.review_house import add_referral, open_house, read_sample, served
from tests.security.conftest import log_in_as

PATHS = [
    *("patient.last_name", "patient.date_of_birth", "patient.weight_kg", "patient.allergies[0]", "orders[0]"),
    *("orders[0].dose", "orders[1].drug", "lists.labs", "prescriber.npi", "prescriber.signature_present", "nothing"),
]


def narrowed(schema: dict, referral_id: str) -> dict:  # type: ignore[type-arg]
    """The schema with the ids, revisions and paths that exist, so that requests get past the first check."""
    known = {"referral_id": [referral_id], "page_no": [1, 2], "path": PATHS}
    for operations in schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] in known:
                    parameter["schema"] = {"enum": known[parameter["name"]]}
    for name, model in schema["components"]["schemas"].items():
        asked = model.get("properties", {})
        if "revision" in asked and name != "ReviewAnswer":
            asked["revision"] = {"enum": [1, 2, 3]}
        if "seen" in asked:
            asked["seen"] = {"enum": [0, 1, 2, 3]}
        if name in {"Said", "Tried", "Boxed", "Drafting"}:
            asked["path"] = {"enum": PATHS}
    return schema


def main() -> int:
    """Serve a store with one referral and run the requests against it."""
    examples = sys.argv[1] if len(sys.argv) > 1 else "40"
    program = sys.argv[2] if len(sys.argv) > 2 else "schemathesis"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        read = read_sample("04_grid_acroform")
        with served(open_house(folder / "house", read.kept, check_share=0.5)) as house:
            referral_id = add_referral(house, read)
            with httpx.Client(base_url=house.url, timeout=60) as client:
                log_in_as(client, "max")
                client.post(f"/api/referrals/{referral_id}/claim", json={})
                schema = folder / "openapi.json"
                schema.write_text(json.dumps(narrowed(client.get("/api/openapi.json").json(), referral_id)))
                cookie = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
                headers = ["-H", f"Cookie: {cookie}", "-H", f"x-csrf-token: {client.headers['x-csrf-token']}"]
                options = ["--checks", "not_a_server_error", "--max-examples", examples, "--seed", "8"]
                waiting = ["--request-timeout", "120"]
                command = [program, "run", str(schema), "--url", house.url, *headers, *options, *waiting]
                return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
