"""Real companies in, one record per company out: counted, shown with the source of each value, and found."""

from collections.abc import Iterator

import pytest

from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.acceptance.real_companies import COFFEE, HORIZONS, SYSTEMS, RealRegister, Said, real_register
from tests.conftest import Cluster

ROWS = 7_087
NOTHING = dict.fromkeys(
    ("accepted", "duplicate", "stale", "rejected", "dead_letters", "companies", "changes", "notices"), 0
)
ONCE = {**NOTHING, "accepted": ROWS, "companies": ROWS, "changes": ROWS, "notices": ROWS}


@pytest.fixture(scope="module")
def real(cluster: Cluster) -> Iterator[RealRegister]:
    with real_register(cluster) as register:
        yield register


@pytest.fixture
def register(real: RealRegister) -> Instance:
    return real.instance


def test_each_entry_of_gleif_is_accepted_and_becomes_a_company(real: RealRegister) -> None:
    _require_counts(real.once, ONCE)
    assert list(real.once.versions.values()) == [1] * ROWS


def test_the_same_file_again_is_all_duplicates_and_changes_nothing(real: RealRegister) -> None:
    _require_counts(real.twice, {**ONCE, "duplicate": ROWS})
    assert real.twice.versions == real.once.versions


def _require_counts(said: Said, counts: dict[str, int]) -> None:
    assert (said.report["clean"], said.report["published"]) == (True, ROWS)
    assert said.status["totals"] == counts
    publishers = dict(said.status["publishers"])
    assert publishers.pop("gleif") == counts
    assert publishers == dict.fromkeys(("ae", "bh", "kw", "om", "qa", "sa"), NOTHING)
    assert {one["lag"] for one in said.status["stages"].values()} == {0}


def test_what_stands_in_the_topics_obeys_the_laws(register: Instance) -> None:
    require_laws(register.settings)


def test_every_field_of_a_company_names_the_event_that_stated_it(register: Instance) -> None:
    shown = register.sijill("show", COFFEE, "--json").json()

    assert shown["company_id"] == f"GCC.{COFFEE}"
    assert shown["registrations"] == [COFFEE]
    properties = shown["properties"]
    assert properties["legal_name"]["value"] == [{"text": "شركة عنوان القهوة للتجارة", "language": "ar"}]
    assert properties["entity_status"]["value"] == "ACTIVE"
    assert properties["status_as_stated"]["value"] == "نشط"
    assert properties["registration_date"]["value"] == "2011-04-20"
    assert {"identifiers", "activities", "legal_address", "legal_form_as_stated", "jurisdiction"} < set(properties)
    [receipt] = register.rows("SELECT event_id FROM receipts WHERE registration_id = %s", COFFEE)
    for name, stated in properties.items():
        source = stated["source"]
        assert source["event_id"] == receipt["event_id"], name
        assert source["registration_id"] == COFFEE, name
        assert (source["kind"], source["effective_date"]) == ("SNAPSHOT", "2025-10-01"), name


def test_a_company_is_shown_to_a_person_with_who_said_what(register: Instance) -> None:
    shown = register.sijill("show", COFFEE).out

    assert "شركة عنوان القهوة للتجارة" in shown
    assert f"{COFFEE} event wathq:7001775498:20251001" in shown


def test_a_value_explains_itself_to_someone_who_has_never_seen_the_register(register: Instance) -> None:
    shown = register.sijill("show", COFFEE, "--why", "legal_name").out
    told = register.sijill("show", COFFEE, "--why", "legal_form", "--json").json()

    assert "    ar  شركة عنوان القهوة للتجارة\n" in shown
    assert f"stated by {COFFEE}, the home entry of the company" in shown
    assert "It counts because no other register states it" in shown
    assert (told["value"], told["is_current"]) == ("JSC", True)
    assert "is our word for the register's “شركة مساهمة”" in told["won"]["derived"]


def test_words_that_no_map_has_are_counted_for_the_operator(register: Instance) -> None:
    words = register.sijill("status", "--json").json()["unmapped_words"]

    bahraini = {(one["property"], one["word"], one["count"]) for one in words if one["authority"] == "BH.SIJILAT"}
    assert ("activities", "BH.ISIC4 521-1", 1) in bahraini
    assert "Words not in the maps" in register.sijill("status").out


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("شركة عنوان القهوة للتجارة", COFFEE, id="as registered"),
        pytest.param("شركه عنوان القهوه للتجاره", COFFEE, id="heh for teh marbuta"),
        pytest.param("شركة عنوان القهوة للتجارة".replace("ا", "أ"), COFFEE, id="hamza where there is none"),
        pytest.param("7001775498", COFFEE, id="unified national number"),
        pytest.param("1010307349", COFFEE, id="older registration number"),
        pytest.param("شركة انظمة الابداع لتقنية المعلومات", SYSTEMS, id="without any hamza"),
        pytest.param("شركه انظمه الابداع لتقنيه المعلومات", SYSTEMS, id="without hamza and teh marbuta"),
        pytest.param("افاق المدينه", HORIZONS, id="alef for madda"),
    ],
)
def test_a_company_is_found_however_its_name_is_written(register: Instance, asked: str, found: str) -> None:
    results = register.sijill("search", asked, "--json").json()["results"]

    assert [one["company_id"] for one in results] == [f"GCC.{found}"]


def test_a_search_can_be_narrowed_to_a_state_and_to_it_companies(register: Instance) -> None:
    in_the_emirates = register.sijill("search", "--it", "--member-state", "AE", "--json").json()["results"]
    in_all_member_states = register.sijill("search", "--it", "--json").json()["results"]

    assert [one["company_id"] for one in in_the_emirates] == [f"GCC.{HORIZONS}"]
    assert {one["company_id"] for one in in_all_member_states} == {f"GCC.{HORIZONS}", f"GCC.{SYSTEMS}"}
