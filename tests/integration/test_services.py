"""What people do, as a program does it: services on the real Kafka and PostgreSQL, without a terminal."""

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from psycopg.types.json import Jsonb

from bus.topic_inspection import topic_reader
from register.changes import Cause
from register.ids import MEMBER_STATES, AgencyId, CompanyId, RegistrationId
from register.precedence import PrecedenceRule
from register.resolution.judgements import Judgement, Standing, Verdict
from register.subscriptions import Subscription
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services import contract_json, error_mapping, file_problems, judging_problems, problems
from services.auditing import AuditAction, AuditFilter, audit_records
from services.derived_values import Origin, OriginKind
from services.digesting import DigestSource, digest_of
from services.explaining import Why, company_in, explain
from services.finding import CompanySearch, WholeCompany, find, search
from services.judgement_drafts import EffectKind, StewardWords, signed
from services.judging import judge, judgements, revoke
from services.moves import CompanyMove, MoveKind, MoveReasonKind
from services.open_register import reading
from services.publishing import publish_file
from services.stewards_queue import cases
from services.subscribing import FIELDS, agency_named, subscribe, unsubscribe
from services.topics import apply, present
from services.waiting import wait_until_caught_up
from tests.acceptance.instance import Instance
from tests.conftest import Cluster, own_settings

DAY = date(2025, 10, 1)
ONE, TWO = RegistrationId("KW.MOCI.12345"), RegistrationId("SA.MC.7010000016")
ROWS = """\
authority,registration_number,legal_name_en,legal_form_as_stated
KW.MOCI,12345,Noor Systems,ذ.م.م
SA.MC,7010000016,Oasis Software,
"""


def because(why: str) -> StewardWords:
    return signed("noor", why, (), datetime(2026, 3, 9, 8, tzinfo=UTC))


@pytest.fixture(scope="module")
def register(cluster: Cluster) -> Iterator[Settings]:
    """A register that runs and holds two companies."""
    with own_settings(cluster, "services") as settings:
        asyncio.run(apply(settings))
        file = settings.data_dir / "two.csv"
        file.write_text(ROWS, encoding="utf-8")
        with Instance(settings).running():
            report = asyncio.run(publish_file(settings, "csv", file, DAY))
            assert (report.rows, report.published, report.is_clean) == (2, 2, True)
            caught_up(settings)
            yield settings


def caught_up(settings: Settings) -> None:
    waited = asyncio.run(wait_until_caught_up(settings, 200, lambda progress: None))
    assert waited.caught_up, waited


def test_a_company_is_found_by_its_id_and_by_its_name_and_a_value_of_it_is_explained(register: Settings) -> None:
    with reading(register) as reader:
        found = find(reader, ONE, history=True)
        [named] = search(reader, CompanySearch(text="Oasis", member_state="SA"))
        with pytest.raises(problems.UnknownId) as unknown:
            find(reader, "GCC.QA.MOCI.1")
    assert dataclasses.is_dataclass(found)
    assert found.record["company_id"] == f"GCC.{ONE}"
    assert found.history is not None
    assert [told.change["version"] for told in found.history] == [1]
    assert (named.company_id, named.legal_name_en) == (f"GCC.{TWO}", "Oasis Software")
    assert unknown.value.id == "GCC.QA.MOCI.1"
    explanation = explain(company_in(found.record), "legal_name")
    assert explanation.won is not None
    assert (explanation.won.registration_id, explanation.won.rule) == (ONE, None)
    assert (explanation.won.why, explanation.won.derived) == (Why.ONLY_STATEMENT, None)
    assert PrecedenceRule.HOME in explanation.rules


def test_a_value_says_what_it_follows_from_and_a_property_that_nobody_states_says_so(register: Settings) -> None:
    with reading(register) as reader:
        company = company_in(find(reader, ONE).record)
    form, state, nothing = (explain(company, name) for name in ("legal_form", "jurisdiction", "website"))
    assert form.won is not None
    assert form.won.derived == Origin(
        kind=OriginKind.WORD, word="ذ.م.م", name_en="Limited liability company", name_ar="شركة ذات مسؤولية محدودة"
    )
    assert state.won is not None
    assert (state.won.value, state.won.derived) == ("KW", Origin(kind=OriginKind.REGISTER))
    assert (nothing.won, nothing.lost, nothing.silent) == (None, (), (ONE,))


def test_the_topic_and_postgres_have_the_same_digest_until_a_row_is_altered(register: Settings) -> None:
    caught_up(register)
    topics, rows = (digest_of(register, source) for source in DigestSource)
    assert (topics.digest, topics.companies, topics.rules) == (rows.digest, rows.companies, rows.rules)
    assert topics.offsets == rows.offsets
    assert topics.companies == 2
    schema = f"-c search_path={register.database_schema}"
    with psycopg.connect(register.postgres_url, autocommit=True, options=schema) as connection:
        [(before,)] = connection.execute("SELECT record FROM companies WHERE company_id = %s", [f"GCC.{ONE}"])
        altered = {**before, "properties": {**before["properties"], "website": "altered.example"}}
        change = "UPDATE companies SET record = %s WHERE company_id = %s"
        connection.execute(change, [Jsonb(altered), f"GCC.{ONE}"])
        assert digest_of(register, DigestSource.POSTGRES).digest != topics.digest
        connection.execute(change, [Jsonb(before), f"GCC.{ONE}"])
    assert digest_of(register, DigestSource.POSTGRES).digest == topics.digest


def test_a_judgement_is_drafted_written_and_taken_back(register: Settings) -> None:
    drafted = asyncio.run(judge(register, TWO, ONE, Verdict.SAME, because("a try"), dry_run=True))
    made = asyncio.run(judge(register, TWO, f"GCC.{ONE}", Verdict.SAME, because("one owner")))
    assert (made.judgement.pair, made.judgement.by) == ((ONE, TWO), "noor")
    assert made.follows[-1].kind is EffectKind.BECOME_ONE
    assert made.follows[-1].companies == (f"GCC.{ONE}", f"GCC.{TWO}")
    caught_up(register)
    with reading(register) as reader:
        [held] = judgements(reader, ONE)
        merged = find(reader, f"GCC.{TWO}", history=True)
        assert find(reader, ONE).record["company_id"] == find(reader, TWO).record["company_id"]
    merging_is_told_with_the_judgement(merged, made.judgement)
    of_both_the_home_entry_counts(merged)
    assert (held.judgement, held.standing) == (made.judgement, Standing.HOLDS)
    assert held.judgement.judgement_id != drafted.judgement.judgement_id
    back = asyncio.run(revoke(register, held.judgement.judgement_id, because("two owners")))
    assert [one.kind for one in back.follows[:2]] == [EffectKind.TAKES_BACK, EffectKind.EVIDENCE_DECIDES]
    caught_up(register)
    parting_is_told_with_its_revocation(register, back.judgement)
    with pytest.raises(judging_problems.RevokedAlready) as revoked:
        asyncio.run(revoke(register, held.judgement.judgement_id, because("again")))
    assert revoked.value.by == back.judgement.judgement_id
    both_are_audited(register, made.judgement, back.judgement)


def both_are_audited(register: Settings, judgement: Judgement, revocation: Judgement) -> None:
    """The audit has what was written, and nothing of a dry run or of what was refused."""
    later, earlier = asyncio.run(audit_records(register, AuditFilter(who="noor")))
    assert {one.acted_at for one in (earlier, later)} == {judgement.decided_at}
    by_action = {one.action: one for one in (earlier, later)}
    judged, revoked = by_action[AuditAction.JUDGED], by_action[AuditAction.JUDGEMENT_REVOKED]
    assert (judged.subject, judged.why, revoked.why) == (f"{ONE}|{TWO}", "one owner", "two owners")
    assert (judged.before, revoked.before) == (None, judged.after)
    assert json.loads(judged.after or "") == contract_json.judgement_document(judgement)
    assert json.loads(revoked.after or "") == contract_json.judgement_document(revocation)
    assert len(asyncio.run(audit_records(register, AuditFilter(subject=ONE.lower())))) == 2
    assert not asyncio.run(audit_records(register, AuditFilter(until=judgement.decided_at, subject=ONE)))


def merging_is_told_with_the_judgement(found: WholeCompany, judgement: Judgement) -> None:
    """The id of the company that merged away finds the other one, and both tell of the same move."""
    assert found.record["company_id"] == f"GCC.{ONE}"
    assert found.moved is not None
    assert found.moved.move == CompanyMove(
        kind=MoveKind.LEFT, registration_id=TWO, other=CompanyId(f"GCC.{ONE}"), cause=Cause.MERGE
    )
    assert found.history is not None
    *before, joined = found.history
    assert [(one.move, one.reason) for one in before] == [(None, None)]
    assert joined.move == CompanyMove(
        kind=MoveKind.JOINED, registration_id=TWO, other=CompanyId(f"GCC.{TWO}"), cause=Cause.MERGE
    )
    for told in (found.moved, joined):
        assert told.reason is not None
        assert (told.reason.kind, told.reason.judgement) == (MoveReasonKind.JUDGED, judgement)


def of_both_the_home_entry_counts(found: WholeCompany) -> None:
    explanation = explain(company_in(found.record), "legal_name")
    assert explanation.won is not None
    assert (explanation.won.why, explanation.won.rule) == (Why.COMES_FIRST, PrecedenceRule.HOME)
    [lost] = explanation.lost
    assert (lost.registration_id, lost.why, lost.rule) == (TWO, Why.COMES_LATER, PrecedenceRule.HOME)


def parting_is_told_with_its_revocation(register: Settings, revocation: Judgement) -> None:
    with reading(register) as reader:
        history = find(reader, TWO, history=True).history
    assert history is not None
    assert history[-1].move == CompanyMove(
        kind=MoveKind.CAME_BACK, registration_id=TWO, other=CompanyId(f"GCC.{ONE}"), cause=Cause.UNMERGE
    )
    assert history[-1].reason is not None
    assert (history[-1].reason.kind, history[-1].reason.judgement) == (MoveReasonKind.REVOKED, revocation)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("GCC.QA.MOCI.1", problems.UnknownCompany(id="GCC.QA.MOCI.1")),
        ("QA.MOCI.1", problems.UnknownRegistration(id="QA.MOCI.1")),
        ("9-1", judging_problems.NoRegistrationId(text="9-1")),
        (ONE, judging_problems.OneRegistration(one=ONE, two=ONE, registration_id=ONE)),
    ],
)
def test_what_cannot_be_judged_is_a_problem_with_its_facts(
    register: Settings, text: str, problem: problems.ServiceProblem
) -> None:
    with pytest.raises(type(problem)) as refused:
        asyncio.run(judge(register, text, ONE, Verdict.SAME, because("a try")))
    assert refused.value.facts() == problem.facts()


def test_an_agency_subscribes_and_a_word_that_names_none_is_refused(register: Settings) -> None:
    asyncio.run(subscribe(register, Subscription(agency=agency_named("zatca"), member_states=("SA",))))
    asyncio.run(unsubscribe(register, AgencyId("zatca")))
    ended, begun = asyncio.run(audit_records(register, AuditFilter(subject="zatca")))
    assert (begun.action, begun.before) == (AuditAction.SUBSCRIBED, None)
    assert (ended.action, ended.before, ended.after) == (AuditAction.UNSUBSCRIBED, begun.after, None)
    assert json.loads(begun.after or "")["member_states"] == ["SA"]
    assert {ended.principal, begun.principal} == {register.acting_principal}
    with pytest.raises(problems.WrongAgency) as wrong:
        agency_named("No Agency")
    assert wrong.value.text == "No Agency"


async def test_an_act_that_cannot_be_audited_does_not_happen(settings: Settings) -> None:
    await apply(settings)
    topics = Topics(settings.topic_prefix)
    await drop(settings, topics.audit)
    wanted = Subscription(agency=AgencyId("zatca"), member_states=("SA",))
    with pytest.raises(problems.ServiceProblem):
        await subscribe(settings, wanted)
    await apply(settings)
    async with topic_reader(settings) as reader:
        ends = await reader.ends([topics.subscriptions, topics.audit])
        assert not await reader.lag(ends, {})
    await subscribe(settings, wanted)
    [audited] = await audit_records(settings, AuditFilter())
    assert (audited.action, audited.subject) == (AuditAction.SUBSCRIBED, "zatca")


async def drop(settings: Settings, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        for _ in range(600):
            if topic not in await admin.list_topics():
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"{topic} is still there")
    finally:
        await admin.close()


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        ({"member_states": ("XX",)}, problems.UnknownMemberStates(names=("XX",), known=MEMBER_STATES)),
        ({"fields": ("name",)}, problems.UnknownFields(names=("name",), known=FIELDS)),
        ({"activities": ("software",)}, problems.NoActivity(text="software")),
        ({"companies": ("7001775498",)}, problems.NoId(text="7001775498")),
    ],
)
def test_what_nobody_can_follow_is_refused_and_the_agency_gets_no_topic(
    register: Settings, wishes: dict[str, tuple[str, ...]], problem: problems.ServiceProblem
) -> None:
    wanted = Subscription(agency=AgencyId("nobody"), **wishes)  # type: ignore[arg-type]
    with pytest.raises(type(problem)) as refused:
        asyncio.run(subscribe(register, wanted))
    assert refused.value.facts() == problem.facts()
    assert f"{register.topic_prefix}notices.nobody" not in asyncio.run(present(register))


def test_a_member_state_that_is_none_is_a_problem_of_who_searches(register: Settings) -> None:
    with reading(register) as reader:
        with pytest.raises(problems.UnknownMemberStates) as searching:
            search(reader, CompanySearch(text="Oasis", member_state="XX"))
        with pytest.raises(problems.UnknownMemberStates) as queueing:
            cases(reader, member_state="XX")
        with pytest.raises(problems.UnknownProperty) as explaining:
            explain(company_in(find(reader, ONE).record), "name")
    assert searching.value.names == queueing.value.names == ("XX",)
    assert explaining.value.name == "name"


async def test_a_file_that_cannot_be_taken_is_a_problem(register: Settings, tmp_path: Path) -> None:
    with pytest.raises(file_problems.FileUnusable) as unusable:
        await publish_file(register, "csv", tmp_path / "none.csv", DAY)
    assert unusable.value.file == str(tmp_path / "none.csv")
    with pytest.raises(problems.NoSuchFeed) as unknown:
        await publish_file(register, "gazette", tmp_path / "none.csv", DAY)
    assert unknown.value.name == "gazette"
    assert "csv" in unknown.value.known


async def test_without_topics_and_without_a_projection_each_service_says_what_is_missing(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "two.csv"
    file.write_text(ROWS, encoding="utf-8")
    with pytest.raises(error_mapping.TopicsMissing) as missing:
        await wait_until_caught_up(settings, 5, lambda progress: None)
    assert f"{settings.topic_prefix}register.companies" in missing.value.topics
    with pytest.raises(error_mapping.TopicUnknown) as topic:
        await publish_file(settings, "csv", file, DAY)
    assert topic.value.topic == f"{settings.topic_prefix}registrations.kw"
    with pytest.raises(error_mapping.ProjectionMissing) as schema, reading(settings) as reader:
        find(reader, ONE)
    assert schema.value.schema == settings.database_schema
