"""A company in Saudi Arabia, and changes by which a registration comes to it or goes."""

from typing import Any

from register.ids import RegistrationId
from register.registration import Registration
from register.resolution.judgements import Judgement, Verdict
from services.moves import MoveReason, MoveReasons
from tests.unit.register.companies import members
from tests.unit.register.resolution.resolver_fixture import judged

HOME, BRANCH = RegistrationId("SA.MC.7001775498"), RegistrationId("KW.MOCI.55")
OLD, GLEIF = RegistrationId("SA.MC.1010307349"), RegistrationId("XG.LEI.21380011VBTSTZCFBT87")
LEI = "21380011VBTSTZCFBT87"
DIFFERENT = judged(1, BRANCH, HOME, Verdict.DIFFERENT)
BACK = judged(2, BRANCH, HOME, Verdict.DIFFERENT, revokes=1)


def change(
    joined: str | None = None, left: str | None = None, cause: str = "MERGE", judgement: str | None = None, **said: Any
) -> dict[str, Any]:
    """A change of the company in SA, as the projection has it, of which a registration from KW comes or goes."""
    event = {"event_id": "kw-1", "kind": "REGISTERED"}
    return {
        "company_id": f"GCC.{HOME}",
        "cause": cause,
        "related": [f"GCC.{joined or left}"],
        "joined": joined,
        "left": left,
        "registrations": sorted({HOME, *filter(None, (joined, left))}),
        "triggers": [{"registration_id": BRANCH, "event": event, "judgement": judgement}],
        **said,
    }


def reason(change: dict[str, Any], *known: Registration, judgements: tuple[Judgement, ...] = ()) -> MoveReason:
    """Say why the registration of a change moved, where these registrations and judgements are known."""
    found = MoveReasons(members(*known), judgements).behind(change)
    assert found is not None
    return found
