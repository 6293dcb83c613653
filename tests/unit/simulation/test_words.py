"""The simulator's own words fit the register's facts, though it never reads them; its names pass for no real ones."""

import pytest

from register.codes import Code
from register.identifiers import SCHEMES, check
from register.ids import authority_of, number_of
from register.status import EntityStatus, status_word
from schemas.facts.authorities import authorities
from simulation import Simulation
from simulation.refusals import CODES
from simulation.registration_life import UNMAPPED_WORD
from simulation.vocabulary import vocabulary

REGISTERS = vocabulary().registers
WORDS = [
    (code, status, word)
    for code, register in REGISTERS.items()
    for status, words in register.words.items()
    for word in words
]


@pytest.mark.parametrize(("code", "status", "word"), WORDS)
def test_a_status_word_means_the_same_to_both(code: str, status: EntityStatus, word: str) -> None:
    assert authorities()[REGISTERS[code].authority].words.status.get(status_word(word)) is status


@pytest.mark.parametrize("code", REGISTERS)
def test_an_unmapped_word_is_unmapped(code: str) -> None:
    assert status_word(UNMAPPED_WORD) not in authorities()[REGISTERS[code].authority].words.status


@pytest.mark.parametrize("code", REGISTERS)
def test_each_state_publishes_where_its_authority_may(code: str) -> None:
    assert authorities()[REGISTERS[code].authority].publisher == REGISTERS[code].publisher


@pytest.mark.slow
def test_numbers_have_the_form_of_their_authority() -> None:
    for truth in Simulation(1, 1_000).truths():
        pattern = authorities()[authority_of(truth.registration_id)].number
        assert pattern is None or pattern.fullmatch(number_of(truth.registration_id))


@pytest.mark.slow
def test_identifiers_are_valid_but_for_those_of_decoys() -> None:
    for truth in Simulation(2, 500, decoys=0, lei=0.5).truths():
        for one in truth.properties["identifiers"]:
            assert one["scheme"] in SCHEMES
            assert check(one["scheme"], one["value"]) is None


@pytest.mark.slow
def test_every_name_bears_the_mark_of_the_simulation() -> None:
    mark = vocabulary().mark
    for truth in Simulation(3, 500).truths():
        for name in truth.properties["legal_name"]:
            assert f" {mark.ar if name['language'] == 'ar' else mark.en} " in name["text"]


def test_refusals_have_codes_of_the_register() -> None:
    assert set(CODES) <= {code.value for code in Code}


@pytest.mark.parametrize("code", REGISTERS)
def test_a_word_for_a_legal_form_means_the_same_to_both(code: str) -> None:
    words = authorities()[REGISTERS[code].authority].words
    assert [words.legal_form_of(form.as_stated) for form in REGISTERS[code].forms] == [
        form.legal_form for form in REGISTERS[code].forms
    ]
