"""Files of every feed, damaged at random: no traceback, and every line or record is accounted for.

`SIJILL_TEST_FUZZ=long` tries thousands of files of each kind instead of some dozens.
"""

import codecs
import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.feeds import DEMO_FILES
from producers.file_publishing import publish_file
from producers.problems import UnusableFile
from producers.publish_report import PublishReport
from runtime.settings import Settings
from tests.unit.producers.reading_feeds import DAY
from tests.unit.producers.test_generic_feed import FULL

TRIED: Final = 3_000 if os.environ.get("SIJILL_TEST_FUZZ") == "long" else 40
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256", "utf-32")
NASTY: Final = (
    "", "nan", "null", "1" * 20, "9" * 4_400, "1e400", "1,00,,000", "0001-01-01T00:00:00+03:00",
    "9999-12-31T23:59:59-05:00",
    "2024-03-01 - 2029-03-01", "9999-12-31", "1899-12-30", "1447-01-01", "\ufeff\u200b", "\u202e", "a|b=|=c|LEI=", "\0",
    "x" * 140_000, '"', '""', "'", "\r", "a,b\nc,d", "[object Object]", "true", "snapshot", "corrected",
    "KW.MOCI", "XG.LEI",
    "-1", "NaN", "١٬٥٠٠٫٥", "Infinity", "\U0010ffff", "=1+1",
)  # fmt: skip
ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "csv": [{name: str(value) for name, value in FULL.items()}],
    "gleif": [
        {"lei": "21380011VBTSTZCFBT87", "legal_name": "A Co", "country": "AE", "category": "", "tech_guess": "no"}
    ],
    **{
        feed: found if isinstance(found := json.loads(path.read_text("utf-8")), list) else [found]
        for feed, path in DEMO_FILES.items()
        if feed != "gleif"
    },
}
FORMS: Final = {
    "csv": ("csv", "json", "jsonl"),
    "gleif": ("csv",),
    "wathq": ("json",),
    "sijilat": ("json",),
    "ner": ("json",),
}
CASES: Final = [(feed, form) for feed, forms in FORMS.items() for form in forms]

values = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=12),
    st.integers(-(10**25), 10**25),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@st.composite
def rows(draw: st.DrawFn, feed: str) -> list[dict[str, Any]]:
    """Rows of a feed in which some fields hold what nobody expects."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        row = dict(draw(st.sampled_from(ROWS[feed])))
        for name in draw(st.lists(st.sampled_from(sorted(row)), max_size=4)):
            row[name] = draw(values)
        found.append(row)
    return found


def _as_csv(found: list[dict[str, Any]], feed: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[feed][0]))
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()


WRITE: Final[dict[str, Callable[[list[dict[str, Any]], str], str]]] = {
    "csv": _as_csv,
    "json": lambda found, _: json.dumps(found, ensure_ascii=False),
    "jsonl": lambda found, _: "\n".join(json.dumps(row, ensure_ascii=False) for row in found),
}


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """The bytes of a text, with some of them changed, doubled, cut off or written in another encoding."""
    encoding = draw(st.sampled_from(("utf-8",) * 5 + ENCODINGS))
    content = bytearray(text.encode(encoding, errors="replace" if encoding == "cp1256" else "surrogatepass"))
    for _ in range(draw(st.integers(0, 5))):
        place = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(("put", "put", "change", "cut", "take"))):
            case "put":
                put = draw(
                    st.sampled_from((b'"', b"\n", b",", b"\0", b"\r", b"{", b"]", b"\\", b"\xff", b'"a":1,', b" "))
                )
                content[place:place] = put
            case "change":
                content[place : place + 1] = bytes([draw(st.integers(0, 255))])
            case "cut":
                del content[place:]
            case "take":
                del content[place : place + draw(st.integers(1, 30))]
    return bytes(content)


async def _published(feed: str, path: Path) -> PublishReport | None:
    try:
        return await publish_file(Settings(), feed, path, DAY, dry_run=True)
    except UnusableFile as fault:
        str(fault).encode()  # it can be shown
        return None


def _all_accounted_for(report: PublishReport) -> None:
    extent = report.extent
    assert extent.taken + extent.refused + extent.blank == extent.found
    assert extent.refused == sum((one.last_row or one.row) - one.row + 1 for one in report.refused_rows)
    assert report.rows >= len(report.refused_rows)
    for refused in report.refused_rows:
        assert refused.row >= 1
        f"{refused.reason}{refused.field}".encode()
    for warning in report.warnings:
        f"{warning.message}{warning.field}".encode()


@pytest.mark.slow
@pytest.mark.parametrize(("feed", "form"), CASES)
async def test_no_damaged_file_ends_in_a_traceback_or_loses_a_line(feed: str, form: str) -> None:
    @settings(max_examples=TRIED)
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        content = data.draw(damaged(WRITE[form](data.draw(rows(feed)), feed)))
        contents.append(content)

    contents: list[bytes] = []
    tried()
    reports = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        for content in contents:
            path.write_bytes(content)
            report = await _published(feed, path)
            if report is not None:
                _all_accounted_for(report)
                reports.append((report, content))
    for report, content in reports:
        if form != "json":
            header = 1 if form == "csv" else 0
            text = io.BytesIO(content.removeprefix(codecs.BOM_UTF8))
            lines = len(list(io.TextIOWrapper(text, "latin-1", newline=""))) - header
            assert report.extent.found == lines, content
    assert reports  # some files are read


@pytest.mark.slow
@pytest.mark.parametrize(("feed", "form"), CASES)
async def test_bytes_of_no_form_at_all_are_said_to_be_none(feed: str, form: str) -> None:
    @settings(max_examples=TRIED)
    @given(content=st.binary(max_size=200))
    def tried(content: bytes) -> None:
        contents.append(content)

    contents: list[bytes] = []
    tried()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{form}"
        for content in contents:
            path.write_bytes(content)
            report = await _published(feed, path)
            if report is not None:
                _all_accounted_for(report)
