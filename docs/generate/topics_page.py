"""The topics as a page for people, generated: docs/reference/topics.md."""

from collections.abc import Iterator
from typing import Final

from schemas.facts.topics import TopicContract, contracts, publishers

_MIB: Final = 1024 * 1024
_ORDER: Final = ("registrations", "receipts", "register", "notices")  # the way of an event through the register
_HEAD: Final = """\
<!-- Written by `make docs` from schemas/topics/*.yaml; not edited by hand. -->

# Topics

`sijill topics apply` creates and configures them, `sijill topics check` says what differs. Every name may have a prefix
(`SIJILL_TOPIC_PREFIX`). `{publisher}` is one of {publishers}: those that `schemas/authorities/` names. `{agency}` is
the id of an agency, whose topic is made when it subscribes. *Keyed* topics all have the same number of partitions
(`SIJILL_PARTITIONS`), so that a key has the same partition in each of them.

Replicas: three where the cluster has three brokers or more, with two in sync to accept a write; else one.

| topic | record | key | partitions | kept | largest record |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Write the page."""
    rows = "".join(f"{_row(contract)}\n" for contract in _ordered())
    sections = "".join(f"{line}\n" for contract in _ordered() for line in _section(contract))
    named = ", ".join(f"`{one}`" for one in publishers())
    return _HEAD.replace("{publishers}", named) + rows + sections


def _ordered() -> list[TopicContract]:
    return sorted(contracts().values(), key=lambda one: (_ORDER.index(one.name.split(".")[0]), one.name))


def _row(contract: TopicContract) -> str:
    record = f"`{contract.record}`" if contract.record else "as received"
    partitions = "keyed" if contract.partitions is None else str(contract.partitions)
    size = f"{contract.max_message_bytes // _MIB} MiB"
    return f"| `{contract.name}` | {record} | {contract.key} | {partitions} | {contract.keeps} | {size} |"


def _section(contract: TopicContract) -> Iterator[str]:
    yield ""
    yield f"## `{contract.name}`"
    yield ""
    yield contract.description
    yield ""
    yield (
        f"Owner: {contract.owner}. Written by {', '.join(contract.written_by)}; read by {', '.join(contract.read_by)}."
    )
    if contract.headers:
        yield ""
        yield "| header | holds |"
        yield "|---|---|"
        yield from (f"| `{name}` | {said} |" for name, said in contract.headers.items())
    yield ""
    yield f"Settings: {', '.join(f'`{name}={value}`' for name, value in contract.config.items())}."
