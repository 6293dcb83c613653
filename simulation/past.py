"""The truth about the past of a simulation: what a company stated on a day, by the known events."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.properties import Properties
from simulation.companies_then import groups_of, leis_in, named_for, other_numbers
from simulation.company_truth import CompanyTruth, company_with_anchor
from simulation.entry_then import EntryBook, StandingLine, entry_then, standing_lines
from simulation.registration_truth import RegistrationTruth
from simulation.simulation import Simulation


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What must be answered about an entry's company.

    `company` is None where it stated nothing on the day. `since` is the first day on which it does; None: on no day.
    `aliases` are the ids of the other entries of the company, whatever the day.
    """

    company_id: CompanyId
    company: CompanyTruth | None
    aliases: tuple[CompanyId, ...]
    since: date | None


class SimulatedPast:
    """The books of a whole simulation, in memory: some 10 kB an entry."""

    def __init__(self, simulation: Simulation) -> None:
        self.books: Mapping[RegistrationId, EntryBook] = {one.registration_id: one for one in simulation.books()}
        self._ever: dict[str, set[RegistrationId]] = {}
        """By LEI or registration id: the entries of which some line states it, mistakes included."""
        for own, book in self.books.items():
            for line in book.lines:
                for key in _keys(own, line.stated):
                    self._ever.setdefault(key, set()).add(own)

    def answer(self, named: RegistrationId, known: Container[EventId], as_of: date | None) -> Past | None:
        """Tell what was known of an entry's company; None where no event of the entry was known."""
        if not any(line.event_id in known for line in self.books[named].lines):
            return None
        around = self._around(named, known)
        stating = {own: one.entry for own, one in around.items()}
        if not stating:
            return Past(company_id=company_id(named), company=None, aliases=(), since=None)
        members = next(found for found in groups_of(stating) if named in found)
        company = company_id(named_for({own: stating[own] for own in members}))
        standing = {own: around[own].standing for own in members}
        return Past(
            company_id=company,
            company=self._company(company, standing, as_of),
            aliases=tuple(own for own in map(company_id, members) if own != company),
            since=min(one.says.effective_date for lines in standing.values() for one in lines),
        )

    def _around(self, named: RegistrationId, known: Container[EventId]) -> Mapping[RegistrationId, "_Known"]:
        """Find the entries that hang together with one, by what they stated whatever the day; none if it is void."""
        looked_at: dict[RegistrationId, _Known] = {}
        found: dict[RegistrationId, _Known] = {}
        edge = [named]
        while edge:
            own = edge.pop()
            one = looked_at.setdefault(own, self._look_at(own, known))
            if own in found or not one.entry.properties:
                continue
            found[own] = one
            keys = _keys(own, one.entry.properties)
            edge += [RegistrationId(key) for key in keys if key in self.books]
            for key in (*keys, own):
                for other in self._ever.get(key, ()):
                    if other not in looked_at:
                        looked_at[other] = self._look_at(other, known)
                    if key in _keys(other, looked_at[other].entry.properties):
                        edge.append(other)
        return found

    def _look_at(self, own: RegistrationId, known: Container[EventId]) -> "_Known":
        standing = standing_lines(self.books[own], known)
        return _Known(standing=standing, entry=entry_then(self.books[own], standing, None))

    def _company(
        self, company: CompanyId, standing: Mapping[RegistrationId, list[StandingLine]], as_of: date | None
    ) -> CompanyTruth | None:
        entries = {own: entry_then(self.books[own], lines, as_of) for own, lines in standing.items()}
        in_force: dict[RegistrationId, RegistrationTruth] = {own: one for own, one in entries.items() if one.properties}
        if not in_force:
            return None
        own = RegistrationId(company.removeprefix("GCC."))
        return company_with_anchor(company, in_force, own if own in in_force else _speaking_for(in_force))


def _speaking_for(members: Mapping[RegistrationId, RegistrationTruth]) -> RegistrationId:
    """Choose who speaks for a company while the entry that it is named for states nothing."""
    homes = {one.properties.get("home_registration") for one in members.values()}
    return min([own for own in members if own in homes] or members)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was known of an entry, whatever the day."""

    standing: list[StandingLine]
    entry: RegistrationTruth


def _keys(own: RegistrationId, stated: Properties) -> set[str]:
    """Give what may link an entry that states these properties: LEIs, and the ids of other entries."""
    alone = RegistrationTruth(registration_id=own, home=own, properties=stated, behind={}, lei=None, is_decoy=False)
    home = stated.get("home_registration")
    return leis_in(alone) | set(other_numbers(alone)) | ({home} if home is not None else set())
