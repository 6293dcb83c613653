"""The register's answers to an event: outcomes and stable codes, which a receipt carries.

The codes are part of the contract: docs/reference/codes.md lists them, a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """The outcome of an event."""

    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    STALE = "STALE"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"
    """An outcome that this version does not know."""


class Code(StrEnum):
    """Why an event was refused. The text is what the registry reads first."""

    UNREADABLE = "unreadable"
    UNKNOWN_SCHEMA = "unknown_schema"
    WRONG_RECORD = "wrong_record"
    EMPTY_RECORD = "empty_record"
    KEY_MISMATCH = "key_mismatch"
    WRONG_PARTITION = "wrong_partition"
    MALFORMED_REGISTRATION_ID = "malformed_registration_id"
    UNKNOWN_AUTHORITY = "unknown_authority"
    WRONG_TOPIC = "wrong_topic"
    MALFORMED_NUMBER = "malformed_number"
    MISSING_EVENT_ID = "missing_event_id"
    INVALID_SEQUENCE = "invalid_sequence"
    UNKNOWN_KIND = "unknown_kind"
    MISSING_NAME = "missing_name"
    MISSING_TARGET = "missing_target"
    SELF_REPLACEMENT = "self_replacement"
    REPLACES_LATER_EVENT = "replaces_later_event"
    UNEXPECTED_TARGET = "unexpected_target"
    DATES_CONTRADICT = "dates_contradict"
    UNKNOWN_PROPERTY = "unknown_property"
    MANDATORY_CLEARED = "mandatory_cleared"
    STATED_AND_CLEARED = "stated_and_cleared"
    MALFORMED_REFERENCE = "malformed_reference"
    EMPTY_VALUE = "empty_value"
    TOO_LARGE = "too_large"
    EVENT_ID_REUSED = "event_id_reused"
    SEQUENCE_REUSED = "sequence_reused"


class Oddity(StrEnum):
    """An odd value: a warning in the receipt, never a refusal."""

    INVALID_IDENTIFIER = "invalid_identifier"
    UNMAPPED_STATUS = "unmapped_status"
    UNMAPPED_LEGAL_FORM = "unmapped_legal_form"
    UNMAPPED_ACTIVITY = "unmapped_activity"
    TARGET_NOT_YET_KNOWN = "target_not_yet_known"
    EFFECTIVE_AFTER_RECORDED = "effective_after_recorded"
    UNKNOWN_SCHEME = "unknown_scheme"
    IMPLAUSIBLE_DATE = "implausible_date"
    IMPLAUSIBLE_AMOUNT = "implausible_amount"
    SUPERSEDED = "superseded"


UNMAPPED: Final = (Oddity.UNMAPPED_STATUS, Oddity.UNMAPPED_LEGAL_FORM, Oddity.UNMAPPED_ACTIVITY)
"""Codes of a word that no map of ours has. It is kept as stated, means UNKNOWN, and is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A warning about an accepted event. `word` is the registry's own word, where no map of ours has it."""

    code: Oddity
    message: str
    field: str | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A refusal: what is wrong, in which field, and what to do."""

    code: Code
    message: str
    field: str | None = None
