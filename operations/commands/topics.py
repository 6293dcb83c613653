"""`sijill topics apply` and `check`: the topics of the contract on a running cluster."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.options import AsJson, DryRun
from operations.output import emit_json, note, table
from runtime.settings import load
from services import topics
from services.topic_differences import Aspect, Difference
from services.topics import Applied

_BY_HAND: Final[Mapping[Aspect, str]] = {
    Aspect.PARTITIONS: "not changed, because keys would move to other tasks; set SIJILL_PARTITIONS to what the cluster "
    "has, or rebuild into a new topic prefix",
    Aspect.REPLICAS: "not changed; reassign its replicas with Kafka's own tools",
}

app = typer.Typer(help="The topics on the cluster: create them, or show what differs.", no_args_is_help=True)


@app.command()
def apply(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Create the topics that are missing and set what differs; never changes partitions of a topic with data.

    Example: sijill topics apply --dry-run
    """
    applied = asyncio.run(topics.apply(load(), dry_run=dry_run))
    if as_json:
        emit_json(_applied_document(applied))
    else:
        would = "would be " if dry_run else ""
        note(f"{len(applied.created)} topics {would}created, {len(applied.altered)} settings {would}changed")
        for one in (*applied.altered, *applied.remaining):
            note(difference_in_words(one), indent=2)
    if applied.remaining:
        raise typer.Exit(FOUND_SOMETHING)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Show what differs between the cluster and the contract; exit code 1 if anything does.

    Example: sijill topics check --json
    """
    differences = asyncio.run(topics.check(load()))
    if as_json:
        emit_json({"differences": [_document(one) for one in differences]})
    elif differences:
        columns = ("topic", "what", "setting", "contract", "cluster")
        table("What differs", columns, ((d.topic, d.aspect.value, d.setting, _wanted(d), d.found) for d in differences))
    else:
        note("the topics are as the contract says")
    if differences:
        raise typer.Exit(FOUND_SOMETHING)


def difference_in_words(one: Difference) -> str:
    """Describe a difference between the cluster and the contract, and what to do where `apply` changes nothing."""
    if one.aspect is Aspect.MISSING:
        return f"{one.topic} is missing ({_wanted(one)})"
    message = f"{one.topic} has {one.setting}={one.found}, the contract says {one.wanted}"
    return message if one.can_be_applied else f"{message}: {_BY_HAND[one.aspect]}"


def _applied_document(applied: Applied) -> dict[str, Any]:
    return {
        "dry_run": applied.dry_run,
        "created": applied.created,
        "altered": [_document(one) for one in applied.altered],
        "remaining": [_document(one) for one in applied.remaining],
    }


def _document(one: Difference) -> dict[str, Any]:
    document = {**asdict(one), "wanted": _wanted(one)}
    del document["size"]
    return document


def _wanted(one: Difference) -> str:
    return one.wanted if one.size is None else f"{one.size.partitions} partitions, {one.size.replicas} replicas"
