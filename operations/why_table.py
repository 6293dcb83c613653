"""`sijill show ID --why PROPERTY`: the explanation of one value, for a person and as JSON."""

from typing import Any, Final

from operations.explanation_texts import origin_in_words, rule_in_words, why_in_words
from operations.output import say
from operations.value_texts import as_lines, lowered
from register.ids import RegistrationId
from register.precedence import PrecedenceRule
from services.explaining import ExplainedStatement, Explanation

_RULES: Final = {
    PrecedenceRule.HOME_ONLY: "only the home entry may state it",
    PrecedenceRule.NOT_A_BRANCH: "a branch may not state it",
    PrecedenceRule.HOME: "the home entry comes first",
    PrecedenceRule.AUTHORITY_KIND: "a member state's register comes before a source that repeats registers",
    PrecedenceRule.LATEST: "what took effect last comes first, then what was recorded last",
    PrecedenceRule.SMALLEST_ID: "the smallest registration id comes first",
}


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Make the `--json` document of an explanation."""
    won, home = explanation.won, explanation.home
    return {
        "company_id": explanation.company_id,
        "property": explanation.property,
        "home": home,
        "won": None if won is None else _statement_document(won, home),
        "lost": [_statement_document(one, home) for one in explanation.lost],
        "silent": explanation.silent,
        "rules": explanation.rules,
        "reason": explanation.reason_en,
        "is_current": explanation.is_current,
        "value": None if won is None else won.value,
    }


def _statement_document(statement: ExplainedStatement, home: RegistrationId) -> dict[str, Any]:
    return {
        "registration_id": statement.registration_id,
        "authority_en": statement.authority_en,
        "authority_ar": statement.authority_ar,
        "is_home": statement.is_home,
        "value": statement.value,
        "event": statement.event._asdict(),
        "derived": _derived(statement),
        "rule": rule_in_words(statement),
        "because": why_in_words(statement, home),
    }


def show_explanation(explanation: Explanation) -> None:
    """Show an explanation. Each value has separate lines, so that Arabic and Latin do not mix."""
    say(f"{explanation.property} of {explanation.company_id}")
    if explanation.won is None:
        say()
        say("The company does not have it: " + _why_nothing(explanation))
    else:
        say()
        _show(explanation.won)
        say(f"  It counts because {_because(explanation.won, explanation)}.")
    for one in explanation.lost:
        say()
        say("Not taken:")
        _show(one)
        say(f"  It does not count because {_because(one, explanation)}.")
    if explanation.silent:
        say()
        say(f"Nothing is stated by {', '.join(explanation.silent)}.")
    _say_rules(explanation)


def _show(statement: ExplainedStatement) -> None:
    for line in as_lines(statement.value):
        say(f"    {line}")
    role = ", the home entry of the company" if statement.is_home else ""
    event = statement.event
    say(f"  stated by {statement.registration_id}{role}")
    say(f"    {statement.authority_en}")
    say(f"    {statement.authority_ar}")
    say(f"  in event {event.event_id} ({lowered(event.kind)}), number {event.sequence} of this registration")
    say(f"  in law since {event.effective_date}, recorded by the register {event.recorded_at:%Y-%m-%d %H:%M} UTC")
    derived = _derived(statement)
    if derived is not None:
        say(f"  {derived}")


def _because(statement: ExplainedStatement, explanation: Explanation) -> str:
    return f"{why_in_words(statement, explanation.home)} (rule: {rule_in_words(statement)})"


def _derived(statement: ExplainedStatement) -> str | None:
    return None if statement.derived is None else origin_in_words(statement.derived, statement.value)


def _why_nothing(explanation: Explanation) -> str:
    if explanation.lost:
        return "nobody who may state it states it."
    return "no register states it."


def _say_rules(explanation: Explanation) -> None:
    say()
    say(f"The rules for {explanation.property}, in their order:")
    rules = [
        *explanation.rules,
        *(() if PrecedenceRule.HOME_ONLY in explanation.rules else (PrecedenceRule.SMALLEST_ID,)),
    ]
    for place, rule in enumerate(dict.fromkeys(rules), 1):
        say(f"  {place}. {rule}: {_RULES[rule]}")
    say(f"  {explanation.reason_en}")
    say(f"The home entry is the registration that the company is named for, here {explanation.home}.")
    if not explanation.is_current:
        say("The record was merged by an earlier table of rules: it will say this when it is next merged.")
