"""The meaning of each kind of case in the stewards' queue, and the commands that settle it."""

import shlex
from collections.abc import Mapping
from typing import Final

from register.resolution.cases import CaseKind
from services.stewards_queue import Settling

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


def commands(settling: Settling) -> list[str]:
    """List the commands that settle a case, complete except for the steward and the reason.

    >>> commands(Settling(revocations=("J-2026-03-09-5d02c1f7",)))
    ['sijill judge --revoke J-2026-03-09-5d02c1f7 --by NAME --why TEXT']
    """
    return [
        *(f"sijill judge --revoke {shlex.quote(one)} {_WHO_AND_WHY}" for one in settling.revocations),
        *(
            f"sijill judge {shlex.quote(one)} {shlex.quote(two)} --same {_WHO_AND_WHY}    # or --different"
            for one, two in settling.pairs
        ),
    ]
