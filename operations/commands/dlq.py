"""`sijill dlq`: the records that could not be taken, and why."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer

from operations.options import MOST_LISTED, AsJson
from operations.output import emit_json, facts, note, say, table
from operations.value_texts import counted
from runtime.settings import load
from services.dead_letters import DeadLetter, dead_letters, publishers, whole_letter
from services.open_register import reading

app = typer.Typer(help="Dead letters: records that could not be taken, byte for byte, and why.", no_args_is_help=True)

_SHOWN_BYTES: Final = 256

PublisherArgument = Annotated[str, typer.Argument(help=f"One of {', '.join(publishers())}.")]


@app.command("list")
def list_(
    publisher: Annotated[str | None, typer.Option("--publisher", help=f"One of {', '.join(publishers())}.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Only those refused with this code.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_LISTED, help="The most to list.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List dead letters, the latest first.

    Example: sijill dlq list --publisher sa --code malformed_number
    """
    with reading(load()) as register:
        letters = dead_letters(register, publisher, code=code, limit=limit)
    if as_json:
        emit_json({"dead_letters": [asdict(one) for one in letters]})
        return
    show_letters(letters)


@app.command()
def show(
    publisher: PublisherArgument,
    partition: Annotated[int, typer.Argument(help="Its partition, as listed.", min=0, max=2**31 - 1)],
    offset: Annotated[int, typer.Argument(help="Its offset, as listed.", min=0, max=2**63 - 1)],
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: its headers, the reason, and its bytes.

    Example: sijill dlq show sa 3 17
    """
    letter = asyncio.run(whole_letter(load(), publisher, partition, offset))
    headers = {_legible(name): None if value is None else _legible(value) for name, value in letter.headers}
    value = letter.value
    if as_json:
        key = None if letter.key is None else _legible(letter.key)
        as_bytes = [{"name": name.hex(), "value": None if one is None else one.hex()} for name, one in letter.headers]
        emit_json(
            {"key": key, "headers": headers, "headers_hex": as_bytes, "value_hex": value.hex(), "size": len(value)}
        )
        return
    facts(f"{letter.topic}-{letter.partition} @ {offset}", headers)
    for line in _hexadecimal(value[:_SHOWN_BYTES]):
        say(line)
    if len(value) > _SHOWN_BYTES:
        note(f"the first {_SHOWN_BYTES} of the {len(value):,} bytes that are kept; --json gives all of them")


def show_letters(letters: Sequence[DeadLetter]) -> None:
    """Show dead letters in a table."""
    rows = ((f"{o.publisher} {o.partition} {o.offset}", o.code, o.size, o.message) for o in letters)
    table(counted(len(letters), "dead letter"), ("which", "code", "bytes", "what it says"), rows, numbers=("bytes",))
    if letters:
        first = letters[0]
        note(f"one of them whole: sijill dlq show {first.publisher} {first.partition} {first.offset}")


def _legible(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _hexadecimal(value: bytes) -> list[str]:
    lines = []
    for start in range(0, len(value), 16):
        part = value[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {text}")
    return lines
