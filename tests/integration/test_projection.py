"""What is in the topics is in PostgreSQL, exactly, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from consumers.projection.problems import BadRecord, OffsetsBeyondEnd
from readmodel.migrating import SCRIPTS, migrate
from readmodel.problems import NotProjected
from readmodel.register_reader import reading
from readmodel.tables import METADATA
from register.ids import CompanyId, RegistrationId
from register.names.word_match_kind import How
from register.resolution.cases import Case, CaseKind, WordPair
from runtime.settings import Settings
from schemas.codec.json_form import from_json
from schemas.codec.wire import encode
from tests.contract.examples import examples
from tests.integration.projection_fixture import PARTS, Sent, World, world
from tests.unit.consumers.sample_records import NAJM, alias, change, company, notice, receipt, registration

ID = CompanyId(f"GCC.{NAJM}")
BRANCH = RegistrationId("KW.MOCI.417733")
TAKEN = ("Company", "Change", "Receipt", "Notice", "Case", "Judgement")
STEM = Case(
    case_id="stem/BH.SIJILAT.9",
    kind=CaseKind.SHARED_STEM,
    registrations=(RegistrationId("BH.SIJILAT.9-1"), RegistrationId("BH.SIJILAT.9-3")),
    about="BH.SIJILAT.9",
    reason="their numbers begin with BH.SIJILAT.9",
)


@pytest.fixture
async def register(settings: Settings) -> AsyncIterator[World]:
    async with world(settings) as made:
        yield made


async def test_everything_that_was_committed_is_projected_and_no_lag_remains(register: World) -> None:
    first, second = company(version=1), company(registration(website="https://najm.sa"), version=2)
    await register.create(register.topics.notices("kw-procurement"), partitions=1)
    await register.send(register.company(first), register.change(change(first)))
    await register.send(register.company(company(version=9)), abort=True)
    await register.send(
        register.company(second),
        register.change(change(second, first)),
        register.receipt("sa", receipt(0)),
        register.notice(notice(1, change(second, first))),
        register.dead_letter("sa", b"garbage", reason="unreadable", origin_offset="7"),
    )
    await register.project()
    (row,) = register.rows("companies")
    assert (row["company_id"], row["version"]) == (ID, 2)
    assert [row["version"] for row in register.rows("changes")] == [1, 2]
    assert [(row["agency"], row["number"]) for row in register.rows("notices")] == [("kw-procurement", 1)]
    assert [(row["offset"], row["outcome"]) for row in register.rows("receipts")] == [(0, "ACCEPTED")]
    assert [(row["code"], row["size"], row["origin_offset"]) for row in register.rows("dead_letters")] == [
        ("unreadable", 7, 7)
    ]


async def test_notices_of_an_agency_that_subscribes_later_are_read_soon(register: World) -> None:
    async with register.projecting() as task:
        await register.projected(among=[task])
        await register.create(register.topics.notices("om-tax"), partitions=1)
        await register.send(register.notice(notice(1, change(company()), "om-tax")))
        await register.projected(among=[task], within_s=10)
    assert [row["agency"] for row in register.rows("notices")] == ["om-tax"]


async def test_every_example_taken_twice_gives_the_same_rows(register: World) -> None:
    records = [_sent(register, example.record, from_json(example.record, example.plain))
               for record in TAKEN for example in examples(record)]  # fmt: skip
    agencies = {one.topic for one in records if ".notices." in one.topic}
    publishers = {one.topic for one in records if ".receipts." in one.topic} - {register.topics.receipts("sa")}
    await register.create(*agencies, partitions=1)
    await register.create(*publishers)
    await register.send(*records)
    await register.project()
    once = register.contents()
    assert all(once[table] for table in (*PARTS, "changes", "receipts", "notices", "cases", "judgements"))
    await register.send(*records)
    await register.project()
    assert register.contents() == once


def _sent(register: World, record: str, datum: dict[str, Any]) -> Sent:
    match record:
        case "Company":
            topic, key = register.topics.companies, datum["company_id"]
        case "Change":
            topic, key = register.topics.changes, datum["company_id"]
        case "Receipt":
            topic, key = register.topics.receipts(datum["topic"].split(".")[-1]), datum["registration_id"] or ""
        case "Case":
            topic, key = register.topics.cases, datum["case_id"]
        case "Judgement":
            topic, key = register.topics.judgements, f"{datum['left']}|{datum['right']}"
        case _:
            topic, key = register.topics.notices(datum["agency"]), datum["change"]["company_id"]
    return Sent(topic=topic, key=key.encode(), value=encode(record, datum))


async def test_what_a_company_lost_goes_and_an_older_version_changes_nothing(register: World) -> None:
    rich = company(registration(trading_names=[{"text": "Najm", "language": "en"}]), version=2)
    poor = company(registration(identifiers=None, activities=None), version=3)
    await register.send(register.company(rich))
    await register.project()
    assert len(register.rows("names")) == 3
    await register.send(register.company(poor))
    await register.project()
    assert [len(register.rows(table)) for table in PARTS] == [1, 1, 0, 2, 0]
    before = register.contents()
    await register.send(register.company(rich))
    await register.project()
    assert register.contents() == before


async def test_a_case_is_changed_in_its_place_and_goes_when_it_is_settled(register: World) -> None:
    more = replace(STEM, registrations=(*STEM.registrations, RegistrationId("BH.SIJILAT.9-4")))
    await register.send(register.case(STEM))
    await register.project()
    await register.send(register.case(more))
    await register.project()
    assert [row["registrations"] for row in register.rows("cases")] == [list(more.registrations)]
    await register.send(register.settled(STEM.case_id), register.case(STEM), register.settled(STEM.case_id))
    await register.project()
    assert register.rows("cases") == []
    await register.send(register.settled(STEM.case_id), register.case(STEM))
    await register.project()
    assert [row["case_id"] for row in register.rows("cases")] == [STEM.case_id]


async def test_a_tombstone_takes_a_company_away_with_all_its_parts(register: World) -> None:
    await register.send(register.company(company(version=5)))
    await register.project()
    await register.send(register.tombstone(ID))
    await register.project()
    assert [register.rows(table) for table in PARTS] == [[]] * len(PARTS)
    await register.send(register.company(company(version=1)))
    await register.project()
    assert [row["version"] for row in register.rows("companies")] == [1]


@pytest.mark.parametrize("receiving_first", [True, False])
async def test_a_registration_that_moves_ends_in_one_company(register: World, receiving_first: bool) -> None:
    branch = registration(BRANCH)
    alone = company(branch, version=1)
    received, left = company(registration(), branch, version=2, id_=ID), alias(ID, f"GCC.{BRANCH}")
    await register.send(register.company(alone), register.company(company(version=1)))
    await register.project()
    for moved in (received, left) if receiving_first else (left, received):
        await register.send(register.company(moved))
        await register.project()
    with reading(register.settings) as answers:
        for id_ in (ID, f"GCC.{BRANCH}", str(BRANCH), str(NAJM)):
            found = answers.company(id_)
            assert found is not None
            assert (found["company_id"], found["aliases"]) == (ID, [f"GCC.{BRANCH}"])
        moved_registration = answers.registration(BRANCH)
        assert moved_registration is not None
        assert moved_registration["company_id"] == ID
        assert answers.totals().totals.companies == 1


async def test_anything_that_can_be_stated_is_kept_as_it_was_stated(register: World) -> None:
    odd = 'tab\there, line\nbreak\r, back\\slash \\N, "quotes", {braces}, \u202bright to left\u202c, emoji 🏢, nul \0.'
    made = company(
        registration(
            RegistrationId("KW.MOCI.a\\b\"{c},'d'"),
            legal_name=[{"text": odd, "language": odd}],
            identifiers=[{"scheme": odd, "value": odd, "valid_from": None, "valid_to": None}],
            activities=[{"scheme": odd, "version": odd, "code": odd, "label": [{"text": odd, "language": odd}]}],
            particulars={odd: odd},
        )
    )
    refused = receipt(0, "REJECTED", code=odd, message=odd, field=odd, event_id=odd, registration_id=odd, topic=odd)
    await register.send(
        register.company(made),
        register.change(change(made)),
        register.receipt("sa", refused),
        register.dead_letter("sa", odd.encode(), reason=odd, message=odd, origin_topic=odd),
    )
    await register.project()
    kept = odd.replace("\0", "␀")
    with reading(register.settings) as answers:
        found = answers.company(made.company_id)
        assert found is not None
        assert found["properties"]["legal_name"] == [{"text": kept, "language": kept}]
        assert found["properties"]["particulars"] == {kept: kept}
        assert answers.history(made.company_id)[0]["after"]["particulars"] == {kept: kept}
        assert (answers.rejections()[0].message, answers.rejections()[0].topic) == (kept, kept)
        assert answers.dead_letters()[0].message == kept
    assert register.rows("names")[0]["text"] == kept
    assert register.rows("identifiers")[0]["value"] == kept
    assert register.rows("activities")[0]["label"] == [{"text": kept, "language": kept}]


async def test_one_of_our_own_records_that_cannot_be_read_ends_the_projection(register: World) -> None:
    await register.send(Sent(topic=register.topics.companies, key=b"?", value=b"garbage", partition=1))
    await register.send(register.company(company()))
    projector = register.start()
    assert await projector.ends() == 3
    assert f"{register.topics.companies}, partition 1, offset 0" in projector.logged()
    with pytest.raises(BadRecord):
        await register.project()
    assert all(row["next"] == 0 for row in register.rows("offsets") if row["partition"] == 1)


async def test_a_topic_that_was_made_anew_is_not_taken_for_the_old_one(register: World) -> None:
    await register.send(register.company(company()))
    await register.project()
    with register.connected() as connection:
        connection.execute("UPDATE offsets SET next = next + 1000")
    with pytest.raises(OffsetsBeyondEnd, match="the next record should have offset 1"):
        await register.project()


async def test_a_record_larger_than_a_fetch_is_read(register: World) -> None:
    wide = [{"text": f"{number} " + "اسم " * 200_000, "language": "ar"} for number in range(2)]
    await register.send(register.company(company(version=1)))
    for version in (2, 3):
        await register.send(register.company(company(registration(trading_names=wide[:1]), version=version)))
    await register.send(register.company(company(registration(NAJM), version=4)))
    await register.project()
    assert [row["version"] for row in register.rows("companies")] == [4]


def test_the_migrations_make_the_tables_that_the_code_knows(settings: Settings) -> None:
    migrate(settings)
    migrate(settings)
    engine = create_engine(settings.sqlalchemy_url)
    with engine.connect() as connection:
        connection.execute(text(f'SET search_path TO "{settings.database_schema}"'))
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "version_table": "schema_version"}
        )
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


async def test_scores_and_words_of_cases_that_an_older_version_projected_come_with_the_upgrade(register: World) -> None:
    word = WordPair(left="نجم", right="najm", how=How.TRANSLITERATED, weight=640, share=910)
    alike = replace(STEM, case_id="name/A/B", kind=CaseKind.SIMILAR_NAME, score=731, words=(word,))
    await register.send(register.case(alike), register.case(STEM), register.settled(STEM.case_id))
    await register.project()
    downgrade(register.settings, "0003")
    assert "score" not in register.rows("cases")[0]

    await register.project()

    with reading(register.settings) as answers:
        assert [one.case for one in answers.queue()] == [alike]


def downgrade(settings: Settings, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    engine = create_engine(settings.sqlalchemy_url)
    with engine.begin() as connection:
        connection.execute(text(f'SET LOCAL search_path TO "{settings.database_schema}"'))
        config.attributes.update(connection=connection, schema=settings.database_schema)
        command.downgrade(config, version)
    engine.dispose()


async def test_two_processes_may_migrate_at_once(settings: Settings) -> None:
    await asyncio.gather(*(asyncio.to_thread(migrate, settings) for _ in range(4)))


def test_before_the_first_projection_a_reader_is_told_to_start_it(settings: Settings) -> None:
    with reading(settings) as answers, pytest.raises(NotProjected, match="sijill run projection"):
        answers.totals()
