"""Says what a rebuild found, to a person and to a machine."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from operations.rebuild_page import counts_by
from register.differences import CompanyDifference, LiveState
from services.contract_json import company_document
from services.rebuilding.rebuild_values import RebuildResult, RebuildStep

STEPS: Final[Mapping[RebuildStep, str]] = {
    RebuildStep.READ: "reading the topics",
    RebuildStep.FOLD: "folding registrations",
    RebuildStep.RESOLVE: "finding who belongs together",
    RebuildStep.COMPARE: "comparing companies",
    RebuildStep.SETTLE: "waiting for events on their way",
}
_DAMAGED: Final[Mapping[LiveState, str]] = {
    LiveState.ADMIT: "the state of admit is damaged: {registrations}",
    LiveState.RESOLVE: "the state of resolve is damaged: {registrations}",
    LiveState.UNIFY: "the record itself is damaged",
}


def rebuild_document(found: RebuildResult) -> dict[str, Any]:
    """Bring a result into the form of the last line of `--json`."""
    return {
        "events": found.events,
        "companies": found.companies,
        "different": len(found.differences),
        "digest": found.digest,
        "events_per_s": round(found.events_per_s),
        "seconds": round(found.seconds, 3),
        "unsettled": list(found.unsettled),
        "differences": [difference_document(one) for one in found.differences],
        "rules": found.rules,
        "offsets": dict(found.offsets),
        "rebuild_id": found.rebuild_id,
        "continued": found.continued,
    }


def report_document(found: RebuildResult, most: int) -> dict[str, Any]:
    """Bring a result into the form of the report: with counts, and the first companies whole."""
    return {
        **rebuild_document(found),
        "counts": counts_by(found.differences),
        "companies_that_differ": [
            {
                **difference_document(one),
                "live": None if one.live is None else company_document(one.live),
                "rebuilt": None if one.rebuilt is None else company_document(one.rebuilt),
            }
            for one in found.differences[:most]
        ],
    }


def difference_document(one: CompanyDifference) -> dict[str, Any]:
    """Name a difference: the company, the fields, and the damaged state."""
    return {
        "company_id": one.company_id,
        "fields": list(one.fields),
        "damaged": one.damaged,
        "registrations": list(one.registrations),
    }


def rebuild_lines(found: RebuildResult, most: int) -> Iterator[str]:
    """Say what was found; at most so many companies are named."""
    yield (
        f"{found.events:,} events, {found.companies:,} companies in {found.seconds:,.1f} s: "
        f"{found.events_per_s:,.0f} events/s"
    )
    yield f"{found.digest}  digest of the rebuilt register"
    yield f"{len(found.differences):,} companies of the live register differ"
    for one in found.differences[:most]:
        damaged = _DAMAGED[one.damaged].format(registrations=", ".join(one.registrations))
        yield f"  {one.company_id}: {', '.join(one.fields)} ({damaged})"
    if len(found.differences) > most:
        yield f"  and {len(found.differences) - most:,} others"
    if found.unsettled:
        yield f"{len(found.unsettled):,} companies got events so fast that they could not be compared: run it again"
