"""The cases for stewards: links that were not followed, and likeness that is no evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from register.ids import CompanyId, RegistrationId
from register.names.word_match_kind import How
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
    """Too many registrations carry one identifier, or name one home: it is no evidence."""
    MALFORMED = "MALFORMED"
    """An identifier of a linking scheme is a placeholder or has the wrong form."""
    SHARED_STEM = "SHARED_STEM"
    """Their numbers begin alike: branches of one company, or unrelated companies."""
    SIMILAR_NAME = "SIMILAR_NAME"
    """Their names are alike, in one script or across both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPair:
    """A word of each of two names, and their weight as evidence for one company. "" where a word has no partner.

    `weight` grows with the rarity of the words, and `share` is their likeness, both in thousandths.
    """

    left: str
    right: str
    how: How
    weight: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of the queue. The case closes when its cause is gone.

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
    """Make the cases of links that were not followed, each with its reason."""
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
    """Make one case for homes that lead to one registration over too many steps, or that are too many."""
    return Case(
        case_id=f"homes/{end}",
        kind=CaseKind.SHARED_TOO_WIDELY,
        registrations=(end, other),
        about=end,
        reason=f"homes lead to {end} over more than {path} steps, or are more than {most}: there none is followed",
    )


def too_many_linked(one: RegistrationId, other: RegistrationId, most: int) -> Case:
    """Make the case of a registration that links connect with too many: its least sure links are not followed."""
    return Case(
        case_id=f"crowd/{one}",
        kind=CaseKind.LINK_REFUSED,
        registrations=(one, other),
        about=other,
        reason=f"with {other} more than {most} registrations would hang together: such links are not followed",
    )


def shared_too_widely(key: str, sharing: tuple[RegistrationId, ...], most: int) -> Case:
    """Make the case of a key that more than `most` registrations share; it names the first of them."""
    kind, _, about = key.partition("/")
    verb = {"identifier": "carry", "home": "name as their home", "number": "name as their number"}[kind]
    return Case(
        case_id=f"wide/{key}",
        kind=CaseKind.SHARED_TOO_WIDELY,
        registrations=sharing[: most + 1],
        about=about,
        reason=f"more than {most} registrations {verb} {about}: it links none of them",
    )


_SAID: Mapping[LinkKind, str] = {
    LinkKind.RENUMBERED: "one is stated to be the other under another number ({})",
    LinkKind.JUDGED_SAME: "they are judged to be the same (judgement {})",
    LinkKind.HOME: "one names {} as its home, or both do",
    LinkKind.IDENTIFIER: "both carry {}",
}


def malformed(one: Evidence) -> Iterator[Case]:
    """Make the cases of the malformed identifiers of a registration."""
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
    """Make the cases of registrations that share a stem, are in several companies and are not judged."""
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
