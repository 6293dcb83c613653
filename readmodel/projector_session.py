"""Whether a projection runs: the session that it noted in the tables, among the sessions of the server."""

from typing import Final

from sqlalchemy import Connection, column, func, select, table

from readmodel.tables import projector

_SESSIONS: Final = table("pg_stat_activity", column("pid"), column("backend_start"), schema="pg_catalog")


def projector_runs(connection: Connection) -> bool:
    """Tell whether the session of the latest projector is connected now."""
    p, s = projector.c, _SESSIONS.c
    same = (s.pid == p.session_pid) & (s.backend_start == p.session_began)
    return bool(connection.execute(select(func.count()).select_from(projector.join(_SESSIONS, same))).scalar())
