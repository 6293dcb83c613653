"""Who was one company, of the entries that were known: the truth's own reading of exact-identifiers.md.

Other than `company_truth`, it does not know which entries truly belong together. It sees what registries stated,
mistakes included, and follows the links as the page tells them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from register.ids import RegistrationId, authority_of, number_of
from simulation.registration_truth import RegistrationTruth

EntriesThen = Mapping[RegistrationId, RegistrationTruth]

_MOST_WITH_ONE_LEI: Final = 12
_MOST_WITH_ONE_NUMBER: Final = 3
_MOST_BRANCHES: Final = 250
_MOST_MEMBERS: Final = 64
_CLASSES: Final = (
    ("LLC", "SINGLE_PERSON_LLC", "PRIVATE_COMPANY_BY_SHARES", "FREE_ZONE_COMPANY", "FREE_ZONE_ESTABLISHMENT"),
    ("JSC", "PUBLIC_JSC", "CLOSED_JSC", "SIMPLIFIED_JSC"),
    ("GENERAL_PARTNERSHIP", "LIMITED_PARTNERSHIP", "PARTNERSHIP_BY_SHARES", "LIMITED_LIABILITY_PARTNERSHIP"),
    ("SOLE_PROPRIETORSHIP",),
)
"""Legal forms that one company may have in several registers."""
_ANOTHER_NUMBER, _HOME, _SAME_LEI = range(3)  # the surest link first


@dataclass(frozen=True, slots=True, order=True)
class _Stated:
    """A statement that two entries are one company."""

    kind: int
    left: RegistrationId
    right: RegistrationId
    about: str


def leis_in(entry: RegistrationTruth) -> set[str]:
    """Give the valid LEIs that an entry states."""
    stated = (one["value"] for one in entry.properties.get("identifiers", ()) if one["scheme"] == "LEI")
    return {value for value in stated if _is_lei(value)}


def other_numbers(entry: RegistrationTruth) -> set[RegistrationId]:
    """Give the other numbers of a Saudi entry, as the ids that it would have under them."""
    own = entry.registration_id
    if not own.startswith("SA.MC."):
        return set()
    numbers = {one["value"] for one in entry.properties.get("identifiers", ()) if one["scheme"] in ("SA.CR", "SA.UNN")}
    return {RegistrationId(f"SA.MC.{one}") for one in numbers if len(set(one)) > 1 and one != number_of(own)}


def groups_of(entries: EntriesThen) -> list[list[RegistrationId]]:
    """Group entries that state something into companies. No entry outside may be linked to any of them."""
    group = {own: {own} for own in entries}
    leis = _evident_leis(entries)
    for one in sorted(_stated_links(entries, leis)):
        left, right = group[one.left], group[one.right]
        if left is right or len(left) + len(right) > _MOST_MEMBERS:
            continue
        if one.kind == _SAME_LEI and (len(leis[one.left]) > 1 or len(leis[one.right]) > 1):
            continue
        if one.kind != _ANOTHER_NUMBER and _are_two(left, right, entries, leis):
            continue
        together = left | right
        group.update(dict.fromkeys(together, together))
    return [sorted(members) for members in {id(found): found for found in group.values()}.values()]


def named_for(members: EntriesThen) -> RegistrationId:
    """Choose the entry that a company is named for: a home that a member names, else the smallest id."""
    homes = {one.properties.get("home_registration") for one in members.values()}
    first = min([own for own in members if own in homes] or members)
    same_register = [own for own in members if authority_of(own) == authority_of(first)]
    return min(same_register, key=lambda own: (own.startswith("SA.MC.") and not own.startswith("SA.MC.7"), own))


def _stated_links(entries: EntriesThen, leis: Mapping[RegistrationId, set[str]]) -> Iterator[_Stated]:
    numbers: dict[RegistrationId, list[RegistrationId]] = {}
    homes: dict[RegistrationId, list[RegistrationId]] = {}
    carriers: dict[str, list[RegistrationId]] = {}
    for own, entry in sorted(entries.items()):
        for other in other_numbers(entry):
            numbers.setdefault(other, []).append(own)
        if (home := entry.properties.get("home_registration")) is not None:
            homes.setdefault(home, []).append(own)
        for lei in leis[own]:
            carriers.setdefault(lei, []).append(own)
    for kind, stars, most in ((_ANOTHER_NUMBER, numbers, _MOST_WITH_ONE_NUMBER), (_HOME, homes, _MOST_BRANCHES)):
        for middle, around in stars.items():
            if middle in entries and len(around) <= most:
                yield from (_Stated(kind, min(own, middle), max(own, middle), middle) for own in around)
    for lei, sharing in carriers.items():
        yield from (_Stated(_SAME_LEI, one, two, lei) for one in sharing for two in sharing if one < two)


def _evident_leis(entries: EntriesThen) -> dict[RegistrationId, set[str]]:
    """Give the LEIs of each entry, without those that too many carry."""
    stated = {own: leis_in(entry) for own, entry in entries.items()}
    count: dict[str, int] = {}
    for found in stated.values():
        for lei in found:
            count[lei] = count.get(lei, 0) + 1
    return {own: {lei for lei in found if count[lei] <= _MOST_WITH_ONE_LEI} for own, found in stated.items()}


def _are_two(
    left: set[RegistrationId], right: set[RegistrationId], entries: EntriesThen, leis: Mapping[RegistrationId, set[str]]
) -> bool:
    """Tell whether two groups cannot be one company: two entries in one register, two LEIs, or two classes of forms."""
    if {authority_of(own) for own in left} & {authority_of(own) for own in right}:
        return True
    of_left, of_right = ({lei for own in group for lei in leis[own] if len(leis[own]) == 1} for group in (left, right))
    if of_left and of_right and of_left != of_right:
        return True
    classes = [{found for own in group if (found := _class(entries[own])) is not None} for group in (left, right)]
    return bool(classes[0] and classes[1] and classes[0] != classes[1])


def _class(entry: RegistrationTruth) -> int | None:
    """Give the class of an entry's legal form; a branch does not tell the form of its company."""
    if entry.properties.get("is_branch") or entry.properties.get("home_registration"):
        return None
    form = entry.properties.get("legal_form")
    return next((place for place, forms in enumerate(_CLASSES) if form in forms), None)


def _is_lei(value: str) -> bool:
    """Check an LEI by ISO 17442: twenty signs, of which the last two are check digits (mod 97)."""
    return len(value) == 20 and value.isalnum() and int("".join(str(int(sign, 36)) for sign in value)) % 97 == 1
