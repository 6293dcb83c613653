"""The graph of registrations and links: the homes that form a tree, and the registrations that links connect.

Both are bounded: a chain, ring or star of links costs no more than its first `REACH_MOST` registrations. One rule
leaves out larger ones. It depends on what is known, never on the order of arrival. See docs/decisions/0013.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import takewhile
from typing import Final

from register.ids import RegistrationId
from register.resolution.clusters import LINK_KINDS, LinkKind, keys_of, most_sharing
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement, RegistrationPair, Verdict, holding_judgements
from register.resolution.resolution_state import ResolutionState, entry_of

HOMES_MOST: Final = 8  # links on a path of homes; a branch of a branch is rare, and has two
REACH_MOST: Final = 256  # connected registrations: four times the largest company
RING_MOST: Final = 10_000  # homes in a ring that becomes a case

RegistrationIds = frozenset[RegistrationId]
LoadKeys = Callable[[Iterable[str]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Registrations that links of `kinds` connect. With the kinds left out, they would be too many."""

    members: RegistrationIds
    kinds: frozenset[LinkKind]


@dataclass(frozen=True)
class Tree:
    """Registrations whose homes lead to one another. Each has at most one home, so they end in one or in a ring."""

    homes: Mapping[RegistrationId, RegistrationId | None]

    @property
    def end(self) -> RegistrationId:
        """The registration to which all homes lead; of a ring, the smallest."""
        return min(self._ring or (one for one, home in self.homes.items() if home is None))

    @cached_property
    def not_followed(self) -> RegistrationIds:
        """The registrations whose home is not followed: a path over this link has more than `HOMES_MOST` links."""
        ring, depths, heights = self._ring, dict[RegistrationId, int](), dict[RegistrationId, int]()
        for one in self.homes:
            path = list(self._path_up(one))
            for depth, passed in enumerate(reversed(path)):
                depths[passed] = depth
            for height, passed in enumerate(path):
                heights[passed] = max(height, heights.get(passed, 0))
        deep = {one for one in self.homes if one not in ring and depths[one] + heights[one] > HOMES_MOST}
        long = ring if len(ring) > HOMES_MOST else frozenset[RegistrationId]()
        return frozenset(deep) - self._roots | long

    @cached_property
    def _roots(self) -> RegistrationIds:
        return frozenset(one for one, home in self.homes.items() if home is None)

    @cached_property
    def _ring(self) -> RegistrationIds:
        if self._roots:
            return frozenset()
        seen: dict[RegistrationId, int] = {}
        one: RegistrationId | None = min(self.homes)
        while one is not None and one not in seen:
            seen[one] = len(seen)
            one = self.homes[one]
        return frozenset(list(seen)[seen[one] :] if one is not None else ())

    def _path_up(self, one: RegistrationId) -> Iterator[RegistrationId]:
        """Give a registration, its home, and so on, up to the end or to the first registration of the ring."""
        step: RegistrationId | None = one
        while step is not None:
            yield step
            if step in self._ring:
                return
            step = self.homes[step]


class Graph:
    """The registrations and links of one moment."""

    def __init__(self, load: LoadKeys, known: Mapping[str, ResolutionState]) -> None:
        """`load` reads the stored states of keys into `known`."""
        self._load = load
        self._known = known
        self._evidence: dict[RegistrationId, Evidence | None] = {}
        self._homes: dict[RegistrationId, RegistrationId | None] = {}
        self._trees: dict[RegistrationId, Tree | None] = {}
        self._reaches: dict[RegistrationId, Reach] = {}
        self._held: dict[RegistrationId, Mapping[RegistrationPair, Judgement]] = {}
        self._large: dict[object, set[RegistrationId]] = {}
        self._rings: dict[RegistrationId, RegistrationId] = {}  # by registration in a ring: the smallest of the ring
        self._in_no_ring: set[RegistrationId] = set()

    def evidence(self, one: RegistrationId) -> Evidence | None:
        """Give the evidence of a registration; None where it states nothing."""
        if one not in self._evidence:
            self._load((entry_of(one),))
            self._evidence[one] = self._known[entry_of(one)].evidence
        return self._evidence[one]

    def is_wide(self, key: str) -> bool:
        """Tell whether so many registrations share a key that it is no evidence."""
        return len(self._known[key].sharing) > most_sharing(key)

    def judgements_on(self, one: RegistrationId) -> Mapping[RegistrationPair, Judgement]:
        """Give the holding judgements on a registration, by pair."""
        if one not in self._held:
            self._held[one] = holding_judgements(self._known[entry_of(one)].judgements)
        return self._held[one]

    def home(self, one: RegistrationId) -> RegistrationId | None:
        """Give the home that a registration names; None where the home states nothing or too many name it."""
        if one not in self._homes:
            evidence = self.evidence(one)
            home = None if evidence is None else evidence.home
            counts = home is not None and self.evidence(home) is not None and bool(self._sharing(f"home/{home}"))
            self._homes[one] = home if counts else None
        return self._homes[one]

    def branches(self, one: RegistrationId) -> tuple[RegistrationId, ...]:
        """Give the registrations that name this one as their home, by id; no registration if they are too many."""
        return self._sharing(f"home/{one}") if self.evidence(one) is not None else ()

    def tree(self, one: RegistrationId) -> Tree | None:
        """Find the registrations that homes connect with this one; None if they are too many."""
        if one not in self._trees:
            members = self._connected(one, lambda own: filter(None, (self.home(own), *self.branches(own))), "homes")
            tree = None if members is None else Tree({own: self.home(own) for own in members})
            self._trees |= dict.fromkeys(members or (one,), tree)
        return self._trees[one]

    def home_is_left_out(self, one: RegistrationId) -> bool:
        """Tell whether the home of a registration is not followed: the path is too long, or the tree too large."""
        tree = self.tree(one)
        return tree is None or one in tree.not_followed

    def reach(self, one: RegistrationId) -> Reach:
        """Find the connected registrations; while they are too many, leave out the least sure kind of links."""
        if one not in self._reaches:
            for count in range(len(LINK_KINDS), -1, -1):
                kinds = frozenset(LINK_KINDS[:count])
                members = self._connected(one, partial(self.linked, kinds=kinds), kinds)
                if members is not None:
                    self._reaches |= dict.fromkeys(members, Reach(members=members, kinds=kinds))
                    break
        return self._reaches[one]

    def linked(self, one: RegistrationId, kinds: Collection[LinkKind]) -> Iterator[RegistrationId]:
        """Name the registrations to which links of some kinds lead."""
        evidence = self.evidence(one)
        if evidence is None:
            return
        if LinkKind.RENUMBERED in kinds:
            yield from (two for two in evidence.renumbered if self._sharing(f"number/{two}"))
            yield from self._sharing(f"number/{one}")
        if LinkKind.JUDGED_SAME in kinds:
            same = (pair for pair, judgement in self.judgements_on(one).items() if judgement.verdict is Verdict.SAME)
            yield from (left if right == one else right for left, right in sorted(same))
        if LinkKind.HOME in kinds:
            if (home := self.home(one)) is not None and not self.home_is_left_out(one):
                yield home
            yield from (branch for branch in self.branches(one) if not self.home_is_left_out(branch))
        if LinkKind.IDENTIFIER in kinds:
            for key in keys_of(evidence):
                if key.startswith("identifier/"):
                    yield from self._sharing(key)

    def represents_unfollowed_homes(self, one: RegistrationId) -> bool:
        """Tell whether this registration represents homes that are not followed: one case names it for all of them."""
        tree = self.tree(one)
        if tree is not None:
            return bool(tree.not_followed) and one == tree.end
        if self.home(one) is None:
            return self.evidence(one) is not None
        return any(branch > one for branch in self.branches(one)) and self._end_of_ring(one, least=one) == one

    def ring_end(self, one: RegistrationId) -> RegistrationId | None:
        """Find the smallest registration of the ring of homes that has this registration.

        None: it is in no ring, or the ring is too long.
        """
        return self._end_of_ring(one) if self.branches(one) else None

    def _end_of_ring(self, one: RegistrationId, least: RegistrationId | None = None) -> RegistrationId | None:
        """Follow homes around the ring; None if there is no ring, or it has an id below `least`."""
        if one in self._rings:
            return self._rings[one]
        path: dict[RegistrationId, None] = {}
        step: RegistrationId | None = one
        while step is not None and step not in path and step not in self._in_no_ring and len(path) < RING_MOST:
            if least is not None and step < least:
                return None
            path[step] = None
            step = self.home(step)
        if path and step == one:
            self._rings |= dict.fromkeys(path, min(path))
            return self._rings[one]
        if step is None or step in path or step in self._in_no_ring:  # else the end was not seen
            self._in_no_ring.update(takewhile(lambda passed: passed != step, path))
        return None

    def _sharing(self, key: str) -> tuple[RegistrationId, ...]:
        self._load((key,))
        return () if self.is_wide(key) else self._known[key].sharing

    def _connected(
        self, one: RegistrationId, linked: Callable[[RegistrationId], Iterable[RegistrationId]], name: object
    ) -> RegistrationIds | None:
        """Follow links step by step to all connected registrations; None as soon as they are too many."""
        large = self._large.setdefault(name, set())  # each of these is connected with too many
        found, edge = {one}, [one]
        while edge and len(found) <= REACH_MOST and one not in large:
            fresh = [two for two in dict.fromkeys(linked(edge.pop())) if two not in found]
            while fresh and len(found) <= REACH_MOST:
                part, fresh = fresh[:REACH_MOST], fresh[REACH_MOST:]
                self._load(map(entry_of, part))
                stating = [two for two in part if self._known[entry_of(two)].evidence is not None]
                found.update(stating)
                edge += stating
                if not large.isdisjoint(stating):
                    large |= found
        if len(found) > REACH_MOST:
            large |= found
        return None if one in large else frozenset(found)


def link_left_out(graph: Graph, one: RegistrationId) -> RegistrationId | None:
    """Name the smallest registration above this one to which a link that was left out leads."""
    left_out: Set[LinkKind] = frozenset(LINK_KINDS) - graph.reach(one).kinds
    return min((two for two in graph.linked(one, left_out) if two > one), default=None) if left_out else None
