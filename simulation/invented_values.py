"""Made-up facts of one company: names, addresses, activities, capital. Whole values, as the Avro contract has them.

A value is never changed in place: an amendment makes a new one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from simulation.vocabulary import BilingualWords, City, Form, NationalRegister, SimulatedWords, pick

Text = dict[str, str]
_EASTERN: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_BRANCH: Final = BilingualWords(ar="فرع ", en=" - Branch")
_HAMZA: Final = str.maketrans("أإآ", "ااا")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The parts of a legal name. `serial` and the vocabulary's mark show that it was generated."""

    stem: BilingualWords
    qualifier: BilingualWords
    sector: BilingualWords
    form: Form
    serial: str
    scripts: Sequence[str]
    eastern: bool = False
    branch: bool = False
    plain: bool = False
    """Arabic written without hamza, as registers often do."""

    def texts(self, mark: BilingualWords) -> list[Text]:
        """Write the name once per script."""
        return [{"text": self._text(script, mark), "language": script} for script in self.scripts]

    def _text(self, script: str, mark: BilingualWords) -> str:
        if script == "ar":
            serial = self.serial.translate(_EASTERN) if self.eastern else self.serial
            stem = (self.stem.ar, self.qualifier.ar, mark.ar, serial)
            text = " ".join([word for word in (self.form.before_ar, *stem, self.sector.ar, self.form.after_ar) if word])
            text = text.translate(_HAMZA) if self.plain else text
            return _BRANCH.ar + text if self.branch else text
        latin = (self.stem.en, self.qualifier.en, mark.en, self.serial, self.sector.en, self.form.after_en)
        text = " ".join([word for word in latin if word])
        return text + _BRANCH.en if self.branch else text


def new_name(
    rng: Random, words: SimulatedWords, register: NationalRegister, serial: str, scripts: Sequence[str]
) -> Name:
    """Invent a company's name."""
    return Name(
        stem=pick(rng, words.stems),
        qualifier=pick(rng, words.qualifiers),
        sector=pick(rng, words.sectors),
        form=pick(rng, register.forms),
        serial=serial,
        scripts=scripts,
        eastern=rng.random() < 0.3,
    )


def renamed(rng: Random, name: Name, words: SimulatedWords, register: NationalRegister) -> Name:
    """Change a part of a name, as amendments do: the stem, the business, the form, or the Arabic spelling."""
    point = rng.random()
    if point < 0.4:
        return replace(name, stem=pick(rng, words.stems), qualifier=pick(rng, words.qualifiers))
    if point < 0.65:
        return replace(name, sector=pick(rng, words.sectors))
    if point < 0.75:
        return replace(name, form=pick(rng, register.forms))
    return replace(name, plain=not name.plain)


def address(
    rng: Random, words: SimulatedWords, register: NationalRegister, scripts: Sequence[str]
) -> list[dict[str, Any]]:
    """Invent an address, once per script."""
    city, street, building = pick(rng, register.cities), pick(rng, words.streets), pick(rng, words.buildings)
    house, office = 1 + int(rng.random() * 980), 1 + int(rng.random() * 60)
    lines = {
        "ar": [f"{building.ar} {house}، مكتب {office}", street.ar],
        "en": [f"{building.en} {house}, Office {office}", street.en],
    }
    return [_address_in(script, lines[script], city, register) for script in scripts]


def _address_in(script: str, lines: list[str], city: City, register: NationalRegister) -> dict[str, Any]:
    return {
        "language": script,
        "lines": lines,
        "city": city.name.ar if script == "ar" else city.name.en,
        "region": city.region,
        "postal_code": city.postal_code,
        "country": register.member_state,
    }


def activities(rng: Random, register: NationalRegister) -> list[Mapping[str, Any]]:
    """Choose one to four activities; the first of a member state's list are those of IT companies."""
    count = 1 + int(rng.random() * rng.random() * 4)
    first = int(rng.random() * len(register.activities))
    return [register.activities[(first + step * 5) % len(register.activities)] for step in range(count)]


def share_capital(rng: Random, register: NationalRegister) -> dict[str, str]:
    """Invent a share capital; some registries write fils and halalas, some do not."""
    amount = (1 + int(rng.random() * 40)) * pick(rng, (1_000, 5_000, 25_000))
    return {"amount": f"{amount}.000" if rng.random() < 0.2 else str(amount), "currency": register.currency}


def website(rng: Random, index: int) -> str:
    """Invent a website under a domain that can never exist (RFC 2606)."""
    return f"https://sim-{index}-{int(rng.random() * 100)}.example"


def trading_names(rng: Random, words: SimulatedWords, serial: str) -> list[Text]:
    """Invent a trading name."""
    stem = pick(rng, words.stems)
    return [{"text": f"{stem.en} {words.mark.en} {serial}", "language": "en"}]


def particulars(rng: Random) -> dict[str, str]:
    """Invent facts under a registry's own field names."""
    return {"hasEcommerce": pick(rng, ("true", "false")), "financial_year_end": pick(rng, ("31/12", "31/03", "30/06"))}


def identifier(scheme: str, value: str, since: date | None = None, until: date | None = None) -> dict[str, Any]:
    """Write an identifier."""
    return {"scheme": scheme, "value": value, "valid_from": since, "valid_to": until}


def _wrong_name(rng: Random, value: Any) -> Any:
    addition = pick(rng, ("2", "II", "الجديدة"))
    return [{"text": f"{one['text']} {addition}", "language": one["language"]} for one in value]


def _wrong_date(rng: Random, value: Any) -> Any:
    return value + timedelta(days=pick(rng, (1, 30, 365)))


def _wrong_address(rng: Random, value: Any) -> Any:
    return [{**one, "lines": [f"P.O. Box {int(rng.random() * 90_000)}"]} for one in value]


def _wrong_list(rng: Random, value: Any) -> Any:
    return [*value[1:], value[0]] if len(value) > 1 else [*value, *value]


WRONG: Final[Mapping[str, Callable[[Random, Any], Any]]] = {
    "legal_name": _wrong_name,
    "trading_names": _wrong_name,
    "expiry_date": _wrong_date,
    "legal_address": _wrong_address,
    "headquarters_address": _wrong_address,
    "activities": _wrong_list,
    "share_capital": lambda rng, value: {**value, "amount": value["amount"].replace(".000", "") + "0"},
    "legal_form_as_stated": lambda rng, value: f"{value} *",
    "website": lambda rng, value: value.replace("https", "http"),
    "is_branch": lambda rng, value: not value,
    "particulars": lambda rng, value: {**value, "typed_by": str(int(rng.random() * 100))},
}
"""By property, how a clerk mistypes its value; the result is still valid."""
