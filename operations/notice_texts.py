"""Shows a notice to a person and to a machine, and describes missing numbers."""

from typing import Any, Final

from operations.move_texts import move_in_words
from operations.output import say
from operations.value_texts import as_text
from register.changes import Change, Trigger
from services.contract_json import event_document
from services.following import NotGivenYet, Notice, NotKept, NumbersMissing, NumbersSkipped
from services.moves import move_in

_COPY: Final = "copy the companies anew (docs/how-to/follow.md) before you go on"


def notice_document(notice: Notice) -> dict[str, Any]:
    """Make the document of a notice for agencies: only the changed fields, before and after side by side."""
    return {"agency": notice.agency, "number": notice.number, **_change_document(notice.change)}


def show_notice(notice: Notice) -> None:
    """Show a notice: when and why a company changed, which registration moved, and each field before and after."""
    change = notice.change
    say(
        f"{notice.number}  {change.company_id}  version {change.version}  "
        f"{change.cause.lower()}  in law {change.effective_date}  "
        f"recorded {change.recorded_at:%Y-%m-%d %H:%M}",
        bold=True,
    )
    move = move_in(_change_document(change))
    if move is not None:
        say(f"{move_in_words(move)}. {_together(change)}", indent=4)
    for name in change.fields_changed:
        say(f"{name}: ", as_text(change.before.get(name)), "  →  ", as_text(change.after.get(name)), indent=4)


def missing_document(missing: NumbersMissing, start: int) -> dict[str, Any]:
    """Make the document of missing numbers, with the reason. `start`: the requested number."""
    return {
        "agency": missing.agency,
        "kind": _KINDS[type(missing)],
        "first": missing.first,
        "last": missing.last,
        "says": missing_in_words(missing, start),
    }


def missing_in_words(missing: NumbersMissing, start: int) -> str:
    """Describe which numbers are missing, why, and what to do. `start`: the requested number."""
    numbers = f"numbers {missing.first} to {missing.last} of {missing.agency}"
    if isinstance(missing, NotGivenYet):
        return (
            f"number {start} is not given yet: {_so_far(missing)}. Follow from {missing.first}, or find out where that "
            "number comes from"
        )
    if isinstance(missing, NumbersSkipped):
        return f"{numbers} are missing: report it to whoever runs the register, and {_COPY}"
    if missing.last is None:
        return f"no notice of {missing.agency} is kept any more: {_COPY}"
    return f"{numbers} are kept no longer, the first is {missing.last + 1}: {_COPY}"


def _so_far(missing: NotGivenYet) -> str:
    last = missing.first - 1
    return f"the last of {missing.agency} is {last}" if last else f"{missing.agency} has no notice yet"


def _change_document(change: Change) -> dict[str, Any]:
    return {
        "company_id": change.company_id,
        "version": change.version,
        "cause": change.cause,
        "effective_date": change.effective_date,
        "recorded_at": change.recorded_at,
        "triggers": [_trigger_document(one) for one in change.triggers],
        "registrations": change.registrations,
        "jurisdictions": change.jurisdictions,
        "isic4_classes": change.isic4_classes,
        "related": change.related,
        "alias_of": change.alias_of,
        "follows": change.follows,
        "joined": change.joined,
        "left": change.left,
        "fields_changed": change.fields_changed,
        "before": {name: change.before.get(name) for name in change.fields_changed},
        "after": {name: change.after.get(name) for name in change.fields_changed},
    }


def _trigger_document(trigger: Trigger) -> dict[str, Any]:
    return {
        "registration_id": trigger.registration_id,
        "event": event_document(trigger.event),
        "judgement": trigger.judgement,
    }


def _together(change: Change) -> str:
    """Describe the registrations of the company after one joined or left."""
    members = [one for one in change.registrations if one != change.left]
    return f"{change.company_id} consists of {', '.join(members)} now" if members else "Nothing is left of it"


_KINDS: Final[dict[type[NumbersMissing], str]] = {
    NotKept: "not_kept",
    NotGivenYet: "not_given_yet",
    NumbersSkipped: "gap",
}
