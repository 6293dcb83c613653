"""What the command line says of the problems of the services."""

import dataclasses
import inspect
from datetime import date
from typing import Any

import pytest

from operations.commands.topics import difference_in_words
from operations.judgement_texts import effect_in_words
from operations.problem_texts import sentence
from producers.problems import NotDelivered, UnusableFile
from register.ids import CompanyId, RegistrationId
from register.resolution.judgements import Verdict
from runtime.settings import Settings
from services import error_mapping, file_problems, judging_problems, problems
from services.file_problems import FileFault
from services.judgement_drafts import Effect, EffectKind
from services.problems import ServiceProblem, WronglyAsked
from services.simulating import simulated
from services.topic_differences import Aspect, Difference, Size

ABSTRACT = (ServiceProblem, WronglyAsked)
EXAMPLES: dict[str, Any] = {
    "str": "word", "int": 7_000, "float": 30.0, "bool": True, "date": date(2026, 1, 2), "tuple": ("a", "b"),
    "FileFault": FileFault.NO_CSV, "Optional": None, "Union": None, "UnionType": None, "": None,
}  # fmt: skip
"""By the name of a fact's type."""


def every_problem() -> list[type[ServiceProblem]]:
    found = [
        one
        for module in (problems, judging_problems, file_problems, error_mapping)
        for one in vars(module).values()
        if inspect.isclass(one)
    ]
    return [one for one in dict.fromkeys(found) if issubclass(one, ServiceProblem) and one not in ABSTRACT]


def example(kind: type[ServiceProblem]) -> ServiceProblem:
    if not dataclasses.is_dataclass(kind):
        return kind()
    facts = {one.name: EXAMPLES[getattr(one.type, "__name__", "")] for one in dataclasses.fields(kind)}
    made: Any = kind
    problem: ServiceProblem = made(**facts)
    return problem


@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__name__)
def test_every_problem_has_a_sentence_with_its_facts_filled_in(kind: type[ServiceProblem]) -> None:
    said = sentence(example(kind))
    assert said
    assert "{" not in said


def test_there_are_as_many_problems_as_callers_can_tell_apart() -> None:
    assert len(every_problem()) > 40


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            judging_problems.SeveralRegistrations(company="GCC.SA.MC.1", registrations=("KW.MOCI.5", "SA.MC.1")),
            "GCC.SA.MC.1 is a company of 2 registrations: say which of them is meant: KW.MOCI.5, SA.MC.1",
        ),
        (
            judging_problems.SeveralRegistrations(company="GCC.SA.MC.1", registrations=tuple("abcdefghijklmnopqrstu")),
            "GCC.SA.MC.1 is a company of 21 registrations: say which of them is meant: "
            "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t …",
        ),
        (
            problems.UnknownRegistration(id="QA.MOCI.1"),
            "no registration QA.MOCI.1 in the register: `sijill search` finds one by name or number; `sijill wait` "
            "first, if it was published just now",
        ),
        (
            judging_problems.TooManyJudgements(registration_id="QA.MOCI.1", held=1_000),
            "QA.MOCI.1 stands in 1,000 judgements, the most that one registration takes: `sijill judgements QA.MOCI.1` "
            "lists them; only --revoke is taken",
        ),
        (
            problems.SubscriptionTooLarge(agency="zatca", size=20_000_000, most=16_000_000, companies=180_000),
            "the subscription of zatca has 20,000,000 bytes, at most 16,000,000 are taken: name fewer than these "
            "180,000 companies, or follow member states, activities or fields",
        ),
        (
            problems.WrongAgency(text="No Agency", longest=63),
            "'No Agency' is no agency id: use lower-case letters, digits and hyphens, 63 at most",
        ),
        (
            problems.UnknownMemberStates(names=("XX", "YY"), known=("AE", "BH")),
            "--member-state XX, YY is not known: choose from AE, BH",
        ),
        (
            problems.UnknownFields(names=("name",), known=("legal_name", "website")),
            "--field name is not known: choose from legal_name, website",
        ),
        (
            problems.UnknownProperty(name="name", known=("legal_name",)),
            "--why name is not known: choose from legal_name",
        ),
        (
            problems.NoActivity(text="software"),
            "--activity software is no ISIC Rev. 4 class, nor its first digits: write 62 or 6201",
        ),
        (
            problems.NoId(text="7001775498"),
            "--company 7001775498 is no id: write GCC.SA.MC.7001775498, or a registration without the GCC.",
        ),
        (
            file_problems.FileTimeImplausible(file="a.csv", changed_on=date(1980, 1, 1)),
            "a.csv was last changed on 1980-01-01, as its file system says: no registry stated it on that day. Say the "
            "day with --recorded-on YYYY-MM-DD: it decides which statement holds",
        ),
        (
            error_mapping.TopicsMissing(servers="kafka:9092", topics=("a", "b", "c")),
            "the topic a does not exist at kafka:9092 (nor 2 others of the contract): run `sijill topics apply`",
        ),
        (
            error_mapping.TopicsMissing(servers="kafka:9092", topics=("a",)),
            "the topic a does not exist at kafka:9092: run `sijill topics apply`",
        ),
        (
            error_mapping.PostgresAway(why="no\nat port 1"),
            "PostgreSQL does not answer: no: start one with `sijill up`, or say in SIJILL_DATABASE_URL where it is",
        ),
    ],
)  # fmt: skip
def test_a_sentence_says_what_and_what_to_do(problem: ServiceProblem, said: str) -> None:
    assert sentence(problem) == said


@pytest.mark.parametrize("fault", FileFault)
def test_a_file_that_cannot_be_read_is_told_as_the_publishers_library_tells_it(fault: FileFault) -> None:
    facts: dict[str, Any] = {"why": "no such file", "header": "name,", "lines": 2, "columns": ("name", "")}
    problem = file_problems.FileUnusable(file="a.csv", fault=fault, **facts)
    assert sentence(problem) == str(UnusableFile("a.csv", fault, **facts))


@pytest.mark.parametrize("one", [{"partition": 3, "confirmed": 12_000}, {"event_id": "sa-1"}])
def test_events_that_are_not_confirmed_are_told_as_the_publishers_library_tells_it(one: dict[str, Any]) -> None:
    fault = NotDelivered("registrations.sa", "KafkaTimeoutError()", **one)
    problem = error_mapping.problem_of(fault, Settings())
    assert problem is not None
    assert sentence(problem) == str(fault)


@pytest.mark.parametrize(
    ("seed", "companies", "knobs", "said"),
    [
        ("1", 10**12, {}, "1000000000000 companies: between 0 and "),
        ("a b", 1, {}, "'a b' is no seed: use up to 40 letters, digits, hyphens and underscores"),
        ("1", 1, {"late": 1.5}, "late is a share: between 0 and 1, not 1.5"),
        ("1", 1, {"late": float("nan")}, "late is a share: between 0 and 1, not nan"),
        ("1", 1, {"window": 0}, "window is at least 1, acts at least 0"),
        ("1", 1, {"acts": -0.5}, "window is at least 1, acts at least 0"),
    ],
)
def test_a_simulation_that_there_is_not_is_told(seed: str, companies: int, knobs: dict[str, float], said: str) -> None:
    with pytest.raises(WronglyAsked) as refused:
        simulated(seed, companies, knobs)
    assert sentence(refused.value).startswith(f"no such simulation: {said}")
    assert refused.value.__cause__ is not None
    assert sentence(refused.value) == f"no such simulation: {refused.value.__cause__}"


@pytest.mark.parametrize(
    ("aspect", "said"),
    [
        (Aspect.MISSING, "register.changes is missing (2 partitions, 3 replicas)"),
        (Aspect.CONFIG, "register.changes has partitions=3, the contract says 2"),
        (
            Aspect.PARTITIONS,
            "register.changes has partitions=3, the contract says 2: not changed, because keys would move to other "
            "tasks; set SIJILL_PARTITIONS to what the cluster has, or rebuild into a new topic prefix",
        ),
    ],
)
def test_what_differs_is_said_with_what_is_left_to_a_person(aspect: Aspect, said: str) -> None:
    one = Difference(topic="register.changes", aspect=aspect, setting="partitions", wanted="2", found="3")
    if aspect is Aspect.MISSING:
        one = Difference(topic="register.changes", aspect=aspect, size=Size(partitions=2, replicas=3))
    assert difference_in_words(one) == said


@pytest.mark.parametrize(
    ("kind", "companies", "said"),
    [
        (EffectKind.TAKES_BACK, 2, "judgement j1 (same) is taken back"),
        (EffectKind.OVERTAKES, 2, "it overtakes judgement j1 (same, by noor)"),
        (EffectKind.HOLDS_AS_BEFORE, 2, "judgement j1 (same, by noor) holds as before"),
        (EffectKind.HOLDS_AGAIN, 2, "judgement j1 (same, by noor) holds again"),
        (EffectKind.EVIDENCE_DECIDES, 2, "no judgement decides then: the evidence alone does"),
        (EffectKind.STAYS_ONE, 1, "GCC.A is one company already"),
        (EffectKind.COMES_APART, 1, "GCC.A comes apart: A and B will be in two companies"),
        (EffectKind.STAY_TWO, 2, "GCC.A and GCC.B stay two companies"),
        (
            EffectKind.BECOME_ONE,
            2,
            "GCC.A and GCC.B become one company, unless a later judgement keeps them apart",
        ),
        (EffectKind.CONCERNS, 1, "concerned is GCC.A"),
        (EffectKind.CONCERNS, 2, "concerned are GCC.A and GCC.B"),
    ],
)
def test_what_follows_from_a_judgement_is_said(kind: EffectKind, companies: int, said: str) -> None:
    effect = Effect(
        kind=kind,
        judgement_id="j1",
        verdict=Verdict.SAME,
        by="noor",
        companies=(CompanyId("GCC.A"), CompanyId("GCC.B"))[:companies],
        registrations=(RegistrationId("A"), RegistrationId("B")),
    )
    assert effect_in_words(effect) == said
