"""Registration numbers in each authority's format, and other identifiers: a number for every index, none twice.

An affine permutation of each register's range gives the number of company `index` without a list of those given out.
"""

from random import Random
from typing import Final

from producers.simulation.vocabulary import State
from register.ids import RegistrationId

SLOTS: Final = 4  # registrations of one company at most: its home and three branches
_STRANGERS: Final = 2  # companies that share a stem in Bahrain, where both are registered there
_MULTIPLIER: Final = 2_654_435_761  # prime, so it permutes any range that is not a multiple of it
_SAUDI_CITIES: Final = (1010, 4030, 2050, 4031, 4650)  # real leading digits of CR numbers: Riyadh, Jeddah, Dammam …
_LEI_PREFIX: Final = "984500"  # a real LEI begins with its issuer's four digits and two zeros


def capacity(state: State) -> int:
    """Say for how many companies a register has numbers."""
    low, high = state.numbers
    return (high - low) * _STRANGERS if state.paired else (high - low) // SLOTS


def registration_number(state: State, index: int, slot: int, offset: int) -> str:
    """Give the number of a company's registration; distinct for distinct (index, slot) of one offset.

    Bahrain's are pairs, and as there two companies share a stem: 9-1 and 9-3 are strangers.
    """
    low, high = state.numbers
    place, stranger = divmod(index, _STRANGERS) if state.paired else (index * SLOTS + slot, 0)
    number = low + (place * _MULTIPLIER + offset) % (high - low)
    return f"{number}-{1 + 2 * stranger + 2 * _STRANGERS * slot}" if state.paired else str(number)


def registration_of(state: State, index: int, slot: int, offset: int) -> RegistrationId:
    """Give the registration id of that number."""
    return RegistrationId(f"{state.authority}.{registration_number(state, index, slot, offset)}")


def saudi_cr(rng: Random) -> str:
    """Make a ten-digit Saudi CR number as it was before April 2025."""
    return f"{_SAUDI_CITIES[int(rng.random() * 5)]}{int(rng.random() * 1_000_000):06d}"


def licence(rng: Random) -> str:
    """Make an Emirati licence number."""
    return f"CN-{1_000_000 + int(rng.random() * 4_000_000)}"


def lei(index: int, seed: str) -> str:
    """Make the LEI of a company: ISO 17442, with check digits by ISO 7064 mod 97-10.

    >>> lei(0, "a"), int("".join(str(int(sign, 36)) for sign in lei(0, "a"))) % 97
    ('984500SIMA0000000074', 1)
    """
    seed_part = "".join(sign for sign in seed.upper() if sign.isascii() and sign.isalnum())[:1] or "0"
    body = f"{_LEI_PREFIX}SIM{seed_part}{index:08d}"
    checked = 98 - int("".join(str(int(sign, 36)) for sign in body + "00")) % 97
    return f"{body}{checked:02d}"
