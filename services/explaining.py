"""Why a company's record says what it says: who stated a property, what others state, and why that lost.

The answer is made anew from the record's registrations and the precedence table, by the functions that `unify` merges
with. So it is the reason, not a report about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from register.authorities import Authorities, Authority, kinds_of
from register.company import FOLLOWING_FROM, Company
from register.events import EventRef
from register.ids import RegistrationId, authority_of
from register.precedence import Decision, Precedence, PrecedenceRule, decide
from register.registration import Registration
from schemas.codec.company_records import company_from
from schemas.codec.json_form import from_json
from schemas.facts.authorities import authorities
from schemas.facts.precedence import Table, table
from services.origins import origin

ONLY_STATEMENT: Final = "only_statement"
"""Said in place of a rule where nobody else states the property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One registration's statement of the property; `rule` and `because` say why it won or lost.

    `derived` says what the value follows from, where the registry did not state it in these words.
    """

    registration_id: RegistrationId
    authority_en: str
    authority_ar: str
    is_home: bool
    value: Any
    event: EventRef
    derived: str | None
    rule: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that there is to say about one property of one company. `won` is None where the company does not have it."""

    company_id: str
    property: str
    home: RegistrationId
    won: Said | None
    lost: tuple[Said, ...]
    silent: tuple[RegistrationId, ...]
    rules: tuple[PrecedenceRule, ...]
    reason: str
    is_current: bool
    """False where the record was merged by an earlier table: it will change when it is next merged."""


def company_in(record: Mapping[str, Any]) -> Company:
    """Read a record of the projection as the company that it is."""
    return company_from(from_json("Company", {name: one for name, one in record.items() if name != "aliases"}))


def explain(company: Company, name: str, by: Table | None = None, known: Authorities | None = None) -> Explanation:
    """Explain one property; `by` and `known` are the shipped table and authorities where they are left out."""
    rules, among = by or table(), known or authorities()
    stating = [one for one in company.registrations if name in one.properties]
    decision = decide(Precedence(rules=rules.rules, kinds=kinds_of(among)), name, stating, company.anchor)
    teller = _Teller(company, name, among, rules)
    follows = name in FOLLOWING_FROM and name in company.properties
    losers = [one for one in stating if decision is None or one.registration_id != decision.winner]
    return Explanation(
        company_id=company.company_id,
        property=name,
        home=company.anchor,
        won=teller.follows() if follows else None if decision is None else teller.won(decision),
        lost=tuple(teller.lost(one, decision) for one in losers),
        silent=tuple(one.registration_id for one in company.registrations if one not in stating),
        rules=rules.rules[name],
        reason=rules.reasons[name],
        is_current=name in FOLLOWING_FROM or _holds(company, name, decision),
    )


def _holds(company: Company, name: str, decision: Decision | None) -> bool:
    if decision is None or name not in company.properties:
        return decision is None and name not in company.properties
    return company.sources.get(name, company.anchor) == decision.winner


class _Teller:
    """Puts into words what was decided about one property of one company."""

    def __init__(self, company: Company, name: str, known: Authorities, rules: Table) -> None:
        self._company = company
        self._members = company.members()
        self._name = name
        self._known = known
        self._rules = rules

    def won(self, decision: Decision) -> Said:
        """Tell of the statement that won."""
        winner = self._members[decision.winner]
        used = [
            rule
            for rule in (*self._rules.rules[self._name], PrecedenceRule.SMALLEST_ID)
            if rule in decision.lost.values()
        ]
        rule = used[-1] if used else ONLY_STATEMENT  # the last: by this one the closest of the others lost
        return self._said(winner, rule, self._why_it_won(winner, rule))

    def follows(self) -> Said:
        """Tell of a property that nobody states: from which one of the home entry it follows."""
        home, event = self._company.source_of(self._name)
        authority = self._authority(home)
        behind = FOLLOWING_FROM[self._name]
        return Said(
            registration_id=home,
            authority_en=authority.name_en if authority else authority_of(home),
            authority_ar=authority.name_ar if authority else authority_of(home),
            is_home=True,
            value=self._company.properties[self._name],
            event=event,
            derived=f"it follows from the {behind} of the home entry, and is said while there are branches elsewhere",
            rule=PrecedenceRule.HOME_ONLY,
            because="branches in other states must know what befell the home entry",
        )

    def lost(self, one: Registration, decision: Decision | None) -> Said:
        """Tell of a statement that lost, or that did not count at all."""
        winner = None if decision is None else self._members[decision.winner]
        rule = self._rules.rules[self._name][0] if decision is None else decision.lost[one.registration_id]
        return self._said(one, rule, self._why_it_lost(one, winner, rule))

    def _said(self, one: Registration, rule: str, because: str) -> Said:
        authority = self._authority(one.registration_id)
        return Said(
            registration_id=one.registration_id,
            authority_en=authority.name_en if authority else authority_of(one.registration_id),
            authority_ar=authority.name_ar if authority else authority_of(one.registration_id),
            is_home=one.registration_id == self._company.anchor,
            value=one.properties[self._name],
            event=one.provenance[self._name],
            derived=origin(self._name, one, authority),
            rule=rule,
            because=because,
        )

    def _authority(self, registration: RegistrationId) -> Authority | None:
        return self._known.get(authority_of(registration))

    def _why_it_won(self, one: Registration, rule: str) -> str:
        if rule == ONLY_STATEMENT:
            if one.registration_id == self._company.anchor or len(self._members) == 1:
                return "no other register states it"
            return f"the home entry {self._company.anchor} does not state it, and no other register does"
        if rule == PrecedenceRule.NOT_A_BRANCH and one.registration_id == self._company.anchor:
            return "it is the home entry, and a branch may not state this of its company"
        return _WON[PrecedenceRule(rule)]

    def _why_it_lost(self, one: Registration, winner: Registration | None, rule: PrecedenceRule) -> str:
        if rule is PrecedenceRule.LATEST and winner is not None:
            return _earlier(one.provenance[self._name], winner.provenance[self._name])
        if rule is PrecedenceRule.NOT_A_BRANCH:
            return f"{one.registration_id} is {_branch(one)}, and a branch may not state this of its company"
        return _LOST[rule].format(home=self._company.anchor)


def _earlier(lost: EventRef, won: EventRef) -> str:
    if lost.effective_date != won.effective_date:
        return f"it took effect earlier, on {lost.effective_date}; the other on {won.effective_date}"
    recorded = f"{lost.recorded_at:%Y-%m-%d %H:%M} UTC"
    return f"both took effect on {won.effective_date}; this one was recorded earlier, at {recorded}"


def _branch(one: Registration) -> str:
    home = one.properties.get("home_registration")
    return "a branch" if home is None else f"a branch of {home}"


_WON: Final[Mapping[PrecedenceRule, str]] = {
    PrecedenceRule.HOME_ONLY: "it is the home entry, and only the home entry may state this",
    PrecedenceRule.NOT_A_BRANCH: "it is no branch, and a branch may not state this of its company",
    PrecedenceRule.HOME: "it is the home entry: the register in which the company was formed comes first",
    PrecedenceRule.STATE: "it is a state's own register, which comes before a source that repeats registers",
    PrecedenceRule.LATEST: "of those that may state it, it is the latest",
    PrecedenceRule.SMALLEST_ID: "nothing else tells the statements apart, so the smallest registration id comes first",
}
_LOST: Final[Mapping[PrecedenceRule, str]] = {
    PrecedenceRule.HOME_ONLY: "only the home entry {home} may state this",
    PrecedenceRule.NOT_A_BRANCH: "a branch may not state this of its company",
    PrecedenceRule.HOME: "the home entry {home} comes first",
    PrecedenceRule.STATE: "this source repeats what registers say; a state's own register comes first",
    PrecedenceRule.LATEST: "another statement is later",
    PrecedenceRule.SMALLEST_ID: "nothing else tells the two apart, so the smaller registration id comes first",
}
