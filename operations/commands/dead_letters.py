"""`sijill dlq`: the records that could not be taken, and why."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer
from aiokafka import TopicPartition

from bus.damaged_batches import NAMES
from bus.topic_reading import committed_reader
from operations.options import MOST_LISTED, AsJson
from operations.output import emit_json, facts, note, say, table
from operations.texts import counted
from readmodel.counting import DeadLetter
from readmodel.reading import reading
from register.verdicts import Code
from runtime.settings import Settings, load
from schemas.facts.topics import Topics, publishers
from services.problems import CommandProblem, UsageProblem

app = typer.Typer(help="Dead letters: records that could not be taken, byte for byte, and why.", no_args_is_help=True)

_FETCH_MS: Final = 5_000
_SHOWN_BYTES: Final = 256
_LARGEST_BYTES: Final = 4 << 20  # twice what a dead letter may have

Publisher = Annotated[str, typer.Argument(help=f"One of {', '.join(publishers())}.")]


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
    if publisher is not None:
        _require_publisher(publisher)
    if code is not None and code not in tuple(Code):
        raise UsageProblem(f"--code {code} is no reason of a refusal: choose from {', '.join(Code)}")
    with reading(load()) as register:
        letters = register.dead_letters(publisher, code=code, limit=limit)
    if as_json:
        emit_json({"dead_letters": [asdict(one) for one in letters]})
        return
    show_letters(letters)


@app.command()
def show(
    publisher: Publisher,
    partition: Annotated[int, typer.Argument(help="Its partition, as listed.", min=0, max=2**31 - 1)],
    offset: Annotated[int, typer.Argument(help="Its offset, as listed.", min=0, max=2**63 - 1)],
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: its headers, the reason, and its bytes.

    Example: sijill dlq show sa 3 17
    """
    _require_publisher(publisher)
    settings = load()
    tp = TopicPartition(Topics(settings.topic_prefix).dead_letters(publisher), partition)
    record = asyncio.run(_record(settings, tp, offset))
    headers = {
        _legible(name.encode("utf-8", NAMES)): None if value is None else _legible(value)
        for name, value in record.headers
    }
    value = record.value or b""
    if as_json:
        key = None if record.key is None else record.key.decode("utf-8", "replace")
        as_bytes = [
            {"name": name.encode("utf-8", NAMES).hex(), "value": None if one is None else one.hex()}
            for name, one in record.headers
        ]
        emit_json(
            {"key": key, "headers": headers, "headers_hex": as_bytes, "value_hex": value.hex(), "size": len(value)}
        )
        return
    facts(f"{tp.topic}-{tp.partition} @ {offset}", headers)
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


async def _record(settings: Settings, tp: TopicPartition, offset: int) -> Any:
    whole = {"auto_offset_reset": "none", "max_partition_fetch_bytes": _LARGEST_BYTES}
    async with committed_reader(settings, **whole) as consumer:
        consumer.assign([tp])
        if offset >= (await consumer.end_offsets([tp]))[tp]:
            raise CommandProblem(f"{tp.topic}-{tp.partition} holds no offset {offset}")
        consumer.seek(tp, offset)
        found: Sequence[Any] = (await consumer.getmany(tp, timeout_ms=_FETCH_MS, max_records=1)).get(tp, [])
        if not found or found[0].offset != offset:
            raise CommandProblem(
                f"{tp.topic}-{tp.partition} has no record at offset {offset}; `sijill dlq list` lists them"
            )
        return found[0]


def _legible(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _require_publisher(publisher: str) -> None:
    if publisher not in publishers():
        raise UsageProblem(f"no publisher {publisher}: choose from {', '.join(publishers())}")


def _hexadecimal(value: bytes) -> list[str]:
    lines = []
    for start in range(0, len(value), 16):
        part = value[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{start:08x}  {part.hex(' '):<47}  {text}")
    return lines
