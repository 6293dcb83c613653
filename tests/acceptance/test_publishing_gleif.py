"""7,087 real companies in, one record per company out; and the same file again."""

from pathlib import Path

from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws

GLEIF = Path(__file__).parents[2] / "producers" / "feeds" / "data" / "gcc_lei.csv"
ROWS = 7_087
NOTHING = dict.fromkeys(
    ("accepted", "duplicate", "stale", "rejected", "dead_letters", "companies", "changes", "notices"), 0
)
ONCE = {**NOTHING, "accepted": ROWS, "companies": ROWS, "changes": ROWS, "notices": ROWS}
TWICE = {**ONCE, "duplicate": ROWS}


def test_the_companies_of_gleif_are_accepted_once_and_a_second_time_change_nothing(instance: Instance) -> None:
    with instance.running():
        instance.sijill("subscribe", "everything")

        assert _published(instance) == ROWS
        _require_counts(instance, ONCE)
        versions = _versions(instance)

        assert _published(instance) == ROWS
        _require_counts(instance, TWICE)
        assert _versions(instance) == versions
    require_laws(instance.settings)


def _published(instance: Instance) -> int:
    report = instance.sijill("publish", "gleif", str(GLEIF), "--recorded-on", "2025-10-01", "--json").json()
    assert report["clean"]
    instance.sijill("wait")
    return int(report["published"])


def _require_counts(instance: Instance, counts: dict[str, int]) -> None:
    status = instance.sijill("status", "--json").json()
    assert status["totals"] == counts
    publishers = status["publishers"]
    assert publishers.pop("gleif") == counts
    assert publishers == dict.fromkeys(("ae", "bh", "kw", "om", "qa", "sa"), NOTHING)
    assert {one["lag"] for one in status["stages"].values()} == {0}
    [stored] = instance.rows("SELECT count(*) AS companies FROM companies")
    assert stored["companies"] == counts["companies"]


def _versions(instance: Instance) -> dict[str, int]:
    rows = instance.rows("SELECT company_id, version FROM companies")
    assert {row["version"] for row in rows} == {1}
    return {row["company_id"]: row["version"] for row in rows}
