"""The Saudi sample and a few companies more: shown with the source of each value, and found as people write names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Instance
from tests.conftest import Cluster, own_settings

SAMPLE = Path(__file__).parents[2] / "producers" / "feeds" / "data" / "register_samples" / "sa_wathq_samples.json"
COFFEE = "SA.MC.7001775498"
SYSTEMS = "SA.MC.7010000016"
HORIZONS = "AE.NER.11000027"
OTHERS = """authority,registration_number,legal_name_ar,legal_name_en,activities
SA.MC,7010000016,شركة أنظمة الإبداع لتقنية المعلومات,Innovation Systems Company,ISIC4=6201
AE.NER,11000027,مؤسسة آفاق المدينة للبرمجيات,City Horizons Software,ISIC4=6201
"""


@pytest.fixture(scope="module")
def register(cluster: Cluster) -> Iterator[Instance]:
    """A register that holds these companies; its processes have done their work and are gone."""
    with own_settings(cluster, "shown") as settings:
        instance = prepared(settings)
        with instance.running():
            instance.sijill("publish", "wathq", str(SAMPLE), "--recorded-on", "2025-10-01")
            instance.sijill("publish", "csv", instance.write("others.csv", OTHERS), "--recorded-on", "2025-10-02")
            instance.sijill("wait")
        yield instance


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
    in_the_emirates = register.sijill("search", "--it", "--state", "AE", "--json").json()["results"]
    in_all_states = register.sijill("search", "--it", "--json").json()["results"]

    assert [one["company_id"] for one in in_the_emirates] == [f"GCC.{HORIZONS}"]
    assert {one["company_id"] for one in in_all_states} == {f"GCC.{HORIZONS}", f"GCC.{SYSTEMS}"}
