"""The tables of the projection as they began."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "projector", "offsets", "notices", "dead_letters", "receipts", "changes",
    "activities", "names", "identifiers", "registrations", "companies",
)  # fmt: skip
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    _companies()
    _parts_of_companies()
    _names()
    _changes()
    _receipts()
    _dead_letters()
    _notices()
    _positions()


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        op.drop_table(table)


def _id(name: str, *, key: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(collation="C"), primary_key=key, nullable=nullable)


def _number(name: str, kind: Any = sa.BigInteger, *, key: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind(), primary_key=key, nullable=nullable, autoincrement=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _list(name: str) -> sa.Column[Any]:
    return sa.Column(name, ARRAY(sa.Text()), nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSONB(), nullable=False)


def _timepoint() -> tuple[sa.Column[Any], ...]:
    return _number("partition", sa.Integer), _number("offset"), sa.Column("written_at", _WHEN, nullable=False)


def _companies() -> None:
    op.create_table(
        "companies",
        _id("company_id", key=True),
        _number("version"),
        _id("anchor"),
        _text("publisher"),
        _text("jurisdiction", nullable=True),
        _list("states"),
        _text("legal_name_ar", nullable=True),
        _text("legal_name_en", nullable=True),
        _text("entity_status", nullable=True),
        _id("alias_of", nullable=True),
        _number("registration_count", sa.Integer),
        _list("isic4_classes"),
        sa.Column("is_it", sa.Boolean(), nullable=False),
        _json("record"),
        *_timepoint(),
    )
    # Nearly every record stays in its row: PostgreSQL would compress above 2 kB, at half the cost of a bulk load.
    op.execute("ALTER TABLE companies SET (toast_tuple_target = 8160)")
    merged = sa.text("alias_of IS NOT NULL")
    op.create_index("companies_by_alias", "companies", ["alias_of"], postgresql_where=merged)
    standing = sa.text("alias_of IS NULL AND registration_count > 0")
    op.create_index("companies_by_publisher", "companies", ["publisher"], postgresql_where=standing)
    filters = ["states", "entity_status", "is_it"]
    op.create_index(
        "companies_listed", "companies", ["company_id"], postgresql_include=filters, postgresql_where=standing
    )


def _parts_of_companies() -> None:
    op.create_table(
        "registrations",
        _id("registration_id", key=True),
        _id("company_id", key=True),
        _id("authority"),
        _text("state"),
        _id("compacted"),
    )
    op.create_index("registrations_by_company", "registrations", ["company_id"])
    op.create_index("registrations_by_number", "registrations", ["compacted"])
    op.create_table(
        "identifiers",
        _id("company_id", key=True),
        _number("position", sa.Integer, key=True),
        _id("registration_id"),
        _text("scheme"),
        _text("value"),
        _id("compacted"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
    )
    op.create_index("identifiers_by_value", "identifiers", ["compacted"])
    op.create_table(
        "activities",
        _id("company_id", key=True),
        _number("position", sa.Integer, key=True),
        _text("scheme"),
        _text("version"),
        _text("code"),
        _id("isic4_class", nullable=True),
        _json("label"),
    )
    op.create_index("activities_by_class", "activities", ["isic4_class", "company_id"])


def _names() -> None:
    op.create_table(
        "names",
        _id("company_id", key=True),
        _number("position", sa.Integer, key=True),
        _text("kind"),
        _text("language"),
        _text("text"),
        _id("folded"),
        sa.Column("words", TSVECTOR(), nullable=False),
    )
    op.create_index("names_by_word", "names", ["words"], postgresql_using="gin")


def _changes() -> None:
    op.create_table(
        "changes",
        _id("company_id", key=True),
        _number("version", key=True),
        _text("publisher"),
        _text("cause"),
        _list("fields_changed"),
        _json("before"),
        _json("after"),
        sa.Column("effective_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", _WHEN, nullable=False),
        _json("triggers"),
        _list("registrations"),
        _list("jurisdictions"),
        _list("isic4_classes"),
        *_timepoint(),
    )
    op.create_index("changes_by_publisher", "changes", ["publisher"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        _id("topic", key=True),
        _number("partition", sa.Integer, key=True),
        _number("offset", key=True),
        _text("publisher"),
        _text("registration_id", nullable=True),
        _text("event_id", nullable=True),
        _number("sequence", nullable=True),
        _text("outcome"),
        _text("code", nullable=True),
        _text("message"),
        _text("field", nullable=True),
        _json("warnings"),
        sa.Column("written_at", _WHEN, nullable=False),
    )
    op.create_index("receipts_by_outcome", "receipts", ["publisher", "outcome", "code"])


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        _id("topic", key=True),
        _number("partition", sa.Integer, key=True),
        _number("offset", key=True),
        _text("publisher"),
        _text("origin_topic", nullable=True),
        _number("origin_partition", sa.Integer, nullable=True),
        _number("origin_offset", nullable=True),
        _text("code", nullable=True),
        _text("message", nullable=True),
        _text("field", nullable=True),
        _number("size", sa.Integer, nullable=True),
        _number("schema_id", nullable=True),
        _number("attempt", sa.Integer, nullable=True),
        sa.Column("written_at", _WHEN, nullable=False),
    )
    op.create_index("dead_letters_by_code", "dead_letters", ["publisher", "code"])


def _notices() -> None:
    op.create_table(
        "notices",
        _id("agency", key=True),
        _number("number", key=True),
        _text("publisher"),
        _id("company_id"),
        _number("version"),
        _list("fields_changed"),
        *_timepoint(),
    )
    op.create_index("notices_by_publisher", "notices", ["publisher"])


def _positions() -> None:
    op.create_table(
        "offsets",
        _id("topic", key=True),
        _number("partition", sa.Integer, key=True),
        _number("next"),
    )
    op.create_table(
        "projector",
        _number("id", sa.Integer, key=True),
        _number("epoch"),
        _text("holder"),
        sa.Column("since", _WHEN, nullable=False),
        _number("session_pid", sa.Integer, nullable=True),
        sa.Column("session_began", _WHEN, nullable=True),
    )
    op.create_check_constraint("projector_is_one", "projector", "id = 1")
    op.execute("INSERT INTO projector (id, epoch, holder, since) VALUES (1, 0, 'nobody', now())")
