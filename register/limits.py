"""How much the register holds of one registration, so that no record outgrows its topic (schemas/topics/*.yaml).

What is larger is refused with a code. A record too large for its topic would stop its partition.
"""

from typing import Final

from register.codes import Code, Rejected

EVENT_BYTES: Final = 256 * 1024  # one event as published; a real one has 300 bytes to 20 kB
HELD_BYTES: Final = 512 * 1024  # the events held of one registration; beyond, the older are folded into a base
REGISTRATION_BYTES: Final = 512 * 1024  # one folded registration; a company's record and change hold it twice
STATE_BYTES: Final = 1792 * 1024  # what is held of one registration in all; its topic takes 2 MiB
LARGE_EVENT_BYTES: Final = 32 * 1024  # only such events can bring the state near STATE_BYTES: only they are measured
ID_LENGTH: Final = 128  # characters of an event's id; a UUID has 36


def event_fault(size: int) -> Rejected | None:
    """Check the size of an event's record value, in bytes."""
    if size <= EVENT_BYTES:
        return None
    return Rejected(
        code=Code.TOO_LARGE,
        message=f"the event has {size:,} bytes, at most {EVENT_BYTES:,} are taken: state less in one event",
    )


def registration_fault(size: int, limit: int = REGISTRATION_BYTES) -> Rejected | None:
    """Check the size in bytes that a registration would have after an event is accepted."""
    if size <= limit:
        return None
    return Rejected(
        code=Code.TOO_LARGE,
        message=f"with this event the register would hold {size:,} bytes of its registration, at most {limit:,} "
        "are taken: clear what the entry no longer needs, such as previous_legal_names",
    )
