"""Days, moments and amounts that are probably wrong: the receipt warns, and the value is kept as stated."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from register.codes import Oddity, Warning
from register.events import RegistrationEvent

FIRST_DAY: Final = date(1850, 1, 1)  # the oldest firms of the Gulf that still trade are of the 1860s
LAST_DAY: Final = date(2200, 1, 1)
FIRST_RECORD: Final = datetime(1990, 1, 1, tzinfo=UTC)  # before, no registry of the Gulf had its books in a computer
AHEAD: Final = timedelta(days=2)  # that a registry's clock may run before Kafka's

_HIJRI_YEARS: Final = range(1300, 1600)  # 1882 to 2173
_PLACEHOLDERS: Final = frozenset({
    date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1904, 1, 1),  # day 0 and 1 of spreadsheets
    date(1970, 1, 1),  # second 0 of Unix
})  # fmt: skip
_AMOUNT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)  # a trillion of trillions is no share capital
_SHOWN: Final = 60  # characters
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def odd_days(event: RegistrationEvent) -> Iterator[Warning]:
    """Warn of each implausible day of an event, and of a moment of recording before computers."""
    if _is_odd(event.effective_date):
        yield _odd_day(event.effective_date, "effective_date")
    for name, value in event.stated.items():
        if type(value) is date and _is_odd(value):
            yield _odd_day(value, name)
    for one in event.stated.get("identifiers", ()):
        for day in (one["valid_from"], one["valid_to"]):
            if day is not None and _is_odd(day):
                yield _odd_day(day, "identifiers")
    if event.recorded_at < FIRST_RECORD:
        yield Warning(
            code=Oddity.IMPLAUSIBLE_DATE,
            message=f"it was recorded at {event.recorded_at.isoformat()}: the moment is in microseconds since 1970, "
            "check that yours is not in seconds or milliseconds",
            field="recorded_at",
        )


def odd_amount(event: RegistrationEvent) -> Warning | None:
    """Warn of a share capital that is no plain decimal number, or a larger or finer one than any company's."""
    capital = event.stated.get("share_capital")
    if capital is None or _AMOUNT.fullmatch(capital["amount"]):
        return None
    amount = capital["amount"] if len(capital["amount"]) <= _SHOWN else f"{capital['amount'][:_SHOWN]}…"
    return Warning(
        code=Oddity.IMPLAUSIBLE_AMOUNT,
        message=f"{amount!r} is no amount in ASCII digits, such as 1500.50, with at most 18 digits before the point",
        field="share_capital",
    )


def recorded_ahead(event: RegistrationEvent, received_ms: int) -> Warning | None:
    """Warn of an event that was recorded after Kafka received it; `received_ms` counts from 1970."""
    if received_ms <= 0 or (event.recorded_at - _EPOCH - AHEAD) / timedelta(milliseconds=1) <= received_ms:
        return None
    return Warning(
        code=Oddity.IMPLAUSIBLE_DATE,
        message=f"it was recorded at {event.recorded_at.isoformat()}, after it was received: check your clock, "
        "and the unit of the moment",
        field="recorded_at",
    )


def _is_odd(day: date) -> bool:
    return not FIRST_DAY <= day < LAST_DAY or day in _PLACEHOLDERS


def _odd_day(day: date, field: str) -> Warning:
    message = f"the day {day.isoformat()} is hardly meant"
    if day.year in _HIJRI_YEARS:
        message += f": {day.year} may be a year of the Hijri calendar, state days in the Gregorian one"
    else:
        message += ": it often stands for an unknown day, which is left out"
    return Warning(code=Oddity.IMPLAUSIBLE_DATE, message=message, field=field)
