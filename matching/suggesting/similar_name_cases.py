"""A suggestion as a case of the stewards' queue: its score, its reasons word by word, and a sentence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from matching.names.name_comparer import Reason
from matching.suggesting.suggester import SimilarNames
from register.ids import RegistrationId
from register.names.word_match_kind import How
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
    """Make the suggester's key of a registration's name; keys sort as the registration ids do."""
    return f"{registration} {number}"


def registration_of(key: str) -> RegistrationId:
    """Give the registration of a key."""
    return RegistrationId(key.partition(" ")[0])


def number_of(key: str) -> int:
    """Give the number of the name in a key."""
    return int(key.partition(" ")[2])


def pair_of(similar: SimilarNames) -> RegistrationPair:
    """Name the two registrations, the smaller id first."""
    return registration_of(similar.left.key), registration_of(similar.right.key)


def case_id_of(pair: RegistrationPair) -> str:
    """Make the id of a pair's case."""
    return f"name/{pair[0]}/{pair[1]}"


def pair_in(case_id: str) -> RegistrationPair:
    """Give the pair of a case's id."""
    _, left, right = case_id.split("/")
    return RegistrationId(left), RegistrationId(right)


def score_of(similar: SimilarNames) -> int:
    """Give the score in thousandths."""
    return _thousandths(similar.compared.score)


def case_of(similar: SimilarNames, reasons: Iterable[Reason]) -> Case:
    """Make the case of a suggestion: its score, its words and a sentence for the steward."""
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
        case_id=case_id_of(pair_of(similar)),
        kind=CaseKind.SIMILAR_NAME,
        registrations=pair_of(similar),
        about=f"{similar.left.name} | {similar.right.name}",
        reason=f"their names are alike (probability {similar.compared.score:.2f}): {'; '.join(_phrases(words))}. "
        "That proves nothing: judge whether they are one company",
        score=score_of(similar),
        words=words,
    )


def without_reasons(case: Case) -> Case:
    """Make the stored form of a hidden suggestion: the case without reasons."""
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
