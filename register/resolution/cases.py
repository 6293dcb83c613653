"""What a steward should look at: links that were not followed, and likeness that proves nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from register.ids import CompanyId, RegistrationId
from register.names.how import How
from register.resolution.clusters import LinkKind, RefusedLink
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, RegistrationPair


class CaseKind(StrEnum):
    """Why a case is in the stewards' queue."""

    UNKNOWN = "UNKNOWN"
    LINK_REFUSED = "LINK_REFUSED"
    """Exact evidence says that they are one company, and something forbids it."""
    CONTRADICTION = "CONTRADICTION"
    """A judgement holds against exact evidence."""
    SHARED_TOO_WIDELY = "SHARED_TOO_WIDELY"
    """So many carry the same identifier, or name the same home, that it says nothing."""
    MALFORMED = "MALFORMED"
    """An identifier that would link, were it not a placeholder or of the wrong form."""
    SHARED_STEM = "SHARED_STEM"
    """Their numbers begin alike: branches of one company, or strangers."""
    SIMILAR_NAME = "SIMILAR_NAME"
    """Their names are alike, in one script or across both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPair:
    """A word of each name, and what they say for one company. "" where a word has no partner.

    `weight` is how much the words tell, by their rarity, and `share` how alike they are, both in thousandths.
    """

    left: str
    right: str
    how: How
    weight: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of the queue. It closes by itself when what it tells of is over.

    Where names are alike, `score` says how much, in thousandths, and `words` why, the weightiest first.
    """

    case_id: str
    kind: CaseKind
    registrations: tuple[RegistrationId, ...]
    about: str
    reason: str
    score: int | None = None
    words: tuple[WordPair, ...] = ()


def links_refused(refused: Iterable[RefusedLink]) -> Iterator[Case]:
    """Show the links that were not followed, each with its reason."""
    for one in refused:
        link = one.link
        yield Case(
            case_id=f"link/{link.left}/{link.right}/{link.kind.name}/{link.about}",
            kind=CaseKind.CONTRADICTION if one.judged else CaseKind.LINK_REFUSED,
            registrations=(link.left, link.right),
            about=link.about,
            reason=f"{_SAID[link.kind].format(link.about)}, but {one.reason}",
        )


def homes_not_followed(end: RegistrationId, other: RegistrationId, path: int, most: int) -> Case:
    """Report homes that lead to one registration over too many steps, or that are too many. One case stands for all."""
    return Case(
        case_id=f"homes/{end}",
        kind=CaseKind.SHARED_TOO_WIDELY,
        registrations=(end, other),
        about=end,
        reason=f"homes lead to {end} over more than {path} steps, or are more than {most}: there none is followed",
    )


def too_many_linked(one: RegistrationId, other: RegistrationId, most: int) -> Case:
    """Tell of a registration that hangs together with too many: its least sure links are not followed."""
    return Case(
        case_id=f"crowd/{one}",
        kind=CaseKind.LINK_REFUSED,
        registrations=(one, other),
        about=other,
        reason=f"with {other} more than {most} registrations would hang together: such links are not followed",
    )


def shared_too_widely(key: str, sharing: tuple[RegistrationId, ...], most: int) -> Case:
    """Tell of a key that more than `most` share; it names the first of them."""
    kind, _, about = key.partition("/")
    said = {"identifier": "carry", "home": "name as their home", "number": "name as their number"}[kind]
    return Case(
        case_id=f"wide/{key}",
        kind=CaseKind.SHARED_TOO_WIDELY,
        registrations=sharing[: most + 1],
        about=about,
        reason=f"more than {most} registrations {said} {about}: it links none of them",
    )


_SAID: Mapping[LinkKind, str] = {
    LinkKind.RENUMBERED: "one is stated to be the other under another number ({})",
    LinkKind.JUDGED_SAME: "they are judged to be the same (judgement {})",
    LinkKind.HOME: "one names {} as its home, or both do",
    LinkKind.IDENTIFIER: "both carry {}",
}


def malformed(one: Evidence) -> Iterator[Case]:
    """Show the identifiers of a registration that would link, were they well formed."""
    for key in one.malformed:
        yield Case(
            case_id=f"malformed/{one.registration_id}/{key}",
            kind=CaseKind.MALFORMED,
            registrations=(one.registration_id,),
            about=key,
            reason=f"{key} is a placeholder or has the wrong form: it links nothing",
        )


def stem_shared(
    key: str, companies: Mapping[RegistrationId, CompanyId], held: Mapping[RegistrationPair, Judgement]
) -> tuple[Case, ...]:
    """Show those that share a stem, are of several companies and are not judged; `companies` has each one's."""
    open_ = {
        one
        for pair in combinations(sorted(companies), 2)
        if companies[pair[0]] != companies[pair[1]] and pair not in held
        for one in pair
    }
    if not open_:
        return ()
    stem = key.partition("/")[2]
    case = Case(
        case_id=key,
        kind=CaseKind.SHARED_STEM,
        registrations=tuple(sorted(open_)),
        about=stem,
        reason=f"their numbers begin with {stem}, which proves nothing: judge whether they are one company",
    )
    return (case,)
