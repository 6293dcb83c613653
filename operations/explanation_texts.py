"""Says of one statement why it counts or does not, and what its value follows from."""

from collections.abc import Mapping
from typing import Final

from operations.value_texts import lowered
from register.ids import RegistrationId
from register.precedence import PrecedenceRule
from services.derived_values import Origin, OriginKind
from services.explaining import ExplainedStatement, Why

ONLY_STATEMENT: Final = "only_statement"
"""Said in place of a rule where nobody else states the property."""


def rule_in_words(statement: ExplainedStatement) -> str:
    """Name the rule by which a statement counts or does not."""
    return ONLY_STATEMENT if statement.rule is None else statement.rule


def why_in_words(statement: ExplainedStatement, home: RegistrationId) -> str:
    """Say why a statement counts or does not; `home` is the home entry of the company."""
    if statement.why is Why.COMES_FIRST:
        of_home = statement.is_home and statement.rule is PrecedenceRule.NOT_A_BRANCH
        return _HOME_AND_NO_BRANCH if of_home else _FIRST[_rule(statement)]
    if statement.why is Why.COMES_LATER:
        return _LATER[_rule(statement)].format(home=home)
    later = statement.overtaken_by
    return _WHY[statement.why].format(
        one=statement.registration_id,
        home=home,
        branch="a branch" if statement.branch_of is None else f"a branch of {statement.branch_of}",
        day=statement.event.effective_date,
        later_day=None if later is None else later.effective_date,
        recorded_at=f"{statement.event.recorded_at:%Y-%m-%d %H:%M} UTC",
    )


def origin_in_words(origin: Origin, value: object) -> str:
    """Say what a value follows from, where the registry did not state it in these words.

    >>> origin_in_words(Origin(kind=OriginKind.WORD, word="active"), "ACTIVE")
    "ACTIVE is our word for the register's “active”"
    """
    names = "" if origin.name_en is None else f" ({origin.name_en}, {origin.name_ar})"
    return _ORIGINS[origin.kind].format(
        value=f"{value}{names}",
        word=origin.word,
        kind=None if origin.event_kind is None else lowered(origin.event_kind),
        authority=origin.authority,
        property=origin.property,
    )


def _rule(statement: ExplainedStatement) -> PrecedenceRule:
    return PrecedenceRule.SMALLEST_ID if statement.rule is None else statement.rule


_HOME_AND_NO_BRANCH: Final = "it is the home entry, and a branch may not state this of its company"
_FIRST: Final[Mapping[PrecedenceRule, str]] = {
    PrecedenceRule.HOME_ONLY: "it is the home entry, and only the home entry may state this",
    PrecedenceRule.NOT_A_BRANCH: "it is no branch, and a branch may not state this of its company",
    PrecedenceRule.HOME: "it is the home entry: the register in which the company was formed comes first",
    PrecedenceRule.AUTHORITY_KIND: "it is a state register, which comes before a source that repeats registers",
    PrecedenceRule.LATEST: "of those that may state it, it is the latest",
    PrecedenceRule.SMALLEST_ID: "nothing else tells the statements apart, so the smallest registration id comes first",
}
_LATER: Final[Mapping[PrecedenceRule, str]] = {
    PrecedenceRule.HOME_ONLY: "only the home entry {home} may state this",
    PrecedenceRule.NOT_A_BRANCH: "a branch may not state this of its company",
    PrecedenceRule.HOME: "the home entry {home} comes first",
    PrecedenceRule.AUTHORITY_KIND: "this source repeats what registers say; a state register comes first",
    PrecedenceRule.LATEST: "another statement is later",
    PrecedenceRule.SMALLEST_ID: "nothing else tells the two apart, so the smaller registration id comes first",
}
_WHY: Final[Mapping[Why, str]] = {
    Why.ONLY_STATEMENT: "no other register states it",
    Why.HOME_IS_SILENT: "the home entry {home} does not state it, and no other register does",
    Why.FOLLOWS_HOME: "branches in other member states must know what befell the home entry",
    Why.IS_BRANCH: "{one} is {branch}, and a branch may not state this of its company",
    Why.IN_LAW_EARLIER: "it took effect earlier, on {day}; the other on {later_day}",
    Why.RECORDED_EARLIER: "both took effect on {later_day}; this one was recorded earlier, at {recorded_at}",
}
_ORIGINS: Final[Mapping[OriginKind, str]] = {
    OriginKind.EVENT_KIND: "{value} follows from the kind of the event: {kind}",
    OriginKind.WORD: "{value} is our word for the register's “{word}”",
    OriginKind.UNMAPPED_WORD: "the register's word is “{word}”, which is in no map of {authority}",
    OriginKind.REGISTER: "the state of the register, unless the register stated another",
    OriginKind.FORMER_NAMES: "the names that amendments replaced, and those that the register stated as former",
    OriginKind.CONFIRMATION: "the day on which the latest confirmation took effect, unless the register stated another",
    OriginKind.HOME_ENTRY: "it follows from the {property} of the home entry, and is said while there are branches "
    "elsewhere",
}
