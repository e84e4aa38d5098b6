"""The first schema."""

import sqlalchemy as sa
from alembic import op

from extractor.store.metadata import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name=op.f("fk_identities_account")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        sa.UniqueConstraint("account", name=op.f("uq_identities_account")),
    )
    op.create_table(
        "approvals",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("open_critical", sa.Integer(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("referral_id", "revision", name=op.f("pk_approvals")),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_document_sha256"), ["document_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("since", Instant(length=27), nullable=False),
        sa.Column("expires_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_claims")),
    )
    op.create_table(
        "corrections",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("page_no", sa.Integer(), nullable=True),
        sa.Column("bbox", sa.Text(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["withdraws"], ["corrections.number"], name=op.f("fk_corrections_withdraws")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_corrections")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_corrections_referral_id_revision"), ["referral_id", "revision"], unique=False
        )

    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=80), nullable=True),
        sa.Column("due_at", Instant(length=27), nullable=False),
        sa.Column("received_at", Instant(length=27), nullable=False),
        sa.Column("changed_at", Instant(length=27), nullable=False),
        sa.Column("extraction", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("executor_id", sa.String(length=128), nullable=False),
        sa.Column("machine", sa.String(length=128), nullable=False),
        sa.Column("process", sa.String(length=64), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("heir", sa.String(length=128), nullable=True),
        sa.Column("started_at", Instant(length=27), nullable=False),
        sa.Column("seen_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_leases")),
    )
    op.create_table(
        "letters",
        sa.Column("letter_id", sa.String(length=16), nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("written_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("earlier_id", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("linked_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", "earlier_id", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_earlier_id"), ["earlier_id"], unique=False)

    op.create_table(
        "login_failures",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_login_failures")),
    )
    with op.batch_alter_table("login_failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failures_subject_at"), ["subject", "at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant(length=27), nullable=False),
        sa.Column("last_code", sa.String(length=64), nullable=True),
        sa.Column("accepted_parts", sa.Text(), nullable=False),
        sa.Column("unsure_part", sa.String(length=32), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("lease_until", Instant(length=27), nullable=True),
        sa.Column("changed_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "referral_id", "revision", "receiver", name=op.f("uq_outbox_referral_id_revision_receiver")
        ),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_state_next_try_at"), ["state", "next_try_at"], unique=False)

    op.create_table(
        "outbox_pauses",
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("paused_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("receiver", name=op.f("pk_outbox_pauses")),
    )
    op.create_table(
        "referrals",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("patient_last_name", sa.Text(), nullable=True),
        sa.Column("patient_first_name", sa.Text(), nullable=True),
        sa.Column("date_of_birth", sa.String(length=10), nullable=True),
        sa.Column("drug", sa.Text(), nullable=True),
        sa.Column("npi", sa.Text(), nullable=True),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("needs_human", sa.Integer(), nullable=False),
        sa.Column("received_at", Instant(length=27), nullable=False),
        sa.Column("changed_at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", "revision", name=op.f("pk_referrals")),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referrals_date_of_birth_is_latest_state"),
            ["date_of_birth", "is_latest", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_referrals_document_sha256"), ["document_sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referrals_is_latest_state_drug"), ["is_latest", "state", "drug"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_referrals_npi_is_latest_state"), ["npi", "is_latest", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_referrals_patient_last_name_received_at"), ["patient_last_name", "received_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_referrals_received_at"), ["received_at"], unique=False)
        batch_op.create_index(
            "ix_referrals_worklist",
            ["is_latest", "state", "rank", "received_at", "referral_id", "sought"],
            unique=False,
        )

    op.create_table(
        "review_progress",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("needs_human", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_review_progress")),
    )
    op.create_table(
        "arrivals",
        sa.Column("arrival_id", sa.String(length=64), nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("arrived_at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["document_sha256"], ["documents.sha256"], name=op.f("fk_arrivals_document_sha256")),
        sa.PrimaryKeyConstraint("arrival_id", name=op.f("pk_arrivals")),
    )
    with op.batch_alter_table("arrivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arrivals_document_sha256"), ["document_sha256"], unique=False)

    op.create_table(
        "referral_records",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id", "revision"],
            ["referrals.referral_id", "referrals.revision"],
            name=op.f("fk_referral_records_referral_id_revision"),
        ),
        sa.PrimaryKeyConstraint("referral_id", "revision", name=op.f("pk_referral_records")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("opened_at", Instant(length=27), nullable=False),
        sa.Column("used_at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.name"], name=op.f("fk_sessions_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account"), ["account"], unique=False)

    _make_review_tables()


def _make_review_tables() -> None:
    """What people did to pages, what they typed and did not save, checks, fingerprints and joined documents."""
    op.create_table(
        "drafts",
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page_no", sa.Integer(), nullable=True),
        sa.Column("bbox", sa.Text(), nullable=True),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("referral_id", "revision", "actor", "path", name=op.f("pk_drafts")),
    )
    op.create_table(
        "page_changes",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["withdraws"], ["page_changes.number"], name=op.f("fk_page_changes_withdraws")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_page_changes")),
    )
    with op.batch_alter_table("page_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_changes_document_sha256"), ["document_sha256"], unique=False)

    op.create_table(
        "quality_checks",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_quality_checks")),
        sa.UniqueConstraint(
            "referral_id", "revision", "path", name=op.f("uq_quality_checks_referral_id_revision_path")
        ),
    )
    with op.batch_alter_table("quality_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_checks_at"), ["at"], unique=False)

    op.create_table(
        "page_prints",
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("page_no", sa.Integer(), nullable=False),
        sa.Column("page_type", sa.String(length=32), nullable=False),
        sa.Column("page_print", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_sha256", "page_no", name=op.f("pk_page_prints")),
    )
    op.create_table(
        "joins",
        sa.Column("document_sha256", sa.String(length=64), nullable=False),
        sa.Column("referral_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supplement_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("document_sha256", name=op.f("pk_joins")),
        sa.UniqueConstraint("referral_id", "revision", name=op.f("uq_joins_referral_id_revision")),
    )
