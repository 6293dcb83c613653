"""The words of simulated companies: names.yaml and registers.yaml, as values.

The truth's own knowledge: nothing here reads schemas/authorities, a unit test compares the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

import yaml

from register.legal_forms import LegalForm
from register.status import EntityStatus

_FOLDER: Final = Path(__file__).parent
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualWords:
    """The same words in both scripts."""

    ar: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A legal form: the registry's word for it, its form in names, and ours."""

    as_stated: str
    legal_form: LegalForm
    before_ar: str
    after_ar: str
    after_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city, its ISO 3166-2 region and a postal code where the member state has them."""

    name: BilingualWords
    region: str
    postal_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalRegister:
    """A member state's register. `numbers` is the half-open range of its numbers; of stems if `paired` (9-1)."""

    member_state: str
    authority: str
    publisher: str
    share: float
    numbers: tuple[int, int]
    paired: bool
    identifier: str
    currency: str
    languages: Mapping[str, float]
    activities: Sequence[Mapping[str, Any]]
    forms: Sequence[Form]
    words: Mapping[EntityStatus, Sequence[str]]
    cities: Sequence[City]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWords:
    """All words. `mark` stands in every simulated name, so that none passes for a real one."""

    mark: BilingualWords
    stems: Sequence[BilingualWords]
    qualifiers: Sequence[BilingualWords]
    sectors: Sequence[BilingualWords]
    streets: Sequence[BilingualWords]
    buildings: Sequence[BilingualWords]
    registers: Mapping[str, NationalRegister]


@cache
def vocabulary() -> SimulatedWords:
    """Read the words shipped with the simulator."""
    names = _read("names.yaml")
    lists = {key: _pairs(names[key]) for key in ("stems", "qualifiers", "sectors", "streets", "buildings")}
    registers = {code: _register(code, facts, names) for code, facts in _read("registers.yaml").items()}
    return SimulatedWords(mark=BilingualWords(**names["mark"]), registers=registers, **lists)


def pick(rng: Random, choices: Sequence[_T]) -> _T:
    """Choose one; a third of the time that Random.choice takes, and this is called some fifty times per company."""
    return choices[int(rng.random() * len(choices))]


def weighted(rng: Random, shares: Mapping[_T, float]) -> _T:
    """Choose a key by its share; shares need not add up to 1."""
    point = rng.random() * sum(shares.values())
    for key, share in shares.items():
        point -= share
        if point < 0:
            return key
    return key


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    return found


def _pairs(rows: Sequence[Sequence[str]]) -> Sequence[BilingualWords]:
    return tuple(BilingualWords(ar=ar, en=en) for ar, en in rows)


def _register(code: str, facts: Mapping[str, Any], names: Mapping[str, Any]) -> NationalRegister:
    low, high = facts["number"]
    return NationalRegister(
        member_state=code,
        authority=facts["authority"],
        publisher=facts["publisher"],
        share=facts["share"],
        numbers=(low, high),
        paired=facts.get("paired", False),
        identifier=facts["identifier"],
        currency=facts["currency"],
        languages=facts["languages"],
        activities=_activities(facts["activity_scheme"], names),
        forms=tuple(
            Form(as_stated=word, before_ar=before, after_ar=after_ar, after_en=after_en, legal_form=LegalForm(form))
            for word, before, after_ar, after_en, form in facts["forms"]
        ),
        words={EntityStatus(status): tuple(words) for status, words in facts["words"].items()},
        cities=tuple(
            City(name=BilingualWords(ar=ar, en=en), region=region, postal_code=postal)
            for ar, en, region, postal in facts["cities"]
        ),
    )


def _activities(scheme: str, names: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Write a member state's activities once, as events carry them: a national code extends the ISIC class."""
    rows = names["saudi_activities"] if scheme == "SA.ISIC4" else names["activities"]
    suffix = "-1" if scheme == "BH.ISIC4" else ""
    return tuple(
        {
            "scheme": scheme,
            "version": "4",
            "code": code + suffix,
            "label": [{"text": ar, "language": "ar"}, {"text": en, "language": "en"}],
        }
        for code, ar, en in rows
    )
