"""Registration numbers in each authority's format, and other identifiers: a number for every index, none twice.

An affine permutation of each register's range gives the number of company `index` without a list of those given out.
"""

from random import Random
from typing import Final
from zlib import crc32

from register.ids import RegistrationId
from simulation.vocabulary import NationalRegister

SLOTS: Final = 4  # registrations of one company at most: its home and three branches
_STRANGERS: Final = 2  # companies that share a stem in Bahrain, where both are registered there
_MULTIPLIER: Final = 2_654_435_761  # prime, so it permutes any range that is not a multiple of it
_SAUDI_CITIES: Final = (1010, 4030, 2050, 4031, 4650)  # real leading digits of CR numbers: Riyadh, Jeddah, Dammam …
_SAUDI_CRS: Final = len(_SAUDI_CITIES) * 1_000_000  # more than any simulation has companies
_LEI_PREFIX: Final = "984500SIM"  # a real LEI begins with its issuer's four digits and two zeros
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SEED_DIGITS, _INDEX_DIGITS = 4, 5
_AGENTS: Final = 50_000_000  # indices from here on are no companies: LEIs of agents, which too many carry


def capacity(register: NationalRegister) -> int:
    """Give the number of companies for which a register has numbers."""
    low, high = register.numbers
    return (high - low) * _STRANGERS if register.paired else (high - low) // SLOTS


def registration_number(register: NationalRegister, index: int, slot: int, offset: int) -> str:
    """Give the number of a company's registration; distinct for distinct (index, slot) of one offset.

    Bahrain's are pairs, and as there two companies share a stem: 9-1 and 9-3 are strangers.
    """
    low, high = register.numbers
    place, stranger = divmod(index, _STRANGERS) if register.paired else (index * SLOTS + slot, 0)
    number = low + (place * _MULTIPLIER + offset) % (high - low)
    return f"{number}-{1 + 2 * stranger + 2 * _STRANGERS * slot}" if register.paired else str(number)


def registration_of(register: NationalRegister, index: int, slot: int, offset: int) -> RegistrationId:
    """Give the registration id of that number."""
    return RegistrationId(f"{register.authority}.{registration_number(register, index, slot, offset)}")


def saudi_cr(index: int, offset: int) -> str:
    """Give a company's ten-digit Saudi CR number of before April 2025; distinct for distinct indices of one offset."""
    number, city = divmod((index * _MULTIPLIER + offset) % _SAUDI_CRS, len(_SAUDI_CITIES))
    return f"{_SAUDI_CITIES[city]}{number:06d}"


def licence(rng: Random) -> str:
    """Make an Emirati licence number."""
    return f"CN-{1_000_000 + int(rng.random() * 4_000_000)}"


def lei(index: int, seed: str) -> str:
    """Make the LEI of a company: ISO 17442, with check digits by ISO 7064 mod 97-10.

    >>> lei(0, "a"), int("".join(str(int(sign, 36)) for sign in lei(0, "a"))) % 97
    ('984500SIMJWAR0000086', 1)
    """
    body = f"{_LEI_PREFIX}{_digits(crc32(seed.encode()), _SEED_DIGITS)}{_digits(index, _INDEX_DIGITS)}"
    checked = 98 - int("".join(str(int(sign, 36)) for sign in body + "00")) % 97
    return f"{body}{checked:02d}"


def agents_lei(block: int, seed: str) -> str:
    """Make the LEI of an agent, which many companies state as their own."""
    return lei(_AGENTS + block, seed)


def _digits(number: int, count: int) -> str:
    """Write a number's last digits in base 36."""
    written = ""
    for _ in range(count):
        number, digit = divmod(number, len(_DIGITS))
        written = _DIGITS[digit] + written
    return written
