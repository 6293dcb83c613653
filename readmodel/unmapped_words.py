"""Counts words of registries that are in no map of ours, from the warnings of the receipts."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text

from readmodel.tables import receipts
from register.codes import UNMAPPED, Outcome

_NUMBER: Final = r"\.[^.]*$"  # of a registration id: what is left is its authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """One word, the number of accepted events with it, and one of their registrations."""

    authority: str
    property: str
    word: str
    count: int
    registration_id: str


def unmapped_words(connection: Connection) -> list[Unmapped]:
    """Count by authority, property and word, the most frequent first. An event that came again counts once."""
    r = receipts.c
    warning = func.jsonb_array_elements(r.warnings).table_valued("value").alias("warning")

    def part(name: str) -> ColumnElement[Any]:
        return warning.c.value.op("->>")(name)

    warned_words = (
        select(
            func.regexp_replace(r.registration_id, _NUMBER, "").label("authority"),
            part("field").label("property"),
            func.coalesce(part("word"), part("message")).label("word"),  # receipts of version 1 have no word
            r.registration_id,
        )
        .select_from(receipts)
        .join(warning, text("true"))
        .where(
            r.warnings != literal_column("'[]'::jsonb"),  # as the index `receipts_with_warnings` has it
            r.outcome == Outcome.ACCEPTED.value,
            part("code").in_([code.value for code in UNMAPPED]),
        )
        .subquery()
    )
    s = warned_words.c
    counted = select(
        s.authority,
        s.property,
        s.word,
        func.count().label("count"),
        func.max(s.registration_id).label("registration_id"),
    ).group_by(s.authority, s.property, s.word)
    found = [Unmapped(**row) for row in connection.execute(counted).mappings()]
    return sorted(found, key=lambda one: (-one.count, one.authority, one.property, one.word))
