"""From selecting a field to its drawn crop, in Chromium: ``python -m tests.benchmarks.bench_review [SAMPLE ...]``.

Every field that can be seen and has a place on a page is selected twice, in the order of the screen, and then once
more in an order that turns a page each time where it can. Measured on the page, in milliseconds: from the focus to the
second frame after the crop was drawn, which is when the field can be answered, so that 33 ms at 60 frames a second is
the least. ``opened`` is the time from asking for the page to its first field being ready to be answered: where no
picture is kept yet, and again with all of them kept. ``saved``: from the key that answers a field to the next one being
ready. Before all that a referral with three uncertain fields is done, from the work list to its approval.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

from extractor.artifacts import FolderArtifacts
from tests.browser.review_house import (
    House,
    add_referral,
    asking_only,
    launched,
    log_in,
    open_house,
    open_review,
    read_sample,
    served,
)
from tests.sample_readings import KEPT

SAMPLES = ("04_", "03_", "09_", "12_")
ALL_COME = "() => [...document.querySelectorAll('#sheet img')].every((one) => one.complete && one.naturalWidth)"
MOST_ANSWERS = 12
THREE = ("patient.first_name", "patient.date_of_birth", "prescriber.npi")
NEXT_READY = """path => {
  const field = document.activeElement.closest(".field");
  return document.activeElement.id === "approve" || (field && field.dataset.path !== path && field.dataset.seen);
}"""
SELECT_EACH = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const shown = () => document.querySelector("#tabs [aria-pressed=true]").textContent;
  const select = (field) => new Promise((resolve) => {
    delete field.dataset.seen;
    const before = shown();
    const late = setTimeout(() => resolve(null), 2000);
    const start = performance.now();
    new MutationObserver((_, observer) => {
      if (!field.dataset.seen) return;
      observer.disconnect();
      clearTimeout(late);
      resolve([performance.now() - start, shown() !== before, !field.querySelector(".crop").hidden]);
    }).observe(field, { attributeFilter: ["data-seen"] });
    field.querySelector("input").focus();
  });
  const all = [...document.querySelectorAll("li.field")].filter((one) => one.checkVisibility());
  const found = [];
  const places = new Map();
  const visit = async (field) => {
    if (field.classList.contains("selected")) return;
    const told = await select(field);
    await frame();
    if (told === null) found.push([2000, false]);
    else if (told[2]) {
      found.push(told.slice(0, 2));
      const page = shown();
      if (!places.has(page)) places.set(page, []);
      if (!places.get(page).includes(field)) places.get(page).push(field);
    }
  };
  for (const field of [...all, ...all]) await visit(field);
  const pages = [...places.values()].map((some) => [...some]);
  while (pages.some((some) => some.length)) for (const some of pages) if (some.length) await visit(some.shift());
  return found;
}"""


def _tell(name: str, times: Sequence[float]) -> None:
    if times:
        ordered = sorted(times)
        late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        figures = f"median {statistics.median(ordered):5.0f}   95 % {late:5.0f}   worst {ordered[-1]:5.0f}"
        print(f"{name:28s} {len(ordered):4d} times   {figures}")


def _measure_opening(page: Page, house: House, referral_id: str) -> float:
    """Milliseconds until the first field can be answered."""
    start = time.perf_counter()
    open_review(page, house.url, referral_id)
    opened = 1000 * (time.perf_counter() - start)
    page.wait_for_function(ALL_COME)
    return opened


def _measure_answers(page: Page) -> list[float]:
    """Milliseconds from each key that answers to the next field's being ready; the first fields that ask."""
    page.locator(".field.needs input").first.focus()
    times = []
    for _ in range(MOST_ANSWERS):
        page.wait_for_selector(".field.selected.needs[data-seen], #approve:focus")
        path = page.evaluate("document.querySelector('.selected').dataset.path")
        if page.evaluate("document.activeElement.id") == "approve":
            break
        start = time.perf_counter()
        page.keyboard.press("i")
        page.wait_for_function(NEXT_READY, arg=path)
        times.append(1000 * (time.perf_counter() - start))
    return times


def _measure_three(page: Page, house: House) -> tuple[int, float]:
    """Keys and seconds from the work list to the approval of a referral with three uncertain fields."""
    read = read_sample("04_")
    asked = asking_only(read.extraction.referrals[0], {path: {} for path in THREE})
    add_referral(house, read, asked.model_copy(update={"referral_id": "three"}), minutes_ago=10_000)
    page.goto(house.url)
    page.wait_for_selector("#next:focus")
    start, keys = time.perf_counter(), ["Enter"]
    page.keyboard.press("Enter")
    while True:
        page.wait_for_selector(".field.selected.needs[data-seen], #approve:focus")
        path = page.evaluate("document.querySelector('.selected').dataset.path")
        is_done = page.evaluate("document.activeElement.id") == "approve"
        keys.append("Enter")
        page.keyboard.press("Enter")
        if is_done:
            page.wait_for_url(lambda url: not url.endswith("three"))
            return len(keys), time.perf_counter() - start
        page.wait_for_function(NEXT_READY, arg=path)


def main() -> None:
    """Measure each sample."""
    everything: list[tuple[float, bool]] = []
    saved: list[float] = []
    with tempfile.TemporaryDirectory() as told, launched() as browser:
        folder = Path(told)
        house = open_house(folder, KEPT)
        house.desk.pages._artifacts = FolderArtifacts(folder / "pictures")
        with served(house):
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            log_in(page, house.url, "ada")
            keys, seconds = _measure_three(page, house)
            for name in sys.argv[1:] or SAMPLES:
                referral_id = add_referral(house, read_sample(name))
                opened = [_measure_opening(page, house, referral_id) for _ in range(2)]
                found = [(float(time), bool(is_other)) for time, is_other in page.evaluate(SELECT_EACH)]
                pages = page.locator("#tabs button").count()
                print(f"{name:4s} {pages:2d} pages: opened in {opened[0]:.0f} ms, again in {opened[1]:.0f} ms")
                _tell(name, [time for time, _ in found])
                everything += found
                saved += _measure_answers(page)
    _tell("on the page that is shown", [time for time, is_other in everything if not is_other])
    _tell("on another page", [time for time, is_other in everything if is_other])
    _tell("all", [time for time, _ in everything])
    _tell("saved", saved)
    print(f"three uncertain fields: {keys} keys, {seconds:.1f} s")
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
