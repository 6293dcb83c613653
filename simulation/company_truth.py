"""The expected companies: which registrations must be one company, and the record that they must have.

The truth's own reading of docs/explanation/exact-identifiers.md and precedence.md. It is written down differently, and
shares nothing with the parts of `register` that link, merge or rank.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.properties import Properties
from simulation.registration_truth import RegistrationTruth

TruthByRegistration = Mapping[RegistrationId, RegistrationTruth]

_OF_THE_ENTRY: Final = frozenset(
    {
        "status_as_stated",
        "entity_status",
        "registration_date",
        "expiry_date",
        "last_confirmed_date",
        "is_branch",
        "home_registration",
        "successor_registration",
        "particulars",
    }
)
"""Properties that only the entry for which the company is named may state."""
_NOT_OF_BRANCHES: Final = frozenset(
    {
        "jurisdiction",
        "previous_legal_names",
        "legal_form_as_stated",
        "legal_form",
        "identifiers",
        "legal_address",
        "share_capital",
    }
)
"""Properties that a branch states only of itself."""
_UNDATED: Final = frozenset({"legal_form_as_stated", "legal_form"})
"""Properties for which the newest statement does not win."""
_TOLD_TO_BRANCHES: Final = ("SUSPENDED", "IN_LIQUIDATION", "STRUCK_OFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyTruth:
    """An expected company. `registrations` are those that state something: none for a void entry.

    `aliases` are the ids under which its other registrations were companies of their own: each must lead here.
    """

    company_id: CompanyId
    registrations: tuple[RegistrationId, ...]
    properties: Properties
    stated_by: Mapping[str, EventId]
    decoys: tuple[RegistrationId, ...]

    @property
    def aliases(self) -> tuple[CompanyId, ...]:
        """Ids that must be aliases of this company."""
        return tuple(own for own in map(company_id, self.registrations) if own != self.company_id)


def companies_of(truths: Sequence[RegistrationTruth]) -> list[CompanyTruth]:
    """Group the registrations of one legal entity into the companies that the register can know.

    They are one company unless the evidence is missing: for example, all of the home entry was withdrawn.
    """
    stating = {one.registration_id: one for one in truths if one.properties}
    void = [_company(company_id(one.registration_id), {}) for one in truths if not one.properties]
    return [*(_company(company_id(_named_for(group)), group) for group in _groups(stating)), *void]


def _groups(entries: TruthByRegistration) -> list[TruthByRegistration]:
    group = {own: {own} for own in entries}
    for one, other in _links(entries):
        together = group[one] | group[other]
        group.update(dict.fromkeys(together, together))
    distinct = {id(found): found for found in group.values()}
    return [{own: entries[own] for own in sorted(found)} for found in distinct.values()]


def _links(entries: TruthByRegistration) -> Iterator[tuple[RegistrationId, RegistrationId]]:
    """Give the links between the entries of one company: a named home, a shared LEI or an old number."""
    carrying: list[RegistrationId] = []
    for own, entry in entries.items():
        home = entry.properties.get("home_registration")
        if home is not None and home in entries:
            yield own, home
        for one in entry.properties["identifiers"]:
            if one["scheme"] == "LEI" and one["value"] == entry.lei:
                carrying.append(own)
            elif one["scheme"] in ("SA.CR", "SA.UNN") and own.startswith("SA.MC."):
                other = RegistrationId(f"SA.MC.{one['value']}")
                if other in entries:
                    yield own, other
    yield from ((carrying[0], other) for other in carrying[1:])


def _named_for(members: TruthByRegistration) -> RegistrationId:
    """Choose the anchor: a home that is named, else the smallest id.

    Of a Saudi entry's two numbers it is the unified one.
    """
    homes = [own for own in members if any(one.properties.get("home_registration") == own for one in members.values())]
    first = min(homes or members)
    unified = [own for own in members if own.startswith("SA.MC.7")]
    return unified[0] if first.startswith("SA.MC.") and unified else first


def _company(company: CompanyId, members: TruthByRegistration) -> CompanyTruth:
    return company_with_anchor(company, members, RegistrationId(company.removeprefix("GCC.")))


def company_with_anchor(company: CompanyId, members: TruthByRegistration, anchor: RegistrationId) -> CompanyTruth:
    """Make the expected record of a company; `anchor` is the entry that speaks first."""
    properties: dict[str, Any] = {}
    stated_by: dict[str, EventId] = {}
    for name in sorted({name for one in members.values() for name in one.properties}):
        speaker = _speaker(name, members, anchor)
        if speaker is not None:
            properties[name] = speaker.properties[name]
            stated_by[name] = speaker.behind[name].event_id
    if _home_status_is_stated(members, anchor):
        properties["home_status"] = properties["entity_status"]
        stated_by["home_status"] = stated_by["entity_status"]
    return CompanyTruth(
        company_id=company,
        registrations=tuple(members),
        properties=properties,
        stated_by=stated_by,
        decoys=tuple(own for own, one in members.items() if one.is_decoy),
    )


def _speaker(name: str, members: TruthByRegistration, anchor: RegistrationId) -> RegistrationTruth | None:
    """Find the entry whose statement of a property wins: the anchor, else the newest that may state it."""
    if name in members[anchor].properties:
        return members[anchor]
    if name in _OF_THE_ENTRY:
        return None
    others = [one for one in members.values() if name in one.properties]
    others = [one for one in others if name not in _NOT_OF_BRANCHES or not _is_branch(one)]
    if name not in _UNDATED:
        others.sort(key=lambda one: (one.behind[name].effective_date, one.behind[name].recorded_at), reverse=True)
    return others[0] if others else None  # members are in the order of their ids, and sorting keeps it


def _is_branch(entry: RegistrationTruth) -> bool:
    return entry.properties.get("is_branch") is True or "home_registration" in entry.properties


def _home_status_is_stated(members: TruthByRegistration, anchor: RegistrationId) -> bool:
    """Tell whether branches in other member states must be told what befell the home entry."""
    if not members or _is_branch(members[anchor]):
        return False
    fate = members[anchor].properties["entity_status"]
    abroad = [own for own, one in members.items() if _is_branch(one) and own[:2] != anchor[:2]]
    return fate in _TOLD_TO_BRANCHES and bool(abroad)
