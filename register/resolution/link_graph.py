"""How far evidence reaches: the homes that lead to one another, and the registrations that links hang together.

Both are bounded, so that no chain, ring, star or crowd costs more than its first `REACH_MOST` registrations. One rule
leaves out what is larger. It depends on what is known, never on the order of arrival. See docs/decisions/0013.
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
REACH_MOST: Final = 256  # registrations that hang together: four times the largest company
RING_MOST: Final = 10_000  # homes in a ring that is shown to a steward

RegistrationIds = frozenset[RegistrationId]
LoadKeys = Callable[[Iterable[str]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The registrations that hang together by the links of some kinds; the kinds left out made them too many."""

    members: RegistrationIds
    kinds: frozenset[LinkKind]


@dataclass(frozen=True)
class Tree:
    """All registrations whose homes lead to one another. Each has one home at most: they end in one, or in a ring."""

    homes: Mapping[RegistrationId, RegistrationId | None]

    @property
    def end(self) -> RegistrationId:
        """The registration to which all of them lead; of a ring the smallest."""
        return min(self._ring or (one for one, home in self.homes.items() if home is None))

    @cached_property
    def not_followed(self) -> RegistrationIds:
        """Those whose home is not followed: a path through this link has more than `HOMES_MOST` links."""
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
        """Give a registration and those above it, up to the end or to the first of the ring."""
        step: RegistrationId | None = one
        while step is not None:
            yield step
            if step in self._ring:
                return
            step = self.homes[step]


class Graph:
    """What is known at one moment, as registrations with links between them."""

    def __init__(self, look: LoadKeys, known: Mapping[str, ResolutionState]) -> None:
        """`look` brings what is kept under some keys into `known`."""
        self._look = look
        self._known = known
        self._evidence: dict[RegistrationId, Evidence | None] = {}
        self._homes: dict[RegistrationId, RegistrationId | None] = {}
        self._trees: dict[RegistrationId, Tree | None] = {}
        self._reaches: dict[RegistrationId, Reach] = {}
        self._held: dict[RegistrationId, Mapping[RegistrationPair, Judgement]] = {}
        self._large: dict[object, set[RegistrationId]] = {}
        self._rings: dict[RegistrationId, RegistrationId] = {}  # those in a ring, with the smallest of it
        self._in_no_ring: set[RegistrationId] = set()

    def evidence(self, one: RegistrationId) -> Evidence | None:
        """Give what a registration states, if anything."""
        if one not in self._evidence:
            self._look((entry_of(one),))
            self._evidence[one] = self._known[entry_of(one)].evidence
        return self._evidence[one]

    def is_wide(self, key: str) -> bool:
        """Tell whether so many share a key that it says nothing."""
        return len(self._known[key].sharing) > most_sharing(key)

    def judgements_on(self, one: RegistrationId) -> Mapping[RegistrationPair, Judgement]:
        """Give the judgements that hold on a registration."""
        if one not in self._held:
            self._held[one] = holding_judgements(self._known[entry_of(one)].judgements)
        return self._held[one]

    def home(self, one: RegistrationId) -> RegistrationId | None:
        """Give the registered home that a registration names, unless too many name it."""
        if one not in self._homes:
            evidence = self.evidence(one)
            home = None if evidence is None else evidence.home
            heard = home is not None and self.evidence(home) is not None and bool(self._sharing(f"home/{home}"))
            self._homes[one] = home if heard else None
        return self._homes[one]

    def branches(self, one: RegistrationId) -> tuple[RegistrationId, ...]:
        """Give those that name a registration as their home, by id. None are given if they are too many."""
        return self._sharing(f"home/{one}") if self.evidence(one) is not None else ()

    def tree(self, one: RegistrationId) -> Tree | None:
        """Find all whose homes lead to one another; None if they are too many."""
        if one not in self._trees:
            members = self._reachable(one, lambda own: filter(None, (self.home(own), *self.branches(own))), "homes")
            tree = None if members is None else Tree({own: self.home(own) for own in members})
            self._trees |= dict.fromkeys(members or (one,), tree)
        return self._trees[one]

    def home_is_left_out(self, one: RegistrationId) -> bool:
        """Tell whether the home that a registration names is not followed, for what is said of homes around it."""
        tree = self.tree(one)
        return tree is None or one in tree.not_followed

    def reach(self, one: RegistrationId) -> Reach:
        """Find what hangs together; while that is too much, the least sure kind of links is left out."""
        if one not in self._reaches:
            for count in range(len(LINK_KINDS), -1, -1):
                kinds = frozenset(LINK_KINDS[:count])
                members = self._reachable(one, partial(self.linked, kinds=kinds), kinds)
                if members is not None:
                    self._reaches |= dict.fromkeys(members, Reach(members=members, kinds=kinds))
                    break
        return self._reaches[one]

    def linked(self, one: RegistrationId, kinds: Collection[LinkKind]) -> Iterator[RegistrationId]:
        """Name those that links of some kinds lead to."""
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

    def ends_homes(self, one: RegistrationId) -> bool:
        """Tell whether homes that are not followed lead to this registration: it stands for all of them."""
        tree = self.tree(one)
        if tree is not None:
            return bool(tree.not_followed) and one == tree.end
        if self.home(one) is None:
            return self.evidence(one) is not None
        return any(branch > one for branch in self.branches(one)) and self._end_of_ring(one, least=one) == one

    def ring_end(self, one: RegistrationId) -> RegistrationId | None:
        """Find the smallest registration of the ring of homes that one is in.

        None: it is in no ring, or in one that is too long.
        """
        return self._end_of_ring(one) if self.branches(one) else None

    def _end_of_ring(self, one: RegistrationId, least: RegistrationId | None = None) -> RegistrationId | None:
        """Follow homes until they come back; None if they do not, or lead below `least`."""
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
        self._look((key,))
        return () if self.is_wide(key) else self._known[key].sharing

    def _reachable(
        self, one: RegistrationId, linked: Callable[[RegistrationId], Iterable[RegistrationId]], name: object
    ) -> RegistrationIds | None:
        """Find all that links lead to, step by step; None as soon as they are too many."""
        large = self._large.setdefault(name, set())  # all of these are known to hang together with too many
        found, edge = {one}, [one]
        while edge and len(found) <= REACH_MOST and one not in large:
            fresh = [two for two in dict.fromkeys(linked(edge.pop())) if two not in found]
            while fresh and len(found) <= REACH_MOST:
                part, fresh = fresh[:REACH_MOST], fresh[REACH_MOST:]
                self._look(map(entry_of, part))
                stating = [two for two in part if self._known[entry_of(two)].evidence is not None]
                found.update(stating)
                edge += stating
                if not large.isdisjoint(stating):
                    large |= found
        if len(found) > REACH_MOST:
            large |= found
        return None if one in large else frozenset(found)


def link_left_out(graph: Graph, one: RegistrationId) -> RegistrationId | None:
    """Name the smallest larger registration that a link left out leads to, where too many hang together."""
    left_out: Set[LinkKind] = frozenset(LINK_KINDS) - graph.reach(one).kinds
    return min((two for two in graph.linked(one, left_out) if two > one), default=None) if left_out else None
