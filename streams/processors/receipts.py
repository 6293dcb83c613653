"""The register's answer to one published record. Texts from the record are shortened: anybody may have written them."""

from collections.abc import Sequence
from typing import Final

from bus.record import ConsumedRecord
from register.codes import Outcome, Rejected, Warning
from register.events import RegistrationEvent
from register.ids import is_registration_id
from schemas.codec.wire import encode

TEXT_LENGTH: Final = 1_000  # characters of a message; ours have about 150, but they quote what a registry sent
ID_LENGTH: Final = 256  # characters of an id in a receipt; a registration id that can be accepted has at most 92
KEY_BYTES: Final = 1_024  # a key that can be accepted has fewer than 400
WORD_LENGTH: Final = 200  # characters of a registry's word; the longest name of a legal form has 60
WARNINGS: Final = 20  # in one receipt; an event may list ten thousand identifiers of unknown schemes
_CUT: Final = "…"


def receipt(
    record: ConsumedRecord,
    event: RegistrationEvent | None,
    outcome: Outcome,
    *,
    message: str = "",
    warnings: Sequence[Warning] = (),
    rejected: Rejected | None = None,
) -> bytes:
    """Write the receipt of a record; `event` is None where the record cannot be read."""
    if len(warnings) > WARNINGS:
        message = f"{message} {len(warnings)} things are odd, the first {WARNINGS} are listed".strip()
    return encode(
        "Receipt",
        {
            "event_id": None if event is None else shortened(event.event_id, ID_LENGTH),
            "registration_id": _named_by_key(record) if event is None else shortened(event.registration_id, ID_LENGTH),
            "sequence": None if event is None else event.sequence,
            "outcome": outcome,
            "code": None if rejected is None else rejected.code,
            "message": shortened(message if rejected is None else rejected.message),
            "field": None if rejected is None else rejected.field,
            "warnings": [_warning(one) for one in warnings[:WARNINGS]],
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
        },
    )


def _named_by_key(record: ConsumedRecord) -> str | None:
    """Say which registration a record that cannot be read is of, by its key."""
    text = (record.key or b"")[:KEY_BYTES].decode(errors="replace")
    return text if is_registration_id(text) else None


def receipt_key(record: ConsumedRecord) -> bytes | None:
    """Give the key of a record's receipt. A key that is too long for any registration is cut."""
    return record.key if record.key is None else record.key[:KEY_BYTES]


def shortened(text: str, length: int = TEXT_LENGTH) -> str:
    """Cut a text at a length.

    >>> shortened("7001775498", 5)
    '7001…'
    """
    return text if len(text) <= length else text[: length - 1] + _CUT


def _warning(one: Warning) -> dict[str, str | None]:
    word = None if one.word is None else shortened(one.word, WORD_LENGTH)
    return {"code": one.code, "message": shortened(one.message), "field": one.field, "word": word}
