"""The time of the PostgreSQL server, beside our own at the same moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import OperationalError

from readmodel.database import Database
from readmodel.problems import DatabaseAway

CONNECT_S: Final = 5


class TwoTimes(NamedTuple):
    """Two clocks at one moment, up to half of the time that an answer takes."""

    ours: datetime
    theirs: datetime


def server_time(database: Database, now: Callable[[], datetime]) -> TwoTimes:
    """Ask the server for its time; `now` gives ours. Raises DatabaseAway."""
    engine = create_engine(database.sqlalchemy_url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_S})
    try:
        with engine.connect() as connection:
            connection.execute(select(1))  # the first question is slower than the next
            before = now()
            theirs: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return TwoTimes(before + (now() - before) / 2, theirs)
    except OperationalError as fault:
        raise DatabaseAway(str(fault.orig).strip()) from fault
