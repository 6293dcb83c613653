"""How a case of the stewards' queue is settled: what it means, and the commands that end it."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, islice
from typing import Final

from readmodel.stewards import Party
from register.ids import RegistrationId
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import Judgement, Standing, stood

MOST_PAIRS: Final = 20  # commands listed for one case: what has more pairs is judged in several turns
_WHO_AND_WHY: Final = "--by NAME --why TEXT"

MEANING: Final[Mapping[CaseKind, str]] = {
    CaseKind.UNKNOWN: "of a kind that this version does not know: upgrade Sijill",
    CaseKind.LINK_REFUSED: "exact evidence says that they are one company, and something forbids it; "
    "--same joins them all the same, --different keeps them apart and leaves the contradiction on show",
    CaseKind.CONTRADICTION: "a judgement holds against exact evidence; it holds until it is revoked, or the registries "
    "correct what contradicts it",
    CaseKind.SHARED_TOO_WIDELY: "so many share it that it links none of them; judge pair by pair those that are one "
    "company, and tell the registries: the case closes when fewer state it",
    CaseKind.MALFORMED: "it would link, were it an identifier; no judgement settles it: the registry corrects or "
    "clears it",
    CaseKind.SHARED_STEM: "their numbers begin alike: entries of one company, or strangers; each pair that is judged "
    "leaves the case",
    CaseKind.SIMILAR_NAME: "their names are alike, which is a hint and never evidence: --same joins them, --different "
    "closes the case for good",
}


def commands(case: Case, parties: Mapping[str, Party], judgements: Iterable[Judgement]) -> list[str]:
    """List the commands that settle a case, ready but for who and why."""
    if case.kind is CaseKind.CONTRADICTION:
        return [f"sijill judge --revoke {shlex.quote(one)} {_WHO_AND_WHY}" for one in _named(case, judgements)]
    if case.kind in (CaseKind.LINK_REFUSED, CaseKind.SHARED_STEM, CaseKind.SIMILAR_NAME):
        return [
            f"sijill judge {shlex.quote(one)} {shlex.quote(two)} --same {_WHO_AND_WHY}    # or --different"
            for one, two in islice(_apart(case, parties), MOST_PAIRS)
        ]
    return []


def _named(case: Case, judgements: Iterable[Judgement]) -> Iterator[str]:
    """Name the judgements that hold and that the reason tells of."""
    for one in stood(judgements):
        if one.standing is Standing.HOLDS and one.judgement.judgement_id in case.reason:
            yield one.judgement.judgement_id


def _apart(case: Case, parties: Mapping[str, Party]) -> Iterator[tuple[RegistrationId, RegistrationId]]:
    """Pair the registrations of a case that are not in one company yet."""
    for one, two in combinations(sorted(case.registrations), 2):
        companies = {parties[name].company_id for name in (one, two) if name in parties}
        if len(companies) != 1 or one not in parties or two not in parties:
            yield one, two
