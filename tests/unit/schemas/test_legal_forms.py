"""The legal forms: named in both languages, with codes that ISO 20275 has, and words that mean what they mean there."""

import csv
import re
from pathlib import Path

import pytest

from producers.feeds import files
from register.authorities import Authority
from register.legal_forms import LegalForm, legal_form_word
from schemas.facts.authorities import authorities, read_folder
from schemas.facts.legal_forms import FILE, legal_forms, read_file
from schemas.facts.reading import MalformedFacts

ISO_20275 = Path(files.__file__).parent / "data" / "legal_forms_iso20275_gcc.csv"
GOOD = "authorities: {KW.MOCI: {publisher: kw, jurisdiction: KW, name: {en: Ministry, ar: وزارة}, languages: [ar]}}"


def test_every_form_is_named_in_arabic_and_english_and_explained() -> None:
    named = legal_forms()
    assert set(named) == set(LegalForm)
    for one in named.values():
        assert re.search("[\u0620-\u064a]", one.name_ar)
        assert re.search("[a-z]", one.name_en)
        assert one.explanation.endswith(".")


def test_a_file_that_leaves_a_form_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "legal_forms.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").partition("LLC:")[0], encoding="utf-8")
    with pytest.raises(MalformedFacts, match="LLC"):
        read_file(path)


def test_every_code_is_an_active_one_of_the_state_in_iso_20275() -> None:
    with ISO_20275.open(encoding="utf-8", newline="") as opened:
        rows = {row["ELF Code"]: row for row in csv.DictReader(opened)}
    for one in authorities().values():
        for codes in one.elf_codes.values():
            for code in codes:
                row = rows[code]
                assert row["ELF Status ACTV/INAC"] == "ACTV"
                assert row["Country Code (ISO 3166-1)"] == one.authority[:2]


def test_every_active_code_of_a_state_is_mapped_but_for_the_company_registry_of_ras_al_khaimah() -> None:
    with ISO_20275.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["ELF Status ACTV/INAC"] == "ACTV"]
    mapped = {code for one in authorities().values() for codes in one.elf_codes.values() for code in codes}
    left = [row for row in rows if row["ELF Code"] not in mapped]
    assert all("RAK International Corporate Centre" in row["Reason"] for row in left)


def test_oman_has_no_codes() -> None:
    assert authorities()["OM.MOCIIP"].elf_codes == {}


@pytest.mark.parametrize(
    ("authority", "word", "form"),
    [
        ("SA.MC", "شركة ذات مسؤولية محدودة", LegalForm.LLC),
        ("SA.MC", "ذات مسؤولية محدودة — فرع", LegalForm.BRANCH),
        ("SA.MC", "شركة مساهمة", LegalForm.JSC),
        ("SA.MC", "شركة مساهمة مقفلة", LegalForm.CLOSED_JSC),
        ("SA.MC", "مؤسسة فردية", LegalForm.SOLE_PROPRIETORSHIP),
        ("OM.MOCIIP", "ش.م.م", LegalForm.LLC),
        ("KW.MOCI", "ش.م.م", LegalForm.UNKNOWN),
        ("OM.MOCIIP", "ش.م.ع.ع", LegalForm.PUBLIC_JSC),
        ("OM.MOCIIP", "ش.م.ع.م", LegalForm.CLOSED_JSC),
        ("OM.MOCIIP", "SAOG", LegalForm.PUBLIC_JSC),
        ("AE.NER", "ش.م.ع", LegalForm.PUBLIC_JSC),
        ("OM.MOCIIP", "ش.م.ع", LegalForm.UNKNOWN),
        ("AE.NER", "Companie Branches", LegalForm.BRANCH),
        ("AE.NER", "Sole Proprietorship L.L.C.", LegalForm.SINGLE_PERSON_LLC),
        ("AE.NER", "S.P.C", LegalForm.UNKNOWN),
        ("AE.ADGM", "Private Company Limited by Shares", LegalForm.PRIVATE_COMPANY_BY_SHARES),
        ("AE.DIFC", "Ltd", LegalForm.PRIVATE_COMPANY_BY_SHARES),
        ("AE.NER", "Ltd", LegalForm.UNKNOWN),
        ("KW.MOCI", "K.S.C.P", LegalForm.PUBLIC_JSC),
        ("KW.MOCI", "ش.م.ك (مقفلة)", LegalForm.CLOSED_JSC),
        ("KW.MOCI", "W.L.L.", LegalForm.LLC),
        ("BH.SIJILAT", "With Limited Liability Company", LegalForm.LLC),
        ("BH.SIJILAT", "B.S.C", LegalForm.PUBLIC_JSC),
        ("BH.SIJILAT", "BSC (C)", LegalForm.CLOSED_JSC),
        ("BH.SIJILAT", "S.P.C", LegalForm.SINGLE_PERSON_LLC),
        ("QA.QFC", "S.P.C", LegalForm.SPECIAL_PURPOSE_COMPANY),
        ("QA.MOCI", "S.P.C", LegalForm.SINGLE_PERSON_LLC),
        ("QA.MOCI", "Q.S.C.", LegalForm.JSC),
        ("QA.MOCI", "QPSC", LegalForm.PUBLIC_JSC),
        ("XG.LEI", "QZCG", LegalForm.LLC),
    ],
)
def test_a_word_means_what_it_means_in_its_own_register(authority: str, word: str, form: LegalForm) -> None:
    assert authorities()[authority].words.legal_form_of(word) is form


@pytest.mark.parametrize("authority", authorities().values(), ids=list(authorities()))
def test_no_word_is_mapped_to_unknown(authority: Authority) -> None:
    assert LegalForm.UNKNOWN not in authority.words.legal_forms.values()
    assert all(word == legal_form_word(word) for word in authority.words.legal_forms)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("legal_forms: {GUILD: {words: [guild]}}", "'GUILD' is no legal form"),
        ("legal_forms: {LLC: {words: [W.L.L, wll]}}", "'wll' stands twice"),
        ("legal_forms: {LLC: {words: [wll]}, JSC: {words: [W.L.L.]}}", "stands twice"),
        ("legal_forms: {LLC: {elf: [long code]}}", "is not of the form"),
        ("legal_forms: {LLC: {words: ['...']}}", "nothing is left of '...'"),
        ("legal_forms: {LLC: {word: [wll]}}", "unknown word"),
        ("legal_forms: {LLC: [wll]}", "expected names with values"),
    ],
)
def test_a_map_that_does_not_fit_says_where(tmp_path: Path, section: str, said: str) -> None:
    (tmp_path / "kw.yaml").write_text(f"{GOOD}\n{section}", encoding="utf-8")
    with pytest.raises(MalformedFacts, match=re.escape(said)):
        read_folder(tmp_path)
