"""Structured logs on standard error: one event name and its facts per line, for people or as JSON.

Standard output belongs to what a command answers.
"""

import atexit
import io
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from textwrap import indent
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from runtime.safe_text import as_json as written_as_json
from runtime.safe_text import shown, shown_lines
from runtime.settings import Settings

# Libraries that report each reconnection and rebalance as if it were news; their errors still come through.
_TALKATIVE: Final = ("aiokafka", "faust", "mode", "kafka", "aiohttp", "asyncio", "py", "alembic", "sqlalchemy")

_A_MINUTE: Final = 5  # lines of all these libraries together; what is more is folded into one
_FOLDED_S: Final = 60.0

# Without the frames' local variables: they may hold the password in a database's URL.
_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)

_log = structlog.get_logger(__name__)


def configure(settings: Settings, *, process: str, stream: TextIO | None = None) -> None:
    """Send the logs of this process, ours and its libraries', to one place in one shape. Called once, at the edge.

    `process` names it in every line (admit, projection, …).
    """
    stream = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _named(process),
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
    handler = logging.StreamHandler(stream)
    handler.addFilter(_folding)
    handler.setFormatter(_formatter(shared, as_json=as_json, colours=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_level(settings))
    logging.captureWarnings(capture=True)  # as lines of the logger py.warnings
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, _level(settings)))


class Folding(logging.Filter):
    """Passes a few lines of libraries, and folds the others into one line a minute, with counts.

    A line that was said within the minute is folded. So is every other once the minute's share is used up, but
    for tracebacks.
    Nothing is dropped unsaid: the line that follows names each of them, and how often it was said.
    """

    def __init__(
        self,
        libraries: Collection[str],
        *,
        a_minute: int = _A_MINUTE,
        seconds: float = _FOLDED_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._libraries = frozenset(libraries)
        self._a_minute, self._seconds, self._clock = a_minute, seconds, clock
        self._lock = threading.Lock()
        self._began = -seconds
        self._lines_this_minute: set[tuple[str, str]] = set()
        self._folded: Counter[tuple[str, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in self._libraries:
            return True
        raised = record.exc_info[0] if record.exc_info else None
        what = record.name, f"{record.msg} ({raised.__name__})" if raised else str(record.msg)
        with self._lock:
            over = self._clock() - self._began >= self._seconds
            if over and not self._folded:
                self._began, self._lines_this_minute = self._clock(), set()
            elif what in self._lines_this_minute or (len(self._lines_this_minute) >= self._a_minute and not raised):
                if not self._folded:
                    self._log_later()
                self._folded[what] += 1
                return False
            self._lines_this_minute.add(what)
            return True

    def log_folded(self) -> None:
        """Log a summary of the lines folded since the last summary."""
        with self._lock:
            folded, self._folded, self._began, self._lines_this_minute = self._folded, Counter(), self._clock(), set()
        if folded:
            lines = [{"logger": name, "said": line, "times": times} for (name, line), times in folded.most_common()]
            _log.warning("library_lines_folded", lines=folded.total(), folded=lines)

    def _log_later(self) -> None:
        timer = threading.Timer(max(0.0, self._began + self._seconds - self._clock()), self.log_folded)
        timer.daemon = True
        timer.start()


_folding = Folding(_TALKATIVE)
atexit.register(_folding.log_folded)


def log_folded() -> None:
    """Log the summary of folded lines now: call it before `os._exit`."""
    _folding.log_folded()


def _named(process: str) -> Processor:
    """Add the name of the process to the lines of every thread."""

    def name(logger: Any, method: str, event: EventDict) -> EventDict:
        event.setdefault("process", process)
        return event

    return name


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
    """Put the most wanted fields first."""
    front = ("timestamp", "level", "process", "event")
    return {**{name: event[name] for name in front if name in event}, **event}


def _for_people(logger: Any, method: str, event: EventDict) -> EventDict:
    """Escape every value: a publisher's text must not act on the terminal."""
    return {shown(name): _shown(name, value) for name, value in event.items()}


def _shown(name: str, value: Any) -> Any:
    if name == "exc_info" or value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        return _Plain(shown(value))
    return _several_lines(value) if name in ("stack", "exception") else shown(value)


class _Plain(str):
    """The text of a list or a mapping, for which the renderer must not add quotation marks."""

    __slots__ = ()
    __repr__ = str.__str__


def _traceback(out: TextIO, exc_info: ExcInfo) -> None:
    written = io.StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    out.write(_several_lines(written.getvalue()))


def _several_lines(text: str) -> str:
    """Indent the lines of an error, so that none of them looks like a line of the log."""
    return indent(shown_lines(text), "  ")


def _json(event: Any, **_: Any) -> str:
    return written_as_json(event)  # Arabic stays readable, unlike with the standard library
