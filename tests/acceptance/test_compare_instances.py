"""`sijill compare` of two instances names the first differing field of the first companies, and counts."""

from register.company import company_of
from register.ids import RegistrationId, company_id
from schemas.codec.company_records import company_datum
from schemas.codec.wire import encode
from schemas.facts.precedence import precedence
from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Instance
from tests.acceptance.plain_kafka import Sent, send
from tests.conftest import Cluster, own_settings
from tests.unit.register.companies import members, registration

NUMBERS = range(100, 120)


def written(number: int, version: int, **stated: object) -> Sent:
    own = RegistrationId(f"KW.MOCI.{number}")
    company = company_of(company_id(own), members(registration(own, **stated)), precedence(), version=version)
    return Sent(key=company.company_id.encode(), value=encode("Company", company_datum(company)))


def fill(instance: Instance, *records: Sent) -> None:
    send(instance.settings.bootstrap_servers, f"{instance.settings.topic_prefix}register.companies", records)


def test_versions_do_not_count_and_a_differing_company_is_named_with_its_field(cluster: Cluster) -> None:
    with own_settings(cluster, "compared") as ours, own_settings(cluster, "beside") as theirs:
        one, other = prepared(ours), prepared(theirs)
        fill(one, *(written(number, 1) for number in NUMBERS))
        fill(other, *(written(number, 7) for number in reversed(NUMBERS)))
        compare = ("compare", "--other-prefix", theirs.topic_prefix)
        assert one.sijill(*compare, "--json").json() == {
            "is_equal": True, "companies": 20, "other_companies": 20, "different": 0, "by_field": {}, "first": [],
        }  # fmt: skip
        fill(other, written(111, 8, website="noor.example"), written(200, 1))
        found = one.sijill(*compare, "--json", code=1).json()
        assert (found["different"], found["other_companies"], found["by_field"]["website"]) == (2, 21, 1)
        assert found["first"][0] == {"company_id": "GCC.KW.MOCI.111", "fields": ["website"]}
        said = one.sijill(*compare, code=1).out
        assert "GCC.KW.MOCI.111 website: here –, there noor.example" in said
