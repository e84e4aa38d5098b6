"""Fingerprints of pages, and documents that were joined with late pages."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
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
