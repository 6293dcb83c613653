"""The score of a case of similar names, and its reasons word by word. All cases are read again from their topic."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them, and forget how far the topic of the cases was read."""
    op.add_column("cases", sa.Column("score", sa.BigInteger()))
    op.add_column("cases", sa.Column("words", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("cases", "words", server_default=None)
    op.create_index("cases_by_score", "cases", [sa.text("score DESC NULLS LAST"), "written_at", "offset", "case_id"])
    op.execute("DELETE FROM offsets WHERE topic LIKE '%register.cases'")


def downgrade() -> None:
    """Drop them."""
    op.drop_index("cases_by_score", "cases")
    op.drop_column("cases", "words")
    op.drop_column("cases", "score")
