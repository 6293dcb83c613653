"""`python -m schemas.codec --print Statement`: show the Python functions that are generated for a record."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from fastavro.schema import parse_schema

from schemas.codec import reader_source, writer
from schemas.codec.catalogue import catalogue


def generated(record: str) -> tuple[str, str]:
    """Give the source that reads and the source that writes the newest version of a record. Raises KeyError.

    Each is a module of its own: both have constants of the same names.
    """
    newest = catalogue().newest(record)
    schema = parse_schema(dict(newest.standalone))
    reading, writing = reader_source.generated(schema), writer.generated(schema)
    return (
        _source(f"Reads version {newest.version} of {record}, with schemas/codec/reader_primitives.py.", reading),
        _source(f"Writes version {newest.version} of {record}, with schemas/codec/writer.py.", writing),
    )


def _source(about: str, code: writer.Generated) -> str:
    constants = "".join(f"{name} = {_literal(value)}\n" for name, value in code.constants.items())
    return f"# {about}\n\n{constants}\n\n{code.functions}\n"


def _literal(value: Any) -> str:
    """Write a constant; a set in a fixed order, so that two runs print equal text."""
    return f"frozenset({sorted(value)})" if isinstance(value, frozenset) else repr(value)


def main(words: Sequence[str]) -> int:
    """Print the functions of one record; exit code 2 for a record that is not in the contract."""
    records = sorted({one.record for one in catalogue()})
    parser = argparse.ArgumentParser(prog="python -m schemas.codec", description=__doc__)
    parser.add_argument("--print", dest="record", required=True, choices=records, metavar="RECORD")
    sys.stdout.write("\n\n".join(generated(parser.parse_args(words).record)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
