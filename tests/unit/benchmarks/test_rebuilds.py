"""The section on rebuilds: its ratio, and its words on the page."""

from benchmarks import sections
from benchmarks.output_rate import Run
from benchmarks.rebuilds import Rebuilt, section


def test_the_page_says_how_many_times_faster_a_rebuild_is_than_the_live_job() -> None:
    found = [
        Rebuilt(live=Run(events_per_s=6_000, cpu_us=195), rebuild_per_s=rate, seconds=29.5, cpu_us=60, memory_mb=700)
        for rate in (33_000, 36_000, 30_000)
    ]
    measured = section(found, {})
    assert measured["rebuild"]["of_live"] == 5.5
    page = "\n".join(sections.ALL["rebuild"](measured))
    assert "5.5 times" in page
    assert "| `sijill rebuild`, with its comparison | 33,000 | 30,000 | 36,000 | 60 |" in page
