"""Columns say `member_state`, and `jurisdictions` for all whose law or registers a company stands in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename both columns; an authority above the member states has none."""
    op.alter_column("companies", "states", new_column_name="jurisdictions")
    op.alter_column("registrations", "state", new_column_name="member_state", nullable=True)
    op.execute(
        sa.text(
            "UPDATE registrations SET member_state = NULL "
            "WHERE member_state NOT IN ('AE', 'BH', 'KW', 'OM', 'QA', 'SA')"
        )
    )


def downgrade() -> None:
    """Name them as before."""
    op.execute("UPDATE registrations SET member_state = left(registration_id, 2) WHERE member_state IS NULL")
    op.alter_column("registrations", "member_state", new_column_name="state", nullable=False)
    op.alter_column("companies", "jurisdictions", new_column_name="states")
