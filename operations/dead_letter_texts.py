"""Shows dead letters: in groups, one by one, and one whole with what can be read of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from operations.output import facts, note, say, table
from operations.value_texts import counted
from register.letters import DecidedLetter, LetterState, Stay
from runtime.safe_text import as_json
from services.dead_letters import DeadLetter, LetterCount, WholeLetter
from services.deciding_letters import DecidedLetters

_SHOWN_BYTES: Final = 256
_IN_A_ROW: Final = 16

_STAYS: Final[Mapping[Stay, str]] = {
    Stay.CUT: "were cut, so their bytes are not all there: the registry publishes them again",
    Stay.TOO_LARGE: "fit into their topic only compressed: the registry publishes them again",
    Stay.NO_VALUE: "have no value",
    Stay.FOREIGN_ORIGIN: "come from another topic than their publisher's here",
    Stay.TRIED_OFTEN: "were redriven as often as --attempts allows: mend the cause first",
}


def show_groups(groups: Sequence[LetterCount]) -> None:
    """Show counts by code, publisher and schema."""
    columns = ("code", "publisher", "schema", "count", "attempts", "first", "last")
    rows = (
        (one.code, one.publisher, one.schema_id, one.count, one.attempt, _moment(one.first), _moment(one.last))
        for one in groups
    )
    table(
        counted(sum(one.count for one in groups), "open dead letter"),
        columns,
        ((*row[:2], None if row[2] is None else str(row[2]), *row[3:]) for row in rows),
        numbers=("schema", "count", "attempts"),
    )
    if groups:
        first = groups[0]
        note(f"one by one: sijill dlq list --letters --publisher {first.publisher} --code {first.code}")


def show_letters(letters: Sequence[DeadLetter]) -> None:
    """Show dead letters in a table."""
    rows = ((f"{o.publisher} {o.partition} {o.offset}", o.code, o.size, o.message) for o in letters)
    table(counted(len(letters), "dead letter"), ("which", "code", "bytes", "what it says"), rows, numbers=("bytes",))
    if letters:
        first = letters[0]
        note(f"one of them whole: sijill dlq show {first.publisher} {first.partition} {first.offset}")


def show_letter(letter: WholeLetter) -> None:
    """Show one letter: its state, its headers, what can be read of it, and its first bytes."""
    headers = {_legible(name): None if value is None else _legible(value) for name, value in letter.headers}
    known = {"registration": letter.registration_id} if letter.registration_id else {}
    facts(
        f"{letter.topic}-{letter.partition} @ {letter.offset}",
        {"state": state_in_words(letter.decided), **known, **headers},
    )
    _show_reading(letter)
    for line in _hexadecimal(letter.value[:_SHOWN_BYTES]):
        say(line)
    if len(letter.value) > _SHOWN_BYTES:
        note(f"the first {_SHOWN_BYTES} of the {len(letter.value):,} bytes that are kept; --json gives all of them")


def letter_document(letter: WholeLetter) -> dict[str, Any]:
    """Make the `--json` document of one letter."""
    decided = letter.decided
    return {
        "key": None if letter.key is None else _legible(letter.key),
        "headers": {_legible(name): None if value is None else _legible(value) for name, value in letter.headers},
        "headers_hex": [
            {"name": name.hex(), "value": None if one is None else one.hex()} for name, one in letter.headers
        ],
        "value_hex": letter.value.hex(),
        "size": len(letter.value),
        "registration_id": letter.registration_id,
        "state": "OPEN" if decided is None else decided.state,
        "decided": None
        if decided is None
        else {"by": decided.principal, "why": decided.why, "at": decided.decided_at.isoformat()},
        "read": None if letter.read is None else asdict(letter.read),
    }


def decided_document(made: DecidedLetters) -> dict[str, Any]:
    """Make the `--json` document of a redrive or a discard."""
    return {
        "dry_run": made.dry_run,
        made.state.lower(): made.decided,
        "groups": [{**asdict(group), "count": count} for group, count in made.groups.most_common()],
        "stays": {stay.value: count for stay, count in made.stays.items()},
        "over_limit": made.over_limit,
        "decided_before": made.decided_before,
    }


def show_decided(made: DecidedLetters) -> None:
    """Show what a redrive or a discard did, or would do."""
    word = {LetterState.REDRIVEN: "redriven", LetterState.DISCARDED: "discarded"}[made.state]
    rows = ((one.code, one.publisher, str(one.schema_id or ""), count) for one, count in made.groups.most_common())
    title = counted(made.decided, "dead letter") + (f" would be {word}" if made.dry_run else f" {word}")
    table(title, ("code", "publisher", "schema", "count"), rows, numbers=("schema", "count"))
    for stay, count in made.stays.items():
        note(f"{count:,} stay: they {_STAYS[stay]}")
    if made.over_limit:
        note(f"{made.over_limit:,} stay open: raise --limit, or give the command again")
    if made.decided_before:
        note(f"{made.decided_before:,} were redriven or discarded before, and are left alone")
    if made.state is LetterState.REDRIVEN and made.decided and not made.dry_run:
        note("each gets a receipt: sijill wait && sijill dlq list")


def state_in_words(decided: DecidedLetter | None) -> str:
    """Say whether a letter is open, or who decided what.

    >>> state_in_words(None)
    'open'
    """
    if decided is None:
        return "open"
    why = f": {decided.why}" if decided.why else ""
    return f"{decided.state.lower()} by {decided.principal}, {decided.decided_at:%Y-%m-%d %H:%M} UTC{why}"


def _show_reading(letter: WholeLetter) -> None:
    read = letter.read
    if read is None:
        say("The value has no frame of a record of ours: nothing of it can be read.")
        return
    guess = ", which is a guess: nobody knows the schema of its frame" if read.guessed else ""
    say(f"Read as {read.record} version {read.version}{guess}:")
    for name, value in read.fields.items():
        say(f"  {name}: ", as_json(value))
    if read.failed_at is not None:
        field = f" in {read.path}" if read.path else ""
        say(f"  Byte {read.failed_at:,}{field}: {read.fault}.")


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")


def _legible(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _hexadecimal(value: bytes) -> list[str]:
    lines = []
    for start in range(0, len(value), _IN_A_ROW):
        part = value[start : start + _IN_A_ROW]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {text}")
    return lines
