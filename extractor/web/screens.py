"""Answers of the API, put together from a review or the store."""

from extractor.resolve.correcting import as_text
from extractor.resolve.settling import replace_fields
from extractor.store import claims, documents, drafts, links, referrals, worklist
from extractor.store.accounts import Account, Role
from extractor.store.database import Connection
from extractor.web import messages
from extractor.web.desk import Desk
from extractor.web.reviewing import Review, changed_fields
from extractor.web.views import view_pages, view_readiness, view_sections
from models.record import Readiness, Referral
from models.record.paths import walk_fields
from models.record.review import to_redo, to_undo

NO_NAME = "Name not read"


def work(desk: Desk, wanted: worklist.Wanted) -> messages.WorkAnswer:
    """The work list with its counts."""
    now = desk.clock()
    with desk.database.read() as connection:
        return messages.WorkAnswer(
            lines=worklist.list_work(connection, wanted, now=now),
            total=worklist.count_work(connection, wanted),
            by_state=referrals.count_by_state(connection),
            drugs=worklist.list_drugs(connection),
            quarantined=sum(documents.count_by_code(connection).values()),
            now=now,
        )


def review(connection: Connection, desk: Desk, found: Review, account: Account) -> messages.ReviewAnswer:
    """The whole review screen."""
    summary, shown = found.stored.summary, without_checks(found)
    held = claims.find_claim(connection, summary.referral_id, now=desk.clock())
    pages = () if found.extraction is None else found.extraction.document.pages
    said, owners = found.arrangement
    return messages.ReviewAnswer(
        referral_id=summary.referral_id,
        revision=summary.revision,
        state=summary.state.value,
        kind=summary.kind,
        version=found.version,
        me=account.name,
        is_lead=account.role is not Role.REVIEWER,
        holder=None if held is None else held.holder,
        patient=patient_name(shown),
        born=shown.patient.date_of_birth.value,
        drug=next((order.drug.value for order in shown.orders if order.drug.value), None),
        priority=summary.priority,
        received_at=summary.received_at,
        sections=view_sections(found.answered.referral),
        fields=found.fields,
        pages=view_pages(pages, found.record, owners, said.turns),
        siblings=siblings(connection, found),
        can_undo_pages=to_undo(found.page_changes, account.name) is not None,
        can_redo_pages=to_redo(found.page_changes, account.name) is not None,
        drafts=drafts.list_drafts(connection, summary.referral_id, summary.revision, account.name),
        links=links.list_linked(connection, summary.referral_id),
        sent_before=links.open_refax(connection, summary.referral_id),
        readiness=view_readiness(found.readiness(desk.book), found.screen_paths),
        blocking=found.blocking(),
        can_undo=to_undo(found.changes, account.name) is not None,
        can_redo=to_redo(found.changes, account.name) is not None,
    )


def without_checks(found: Review) -> Referral:
    """The referral as it stands, without the values that are to be told from the page."""
    fields = dict(walk_fields(found.answered.referral))
    hidden = {path: type(fields[path])() for path in found.checks.open}
    return replace_fields(found.answered.referral, hidden)


def siblings(connection: Connection, found: Review) -> tuple[messages.Sibling, ...]:
    """The other referrals of the same file."""
    own = found.stored.summary
    # By id and revision: the latest revision of each is the last.
    others = {one.referral_id: one for one in referrals.list_by_document(connection, own.document_sha256)}
    return tuple(
        messages.Sibling(
            referral_id=one.referral_id,
            patient=", ".join(name for name in (one.patient_last_name, one.patient_first_name) if name) or NO_NAME,
            state=one.state.value,
        )
        for one in others.values()
        if one.referral_id != own.referral_id
    )


def change(found: Review, readiness: Readiness, actor: str, seen: int) -> messages.ChangeAnswer:
    """What changed since version ``seen``."""
    was = found.before(seen)
    return messages.ChangeAnswer(
        version=found.version,
        fields=changed_fields(found, was),
        gone=tuple(sorted({view.path for view in was.fields} - {view.path for view in found.fields})),
        sections=view_sections(found.answered.referral),
        readiness=view_readiness(readiness, found.screen_paths),
        blocking=found.blocking(),
        can_undo=to_undo(found.changes, actor) is not None,
        can_redo=to_redo(found.changes, actor) is not None,
    )


def patient_name(referral: Referral) -> str:
    """``Holloway, Ingrid``; what is not known is left out."""
    parts = (referral.patient.last_name.value, referral.patient.first_name.value)
    return ", ".join(as_text(part) for part in parts if part) or NO_NAME
