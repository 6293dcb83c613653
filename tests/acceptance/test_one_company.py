"""One company in two registers, from a registry's file to an agency's notice: joined, judged apart, joined again."""

import asyncio
import shlex
from datetime import date
from pathlib import Path
from typing import Any, Final

from producers.file_publishing import publish_file
from register.ids import AgencyId
from register.subscriptions import MOVES, Subscription
from services.subscribing import subscribe
from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.acceptance.real_companies import COFFEE, SIJILAT, WATHQ

FIRST, THIRD = "BH.SIJILAT.9-1", "BH.SIJILAT.9-3"
BRANCH: Final = "KW.MOCI.123456"
HOME_COMPANY, BRANCH_COMPANY = f"GCC.{COFFEE}", f"GCC.{BRANCH}"
CASE: Final = "stem/BH.SIJILAT.9"
BY: Final = ("--by", "Noor Al Sabah", "--why", "two owners, says the deed of [2025]")
COLUMNS: Final = "authority,registration_number,sequence,kind,legal_name_ar,legal_name_en,home_registration,is_branch\n"
KUWAIT: Final = f"KW.MOCI,123456,1,registered,عنوان القهوة فرع الكويت,Coffee Address Kuwait Branch,{COFFEE},yes\n"
SUSPENDED: Final = "SA.MC,7001775498,90000000000,suspended,,,,\n"
WISHES: Final[dict[str, dict[str, Any]]] = {
    "sa-zakat": {"member_states": ("SA",)},
    "kw-procurement": {"companies": (BRANCH_COMPANY,)},
    "sa-merges": {"member_states": ("SA",), "fields": (MOVES,)},
    "qa-tax": {"member_states": ("QA",), "fields": (MOVES,)},
    "om-homes": {"fields": ("home_status",)},
}
Notices = list[dict[str, Any]]


def test_registrations_become_one_company_and_are_taken_apart_and_joined_again(instance: Instance) -> None:
    with instance.running():
        for agency, wishes in WISHES.items():
            asyncio.run(subscribe(instance.settings, Subscription(agency=AgencyId(agency), **wishes)))
        _publish(instance, "sijilat", SIJILAT[0])
        _publish(instance, "wathq", WATHQ[0])
        _stems_are_a_case_until_they_are_judged(instance)
        _publish(instance, "csv", instance.write("branch.csv", COLUMNS + KUWAIT))
        _an_id_that_merged_away_finds_the_survivor(instance)
        judgement = _judged_apart(instance)
        _revoked(instance, judgement)
        _publish(instance, "csv", instance.write("suspended.csv", COLUMNS + SUSPENDED))
        told = {agency: instance.sijill("follow", agency, "--json").lines() for agency in WISHES}
        _suspended_home_is_notified(instance, told["om-homes"])
    _each_merge_and_unmerge_is_told_once(told)
    require_laws(instance.settings)


def _stems_are_a_case_until_they_are_judged(instance: Instance) -> None:
    assert _companies(instance, FIRST, THIRD) == [f"GCC.{FIRST}", f"GCC.{THIRD}"]
    listed = instance.sijill("queue", "--member-state", "BH").out
    assert listed.startswith(f"1 case\n\nSHARED_STEM  {CASE}  since 20")
    assert f"{THIRD}  AHMED & ABDULLA FAKHROO · GCC.{THIRD}" in listed
    document = instance.sijill("queue", "show", CASE, "--json").json()
    assert [one["registration_id"] for one in document["registrations"]] == [FIRST, THIRD]
    [command] = document["commands"]
    assert command in listed
    judged = command.partition("#")[0].replace("--same --by NAME --why TEXT", "--different")
    instance.sijill(*shlex.split(judged)[1:], *BY)
    instance.sijill("wait")
    assert instance.sijill("queue", "--json").json() == {"cases": []}


def _an_id_that_merged_away_finds_the_survivor(instance: Instance) -> None:
    shown = instance.sijill("show", BRANCH_COMPANY, "--history").out
    assert shown.startswith(f"{BRANCH_COMPANY} is part of {HOME_COMPANY} since 20")
    assert f"before, the company was {BRANCH_COMPANY}" in shown
    assert f"{BRANCH} joined, from {BRANCH_COMPANY} (merge), because its event " in shown
    assert f"names {COFFEE} as its home" in shown
    assert "not: legal_name" in shown  # the branch's own
    assert "also: entity_status" in shown
    found = instance.sijill("search", "عنوان القهوة", "--json").json()["results"]
    assert [one["company_id"] for one in found] == [HOME_COMPANY]
    refused = instance.sijill("judge", BRANCH_COMPANY, FIRST, "--same", *BY, code=2).err
    assert f"a company of 2 registrations: say which of them is meant: {BRANCH}, {COFFEE}" in " ".join(refused.split())


def _judged_apart(instance: Instance) -> str:
    asked = ("judge", COFFEE, BRANCH, "--different", *BY)
    tried = instance.sijill(*asked, "--dry-run", "--json").json()
    assert (tried["dry_run"], tried["companies"]) == (True, [HOME_COMPANY])
    made = str(instance.sijill(*asked, "--evidence", "deed 7/2025", "--json").json()["judgement"]["judgement_id"])
    instance.sijill("wait")
    assert _companies(instance, BRANCH, COFFEE) == [BRANCH_COMPANY, HOME_COMPANY]

    document = instance.sijill("show", COFFEE, "--history", "--json").json()
    assert [one["judgement_id"] for one in document["judgements"]] == [made]
    assert [one["kind"] for one in document["cases"]] == ["CONTRADICTION"]
    left = document["history"][-1]["in_words"]
    assert f"{BRANCH} left, for {BRANCH_COMPANY} (unmerge), because Noor Al Sabah judged {BRANCH} and {COFFEE}" in left
    assert f"different: two owners, says the deed of [2025] (judgement {made})" in left
    [case] = instance.sijill("queue", "--kind", "CONTRADICTION", "--json").json()["cases"]
    assert case["commands"] == [f"sijill judge --revoke {made} --by NAME --why TEXT"]
    return made


def _revoked(instance: Instance, judgement: str) -> None:
    told = instance.sijill("judge", "--revoke", judgement, "--by", "Noor", "--why", "the deed was another's").err
    assert "no judgement decides then: the evidence alone does" in told
    instance.sijill("wait")
    assert _companies(instance, BRANCH, COFFEE) == [HOME_COMPANY] * 2
    revocation, revoked = instance.sijill("judgements", COFFEE, "--json").json()["judgements"]
    assert (revoked["standing"], revoked["standing_by"]) == ("REVOKED", revocation["judgement_id"])
    words = instance.sijill("show", BRANCH, "--history", "--json").json()["history"][-1]["in_words"]
    assert f"because Noor took judgement {judgement} back: the deed was another's" in words


def _suspended_home_is_notified(instance: Instance, told: Notices) -> None:
    [notice] = told
    assert (notice["company_id"], notice["after"]["home_status"]) == (HOME_COMPANY, "SUSPENDED")
    why = instance.sijill("show", COFFEE, "--why", "home_status").out
    assert "follows from the entity_status of the home entry" in " ".join(why.split())


def _each_merge_and_unmerge_is_told_once(told: dict[str, Notices]) -> None:
    for agency in ("sa-zakat", "kw-procurement", "sa-merges"):
        moves = [one for one in told[agency] if one["related"]]
        assert [one["cause"] for one in moves] == ["MERGE", "UNMERGE", "MERGE"], agency
        assert [(one["joined"], one["left"]) for one in moves] == [(BRANCH, None), (None, BRANCH), (BRANCH, None)]
        for one in moves:
            assert {one["company_id"], *one["related"]} == {HOME_COMPANY, BRANCH_COMPANY}
    # who follows the branch's company: its beginning, the moves, and what befell the survivor
    causes = [(one["company_id"], one["cause"]) for one in told["kw-procurement"] if not one["related"]]
    assert causes == [(BRANCH_COMPANY, "SOURCE"), (HOME_COMPANY, "SOURCE")]
    assert [one for one in told["sa-merges"] if not one["related"]] == told["qa-tax"] == []


def _publish(instance: Instance, feed: str, file: str) -> None:
    """Publish with the library, as a registry's own program would."""
    asyncio.run(publish_file(instance.settings, feed, Path(file), date(2025, 10, 1)))
    instance.sijill("wait")


def _companies(instance: Instance, *registrations: str) -> list[str]:
    found = instance.rows(
        "SELECT company_id FROM registrations WHERE registration_id = ANY(%s) ORDER BY registration_id",
        list(registrations),
    )
    return [row["company_id"] for row in found]
