"""Decoys: companies that look like others and must not be merged with them.

A decoy carries a placeholder or an identifier that many strangers share. Every second decoy also bears a name that
others bear, without the serial number that separates simulated companies. In each full thousand of companies, forty
carry the LEI of their agent: until too many do, it links them.
"""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from simulation import registration_numbers
from simulation.invented_values import Name, identifier, new_name
from simulation.registration_life import Person
from simulation.vocabulary import NationalRegister, SimulatedWords, pick

_PLACEHOLDERS: Final = (
    ("LEI", "00000000000000000000"),
    ("LEI", "N/A"),
    ("SA.CR", "0000000000"),
    ("BH.CR", "0-0"),
    ("OM.CR", "9999999"),
    ("AE.LICENCE", "-"),
    ("AE.LICENCE", "CN-1000000"),
    ("KW.CR", "12345"),
)
_BLOCK: Final = 1_000
_CLIENTS: Final = range(200, 240)
_NAMESAKES: Final = 40  # names that decoys share, whatever their member state


def shared_identifier(rng: Random) -> Mapping[str, Any]:
    """Give an identifier that is no evidence: a placeholder, or shared by too many."""
    scheme, value = pick(rng, _PLACEHOLDERS)
    return identifier(scheme, value)


def agents_lei(seed: str, index: int, companies: int) -> Mapping[str, Any] | None:
    """Give the LEI of an agent that a company states as its own; None for most. Twelve may share an LEI, forty not."""
    block, place = divmod(index, _BLOCK)
    if place not in _CLIENTS or (block + 1) * _BLOCK > companies:
        return None
    return identifier("LEI", registration_numbers.agents_lei(block, seed))


def shared_name(
    seed: str, index: int, rng: Random, words: SimulatedWords, register: NationalRegister, person: Person
) -> Name | None:
    """Give a name that other companies also have; None for the half of the decoys with a unique name."""
    if index % 2:
        return None
    group = Random(f"{seed}:namesake:{int(rng.random() * _NAMESAKES)}")
    return new_name(group, words, register, f"X{int(group.random() * 1_000)}", person.scripts)
