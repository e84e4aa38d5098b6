"""``extractor deliver``: send what is approved to the receivers, see how it went, and step in."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.terminal import console, errors_shown
from extractor.errors import UsageError
from extractor.store.metadata import utc_now

if TYPE_CHECKING:
    from extractor.settings import Settings
    from extractor.store.opening import Store

ACTOR = "command-line"
"""Who the audit names for what is done here."""

commands = typer.Typer(help="Deliver approved referrals to the receivers.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(commands, name="deliver")


@commands.callback()
def deliver(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Deliver what is due now, then stop.")] = False,
) -> None:
    """Deliver approved referrals to the receivers of the settings, until it is stopped."""
    if context.invoked_subcommand is not None:
        return
    with errors_shown(), _opened() as (settings, store):
        _deliver(settings, store, is_once=once)


def _deliver(settings: "Settings", store: "Store", *, is_once: bool) -> None:
    from extractor.delivery import deliver_due, keep_delivering, open_destinations

    destinations = open_destinations(settings.delivery, settings.secrets)
    if not destinations:
        console.print("No receivers are set: see delivery.receivers in the settings.")

    def original(sha256: str) -> bytes:
        return store.originals.path(sha256).read_bytes()

    if is_once:
        counts = deliver_due(store.database, destinations, options=settings.delivery, originals=original)
        console.print(
            f"{counts.delivered} delivered, {counts.retried} to try again, {counts.failed} failed, "
            f"{counts.needs_check} to check, {counts.awaiting} awaiting the receiver's last word, "
            f"{counts.lost} taken by another worker"
        )
        raise typer.Exit(1 if counts.failed or counts.needs_check else 0)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_delivering(store.database, destinations, stop, options=settings.delivery, originals=original)


@commands.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Also what is delivered or superseded.")] = False,
) -> None:
    """List deliveries, the newest first: item, state, tries, last code, receiver, referral and revision."""
    with errors_shown():
        from extractor.store.interventions import list_pauses
        from extractor.store.outbox import ItemState, list_items

        settled = {ItemState.DELIVERED, ItemState.SUPERSEDED}
        with _opened() as (_, store), store.database.read() as connection:
            items = list_items(connection, [state for state in ItemState if everything or state not in settled])
            pauses = list_pauses(connection)
        for item in items:
            what = (item.item_id, item.state.value, item.attempts, item.last_code or "-", item.receiver)
            sys.stdout.write("\t".join(map(str, (*what, item.referral_id, item.revision))) + "\n")
        for receiver in pauses:
            console.print(f"{receiver} is paused")


@commands.command()
def pause(receiver: Annotated[str, typer.Argument(help="The receiver's name in the settings.")]) -> None:
    """Hold back everything for one receiver; what is being sent is sent to its end."""
    with errors_shown():
        from extractor.store import audit, interventions

        with _opened() as (settings, store), store.database.begin() as connection:
            _check_name(settings, receiver)
            interventions.pause(connection, receiver, now=utc_now())
            audit.append(connection, at=utc_now(), actor=ACTOR, action="delivery_pause", code=receiver)


@commands.command()
def resume(receiver: Annotated[str, typer.Argument(help="The receiver's name in the settings.")]) -> None:
    """Let deliveries to one receiver go on."""
    with errors_shown():
        from extractor.store import audit, interventions

        with _opened() as (settings, store), store.database.begin() as connection:
            _check_name(settings, receiver)
            interventions.resume(connection, receiver)
            audit.append(connection, at=utc_now(), actor=ACTOR, action="delivery_resume", code=receiver)


@commands.command()
def resend(item: Annotated[int, typer.Argument(help="The item's number in extractor deliver list.")]) -> None:
    """Send an item again, because you have seen that the receiver does not have it."""
    with errors_shown():
        from extractor.delivery import progress
        from extractor.store import interventions

        with _opened() as (_, store), store.database.begin() as connection:
            changed = interventions.resend(connection, item, now=utc_now())
            progress.note(connection, changed, ACTOR, "resend", now=utc_now())
        console.print(f"Item {item} is {changed.state.value}.")


@commands.command()
def confirm(item: Annotated[int, typer.Argument(help="The item's number in extractor deliver list.")]) -> None:
    """Say that the receiver has what is in doubt (needs_check), because you have seen it there."""
    with errors_shown():
        from extractor.delivery import progress
        from extractor.store import interventions

        with _opened() as (_, store), store.database.begin() as connection:
            changed = interventions.confirm(connection, item, now=utc_now())
            progress.note(connection, changed, ACTOR, "confirm", now=utc_now())
        console.print(f"Item {item} is {changed.state.value}.")


@contextlib.contextmanager
def _opened() -> "Iterator[tuple[Settings, Store]]":
    from extractor.settings import load_settings
    from extractor.store.opening import open_store

    settings = load_settings()
    store = open_store(settings.store_options())
    try:
        yield settings, store
    finally:
        store.close()


def _check_name(settings: "Settings", receiver: str) -> None:
    """A name that is misspelt would pause nothing."""
    if receiver not in settings.delivery.receivers:
        known = ", ".join(sorted(settings.delivery.receivers)) or "none"
        raise UsageError(f"There is no receiver {receiver} in the settings; there are: {known}.")
