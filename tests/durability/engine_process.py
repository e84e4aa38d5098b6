"""A process with an engine for the tests: ``URL EXECUTOR FOLDER [DEAD...]``; moves the jobs of the dead first.

Each step adds a line ``EXECUTOR STEP KEY`` to ``FOLDER/steps``. The second step waits while ``FOLDER/hold-KEY`` exists.
``FOLDER/stop`` ends the process in order.
"""

import sys
import time
from pathlib import Path

from extractor.errors import DamagedDocument
from extractor.jobs.engine import Engine, Step
from extractor.jobs.journal import write_to_stderr

SECRET = "Quarterman"


def main(url: str, executor_id: str, folder: Path, dead: list[str]) -> None:
    def note(step: str, key: str) -> str:
        with (folder / "steps").open("a", encoding="utf-8") as handle:
            handle.write(f"{executor_id} {step} {key}\n")
        return "ok"

    def hold(key: str) -> str:
        note("two", key)
        while (folder / f"hold-{key}").exists():
            time.sleep(0.02)
        return "ok"

    def count(step: Step, key: str, job_id: str) -> str:
        step("one", lambda: note("one", key))
        step("two", lambda: hold(key))
        step("three", lambda: note("three", key))
        return f"{executor_id} finished"

    def fail(step: Step, key: str, job_id: str) -> str:
        def wrong() -> str:
            raise DamagedDocument("Send it again.") if key == "ours" else ValueError(SECRET)

        return step("wrong", wrong)

    write_to_stderr()
    engine = Engine(url, executor_id, {"count": count, "fail": fail}, poll_seconds=0.1)
    engine.launch()
    for name in dead:
        note("moved", str(engine.move_jobs(name)))
    (folder / f"ready-{executor_id}").touch()
    while not (folder / "stop").exists():
        time.sleep(0.02)
    engine.close(10)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
