"""What keeps a file from being read: a registry's, or a list of names."""

from dataclasses import dataclass
from datetime import date

from producers.problems import FileFault as FileFault
from services.problems import ServiceProblem


@dataclass(kw_only=True, eq=False)
class FileUnreadable(ServiceProblem):
    """The system does not give the file; `why` is its own word."""

    file: str
    why: str


@dataclass(kw_only=True, eq=False)
class FileUnusable(ServiceProblem):
    """The file cannot be read as what it should be. `fault` says which of the other facts there are.

    `header` is its first line, `lines` how many the header has. `why` is the word of the system or of a parser.
    """

    file: str
    fault: FileFault
    why: str
    header: str
    lines: int
    columns: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class FileTimeImplausible(ServiceProblem):
    """No registry stated the file on the day on which it was last changed: the day must be given."""

    file: str
    changed_on: date


@dataclass(kw_only=True, eq=False)
class NoUtf8(ServiceProblem):
    """The file is not in UTF-8."""

    file: str
    byte: int


@dataclass(kw_only=True, eq=False)
class NoCsv(ServiceProblem):
    """The file is no CSV file."""

    file: str
    why: str


@dataclass(kw_only=True, eq=False)
class ColumnsMissing(ServiceProblem):
    """The first line of the file lacks columns."""

    file: str
    missing: tuple[str, ...]
    wanted: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class FieldsEmpty(ServiceProblem):
    """A row leaves out what every row must have."""

    file: str
    line: int
    fields: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class NoRows(ServiceProblem):
    """The file has a header and no row."""

    file: str
