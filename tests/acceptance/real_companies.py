"""Real companies: the 7,087 entries of GLEIF, published twice, the Saudi and the Bahraini sample, and two more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Instance
from tests.conftest import Cluster, own_settings

DATA: Final = Path(__file__).parents[2] / "producers" / "feeds" / "data"
GLEIF: Final = (str(DATA / "gcc_lei.csv"), "--recorded-on", "2025-10-01")
WATHQ: Final = (str(DATA / "register_samples" / "sa_wathq_samples.json"), "--recorded-on", "2025-10-01")
SIJILAT: Final = (str(DATA / "register_samples" / "bh_sijilat_sample.json"), "--recorded-on", "2025-10-01")
COFFEE: Final = "SA.MC.7001775498"
SYSTEMS: Final = "SA.MC.7010000016"
HORIZONS: Final = "AE.NER.11000027"
OTHERS: Final = """authority,registration_number,legal_name_ar,legal_name_en,activities
SA.MC,7010000016,شركة أنظمة الإبداع لتقنية المعلومات,Innovation Systems Company,ISIC4=6201
AE.NER,11000027,مؤسسة آفاق المدينة للبرمجيات,City Horizons Software,ISIC4=6201
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The reports after the publication of GLEIF's file, and the versions of the companies then."""

    report: dict[str, Any]
    status: dict[str, Any]
    versions: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealRegister:
    """The register, whose processes have done their work and are gone."""

    instance: Instance
    once: Said
    twice: Said


@contextmanager
def real_register(cluster: Cluster) -> Iterator[RealRegister]:
    """Fill a register, and give it for as long as the block runs."""
    with own_settings(cluster, "real") as settings:
        instance = prepared(settings)
        with instance.running():
            instance.sijill("subscribe", "everything")
            once, twice = _published(instance), _published(instance)
            instance.sijill("publish", "wathq", *WATHQ)
            instance.sijill("publish", "sijilat", *SIJILAT)
            instance.sijill("publish", "csv", instance.write("others.csv", OTHERS), "--recorded-on", "2025-10-02")
            instance.sijill("wait")
        yield RealRegister(instance=instance, once=once, twice=twice)


def _published(instance: Instance) -> Said:
    report = instance.sijill("publish", "gleif", *GLEIF, "--json").json()
    instance.sijill("wait")
    rows = instance.rows("SELECT company_id, version FROM companies")
    return Said(
        report=report,
        status=instance.sijill("status", "--json").json(),
        versions={row["company_id"]: row["version"] for row in rows},
    )
