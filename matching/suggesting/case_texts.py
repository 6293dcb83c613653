"""A suggestion as a case of the stewards' queue: its score, its reasons word by word, and a sentence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from matching.names.comparing import Reason
from matching.suggesting.suggester import Alike
from register.ids import RegistrationId
from register.names.how import How
from register.resolution.cases import Case, CaseKind, WordPair
from register.resolution.judgements import RegistrationPair

_KEPT: Final = 1_000  # scores and weights are kept in thousandths
_SAID: Final[Mapping[How, str]] = {
    How.SAME: "«{}» is «{}»",
    How.TRANSLATED: "«{}» means «{}»",
    How.TRANSLITERATED: "«{}» sounds as «{}»",
    How.ALIKE: "«{}» is spelled much as «{}»",
}


def key_of(registration: RegistrationId, number: int) -> str:
    """Name the key under which the suggester holds a registration's name; keys stand in the order of the ids."""
    return f"{registration} {number}"


def registration_of(key: str) -> RegistrationId:
    """Name the registration of such a key."""
    return RegistrationId(key.partition(" ")[0])


def number_of(key: str) -> int:
    """Say which of the registration's names such a key is of."""
    return int(key.partition(" ")[2])


def pair_of(alike: Alike) -> RegistrationPair:
    """Name the two registrations, the smaller id first."""
    return registration_of(alike.left.key), registration_of(alike.right.key)


def case_id_of(pair: RegistrationPair) -> str:
    """Name the case of a pair."""
    return f"name/{pair[0]}/{pair[1]}"


def pair_in(case_id: str) -> RegistrationPair:
    """Name the pair of such a case."""
    _, left, right = case_id.split("/")
    return RegistrationId(left), RegistrationId(right)


def score_of(alike: Alike) -> int:
    """Give the score as a case keeps it."""
    return _thousandths(alike.compared.score)


def case_of(alike: Alike, reasons: Iterable[Reason]) -> Case:
    """Put a suggestion into the words of the queue."""
    words = tuple(
        WordPair(
            left=one.asked,
            right=one.known,
            how=one.how,
            weight=_thousandths(one.weight),
            share=_thousandths(one.share),
        )
        for one in reasons
    )
    return Case(
        case_id=case_id_of(pair_of(alike)),
        kind=CaseKind.SIMILAR_NAME,
        registrations=pair_of(alike),
        about=f"{alike.left.name} | {alike.right.name}",
        reason=f"their names are alike (probability {alike.compared.score:.2f}): {'; '.join(_phrases(words))}. "
        "That proves nothing: judge whether they are one company",
        score=score_of(alike),
        words=words,
    )


def without_reasons(case: Case) -> Case:
    """Give what is kept of a suggestion that is not shown: it has no reasons."""
    return replace(case, reason="", words=())


def _phrases(words: Sequence[WordPair]) -> Iterator[str]:
    equal = [one.left for one in words if one.how is How.SAME and one.left == one.right]
    if equal:
        yield f"both have {_in_quotes(equal)}"
    yield from (_SAID[one.how].format(one.left, one.right) for one in words if _is_pair(one))
    for place, alone in (
        ("first", [one.left for one in words if one.how is How.LEFT_OVER and one.left]),
        ("second", [one.right for one in words if one.how is How.LEFT_OVER and one.right]),
    ):
        if alone:
            yield f"only the {place} has {_in_quotes(alone)}"


def _is_pair(one: WordPair) -> bool:
    return one.how is not How.LEFT_OVER and one.left != one.right


def _in_quotes(words: Iterable[str]) -> str:
    return ", ".join(f"«{one}»" for one in words)


def _thousandths(share: float) -> int:
    return round(share * _KEPT)
