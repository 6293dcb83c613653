"""A name is read word by word: legal form, phrases, abbreviations, meanings."""

import pytest

from matching.names.name_parser import NameReader, joined
from register.names.glossary import Glossary, forms
from register.names.likelihood import Likelihood, NameEvidence
from schemas.facts.name_glossary import name_glossary

READER = NameReader(name_glossary())


def _texts(name: str, jurisdiction: str = "") -> list[str]:
    return [word.text for word in READER.read(name, jurisdiction).words]


@pytest.mark.parametrize(
    ("name", "jurisdiction", "legal_class"),
    [
        ("مؤسسة النور ذ.م.م", "AE", "LIMITED"),
        ("Al Noor Trading W.L.L.", "BH", "LIMITED"),
        ("شركة النور ش.م.م", "OM", "LIMITED"),
        ("النور للتجارة - ذ.م.م - ش.ش.و", "AE", "ONE_PERSON"),
        ("AL NOOR TRADING - SOLE PROPRIETORSHIP L.L.C.", "AE", "ONE_PERSON"),
        ("شركة النور ش.م.ع", "AE", "SHARES"),
        ("Noor Bank P.Q.S.C.", "QA", "SHARES"),
        ("Noor Trading FZE", "AE", "FREE_ZONE"),
    ],
)
def test_the_legal_form_is_told_from_the_name(name: str, jurisdiction: str, legal_class: str) -> None:
    read = READER.read(name, jurisdiction)
    assert read.legal_classes == {legal_class}
    assert any(word.text == "noor" or "nwr" in word.sounds for word in read.words)


def test_an_abbreviation_that_is_a_form_in_one_state_is_a_word_in_another() -> None:
    assert READER.read("النور ش.م.م", "OM").legal_classes == {"LIMITED"}
    assert READER.read("النور ش.م.م", "SA").legal_classes == frozenset()


def test_a_name_that_is_nothing_but_a_form_keeps_its_words() -> None:
    assert _texts("Limited") == ["limited"]


def test_fillers_carry_nothing_and_a_phrase_is_one_word() -> None:
    assert _texts("The Bank of the Middle East") == ["bank", "middle east"]
    assert _texts("Kuwait Real Estate") == ["kuwait", "real estate"]


def test_the_article_of_arabic_in_latin_letters_is_left_out_but_not_a_word_like_it() -> None:
    assert _texts("Ar Rahma As-Salam") == ["rahma", "salam"]
    assert _texts("AZ Systems") == ["az", "systems"]


def test_a_phrase_is_known_with_a_prefix_too() -> None:
    (word,) = READER.read("بالحيوانات الأليفة").words
    assert "pet" in word.meanings


@pytest.mark.parametrize(
    ("arabic", "meaning"),
    [
        ("وبنك", "bank"),
        ("للتأمين", "insurance"),
        ("الصناعيون", "industry"),
        ("لوازم", "requisites"),
        ("للوازم", "requisites"),
    ],
)
def test_a_derived_form_has_the_meaning_of_its_word(arabic: str, meaning: str) -> None:
    (word,) = READER.read(arabic).words
    assert meaning in word.meanings


def test_the_nearest_form_comes_first_so_that_bahrain_is_not_the_sea() -> None:
    assert list(forms("بحرينيه")).index("بحرين") < list(forms("بحرينيه")).index("بحر")
    (word,) = READER.read("البحرينية").words
    assert "bahrain" in word.meanings
    assert "sea" not in word.meanings


def test_letters_spelt_out_in_arabic_are_an_abbreviation() -> None:
    (arabic,) = READER.read("دي إتش إل").words
    assert "dhl" in arabic.meanings


def test_a_word_that_is_two_words_of_the_glossary_is_read_as_both() -> None:
    assert _texts("QatarEnergy Streamline") == ["qatar", "energy", "streamline"]


def test_words_joined_sound_as_one() -> None:
    two = READER.read("بن سعيد").words
    (one,) = READER.read("BinSaeed").words
    assert joined(two).skeletons & one.skeletons


def test_digits_roman_numerals_and_words_are_one_number() -> None:
    texts = ("2", "02", "II", "Second", "الثاني", "الثانية", "٢")
    assert [[word.number for word in READER.read(text).words] for text in texts] == [["2"]] * len(texts)
    assert [word.number for word in READER.read("Vision Victory 2go").words] == ["", "", ""]


def test_words_that_say_only_that_there_is_a_body_are_light() -> None:
    assert [word.light for word in READER.read("Boustan Group Company").words] == [False, True, True]


def test_a_glossary_of_nothing_reads_every_word_as_a_name() -> None:
    none = Glossary(
        meanings={},
        legal_forms={},
        fillers=frozenset(),
        articles=frozenset(),
        kinds=frozenset(),
        home={},
        numbers={},
        letters={},
        frequencies={},
        names_counted=0,
        likelihood=Likelihood(0.0, NameEvidence()),
    )
    read = NameReader(none).read("بنك النور LLC")
    assert [word.known for word in read.words] == [False, False, False]
    assert read.legal_classes == frozenset()
