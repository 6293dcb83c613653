"""Shows judgements, as a table and as documents."""

from collections.abc import Mapping
from typing import Any, Final

from operations.output import table
from register.resolution.judgements import Standing, Stood
from schemas.codec.json_form import to_json
from schemas.codec.resolution_records import judgement_datum


def judgement_document(one: Stood) -> dict[str, Any]:
    """Bring a judgement into the form that `--json` answers with: as in its topic, and what became of it."""
    return {**to_json("Judgement", judgement_datum(one.judgement)), "standing": one.standing, "standing_by": one.by}


def show_judgements(listed: tuple[Stood, ...], title: str) -> None:
    """Show judgements in a table."""
    rows = (
        (
            one.judgement.judgement_id,
            tuple(one.judgement.pair),
            one.judgement.verdict.lower(),
            _became(one),
            f"{one.judgement.by}, {one.judgement.decided_at:%Y-%m-%d}: {one.judgement.why}",
        )
        for one in listed
    )
    table(title, ("judgement", "registrations", "verdict", "standing", "by whom and why"), rows)


_BECAME: Final[Mapping[Standing, str]] = {
    Standing.HOLDS: "holds",
    Standing.OVERTAKEN: "overtaken by {}",
    Standing.REVOKED: "revoked by {}",
    Standing.REVOCATION: "revokes {}",
}


def _became(one: Stood) -> str:
    return _BECAME[one.standing].format(one.by)
