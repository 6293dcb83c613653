"""`python -m schemas.codec --print` shows what reads and writes a record."""

import subprocess
import sys
from typing import Any

import pytest

from schemas.codec.__main__ import generated, main
from schemas.codec.catalogue import catalogue
from schemas.codec.reader_source import CALLED_BY_READERS
from schemas.codec.records import statement_datum
from schemas.codec.wire import HEADER_BYTES, encode
from schemas.codec.writer import called_by_writers
from tests.unit.register.companies import registration, statement
from tests.unit.register.stating import NOOR

RECORDS = sorted({one.record for one in catalogue()})


def run(source: str) -> dict[str, Any]:
    """Define the functions of a source."""
    scope: dict[str, Any] = {**CALLED_BY_READERS, **called_by_writers()}
    exec(source, scope)  # noqa: S102  (our own source)
    return scope


@pytest.mark.parametrize("record", RECORDS)
def test_what_is_printed_is_python_that_reads_and_writes_the_record(record: str) -> None:
    for does, source in zip(("read", "write"), generated(record), strict=True):
        scope = run(source)
        assert callable(scope[f"{does}_org_gcc_sijill_{record}"])


def test_the_printed_functions_do_what_the_codec_does() -> None:
    reading, writing = map(run, generated("Statement"))
    framed = encode("Statement", statement_datum(statement(registration(NOOR, website="noor.kw"))))
    datum, end = reading["read_org_gcc_sijill_Statement"](framed, HEADER_BYTES, {})
    out = bytearray(framed[:HEADER_BYTES])
    writing["write_org_gcc_sijill_Statement"](out, datum)
    assert (end, bytes(out)) == (len(framed), framed)


@pytest.mark.slow
def test_two_runs_print_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "schemas.codec", "--print", "Statement"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert main(["--print", "Statement"]) == 0
    assert capsys.readouterr().out == ran.stdout


def test_a_record_that_is_not_in_the_contract_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--print", "Statment"])
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "'Statment'" in said
    assert all(record in said for record in RECORDS)
