"""How merges and unmerges are told, as typed facts: which registration, from or to where, and why."""

from typing import Any

import pytest

from register.changes import Cause
from register.events import EventKind
from register.ids import CompanyId
from register.registration import Registration
from services.moves import CompanyMove, MoveKind, MoveReason, MoveReasonKind, MoveReasons, involved, move_in
from tests.unit.register.companies import registration
from tests.unit.register.stating import identifier
from tests.unit.services.sample_moves import BACK, BRANCH, DIFFERENT, GLEIF, HOME, LEI, OLD, change, reason

OF_HOME, OF_BRANCH = CompanyId(f"GCC.{HOME}"), CompanyId(f"GCC.{BRANCH}")
NAMING_HOME = registration(BRANCH, home_registration=str(HOME))


@pytest.mark.parametrize(
    ("told", "move"),
    [
        (
            change(joined=BRANCH),
            CompanyMove(kind=MoveKind.JOINED, registration_id=BRANCH, other=OF_BRANCH, cause=Cause.MERGE),
        ),
        (
            change(left=BRANCH, cause="UNMERGE"),
            CompanyMove(kind=MoveKind.LEFT, registration_id=BRANCH, other=OF_BRANCH, cause=Cause.UNMERGE),
        ),
        (
            change(joined=BRANCH, cause="UNMERGE", company_id=OF_BRANCH, related=[OF_HOME]),
            CompanyMove(kind=MoveKind.CAME_BACK, registration_id=BRANCH, other=OF_HOME, cause=Cause.UNMERGE),
        ),
        (
            change(company_id=OF_BRANCH, related=["GCC.QA.MOCI.9"]),
            CompanyMove(
                kind=MoveKind.WENT_ON, registration_id=None, other=CompanyId("GCC.QA.MOCI.9"), cause=Cause.MERGE
            ),
        ),
        (change(cause="SOURCE", related=[]), None),
    ],
)
def test_who_moved_and_where(told: dict[str, Any], move: CompanyMove | None) -> None:
    assert move_in(told) == move


@pytest.mark.parametrize(
    ("told", "known", "found"),
    [
        (
            change(joined=BRANCH),
            (NAMING_HOME, registration(HOME)),
            MoveReason(kind=MoveReasonKind.NAMES_HOME, registration_id=BRANCH, event_id="e1", other=HOME),
        ),
        (
            change(joined=HOME, company_id=OF_BRANCH, related=[OF_HOME], registrations=[BRANCH, HOME]),
            (NAMING_HOME, registration(HOME)),
            MoveReason(kind=MoveReasonKind.NAMED_AS_HOME, registration_id=BRANCH, event_id="e1", other=BRANCH),
        ),
        (
            change(joined=GLEIF),
            (registration(HOME, identifiers=[identifier("LEI", LEI)]), registration(GLEIF)),
            MoveReason(
                kind=MoveReasonKind.SHARED_IDENTIFIER, registration_id=GLEIF, other=HOME, identifier=f"LEI:{LEI}"
            ),
        ),
        (
            change(joined=OLD),
            (registration(HOME, identifiers=[identifier("SA.CR", "1010307349")]), registration(OLD)),
            MoveReason(kind=MoveReasonKind.RENUMBERED, registration_id=OLD, other=HOME),
        ),
        (  # the alias's own change names the other company only
            change(left=BRANCH, company_id=OF_BRANCH, related=[OF_HOME], registrations=[BRANCH]),
            (NAMING_HOME, registration(HOME)),
            MoveReason(kind=MoveReasonKind.NAMES_HOME, registration_id=BRANCH, event_id="e1", other=HOME),
        ),
        (
            change(joined=BRANCH),
            (registration(BRANCH),),
            MoveReason(
                kind=MoveReasonKind.LINKED, registration_id=BRANCH, event_id="kw-1", event_kind=EventKind.REGISTERED
            ),
        ),
        (
            change(left=BRANCH, cause="UNMERGE"),
            (),
            MoveReason(
                kind=MoveReasonKind.UNLINKED, registration_id=BRANCH, event_id="kw-1", event_kind=EventKind.REGISTERED
            ),
        ),
    ],
    ids=["names home", "named", "identifier", "renumbered", "from the alias", "evidence is gone", "unmerge"],
)
def test_the_evidence_that_links_is_named_with_its_event(
    told: dict[str, Any], known: tuple[Registration, ...], found: MoveReason
) -> None:
    assert reason(told, *known) == found


def test_a_judgement_is_given_whole() -> None:
    apart = change(left=BRANCH, cause="UNMERGE", judgement="j1")
    back = change(joined=BRANCH, judgement="j2")
    both = (DIFFERENT, BACK)
    assert reason(apart, judgements=both) == MoveReason(
        kind=MoveReasonKind.JUDGED, judgement_id="j1", judgement=DIFFERENT
    )
    assert reason(back, judgements=both) == MoveReason(kind=MoveReasonKind.REVOKED, judgement_id="j2", judgement=BACK)
    assert reason(apart) == MoveReason(kind=MoveReasonKind.UNKNOWN_JUDGEMENT, judgement_id="j1")


def test_what_is_no_move_has_no_link_and_involves_nobody() -> None:
    plain = change(cause="SOURCE", related=[])
    assert MoveReasons({}, ()).behind(plain) is None
    assert list(involved([plain])) == []
    assert list(involved([change(joined=BRANCH)])) == [BRANCH, BRANCH]
