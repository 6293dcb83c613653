"""Texts of any characters and any length go into the tables of a real PostgreSQL, and are found there."""

from readmodel.register_reader import reading
from register.ids import RegistrationId
from register.resolution.cases import Case, CaseKind
from runtime.settings import Settings
from tests.integration.projection_fixture import world
from tests.unit.consumers.sample_records import company, receipt, registration

TEXTS = {
    "a NUL": "Nul\x00Byte WLL",
    "escapes": "\x1b[2J\x1b[31mRED WLL",
    "bidi overrides": "Noor \u202eCLL gnidarT\u202c",
    "lines": "Line\nBreak\r\nWLL\tTab \\N \\.",
    "quotes": 'O\'Brien "Quoted" {a,b} <b> DROP TABLE companies; -- % _',
    "emoji": "Rocket 🚀👩‍💻 WLL",
    "the last character": "End \U0010ffff\uffff",
    "a BOM": "\ufeffBommed LLC",
    "marks": "A" + "\u0301" * 300 + " Marked",
    "long": "A" * 5_000,
    "long words": " ".join(f"W{n}" + "x" * 30 for n in range(700)) + "y" * 300,
    "long Arabic": "شركة " + "ا" * 5_000,
    "harakat": "شَرِكَةُ ٱلنُّورِ",
    "C1 controls": "\x9b31mC1 WLL\x85next",
}


async def test_whatever_a_registry_wrote_is_kept_and_found(settings: Settings) -> None:
    ids = {RegistrationId(f"KW.MOCI.{150_001 + n}"): text for n, text in enumerate(TEXTS.values())}
    ids[RegistrationId("KW.MOCI." + "ش" * 64)] = "The longest number"
    made = [
        company(
            registration(
                id_,
                legal_name=[{"text": text, "language": "en"}],
                trading_names=[{"text": text, "language": text[:50]}],
                identifiers=[{"scheme": text, "value": text, "valid_from": None, "valid_to": None}],
                activities=[{"scheme": text, "version": text, "code": text, "label": []}],
                website=text,
                particulars={text: text},
            )
        )
        for id_, text in ids.items()
    ]
    cases = [
        Case(case_id=f"malformed/{id_}/LEI:{text[:64]}", kind=CaseKind.MALFORMED, registrations=(id_,), about=text,
             reason=text)
        for id_, text in ids.items()
    ]  # fmt: skip
    async with world(settings) as one:
        await one.send(*(one.company(each) for each in made), *(one.case(each) for each in cases))
        receipts = [
            receipt(n, registration_id=text[:256], event_id=text[:256], message=text[:1_000], field=text[:99],
                    warnings=[{"code": "unmapped_status", "message": text[:1_000], "field": None, "word": text[:200]}])
            for n, text in enumerate(TEXTS.values())
        ]  # fmt: skip
        await one.send(*(one.receipt("sa", each) for each in receipts))
        await one.project()
        names = {row["company_id"]: row["legal_name_en"] for row in one.rows("companies")}
        assert names == {f"GCC.{id_}": text.replace("\x00", "\u2400") for id_, text in ids.items()}
        assert len(one.rows("cases")) == len(cases)
        assert len(one.rows("receipts")) == len(receipts)
        with reading(settings) as answers:
            for word in ("rocket", "quoted", "marked", "bommed", "النور"):
                assert len(answers.search(word, limit=5)) == 1, word
