"""Why a company's record says what it says: who stated a property, what others state, and why that lost.

The answer is made anew from the record's registrations and the precedence table, by the functions that `unify` merges
with. So it is the reason, not a report about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from register.authorities import Authorities, Authority, kinds_of
from register.company import FOLLOWING_FROM, Company
from register.events import EventRef
from register.ids import RegistrationId, authority_of
from register.precedence import Decision, Precedence, PrecedenceRule, decide
from register.properties import PROPERTIES
from register.registration import Registration
from schemas.codec.company_records import company_from
from schemas.codec.json_form import from_json
from schemas.facts.authorities import authorities
from schemas.facts.precedence import Table, table
from services.derived_values import Origin, OriginKind, origin
from services.problems import UnknownProperty


class Why(StrEnum):
    """Why a statement counts, or why it does not."""

    ONLY_STATEMENT = "only_statement"
    """It counts: no other registration states the property."""
    HOME_IS_SILENT = "home_is_silent"
    """It counts: the home entry does not state the property, and no other registration does."""
    FOLLOWS_HOME = "follows_home"
    """It counts though nobody states it: branches elsewhere must know what befell the home entry."""
    COMES_FIRST = "comes_first"
    """It counts: by `rule` it comes before all others."""
    COMES_LATER = "comes_later"
    """It does not count: by `rule` another comes before it, or it may not state the property."""
    IS_BRANCH = "is_branch"
    """It does not count: a branch, of `branch_of` if it says so, may not state the property of its company."""
    IN_LAW_EARLIER = "in_law_earlier"
    """It does not count: it took effect on an earlier day than the event `overtaken_by`."""
    RECORDED_EARLIER = "recorded_earlier"
    """It does not count: it took effect on the day of the event `overtaken_by`, and was recorded earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedStatement:
    """One registration's statement of the property: why it counts or does not.

    `rule` is the one that decided it; None where nobody else states the property. `derived` says what the value follows
    from, where the registry did not state it in these words.
    """

    registration_id: RegistrationId
    authority_en: str
    authority_ar: str
    is_home: bool
    value: Any
    event: EventRef
    derived: Origin | None
    rule: PrecedenceRule | None
    why: Why
    branch_of: str | None = None
    overtaken_by: EventRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that there is to say about one property of one company. `won` is None where the company does not have it."""

    company_id: str
    property: str
    home: RegistrationId
    won: ExplainedStatement | None
    lost: tuple[ExplainedStatement, ...]
    silent: tuple[RegistrationId, ...]
    rules: tuple[PrecedenceRule, ...]
    reason_en: str
    """Why the property has these rules, as the table of precedence says it."""
    reason_ar: str
    is_current: bool
    """False where the record was merged by an earlier table: it will change when it is next merged."""


def company_in(record: Mapping[str, Any]) -> Company:
    """Read a record of the projection as the company that it is."""
    return company_from(from_json("Company", {name: one for name, one in record.items() if name != "aliases"}))


def property_named(text: str) -> str:
    """Take the name of a property; raises UnknownProperty for what is none."""
    if text not in PROPERTIES:
        raise UnknownProperty(name=text, known=PROPERTIES)
    return text


def explain(company: Company, name: str, by: Table | None = None, known: Authorities | None = None) -> Explanation:
    """Explain one property; `by` and `known` are the shipped table and authorities where they are left out.

    Raises UnknownProperty.
    """
    property_named(name)
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
        reason_en=rules.reasons[name].why_en,
        reason_ar=rules.reasons[name].why_ar,
        is_current=name in FOLLOWING_FROM or _holds(company, name, decision),
    )


def _holds(company: Company, name: str, decision: Decision | None) -> bool:
    if decision is None or name not in company.properties:
        return decision is None and name not in company.properties
    return company.sources.get(name, company.anchor) == decision.winner


class _Teller:
    """Tells what was decided about one property of one company."""

    def __init__(self, company: Company, name: str, known: Authorities, rules: Table) -> None:
        self._company = company
        self._members = company.members()
        self._name = name
        self._known = known
        self._rules = rules

    def won(self, decision: Decision) -> ExplainedStatement:
        """Tell of the statement that won."""
        winner = self._members[decision.winner]
        used = [
            rule
            for rule in (*self._rules.rules[self._name], PrecedenceRule.SMALLEST_ID)
            if rule in decision.lost.values()
        ]
        if used:  # the last: by this one the closest of the others lost
            return self._explained(winner, used[-1], Why.COMES_FIRST)
        alone = winner.registration_id == self._company.anchor or len(self._members) == 1
        return self._explained(winner, None, Why.ONLY_STATEMENT if alone else Why.HOME_IS_SILENT)

    def follows(self) -> ExplainedStatement:
        """Tell of a property that nobody states: from which one of the home entry it follows."""
        home, event = self._company.source_of(self._name)
        english, arabic = _names(home, self._authority(home))
        return ExplainedStatement(
            registration_id=home,
            authority_en=english,
            authority_ar=arabic,
            is_home=True,
            value=self._company.properties[self._name],
            event=event,
            derived=Origin(kind=OriginKind.HOME_ENTRY, property=FOLLOWING_FROM[self._name]),
            rule=PrecedenceRule.HOME_ONLY,
            why=Why.FOLLOWS_HOME,
        )

    def lost(self, one: Registration, decision: Decision | None) -> ExplainedStatement:
        """Tell of a statement that lost, or that did not count at all."""
        rule = self._rules.rules[self._name][0] if decision is None else decision.lost[one.registration_id]
        if rule is PrecedenceRule.NOT_A_BRANCH:
            return self._explained(one, rule, Why.IS_BRANCH, branch_of=one.properties.get("home_registration"))
        if rule is PrecedenceRule.LATEST and decision is not None:
            winning = self._members[decision.winner].provenance[self._name]
            same_day = one.provenance[self._name].effective_date == winning.effective_date
            why = Why.RECORDED_EARLIER if same_day else Why.IN_LAW_EARLIER
            return self._explained(one, rule, why, overtaken_by=winning)
        return self._explained(one, rule, Why.COMES_LATER)

    def _explained(
        self,
        one: Registration,
        rule: PrecedenceRule | None,
        why: Why,
        *,
        branch_of: str | None = None,
        overtaken_by: EventRef | None = None,
    ) -> ExplainedStatement:
        authority = self._authority(one.registration_id)
        english, arabic = _names(one.registration_id, authority)
        return ExplainedStatement(
            registration_id=one.registration_id,
            authority_en=english,
            authority_ar=arabic,
            is_home=one.registration_id == self._company.anchor,
            value=one.properties[self._name],
            event=one.provenance[self._name],
            derived=origin(self._name, one, authority),
            rule=rule,
            why=why,
            branch_of=branch_of,
            overtaken_by=overtaken_by,
        )

    def _authority(self, registration: RegistrationId) -> Authority | None:
        return self._known.get(authority_of(registration))


def _names(registration: RegistrationId, authority: Authority | None) -> tuple[str, str]:
    """Name a registration's authority in both languages; one that is not known has its id alone."""
    if authority is None:
        return authority_of(registration), authority_of(registration)
    return authority.name_en, authority.name_ar
