"""One company in two registers, from a registry's file to an agency's notice: joined, judged apart, joined again."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.acceptance.real_companies import COFFEE, SIJILAT, WATHQ

FIRST, THIRD = "BH.SIJILAT.9-1", "BH.SIJILAT.9-3"
BRANCH: Final = "KW.MOCI.123456"
HOME_COMPANY, BRANCH_COMPANY = f"GCC.{COFFEE}", f"GCC.{BRANCH}"
BY: Final = ("--by", "Noor Al Sabah", "--why", "two owners, says the deed of [2025]")
COLUMNS: Final = "authority,registration_number,sequence,kind,legal_name_ar,legal_name_en,home_registration,is_branch\n"
KUWAIT: Final = f"KW.MOCI,123456,1,registered,عنوان القهوة فرع الكويت,Coffee Address Kuwait Branch,{COFFEE},yes\n"
RENAMED: Final = f"KW.MOCI,123456,2,amended,عنوان القهوة الكويت,Coffee Address Kuwait,{COFFEE},yes\n"
SUSPENDED: Final = "SA.MC,7001775498,90000000000,suspended,,,,\n"


@dataclass(slots=True)
class Told:
    """What three agencies have heard so far: one follows SA, one the branch's company, one only homes in trouble."""

    instance: Instance
    numbers: dict[str, int] = field(default_factory=dict)

    def news(self, agency: str) -> list[dict[str, Any]]:
        """What an agency heard since it was asked last."""
        start = self.numbers.get(agency, 0) + 1
        found = self.instance.sijill("follow", agency, "--json", "--from", str(start)).lines()
        self.numbers[agency] = start - 1 + len(found)
        return found

    def one_with_both_ids(self, cause: str) -> None:
        """Each agency that is concerned was told once, of both companies."""
        for agency in ("sa-zakat", "kw-procurement"):
            [notice] = self.news(agency)
            assert notice["cause"] == cause, notice
            assert {notice["company_id"], *notice["related"]} == {HOME_COMPANY, BRANCH_COMPANY}
        assert self.news("qa-tax") == []


def test_registrations_become_one_company_and_are_taken_apart_and_joined_again(instance: Instance) -> None:
    with instance.running():
        instance.sijill("subscribe", "sa-zakat", "--state", "SA")
        instance.sijill("subscribe", "kw-procurement", "--company", BRANCH_COMPANY)
        instance.sijill("subscribe", "qa-tax", "--state", "QA", "--field", "registrations")
        instance.sijill("subscribe", "om-homes", "--field", "home_status")
        told = Told(instance)
        _stems_are_a_case_and_no_company(instance)
        with _joined(told):
            _an_id_that_merged_away_finds_the_survivor(instance)
        judgement = _judged_apart(told)
        _revoked(told, judgement)
        _a_home_in_trouble_is_told_to_who_asked(told)
    require_laws(instance.settings)


def _stems_are_a_case_and_no_company(instance: Instance) -> None:
    instance.sijill("publish", "sijilat", *SIJILAT)
    instance.sijill("wait")
    assert {_company(instance, one) for one in (FIRST, THIRD)} == {f"GCC.{FIRST}", f"GCC.{THIRD}"}
    [case] = instance.sijill("queue", "--state", "BH", "--json").json()["cases"]
    assert (case["kind"], [one["registration_id"] for one in case["registrations"]]) == ("SHARED_STEM", [FIRST, THIRD])
    assert case["registrations"][1]["legal_name"][0]["text"] == "AHMED & ABDULLA FAKHROO"

    listed = instance.sijill("queue").out
    assert f"{THIRD}  AHMED & ABDULLA FAKHROO · GCC.{THIRD}" in listed
    command = case["commands"][0].partition("#")[0].replace("--same --by NAME --why TEXT", "--different")
    assert f"sijill judge {FIRST} {THIRD} --same --by NAME --why TEXT" in listed
    assert "What settles it" in instance.sijill("queue", "show", case["case_id"]).out
    instance.sijill(*shlex.split(command)[1:], *BY)
    instance.sijill("wait")
    assert instance.sijill("queue", "--json").json()["cases"] == []
    assert "no case stem/" in instance.sijill("queue", "show", case["case_id"], code=1).err


@contextmanager
def _joined(told: Told) -> Iterator[None]:
    """A branch that names its home becomes one company with it, and stays so while it changes."""
    instance = told.instance
    instance.sijill("publish", "wathq", *WATHQ)
    instance.sijill("wait")
    told.news("sa-zakat")
    _publish(instance, KUWAIT)
    assert _company(instance, BRANCH) == HOME_COMPANY
    first, *more = told.news("kw-procurement")
    assert (first["company_id"], first["cause"]) == (BRANCH_COMPANY, "SOURCE")  # for a moment it was a company
    assert [(one["company_id"], one["cause"], one["joined"]) for one in more] == [(HOME_COMPANY, "MERGE", BRANCH)]
    [merge] = told.news("sa-zakat")
    assert (merge["cause"], merge["company_id"], merge["related"]) == ("MERGE", HOME_COMPANY, [BRANCH_COMPANY])
    shown = instance.sijill("follow", "sa-zakat", "--from", str(merge["number"])).out
    assert f"{BRANCH} joined, from {BRANCH_COMPANY} (merge). {HOME_COMPANY} consists of {BRANCH}, {COFFEE} now" in shown
    yield
    _publish(instance, RENAMED)
    assert told.news("qa-tax") == []
    told.news("sa-zakat")
    told.news("kw-procurement")


def _an_id_that_merged_away_finds_the_survivor(instance: Instance) -> None:
    for asked in (BRANCH_COMPANY, BRANCH):
        shown = instance.sijill("show", asked, "--history").out
        assert f"{asked} is part of {HOME_COMPANY} since 20" in shown
        assert f"before, the company was {BRANCH_COMPANY}" in shown
        assert f"{BRANCH} joined, from {BRANCH_COMPANY} (merge), because its event " in shown
        assert f"names {COFFEE} as its home" in shown
    found = instance.sijill("search", "عنوان القهوة", "--json").json()["results"]
    assert HOME_COMPANY in [one["company_id"] for one in found]
    assert BRANCH_COMPANY not in [one["company_id"] for one in found]
    refused = instance.sijill("judge", BRANCH_COMPANY, FIRST, "--same", *BY, code=2).err
    assert f"a company of 2 registrations: say which of them is meant: {BRANCH}, {COFFEE}" in " ".join(refused.split())


def _judged_apart(told: Told) -> str:
    instance = told.instance
    asked = ("judge", COFFEE, BRANCH, "--different", *BY)
    tried = instance.sijill(*asked, "--dry-run", "--json").json()
    assert (tried["dry_run"], tried["companies"]) == (True, [HOME_COMPANY])
    assert "comes apart" in tried["follows"][-1]
    made = instance.sijill(*asked, "--evidence", "deed 7/2025", "--json").json()["judgement"]
    instance.sijill("wait")
    assert (_company(instance, BRANCH), _company(instance, COFFEE)) == (BRANCH_COMPANY, HOME_COMPANY)
    told.one_with_both_ids("UNMERGE")

    document = instance.sijill("show", COFFEE, "--history", "--json").json()
    assert [one["judgement_id"] for one in document["judgements"]] == [made["judgement_id"]]
    assert [one["kind"] for one in document["cases"]] == ["CONTRADICTION"]
    left = document["history"][-1]["in_words"]
    assert f"{BRANCH} left, for {BRANCH_COMPANY} (unmerge), because Noor Al Sabah judged {BRANCH} and {COFFEE}" in left
    assert f"different: two owners, says the deed of [2025] (judgement {made['judgement_id']})" in left
    [case] = instance.sijill("queue", "--kind", "CONTRADICTION", "--json").json()["cases"]
    assert case["commands"] == [f"sijill judge --revoke {made['judgement_id']} --by NAME --why TEXT"]
    return str(made["judgement_id"])


def _revoked(told: Told, judgement: str) -> None:
    instance = told.instance
    told_so = instance.sijill("judge", "--revoke", judgement, "--by", "Noor", "--why", "the deed was another's").err
    assert "no judgement decides then: the evidence alone does" in told_so
    instance.sijill("wait")
    assert _company(instance, BRANCH) == HOME_COMPANY
    told.one_with_both_ids("MERGE")
    assert "was revoked already" in instance.sijill("judge", "--revoke", judgement, *BY, code=1).err
    revocation, revoked = instance.sijill("judgements", COFFEE, "--json").json()["judgements"]
    assert (revoked["standing"], revoked["standing_by"]) == ("REVOKED", revocation["judgement_id"])
    assert (revocation["standing"], revocation["standing_by"]) == ("REVOCATION", judgement)
    words = [one["in_words"] for one in instance.sijill("show", BRANCH, "--history", "--json").json()["history"]]
    assert f"because Noor took judgement {judgement} back: the deed was another's" in str(words[-1])


def _a_home_in_trouble_is_told_to_who_asked(told: Told) -> None:
    assert told.news("om-homes") == []
    _publish(told.instance, SUSPENDED)
    [notice] = told.news("om-homes")
    assert (notice["company_id"], notice["after"]["home_status"]) == (HOME_COMPANY, "SUSPENDED")
    assert "home_status" in told.instance.sijill("show", COFFEE).out
    assert "follows from the entity_status of the home entry" in " ".join(
        told.instance.sijill("show", COFFEE, "--why", "home_status").out.split()
    )


def _publish(instance: Instance, row: str) -> None:
    instance.sijill("publish", "csv", instance.write("rows.csv", COLUMNS + row), "--recorded-on", "2025-10-02")
    instance.sijill("wait")


def _company(instance: Instance, id_: str) -> str:
    return str(instance.sijill("show", id_, "--json").json()["company_id"])
