"""A notice: one change of one company, numbered for one agency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from register.changes import Change
from register.ids import AgencyId
from schemas.codec.records import change_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A change that an agency subscribed to. The notices of an agency are numbered 1, 2, 3 … without gaps."""

    agency: AgencyId
    number: int
    change: Change


def notice_from(datum: Mapping[str, Any]) -> Notice:
    """Read a Notice."""
    return Notice(agency=AgencyId(datum["agency"]), number=datum["number"], change=change_from(datum["change"]))
