"""Structured logs on standard error: one event name and its facts per line, for people or as JSON.

Standard output belongs to what a command answers.
"""

import io
import logging
import sys
from textwrap import indent
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from runtime.settings import Settings
from runtime.terminal import as_json as written_as_json
from runtime.terminal import shown, shown_lines

# Libraries that report each reconnection and rebalance as if it were news; their errors still come through.
_TALKATIVE: Final = ("aiokafka", "faust", "mode", "kafka", "aiohttp", "asyncio", "alembic", "sqlalchemy")

# Without the frames' local variables: they may hold the password in a database's URL.
_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(settings: Settings, *, process: str, stream: TextIO | None = None) -> None:
    """Send the logs of this process, ours and its libraries', to one place in one shape. Called once, at the edge.

    `process` names it in every line (admit, projection, …).
    """
    stream = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(_level(settings)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(shared, as_json=as_json, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_level(settings))
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, _level(settings)))


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level.upper()]


def _formatter(shared: list[Processor], *, as_json: bool, colours: bool) -> logging.Formatter:
    rendering: list[Processor] = (
        [_TRACEBACKS, _for_machines, structlog.processors.JSONRenderer(serializer=_json)]
        if as_json
        else [_for_people, structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=_traceback)]
    )
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name], processors=[remove_meta, *rendering]
    )


def _for_machines(logger: Any, method: str, event: EventDict) -> EventDict:
    """Put what one looks for first in front."""
    front = ("timestamp", "level", "process", "event")
    return {**{name: event[name] for name in front if name in event}, **event}


def _for_people(logger: Any, method: str, event: EventDict) -> EventDict:
    """Let no value act on the terminal: what is logged may hold what a publisher wrote."""
    return {shown(name): _shown(name, value) for name, value in event.items()}


def _shown(name: str, value: Any) -> Any:
    if name == "exc_info" or value is None or isinstance(value, bool | int | float):
        return value
    return _several_lines(value) if name in ("stack", "exception") else shown(value)


def _traceback(out: TextIO, exc_info: ExcInfo) -> None:
    written = io.StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    out.write(_several_lines(written.getvalue()))


def _several_lines(text: str) -> str:
    """Set them off from the margin: what an error says cannot pass for a line of the log."""
    return indent(shown_lines(text), "  ")


def _json(event: Any, **_: Any) -> str:
    return written_as_json(event)  # Arabic stays readable, unlike with the standard library
