"""`sijill show ID --why PROPERTY`: the explanation of one value, for a person and as JSON."""

from dataclasses import asdict
from typing import Any, Final

from operations.explaining import Explanation, Said
from operations.output import screen
from operations.texts import as_lines
from register.precedence import Rule

_RULES: Final = {
    Rule.HOME_ONLY: "only the home entry may state it",
    Rule.NOT_A_BRANCH: "a branch may not state it",
    Rule.HOME: "the home entry comes first",
    Rule.STATE: "a state's register comes before a source that repeats registers",
    Rule.LATEST: "what took effect last comes first, then what was recorded last",
    Rule.SMALLEST_ID: "the smallest registration id comes first",
}


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Bring an explanation into the form that `--json` answers with."""
    document = asdict(explanation)
    document["won"] = None if explanation.won is None else _said(explanation.won)
    document["lost"] = [_said(one) for one in explanation.lost]
    document["value"] = None if explanation.won is None else explanation.won.value
    return document


def _said(said: Said) -> dict[str, Any]:
    return {**asdict(said), "event": said.event._asdict()}


def show_explanation(explanation: Explanation) -> None:
    """Show an explanation: each value on lines of its own, so that Arabic and Latin do not run into each other."""
    _say(f"{explanation.property} of {explanation.company_id}")
    if explanation.won is None:
        _say("\nThe company does not have it: " + _why_nothing(explanation))
    else:
        _say("")
        _show(explanation.won)
        _say(f"  It counts because {explanation.won.because} (rule: {explanation.won.rule}).")
    for one in explanation.lost:
        _say("\nNot taken:")
        _show(one)
        _say(f"  It does not count because {one.because} (rule: {one.rule}).")
    if explanation.silent:
        _say(f"\nNothing is stated by {', '.join(explanation.silent)}.")
    _say_rules(explanation)


def _show(said: Said) -> None:
    for line in as_lines(said.value):
        _say(f"    {line}")
    role = ", the home entry of the company" if said.is_home else ""
    event = said.event
    kind = event.kind.value.lower().replace("_", " ")
    _say(f"  stated by {said.registration_id}{role}")
    _say(f"    {said.authority_en}")
    _say(f"    {said.authority_ar}")
    _say(f"  in event {event.event_id} ({kind}), number {event.sequence} of this registration")
    _say(f"  in law since {event.effective_date}, recorded by the register {event.recorded_at:%Y-%m-%d %H:%M} UTC")
    if said.derived is not None:
        _say(f"  {said.derived}")


def _why_nothing(explanation: Explanation) -> str:
    if explanation.lost:
        return "nobody who may state it states it."
    return "no register states it."


def _say_rules(explanation: Explanation) -> None:
    _say(f"\nThe rules for {explanation.property}, in their order:")
    rules = [*explanation.rules, *(() if Rule.HOME_ONLY in explanation.rules else (Rule.SMALLEST_ID,))]
    for place, rule in enumerate(dict.fromkeys(rules), 1):
        _say(f"  {place}. {rule}: {_RULES[rule]}")
    _say(f"  {explanation.reason}")
    _say(f"The home entry is the registration that the company is named for, here {explanation.home}.")
    if not explanation.is_current:
        _say("The record was merged by an earlier table of rules: it will say this when it is next merged.")


def _say(text: str) -> None:
    screen.print(text, markup=False, highlight=False, soft_wrap=True)
