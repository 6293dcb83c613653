"""Group the registrations of a neighbourhood into companies: a pure function of their evidence and the judgements.

Links are tried in one fixed order, the surest first. A link that would join registrations that must stay apart is
reported. So any order of arrival gives the same companies, and taking a link away gives what was without it.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import combinations
from typing import Final

from register.authority_kinds import AuthorityKinds, kind_of
from register.ids import RegistrationId, authority_of
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, RegistrationPair, Verdict

SHARED_MOST: Final = (
    12  # registrations that carry one identifier: six member states, a reference source, and old numbers
)
RENUMBERED_MOST: Final = 3  # entries that name one number as theirs: more is a mistake or a placeholder
MEMBERS_MOST: Final = 64  # registrations of one company, even if judged so: its record holds them whole
ALIKE_MOST: Final = 20  # entries whose numbers have one stem: of more, none is shown to a steward
BRANCHES_MOST: Final = 250  # registrations that name one home; of each register one joins it


Parted = Mapping[RegistrationId, Sequence[Judgement]]


class LinkKind(IntEnum):
    """The kinds of links, the surest first."""

    RENUMBERED = 0
    JUDGED_SAME = 1
    HOME = 2
    IDENTIFIER = 3


LINK_KINDS: Final = tuple(LinkKind)
"""All kinds of links, the surest first."""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Evidence or a judgement that two registrations are one company. `about` is the identifier or the judgement."""

    kind: LinkKind
    left: RegistrationId
    right: RegistrationId
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLink:
    """A link that was refused, or that was followed against the evidence, and why. A steward should look at it.

    `judged`: a judgement holds against the evidence.
    """

    link: Link
    reason: str
    judged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The companies of a neighbourhood, each by its smallest member, and the links that were not followed."""

    members: Mapping[RegistrationId, frozenset[RegistrationId]]
    refused: tuple[RefusedLink, ...] = ()


@dataclass(slots=True)
class _Group:
    """Registrations that are one company so far, and the values that decide what else may join them."""

    members: set[RegistrationId]
    entries: dict[str, RegistrationId] = field(default_factory=dict)  # authority to its one entry, whatever its number
    identifiers: dict[str, str] = field(default_factory=dict)  # scheme to its one value
    classes: set[str] = field(default_factory=set)


def clustered(
    evidence: Mapping[RegistrationId, Evidence],
    holding: Mapping[RegistrationPair, Judgement],
    wide: Collection[str] = (),
    kinds: Collection[LinkKind] = LINK_KINDS,
    *,
    authorities: AuthorityKinds,
) -> Clusters:
    """Group the registrations of a closed neighbourhood: no registration outside links to any of them.

    `wide` names the keys that too many share, some of them outside: see `keys_of`. Links of other `kinds` are not
    followed.
    """
    sharing = _sharing(evidence)
    silent = {*wide, *(key for key, around in sharing.items() if len(around) > most_sharing(key))}
    carried = {own: _carried(one, silent) for own, one in evidence.items()}
    groups = {own: _group(one, carried[own], authorities) for own, one in evidence.items()}
    parted = _judged_different(holding)
    refused, overruled = [], []
    links = [link for link in _links(evidence, holding, sharing, silent) if link.kind in kinds]
    for link in sorted(links, key=lambda link: _link_order(link, holding)):
        left, right = groups[link.left], groups[link.right]
        if left is right:
            continue
        judged = _judged_apart(link, left, right, holding, parted)
        forbidden = _ambiguous(link, carried) or _forbidden(link, left, right)
        too_many = _too_many(left, right)
        if too_many is not None:
            refused.append(RefusedLink(link=link, reason=too_many))
            continue
        if link.kind is LinkKind.JUDGED_SAME and forbidden is not None and judged is None:
            overruled.append(RefusedLink(link=link, reason=forbidden, judged=True))
        elif (reason := judged or forbidden) is not None:
            refused.append(RefusedLink(link=link, reason=reason, judged=judged is not None))
            continue
        larger, smaller = (left, right) if len(left.members) >= len(right.members) else (right, left)
        groups.update(dict.fromkeys(smaller.members, larger))
        _merge_groups(larger, smaller)
    apart = (one for one in refused if groups[one.link.left] is not groups[one.link.right])
    members = {min(group.members): frozenset(group.members) for group in {id(g): g for g in groups.values()}.values()}
    return Clusters(members=members, refused=(*apart, *overruled))


def _sharing(evidence: Mapping[RegistrationId, Evidence]) -> Mapping[str, Sequence[RegistrationId]]:
    """Find who shares each key."""
    sharing: dict[str, list[RegistrationId]] = {}
    for own, one in evidence.items():
        for key in keys_of(one):
            sharing.setdefault(key, []).append(own)
    return sharing


def _carried(one: Evidence, silent: Container[str]) -> tuple[str, ...]:
    """Give the identifiers of a registration that are evidence: those that too many carry are none."""
    return tuple(key for key in one.identifiers if f"identifier/{key}" not in silent)


def _group(one: Evidence, carried: tuple[str, ...], authorities: AuthorityKinds) -> _Group:
    own = one.registration_id
    return _Group(
        members={own},
        entries={authority_of(own): own} if kind_of(own, authorities).lists_a_company_once else {},
        identifiers=dict(key.split(":", 1) for key in carried) if _has_one_value_a_scheme(carried) else {},
        classes=set() if one.legal_class is None else {one.legal_class},
    )


def _has_one_value_a_scheme(keys: tuple[str, ...]) -> bool:
    """Tell whether a registration carries at most one value of each scheme; two values are no evidence."""
    return len({key.split(":", 1)[0] for key in keys}) == len(keys)


def keys_of(one: Evidence) -> Iterator[str]:
    """Give the keys that a registration may share with others: `identifier/…`, `number/…`, `home/…` and `stem/…`."""
    yield from (f"identifier/{key}" for key in one.identifiers)
    yield from (f"number/{other}" for other in one.renumbered)
    if one.home is not None:
        yield f"home/{one.home}"
    if one.stem is not None:
        yield f"stem/{one.stem}"


def most_sharing(key: str) -> int:
    """Give the number of registrations that may share a key; with more, the key is no evidence."""
    return _MOST[key.partition("/")[0]]


_MOST: Final = {
    "identifier": SHARED_MOST, "home": BRANCHES_MOST, "number": RENUMBERED_MOST, "stem": ALIKE_MOST,
}  # fmt: skip


def _links(
    evidence: Mapping[RegistrationId, Evidence],
    holding: Mapping[RegistrationPair, Judgement],
    sharing: Mapping[str, Sequence[RegistrationId]],
    silent: Container[str],
) -> Iterator[Link]:
    for key, around in sharing.items():
        kind, _, about = key.partition("/")
        if kind == "stem" or key in silent:
            continue
        if kind == "identifier":
            yield from (Link(LinkKind.IDENTIFIER, a, b, about) for a, b in combinations(sorted(around), 2))
        elif (middle := RegistrationId(about)) in evidence:
            star = LinkKind.HOME if kind == "home" else LinkKind.RENUMBERED
            yield from (Link(star, min(middle, one), max(middle, one), about) for one in around)
    for pair, judgement in holding.items():
        if judgement.verdict is Verdict.SAME and pair[0] in evidence and pair[1] in evidence:
            yield Link(LinkKind.JUDGED_SAME, *pair, judgement.judgement_id)


def _link_order(link: Link, holding: Mapping[RegistrationPair, Judgement]) -> tuple[object, ...]:
    """Order links: by kind; of two judgements the later one first; then by the registrations."""
    if link.kind is LinkKind.JUDGED_SAME:
        decided = holding[link.left, link.right]
        return link.kind, -decided.decided_at.timestamp(), decided.judgement_id, link.left, link.right
    return link.kind, 0.0, "", link.left, link.right, link.about


def _too_many(left: _Group, right: _Group) -> str | None:
    if len(left.members) + len(right.members) <= MEMBERS_MOST:
        return None
    return f"together they would be more than {MEMBERS_MOST} registrations"


def _ambiguous(link: Link, carried: Mapping[RegistrationId, tuple[str, ...]]) -> str | None:
    """Say which of two that carry one identifier carries another value of its scheme: one value is wrong."""
    if link.kind is LinkKind.IDENTIFIER:
        for one in (link.left, link.right):
            if not _has_one_value_a_scheme(carried[one]):
                return f"{one} carries several: {', '.join(carried[one])}"
    return None


def _forbidden(link: Link, left: _Group, right: _Group) -> str | None:
    """Say which evidence forbids that two groups are one company."""
    if link.kind is LinkKind.RENUMBERED:
        return None
    for authority in sorted(left.entries.keys() & right.entries.keys()):
        pair = sorted((left.entries[authority], right.entries[authority]))
        return f"{pair[0]} and {pair[1]} are two entries of one register"
    for scheme in sorted(left.identifiers.keys() & right.identifiers.keys()):
        values = sorted({left.identifiers[scheme], right.identifiers[scheme]})
        if len(values) > 1:
            return f"their {scheme} differ: {values[0]} and {values[1]}"
    if left.classes and right.classes and left.classes != right.classes:
        return f"their legal forms are of different classes: {', '.join(sorted(left.classes | right.classes))}"
    return None


def _judged_different(holding: Mapping[RegistrationPair, Judgement]) -> Parted:
    """Find the judgements DIFFERENT, by each registration of their pairs."""
    parted: dict[RegistrationId, list[Judgement]] = {}
    for judgement in holding.values():
        if judgement.verdict is Verdict.DIFFERENT:
            for party in judgement.pair:
                parted.setdefault(party, []).append(judgement)
    return parted


def _judged_apart(
    link: Link, left: _Group, right: _Group, holding: Mapping[RegistrationPair, Judgement], parted: Parted
) -> str | None:
    """Say which judgement keeps two groups apart; a judgement SAME outweighs earlier ones."""
    since = holding[link.left, link.right].moment if link.kind is LinkKind.JUDGED_SAME else None
    smaller, larger = (left, right) if len(left.members) <= len(right.members) else (right, left)
    apart = [
        one
        for member in smaller.members
        for one in parted.get(member, ())
        if (one.right if one.left == member else one.left) in larger.members and (since is None or one.moment > since)
    ]
    if not apart:
        return None
    one = max(apart, key=lambda one: one.moment)
    return f"{one.pair[0]} and {one.pair[1]} are judged different by {one.by} (judgement {one.judgement_id})"


def _merge_groups(larger: _Group, smaller: _Group) -> None:
    larger.members |= smaller.members
    for authority, entry in smaller.entries.items():
        larger.entries[authority] = min(entry, larger.entries.get(authority, entry))
    larger.identifiers = {**smaller.identifiers, **larger.identifiers}
    larger.classes |= smaller.classes


def anchor_of(
    members: Iterable[RegistrationId], evidence: Mapping[RegistrationId, Evidence], authorities: AuthorityKinds
) -> RegistrationId:
    """Choose the registration that a company is named for: a home that a member names, else the smallest id.

    An entry whose authority names no companies is chosen only where there is no other entry. Of an entry under several
    numbers, the one under today's number is chosen.
    """
    everyone = set(members)
    found = {one for one in everyone if kind_of(one, authorities).can_be_anchor} or everyone
    homes = {home for one in everyone if (home := evidence[one].home) in found}
    first = min(homes or found)
    entries = [one for one in found if authority_of(one) == authority_of(first)]
    return min(entries, key=lambda one: (evidence[one].outdated_number, one))
