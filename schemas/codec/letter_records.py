"""Converts decisions on dead letters from and to Avro data."""

from register.letters import DecidedLetter, LetterId, LetterState
from schemas.codec.records import Datum


def decided_letter_from(datum: Datum) -> DecidedLetter:
    """Read a DecidedLetter."""
    return DecidedLetter(
        letter=LetterId(datum["publisher"], datum["partition"], datum["offset"]),
        state=LetterState(datum["state"]),
        principal=datum["principal"],
        why=datum["why"],
        decided_at=datum["decided_at"],
        code=datum["code"],
        schema_id=datum["schema_id"],
        attempt=datum["attempt"],
    )


def decided_letter_datum(decided: DecidedLetter) -> Datum:
    """Write a DecidedLetter."""
    return {
        "publisher": decided.letter.publisher,
        "partition": decided.letter.partition,
        "offset": decided.letter.offset,
        "state": decided.state,
        "principal": decided.principal,
        "why": decided.why,
        "decided_at": decided.decided_at,
        "code": decided.code,
        "schema_id": decided.schema_id,
        "attempt": decided.attempt,
    }
