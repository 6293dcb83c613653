"""The tables of the projection. Their schema is a setting: it is put before the names when a statement is run.

`company_id` and other ids sort by bytes (collation "C"), which is what their indexes need and faster than a language.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TSVECTOR

METADATA: Final = MetaData()


def _id() -> Text:
    return Text(collation="C")


def _required(name: str, kind: Any, **options: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **options)


def _timepoint() -> tuple[Column[Any], ...]:
    """The place in its topic of the record behind a row, and its Kafka timestamp."""
    return (
        _required("partition", Integer),
        _required("offset", BigInteger),
        _required("written_at", DateTime(timezone=True)),
    )


companies: Final = Table(
    "companies",
    METADATA,
    Column("company_id", _id(), primary_key=True),
    _required("version", BigInteger),
    _required("anchor", _id()),
    _required("publisher", Text),
    Column("jurisdiction", Text),
    _required("jurisdictions", ARRAY(Text)),  # whose law or registers it stands in
    Column("legal_name_ar", Text),
    Column("legal_name_en", Text),
    Column("entity_status", Text),
    Column("alias_of", _id()),
    _required("registration_count", Integer),
    _required("isic4_classes", ARRAY(Text)),
    _required("is_it", Boolean),
    _required("record", JSONB),  # as readmodel.documents says
    *_timepoint(),
    # all that a list is filtered by: the rows themselves are wide
    Index(
        "companies_listed",
        "company_id",
        postgresql_include=["jurisdictions", "entity_status", "is_it"],
        postgresql_where=text("alias_of IS NULL AND registration_count > 0"),
    ),
    Index("companies_by_alias", "alias_of", postgresql_where=text("alias_of IS NOT NULL")),
    Index(
        "companies_by_publisher",
        "publisher",
        postgresql_where=text("alias_of IS NULL AND registration_count > 0"),
    ),
)

registrations: Final = Table(
    "registrations",
    METADATA,
    # One registration stands in one company. While it moves, the receiving company's record may come first, so that
    # for a moment two companies name it: the key takes both.
    Column("registration_id", _id(), primary_key=True),
    Column("company_id", _id(), primary_key=True),
    _required("authority", _id()),
    Column("member_state", Text),  # None: its authority is above the member states
    _required("compacted", _id()),  # its number, as identifiers.compacted
    Index("registrations_by_company", "company_id"),
    Index("registrations_by_number", "compacted"),
)

identifiers: Final = Table(
    "identifiers",
    METADATA,
    Column("company_id", _id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _required("registration_id", _id()),
    _required("scheme", Text),
    _required("value", Text),
    _required("compacted", _id()),  # capital letters and digits only
    Column("valid_from", Date),
    Column("valid_to", Date),
    Index("identifiers_by_value", "compacted"),
)

names: Final = Table(
    "names",
    METADATA,
    Column("company_id", _id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _required("kind", Text),
    _required("language", Text),
    _required("text", Text),
    _required("folded", _id()),
    _required("words", TSVECTOR),  # the folded words: GIN finds them by their beginnings, without an extension
    Index("names_by_word", "words", postgresql_using="gin"),
)

activities: Final = Table(
    "activities",
    METADATA,
    Column("company_id", _id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _required("scheme", Text),
    _required("version", Text),
    _required("code", Text),
    Column("isic4_class", _id()),
    _required("label", JSONB),
    Index("activities_by_class", "isic4_class", "company_id"),
)

changes: Final = Table(
    "changes",
    METADATA,
    Column("company_id", _id(), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _required("publisher", Text),
    _required("cause", Text),
    _required("fields_changed", ARRAY(Text)),
    _required("before", JSONB),
    _required("after", JSONB),
    _required("effective_date", Date),
    _required("recorded_at", DateTime(timezone=True)),
    _required("triggers", JSONB),
    _required("registrations", ARRAY(Text)),
    _required("jurisdictions", ARRAY(Text)),
    _required("isic4_classes", ARRAY(Text)),
    _required("related", ARRAY(Text)),
    Column("alias_of", _id()),
    Column("follows", _id()),
    Column("joined", _id()),
    Column("left", _id()),
    *_timepoint(),
    Index("changes_by_publisher", "publisher"),
)

receipts: Final = Table(
    "receipts",
    METADATA,
    Column("topic", _id(), primary_key=True),  # of the event, as its partition and offset
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    _required("publisher", Text),
    Column("registration_id", Text),
    Column("event_id", Text),
    Column("sequence", BigInteger),
    _required("outcome", Text),
    Column("code", Text),
    _required("message", Text),
    Column("field", Text),
    _required("warnings", JSONB),
    _required("written_at", DateTime(timezone=True)),
    Index("receipts_by_outcome", "publisher", "outcome", "code"),
    Index("receipts_with_warnings", "publisher", postgresql_where=text("warnings <> '[]'::jsonb")),
)

dead_letters: Final = Table(
    "dead_letters",
    METADATA,
    Column("topic", _id(), primary_key=True),  # of the dead letter, as its partition and offset
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    _required("publisher", Text),
    Column("origin_topic", Text),
    Column("origin_partition", Integer),
    Column("origin_offset", BigInteger),
    Column("code", Text),
    Column("message", Text),
    Column("field", Text),
    Column("size", Integer),  # bytes of its value; null: it has none
    Column("schema_id", BigInteger),
    Column("attempt", Integer),
    _required("written_at", DateTime(timezone=True)),
    Index("dead_letters_by_code", "publisher", "code"),
)

notices: Final = Table(
    "notices",
    METADATA,
    Column("agency", _id(), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _required("publisher", Text),
    _required("company_id", _id()),
    _required("version", BigInteger),
    _required("fields_changed", ARRAY(Text)),
    *_timepoint(),
    Index("notices_by_publisher", "publisher"),
)

cases: Final = Table(
    "cases",
    METADATA,
    Column("case_id", _id(), primary_key=True),
    _required("kind", Text),
    _required("registrations", ARRAY(Text)),
    _required("about", Text),
    _required("reason", Text),
    Column("score", BigInteger),
    _required("words", JSONB),
    *_timepoint(),
    Index("cases_by_registration", "registrations", postgresql_using="gin"),
    Index("cases_by_score", text("score DESC NULLS LAST"), "written_at", "offset", "case_id"),
)

judgements: Final = Table(
    "judgements",
    METADATA,
    Column("judgement_id", _id(), primary_key=True),
    _required("left", _id()),
    _required("right", _id()),
    _required("verdict", Text),
    _required("by", Text),
    _required("why", Text),
    _required("decided_at", DateTime(timezone=True)),
    _required("evidence", ARRAY(Text)),
    Column("revokes", _id()),
    *_timepoint(),
    Index("judgements_by_left", "left"),
    Index("judgements_by_right", "right"),
)

events: Final = Table(
    "events",
    METADATA,
    # Nobody looks an event up but by its registration, in the order of arrival: this one index is enough. The receipt
    # of its place says what became of it, and when.
    Column("registration_id", _id(), primary_key=True),
    Column("topic", _id(), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    _required("written_at", DateTime(timezone=True)),
    _required("body", BYTEA),  # the record's value, as the registry sent it
)

stated_keys: Final = Table(
    "stated_keys",
    METADATA,
    # What may link registrations, and of which some event ever stated it: see register.resolution.stated_keys.
    Column("key", _id(), primary_key=True),
    Column("registration_id", _id(), primary_key=True),
)

offsets: Final = Table(
    "offsets",
    METADATA,
    Column("topic", _id(), primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    _required("next", BigInteger),  # the first offset whose record is not in the tables
)

projector: Final = Table(
    "projector",
    METADATA,
    Column("id", Integer, CheckConstraint("id = 1", name="projector_is_one"), primary_key=True, autoincrement=False),
    _required("epoch", BigInteger),  # rises with each takeover; who holds an older one is fenced
    _required("holder", Text),  # host and process, for people
    _required("since", DateTime(timezone=True)),
    Column("session_pid", Integer),  # its session, which a successor ends
    Column("session_began", DateTime(timezone=True)),
)

OF_A_COMPANY: Final = (companies, registrations, identifiers, names, activities)
"""The tables whose rows a new record of a company replaces together."""
