"""An index of the receipts with warnings: few of all receipts, and every `sijill status` counts them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it."""
    op.create_index(
        "receipts_with_warnings", "receipts", ["publisher"], postgresql_where=sa.text("warnings <> '[]'::jsonb")
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("receipts_with_warnings", "receipts")
