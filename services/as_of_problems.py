"""What is wrong with a question about a past moment, or with its answer."""

from dataclasses import dataclass
from datetime import date, datetime

from services.problems import ServiceProblem, WronglyAsked


@dataclass(kw_only=True, eq=False)
class NoDay(WronglyAsked):
    """The text is no day."""

    text: str


@dataclass(kw_only=True, eq=False)
class NoMoment(WronglyAsked):
    """The text is no moment with its zone."""

    text: str


@dataclass(kw_only=True, eq=False)
class MomentAhead(WronglyAsked):
    """The moment has not come yet."""

    known_at: datetime
    now: datetime


@dataclass(kw_only=True, eq=False)
class NotKnownBefore(ServiceProblem):
    """The register knew nothing of the id at the moment. `since`: when it accepted the first event."""

    id: str
    known_at: datetime
    since: datetime


@dataclass(kw_only=True, eq=False)
class NotInForceThen(ServiceProblem):
    """The company was known at the moment, and states nothing on the day.

    `since`: the first day on which it does, as known at the moment; None: all of it had been withdrawn.
    """

    company_id: str
    as_of: date | None
    known_at: datetime
    since: date | None
