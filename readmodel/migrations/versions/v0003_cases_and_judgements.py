"""The stewards' queue, the judgements, and the columns of a change for registrations that joined or left."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OF_A_CHANGE = ("alias_of", "follows", "joined", "left")


def upgrade() -> None:
    """Make them. Changes that are there were written when no registration could move."""
    op.add_column("changes", sa.Column("related", ARRAY(sa.Text()), nullable=False, server_default="{}"))
    op.alter_column("changes", "related", server_default=None)
    for name in _OF_A_CHANGE:
        op.add_column("changes", _id(name, nullable=True))
    op.create_table(
        "cases",
        _id("case_id", key=True),
        _text("kind"),
        _list("registrations"),
        _text("about"),
        _text("reason"),
        *_timepoint(),
    )
    op.create_index("cases_by_registration", "cases", ["registrations"], postgresql_using="gin")
    op.create_table(
        "judgements",
        _id("judgement_id", key=True),
        _id("left"),
        _id("right"),
        _text("verdict"),
        _text("by"),
        _text("why"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        _list("evidence"),
        _id("revokes", nullable=True),
        *_timepoint(),
    )
    for name in ("left", "right"):
        op.create_index(f"judgements_by_{name}", "judgements", [name])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("judgements")
    op.drop_table("cases")
    for name in ("related", *_OF_A_CHANGE):
        op.drop_column("changes", name)


def _id(name: str, *, key: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(collation="C"), primary_key=key, nullable=nullable)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _list(name: str) -> sa.Column[Any]:
    return sa.Column(name, ARRAY(sa.Text()), nullable=False)


def _timepoint() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
