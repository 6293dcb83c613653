"""Every event of the registries with its place in its topic, and the keys by which events may link registrations.

The projection finds that it has never read the topics of the registries, and reads them from their beginning.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "events",
        _key("registration_id"),
        _key("topic"),
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("offset", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", BYTEA(), nullable=False),
    )
    op.create_table("stated_keys", _key("key"), _key("registration_id"))


def downgrade() -> None:
    """Drop them, and forget how far the topics of the registries were read: a later upgrade begins anew."""
    op.drop_table("stated_keys")
    op.drop_table("events")
    op.execute(sa.text(r"DELETE FROM offsets WHERE topic ~ '(^|\.)registrations\.[^.]+$'"))


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), primary_key=True)
