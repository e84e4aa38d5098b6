"""What people did to pages, what they typed and did not save, and checks of what was accepted."""

import sqlalchemy as sa
from alembic import op

from extractor.store.metadata import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
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
