"""An agency hears of what it subscribed to, once each, in order, and of nothing else."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from producers.file_publishing import publish_file
from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws

NAME_AND_STATUS = ("--member-state", "SA", "--field", "legal_name", "--field", "entity_status")
COLUMNS = "authority,registration_number,sequence,kind,legal_name_ar,legal_address_ar,legal_address_city\n"
BEFORE, AFTER = "شركة الواحة للحلول الرقمية", "شركة واحة الخليج للحلول الرقمية"
REGISTERED = f"""SA.MC,7010000016,1,registered,{BEFORE},طريق الملك فهد,الرياض
KW.MOCI,123456,1,registered,شركة السالمية للبرمجيات,شارع سالم المبارك,السالمية
"""
ADDRESS = "SA.MC,7010000016,2,amended,,طريق العليا,الرياض\n"
NAME = f"SA.MC,7010000016,3,amended,{AFTER},,\n"
ELSEWHERE = "KW.MOCI,123456,2,amended,شركة السالمية للأنظمة,,\n"
SUSPENDED = "SA.MC,7010000016,4,suspended,,,\n"
LATE = "SA.MC,7010000016,5,struck_off,,,\n"


def test_an_agency_hears_of_names_and_statuses_in_its_state_and_of_nothing_else(instance: Instance) -> None:
    with instance.running():
        _publish(instance, REGISTERED)
        instance.sijill("subscribe", "sa-zakat", *NAME_AND_STATUS)

        _publish(instance, ADDRESS)
        assert _notices(instance) == []

        _publish(instance, NAME)
        [notice] = _notices(instance)
        assert (notice["number"], notice["version"], notice["cause"]) == (1, 3, "SOURCE")
        assert notice["company_id"] == "GCC.SA.MC.7010000016"
        assert notice["before"]["legal_name"] == [{"text": BEFORE, "language": "ar"}]
        assert notice["after"]["legal_name"] == [{"text": AFTER, "language": "ar"}]

        _publish(instance, NAME + ELSEWHERE + SUSPENDED)  # the name again: a duplicate
        [second] = _notices(instance, "--from", "2")
        assert (second["number"], second["after"]["entity_status"]) == (2, "SUSPENDED")

        instance.sijill("unsubscribe", "sa-zakat")
        _publish(instance, LATE)
        assert _notices(instance) == [notice, second]
    require_laws(instance.settings)


def _publish(instance: Instance, rows: str) -> None:
    """Publish with the library, as a registry's own program would."""
    file = Path(instance.write("amendments.csv", COLUMNS + rows))
    assert asyncio.run(publish_file(instance.settings, "csv", file, date(2025, 10, 1))).is_clean
    instance.sijill("wait")


def _notices(instance: Instance, *options: str) -> list[dict[str, Any]]:
    return instance.sijill("follow", "sa-zakat", "--json", *options).lines()
