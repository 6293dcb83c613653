"""A word and its spelling in the other script have the same consonants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.names.skeleton import skeletons, sounded
from register.names.normalisation import folded

SAME = [
    ("بوبيان", "Boubyan"),
    ("قطر", "Qatar"),
    ("غازي", "Ghazi"),
    ("خالد", "Khaled"),
    ("خالد", "Khalid"),
    ("قرقاش", "Gargash"),
    ("جاسم", "Jassim"),
    ("شريف", "Sherif"),
    ("ثريا", "Thuraya"),
    ("ذهب", "Thahab"),
    ("ظفرة", "Dhafra"),
    ("فيصل", "Faisal"),
    ("عبدالله", "Abdulla"),
    ("واحة", "Waha"),
    ("واحة", "Wahat"),
    ("يمامة", "Yamamah"),
    ("بيبسي", "Pepsi"),
    ("فيزا", "Visa"),
    ("كونسلت", "Consult"),
    ("تكنولوجي", "Technology"),
    ("سوليوشنز", "Solutions"),
    ("يونيكورن", "Unicorn"),
    ("ماكس", "Max"),
]
DIFFERENT = [("بوبيان", "Burgan"), ("خالد", "Walid"), ("النور", "Nahda"), ("أهلي", "Hala")]


@pytest.mark.parametrize(("arabic", "latin"), SAME)
def test_a_word_and_its_transliteration_share_a_skeleton(arabic: str, latin: str) -> None:
    assert set(skeletons(folded(arabic))) & set(skeletons(folded(latin)))


@pytest.mark.parametrize(("arabic", "latin"), DIFFERENT)
def test_words_that_sound_otherwise_do_not(arabic: str, latin: str) -> None:
    assert not set(skeletons(folded(arabic))) & set(skeletons(folded(latin)))


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
    | st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي0123456789", min_size=1, max_size=20)
)
def test_any_word_has_few_skeletons_and_they_have_no_vowel_but_the_first(word: str) -> None:
    found = skeletons(word)
    assert len(found) <= 12
    assert all(not set(skeleton[1:]) & set("aeiouwy") for skeleton in found)
    assert len(set(sounded(word))) == len(sounded(word))


@given(st.text(alphabet="bdfgklmnrst", min_size=2, max_size=8), st.sampled_from("aeiou"))
def test_a_doubled_letter_sounds_as_one(consonants: str, vowel: str) -> None:
    single = vowel.join(dict.fromkeys(consonants)) + vowel
    doubled = "".join(letter if letter in "aeiou" else letter * 2 for letter in single)
    assert skeletons(single) == skeletons(doubled)
