"""`sijill audit`: what people changed or started, by whom, when and why."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from operations.options import MOST_LISTED, AsJson, among
from operations.output import emit_json, note, table
from operations.value_texts import counted
from runtime.settings import load
from services.auditing import AuditAction, AuditFilter, AuditRecord, audit_records
from services.contract_json import audit_document

app = typer.Typer()

_FORMATS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_DEFAULT_LIMIT: Final = 50

Since = Annotated[
    datetime | None, typer.Option("--since", formats=_FORMATS, help="Only what was done at this moment or later, UTC.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=_FORMATS, help="Only what was done before this moment, UTC.")
]


@app.command()
def audit(
    who: Annotated[str | None, typer.Option("--who", help="Only what this principal did.")] = None,
    action: Annotated[
        str | None, typer.Option("--action", help=f"One of {', '.join(one.lower() for one in AuditAction)}.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only where the subject has this text: an id, an agency, a code.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option("--limit", help="The most to list.", min=1, max=MOST_LISTED)] = _DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List what people changed or started, the latest first; --json also has what was there before and after.

    Example: sijill audit --action judged --since 2026-11-01
    """
    chosen = None if action is None else AuditAction(among("action", (action.upper(),), tuple(AuditAction))[0])
    wanted = AuditFilter(who=who, action=chosen, subject=subject, since=_in_utc(since), until=_in_utc(until))
    found = asyncio.run(audit_records(load(), wanted))
    listed = found[:limit]
    if as_json:
        emit_json({"records": [_document(one) for one in listed]})
        return
    show_audit(listed, counted(len(found), "audit record"))
    if len(found) > limit:
        note(f"the latest {limit}: raise --limit for more")


def show_audit(listed: tuple[AuditRecord, ...], title: str) -> None:
    """Show audit records in a table."""
    rows = (
        (f"{one.acted_at:%Y-%m-%d %H:%M:%S}", one.principal, one.action.lower(), one.subject, one.why or None)
        for one in listed
    )
    table(title, ("when, UTC", "who", "what", "subject", "why"), rows)


def _document(record: AuditRecord) -> dict[str, Any]:
    """Make the `--json` document: the record of the topic, with `before` and `after` as JSON and not as text."""
    return {**audit_document(record), "before": _parsed(record.before), "after": _parsed(record.after)}


def _parsed(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text


def _in_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
