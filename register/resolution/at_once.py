"""Resolve many registrations at once, from an empty state: the state that the resolver reaches step by step.

The evidence of all is stored first, without a look at links. Then only registrations with links are grouped: most have
none, and stay in the company of their own id.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from register.ids import RegistrationId
from register.resolution.cases import shared_too_widely
from register.resolution.clusters import most_sharing
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import ResolutionState

Sharing = Mapping[str, Sequence[RegistrationId]]
"""By key (`keys_of`), the registrations that share it."""


def state_of_key(key: str, sharing: Iterable[RegistrationId]) -> ResolutionState:
    """Make the state under a shared key before anything is grouped."""
    ordered, most = tuple(sorted(sharing)), most_sharing(key)
    if len(ordered) <= most or key.startswith("stem/"):
        return ResolutionState(sharing=ordered)
    return ResolutionState(sharing=ordered, cases=(shared_too_widely(key, ordered, most),))


def linked(
    sharing: Sharing,
    judgements: Iterable[Judgement],
    malformed: Collection[RegistrationId] = (),
    *,
    with_cases: bool = True,
) -> Iterator[RegistrationId]:
    """List the registrations that must be grouped, each once, connected ones near each other.

    `malformed` have identifiers of a wrong form, which make a case. Without `with_cases`, those are left out that can
    make a case and no link.
    """
    listed: dict[RegistrationId, None] = {}
    for key, around in sharing.items():
        kind, _, about = key.partition("/")
        if kind in ("home", "number"):
            listed.update(dict.fromkeys((RegistrationId(about), *around)))
        elif (kind == "identifier" or with_cases) and 1 < len(around) <= most_sharing(key):
            listed.update(dict.fromkeys(around))
    for judgement in judgements:
        listed.update(dict.fromkeys(judgement.pair))
    if with_cases:
        listed.update(dict.fromkeys(malformed))
    yield from listed
