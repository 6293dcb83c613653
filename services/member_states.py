"""The member states, as people name them."""

from register.ids import MEMBER_STATES
from services.problems import UnknownMemberStates


def member_state_named(text: str) -> str:
    """Take the code of a member state, in capitals or not; raises UnknownMemberStates for what is none."""
    if text.upper() not in MEMBER_STATES:
        raise UnknownMemberStates(names=(text.upper(),), known=MEMBER_STATES)
    return text.upper()
